"""The rows as a table for people and as JSON for machines."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.measure import Row

TITLES = {
    1: "1. A batch against what an instructor would otherwise use",
    2: "2. The limit: a bare loop without isolation or comparison",
    3: "3. Passing and failing submissions",
    4: "4. Scaling",
    5: "5. The student's clock",
    6: "6. Deep and wide",
    7: "7. Before and now",
    8: "8. From an empty environment",
}


def show(part: int, rows: Sequence[Row], seconds: float, console: Console) -> None:
    """Print the rows of one part, and how long it took to measure them."""
    table = Table(title=TITLES[part], title_justify="left", show_edge=False)
    table.add_column("what")
    table.add_column("median", justify="right")
    table.add_column("quartiles", justify="right")
    table.add_column("ratio", justify="right")
    table.add_column("")
    for row in rows:
        table.add_row(
            row.what,
            f"{number(row.median)} {row.unit}".strip(),
            f"{number(row.low)} … {number(row.high)}" if row.low != row.high else "",
            f"{number(row.ratio)} x {row.against}" if row.ratio is not None else "",
            row.note,
        )
    console.print(table)
    console.print(f"Measured in {seconds:.0f} s.", style="dim")
    console.print()


def number(value: float) -> str:
    """Return a number with three digits that tell something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def write(path: Path, rows: Sequence[Row], machine: dict[str, Any], seconds: float) -> None:
    """Write all rows as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {"format": "leafgrad/bench/v1", "machine": machine, "seconds": seconds}
    path.write_text(json.dumps({**found, "rows": [row.as_json() for row in rows]}, indent=1) + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """Return what the numbers depend on: processor, cores, load at the start, Python, date."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "date": time.strftime("%Y-%m-%d"),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
