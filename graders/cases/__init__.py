"""Cases as data: the one value that strategies draw, oracles compute on, players replay and reports print.

Each kind of case is a module of this room, with the same file name in `strategies`, `oracles` and `players`:

    scalar        straight-line programs over scalar values        ex02, ex03
    tensor        programs over numpy arrays                       ex04, ex05
    torch_graph   torch programs whose `grad_fn` graph is walked   ex06, ex07
    timeline      events in the life of an optimizer               ex08 to ex11
    call          one call of a plain function                     ex01
    training      a small model, data and some steps               ex12

A case module offers an immutable class and two functions:

    decode(wire) -> case          the inverse of `case.wire()`
    snippet(case, play) -> str    Python that runs when pasted under the student's own file

The rows of a report are printed by the snippet under their labels, in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from textwrap import indent
from typing import Any, Protocol, runtime_checkable

KINDS = ("scalar", "tensor", "torch_graph", "timeline", "call", "training")

GIVEN = "from given_tensor import Tensor, send_back  # a right Tensor for yours"
"""The line on top of a snippet in which the grader's own engine takes the place of the student's, as it was graded."""


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


def style_of(kind: str, play: str) -> str:
    """Return the play that notes how the student's code is used in a play's snippets; empty where all use alike."""
    known = getattr(import_module(f"graders.cases.{kind}"), "style_of", None)
    return known(play) if known else ""


def snippet(kind: str, case: Case, play: str, style: Sequence[Any] = ()) -> str:
    """Return Python code that replays `case` under the student's own definitions and prints what is compared.

    It is the body of a function, so that nothing that it imports or names can stand in for what the student's file
    lacks, or take the place of what it has. Only `given_tensor` does that, as when the case was graded.

    Args:
        kind: Kind of the case.
        case: The case.
        play: What was done with it.
        style: What the play `style_of(kind, play)` noted; empty for code that is used like the course's.
    """
    write = import_module(f"graders.cases.{kind}").snippet
    text: str = write(case, play, style) if style else write(case, play)
    from graders.cases.folding import folded  # not at the top: a worker must not have it

    given, rest = (f"{GIVEN}\n\n", text.removeprefix(GIVEN)) if text.startswith(GIVEN) else ("", text)
    return f"{given}def smallest_case():\n{folded(indent(rest.strip(), '    '))}\n\nsmallest_case()\n"
