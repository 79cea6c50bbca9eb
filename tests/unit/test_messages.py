"""The sentence on a failed check: where long lists differ, it names the item."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from graders.judging.finding import Finding
from graders.judging.messages import message
from graders.judging.shrink import Failure
from graders.observation import OK, Observation
from graders.spec import Check

LINES = [f"{'  ' * number}MulBackward0" for number in range(8)]


def said(expected: Any, actual: Any) -> str:
    check = Check("lines", "", SimpleNamespace(play="answer"))  # type: ignore[arg-type]
    failure = Failure(None, {"lines": expected}, Observation(OK, [actual]), Finding("failed", ("lines",)))
    return message(check, failure)


@pytest.mark.parametrize(
    ("actual", "sentence"),
    [
        ([*LINES[:6], "x", LINES[7]], f"item 7 of lines is 'x'; it should be {LINES[6]!r}."),
        (LINES[:7], f"lines ends where {LINES[7]!r} should come. It has 7 items; 8 are right."),
        ([*LINES, "x"], "lines goes on where it should end, with 'x'. It has 9 items; 8 are right."),
        (
            [LINES[0], *LINES[2:]],
            f"item 2 of lines is {LINES[2]!r}; it should be {LINES[1]!r}. It has 7 items; 8 are right.",
        ),
        ([], f"lines ends where {LINES[0]!r} should come. It has 0 items; 8 are right."),
    ],
)
def test_long_lists_are_told_by_the_item_in_which_they_differ(actual: list[str], sentence: str) -> None:
    assert said(LINES, actual) == sentence


def test_long_lists_in_any_order_are_told_by_what_they_lack_and_what_is_too_much() -> None:
    names = [f"MulBackward0 number {number}, of the graph" for number in range(8)]
    assert said(names, names[1:]) == f"lines lacks {names[0]!r}."
    assert said(names, [*names, names[7]]) == f"lines should not have {names[7]!r}."
    assert said(names, [*names[3:], "x"]) == f"lines lacks {names[0]!r} and 2 more; it should not have 'x'."


def test_short_lists_are_told_whole() -> None:
    assert said(["a", "b"], ["b", "a"]) == "lines is ['b', 'a']; it should be ['a', 'b']."
    assert said(LINES, "raised") == f"lines is 'raised'; it should be {LINES}."
