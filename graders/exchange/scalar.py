"""Scalar programs on their way to a worker: the values and slopes of the nodes that it makes for the student's walk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graders.cases.program import Program
from graders.cases.slopes import worked


def _with_numbers(case: Program) -> Any:
    """Return the wire form with the value and the slopes of each step; a repeated step is a sum and needs none."""
    return case.wire() if case.repeat > 1 else [*case.wire(), worked(case)]


SENT: Mapping[str, Callable[[Program], Any]] = dict.fromkeys(("backward", "fresh_root", "order", "work"), _with_numbers)

RECEIVED: Mapping[str, Callable[..., Any]] = {}
