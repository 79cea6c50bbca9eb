"""`python -m tests.bench`: measure all parts, print a table, write build/bench/bench.json."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # with it every command, ours and the peers', would compile anew

from tests.bench import (
    again,
    before,
    clock,
    empty,
    failing,
    growth,
    limit,
    notebooks,
    scaling,
    table,
    throughput,
    workers,
)
from tests.bench.fixture import ROOT, Ground, Size
from tests.bench.measure import Row

PARTS: dict[int, tuple[Callable[[Ground], Iterator[Row]], ...]] = {
    1: (throughput.run, notebooks.run),
    2: (limit.run, workers.run),
    3: (failing.run,),
    4: (scaling.run, again.run),
    5: (clock.run,),
    6: (growth.run,),
    7: (before.run,),
    8: (empty.run,),
}
TINY = Size(
    exercises=("ex02_closures",),
    limits=("ex02_closures",),
    rounds=1,
    repeats=2,
    batch=3,
    classes=(2, 4),
    again=2,
    notebooks=False,
    desk=0,
    nodes=400,
    workers=2,
    whole=False,
)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="How fast, against whom, how close to the limit."
    )
    parser.add_argument(
        "--part", type=int, action="append", choices=sorted(PARTS), help="only this part; may be repeated"
    )
    parser.add_argument("--tiny", action="store_true", help="smallest sizes, to see that everything runs")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench")
    chosen = parser.parse_args()
    console = Console(highlight=False, width=None if Console().is_terminal else 150)
    ground = Ground(chosen.out.resolve(), TINY if chosen.tiny else Size())
    machine, begun, rows = table.machine(), time.monotonic(), []
    for part in chosen.part or sorted(PARTS):
        started = time.monotonic()
        found = [row for measure in PARTS[part] for row in measure(ground)]
        table.show(part, found, time.monotonic() - started, console)
        rows += found
    table.write(chosen.out / "bench.json", rows, machine, round(time.monotonic() - begun, 1))
    console.print(
        f"{machine['processor']}, {machine['cores']} cores, load {machine['load']} at the start, {machine['date']}."
    )
    console.print(f"All numbers: {chosen.out / 'bench.json'}")


if __name__ == "__main__":
    main()
