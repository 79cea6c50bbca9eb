"""Timing: medians of alternating runs, their spread, and ratios within one run of the machine."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        part: Number of the part of the benchmark, 1 to 8.
        what: What was measured.
        median: Of the runs, in `unit`.
        low: First quartile.
        high: Third quartile.
        unit: `"ms"`, `"s"`, `"MB"` or empty for a plain number.
        ratio: How many times the peer's or the limit's number this is, or the peer's is this; None without one.
        against: What the ratio compares with.
        note: What else there is to say.
    """

    part: int
    what: str
    median: float
    low: float
    high: float
    unit: str = "ms"
    ratio: float | None = None
    against: str = ""
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the row as a JSON-like value."""
        return asdict(self)


def row(part: int, what: str, values: Sequence[float], scale: float = 1e3, unit: str = "ms", **more: Any) -> Row:
    """Return a row on measured values, multiplied by `scale`; seconds become milliseconds unless told otherwise."""
    low, middle, high = quartiles(values)
    return Row(part, what, middle * scale, low * scale, high * scale, unit, **more)


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return first quartile, median and third quartile."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def alternating(
    actions: Mapping[str, Callable[[], object]], rounds: int, enough: float = math.inf
) -> dict[str, list[float]]:
    """Return the seconds that each action takes in each round; all meet the same machine.

    Args:
        actions: What is measured, by name.
        rounds: How often, at most.
        enough: Seconds for each action on average after which no further round begins, for a slow machine's sake.
    """
    taken: dict[str, list[float]] = {name: [] for name in actions}
    begun = time.perf_counter()
    for number in range(rounds):
        if number and time.perf_counter() - begun > enough * len(actions):
            break
        for name, action in actions.items():
            taken[name].append(seconds(action))
    return taken


def seconds(action: Callable[[], object]) -> float:
    """Return the wall-clock seconds that an action takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """Return the median over rounds of one value divided by the other of the same round."""
    return statistics.median(mine / theirs for mine, theirs in zip(of, to, strict=True))


def exponent(sizes: Sequence[int], taken: Sequence[float]) -> float:
    """Return k of the best fit `taken = c * sizes**k` (least squares in logarithms); 1 is linear growth."""
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in taken]
    return statistics.linear_regression(x, y).slope
