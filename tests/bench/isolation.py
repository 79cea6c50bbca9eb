"""What isolation costs: start, walls and end of a worker, for each flavour and level that this machine offers.

python -m tests.bench.isolation
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from graders.errors import EnvironmentTrouble
from graders.sandbox.client import Limits, Worker
from graders.sandbox.opening import open_sandbox

WORKERS = 100
_SOURCE = b"x = 1\n"


@dataclass(frozen=True)
class Cost:
    """Milliseconds, medians over `WORKERS` workers.

    Attributes:
        flavour: What the workers have imported.
        level: Their isolation level.
        boot: Start of the fork server, once for a batch.
        start: Until a file of one line is loaded behind the walls.
        end: Kill and reap.
    """

    flavour: str
    level: str
    boot: float
    start: float
    end: float


def measure(flavour: str, level: str, workers: int = WORKERS) -> Cost:
    """Return what workers of one flavour and level cost; EnvironmentTrouble where the level is not offered."""
    begun = time.perf_counter()
    with open_sandbox(flavour, Limits(), level) as sandbox:
        boot = time.perf_counter() - begun
        starts, ends = [], []
        for _ in range(workers):
            begun = time.perf_counter()
            worker = Worker(sandbox.channel(), Limits())
            seen = worker.load("ex", {"ex": _SOURCE})
            loaded = time.perf_counter()
            worker.kill()
            if seen.status != "ok":
                raise RuntimeError(f"the worker answered {seen}")
            starts.append(loaded - begun)
            ends.append(time.perf_counter() - loaded)
    return Cost(flavour, level, boot * 1e3, statistics.median(starts) * 1e3, statistics.median(ends) * 1e3)


def main() -> None:
    """Print a Markdown table."""
    print("| flavour | level | boot, once (ms) | start (ms) | end (ms) | together (ms) |")
    print("|---|---|---|---|---|---|")
    for flavour in ("python", "numpy", "torch"):
        for level in ("jail", "base"):
            try:
                cost = measure(flavour, level)
            except EnvironmentTrouble as trouble:
                print(f"| {flavour} | {level} | not offered: {trouble.message} | | | |")
                continue
            together = cost.start + cost.end
            print(f"| {flavour} | {level} | {cost.boot:.0f} | {cost.start:.1f} | {cost.end:.1f} | {together:.1f} |")


if __name__ == "__main__":
    main()
