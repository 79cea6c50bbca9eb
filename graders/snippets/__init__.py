"""Cases as Python text: what a student pastes under the own file to see the numbers of a report.

Each kind of case has a module here, with the file name that it has in `cases`, `strategies`, `oracles` and `players`:

    snippet(case, play) -> str    Python that prints the rows of a report under their labels, in their order
    shown_rows(labels, judged)    where it has one: the labels of the rows that a report shows; its snippet takes them
    style_of(play) -> str         where it has one: the play that notes how the student's code is used
    bare_of(play) -> Bare | None  where it has one: what notes the rows where the play itself helps the code along

No worker has this room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from textwrap import indent
from typing import Any, NamedTuple

from graders.cases import Case
from graders.snippets.folding import folded

GIVEN = "from given_tensor import Tensor, send_back  # in place of your own"
"""The line on top of a snippet in which the grader's own engine takes the place of the student's, as it was graded."""


AGAIN = 'print("once more")\nsmallest_case()\n'
"""The end of a snippet whose case goes wrong when it runs for the second time."""


def _offered(kind: str, name: str) -> Callable[..., Any] | None:
    """Return what the module of a kind offers under a name, None where it has no such function."""
    return getattr(import_module(f"graders.snippets.{kind}"), name, None)


def style_of(kind: str, play: str) -> str:
    """Return the play that notes how the student's code is used in a play's snippets; empty where all use alike."""
    known = _offered(kind, "style_of")
    return known(play) if known else ""


def shown_of(kind: str, labels: Sequence[str], judged: Sequence[str]) -> Sequence[str]:
    """Return the labels of the rows of a failing case that a report shows, when those are `judged`."""
    known = _offered(kind, "shown_rows")
    return known(labels, judged) if known else labels


def plainer(kind: str, labels: Sequence[str], label: str) -> Sequence[str]:
    """Return a label, after those of the rows that it tells something about."""
    known = _offered(kind, "shown_rows")
    return known(labels, [label]) if known else [label]


class Bare(NamedTuple):
    """A play that notes what a snippet prints, for one that helps the student's code along while it judges.

    Attributes:
        play: Its name. It notes the same rows in the same order.
        lacks: Part of the labels of rows that it leaves out.
        note: `(label, value) -> sentence` on a row that comes out otherwise, with the value that it has with help.
    """

    play: str
    lacks: str
    note: Callable[[str, str], str]


def bare_of(kind: str, play: str) -> Bare | None:
    """Return the play without help for one that helps the student's code along, None where none does."""
    known = _offered(kind, "bare_of")
    found: Bare | None = known(play) if known else None
    return found


def snippet(
    kind: str, case: Case, play: str, style: Sequence[Any] = (), again: bool = False, shown: Sequence[str] = ()
) -> str:
    """Return Python code that replays `case` under the student's own definitions and prints what is compared.

    It is the body of a function, so that nothing that it imports or names can stand in for what the student's file
    lacks, or take the place of what it has. Only `given_tensor` does that, as when the case was graded.

    Args:
        kind: Kind of the case.
        case: The case.
        play: What was done with it.
        style: What the play `style_of(kind, play)` noted; empty for code that is used like the course's.
        again: Whether it runs twice, since it goes wrong the second time.
        shown: What `shown_of` gave; empty for all rows.
    """
    room = import_module(f"graders.snippets.{kind}")
    chosen = {"shown": shown} if shown and hasattr(room, "shown_rows") else {}
    text: str = room.snippet(case, play, *([style] if style else []), **chosen)
    given, rest = (f"{GIVEN}\n\n", text.removeprefix(GIVEN)) if text.startswith(GIVEN) else ("", text)
    body = folded(indent(rest.strip(), "    "))
    return f"{given}def smallest_case():\n{body}\n\nsmallest_case()\n{AGAIN if again else ''}"
