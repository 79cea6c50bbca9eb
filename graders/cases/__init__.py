"""Cases as data: the one value that strategies draw, oracles compute on, players replay and snippets print.

Each kind of case is a module of this room, with the same file name in `strategies`, `oracles`, `players` and
`snippets`:

    scalar        straight-line programs over scalar values        ex02, ex03
    tensor        programs over numpy arrays                       ex04, ex05
    torch_graph   torch programs whose `grad_fn` graph is walked   ex06, ex07
    timeline      events in the life of an optimizer               ex08 to ex11
    call          one call of a plain function                     ex01
    training      a small model, data and some steps               ex12

A case module offers an immutable class and `decode(wire) -> case`, the inverse of `case.wire()`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol, runtime_checkable

KINDS = ("scalar", "tensor", "torch_graph", "timeline", "call", "training")


@runtime_checkable
class Case(Protocol):
    """An immutable, hashable description of one input, free of code objects."""

    def wire(self) -> Any:
        """Return the case as nested lists of None, bool, int, float and str (what msgpack carries)."""

    def size(self) -> tuple[float, ...]:
        """Return a sort key: a case that a reader finds simpler has the smaller key."""


def decode(kind: str, wire: Any) -> Case:
    """Return the case of `kind` that `wire` describes."""
    case: Case = import_module(f"graders.cases.{kind}").decode(wire)
    return case
