"""Long answers in brief, as they are noted by players, completed in the grader and expected by oracles."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from graders.players.seen import Field, exact

LONG = 200
"""Answers with more items are noted in brief."""


def runs(names: list[Any]) -> list[Field]:
    """Return names as they are, or, when there are many, as "50000 times NegBackward0" of each run."""
    if len(names) <= LONG:
        return [_bare(name) for name in names]
    return [f"{sum(1 for _ in group)} times {_bare(name)}" for name, group in groupby(names)][:LONG]


def short(labels: list[Any]) -> Field:
    """Return a list as it is, or, when it is long, its length, its first and its last items."""
    return labels if len(labels) <= LONG else [f"{len(labels)} items", *labels[:3], "...", *labels[-3:]]


def _bare(name: Any) -> Any:
    """Return a name without the namespace that `node.name()` puts in front of AccumulateGrad."""
    return name.rsplit("::", 1)[-1] if isinstance(name, str) else exact(name)
