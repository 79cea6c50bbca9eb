"""The sentence on a failed check: what differs, and where in a long list or a large array."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from graders.judging.compare import Tolerance
from graders.judging.finding import Finding
from graders.judging.messages import message
from graders.judging.shrink import Failure
from graders.observation import OK, Observation
from graders.players.seen import exact
from graders.spec import Check

LINES = [f"{'  ' * number}MulBackward0" for number in range(8)]


def said(expected: Any, actual: Any, label: str = "lines", torchs: bool = False) -> str:
    check = Check("lines", "", SimpleNamespace(play="answer", kind="call"))  # type: ignore[arg-type]
    failure = Failure(None, {label: expected}, Observation(OK, [actual]), Finding("failed", (label,)), torchs)
    return message(check, failure, Tolerance())


def array(value: Any, dtype: str = "float64") -> Any:
    return exact(np.array(value, dtype=dtype))


@pytest.mark.parametrize(
    ("actual", "sentence"),
    [
        ([*LINES[:6], "x", LINES[7]], f"lines[6] is 'x'; it should be {LINES[6]!r}."),
        (LINES[:7], f"lines ends where {LINES[7]!r} should come. It has 7 items; it should have 8."),
        ([*LINES, "x"], "lines goes on where it should end, with 'x'. It has 9 items; it should have 8."),
        (
            [LINES[0], *LINES[2:]],
            f"lines[1] is {LINES[2]!r}; it should be {LINES[1]!r}. It has 7 items; it should have 8.",
        ),
        ([], f"lines ends where {LINES[0]!r} should come. It has 0 items; it should have 8."),
    ],
)
def test_long_lists_are_told_by_the_item_in_which_they_differ(actual: list[str], sentence: str) -> None:
    assert said(LINES, actual) == sentence


def test_long_lists_in_any_order_are_told_by_what_they_lack_and_what_is_too_much() -> None:
    names = [f"MulBackward0 number {number}, of the graph" for number in range(8)]
    assert said(names, names[1:]) == f"lines lacks {names[0]!r}."
    assert said(names, [*names, names[7]]) == f"lines has {names[7]!r} 2 times instead of once."
    assert said(names, [*names[3:], "x"]) == f"lines lacks {names[0]!r} and 2 more; it should not have 'x'."


@pytest.mark.parametrize(
    ("actual", "sentence"),
    [
        ("Mul\n    Exp\n  None", "line 2 of text(y) has 4 spaces in front; it should have 2."),
        ("Mul\n\tExp\n  None", "line 2 of text(y) begins with '\\t'; it should begin with 2 spaces."),
        ("Mul\n  Tanh\n  None", "line 2 of text(y) is 'Tanh'; it should be 'Exp'."),
        ("Mul\n  Exp", "text(y) ends where 'None' should come. It has 2 lines; it should have 3."),
        ("Mul\n  None", "line 2 of text(y) is 'None'; it should be 'Exp'. It has 2 lines; it should have 3."),
        ("", "text(y) ends where 'Mul' should come. It has 0 lines; it should have 3."),
        ("Mul\n  Exp\n  None\nx", "text(y) goes on where it should end, with 'x'. It has 4 lines; it should have 3."),
    ],
)
def test_texts_are_told_by_the_line_in_which_they_differ(actual: str, sentence: str) -> None:
    assert said("Mul\n  Exp\n  None", actual, "text(y)") == sentence


def test_a_label_that_is_python_is_true_or_false_as_python_says_it() -> None:
    assert said(False, True, "isolated(a, b)") == "isolated(a, b) is True; it should be False."
    assert said(True, False, "it runs") == '"it runs" is false; it should be true.'


def test_short_lists_are_told_whole() -> None:
    assert said(["a", "b"], ["b", "a"]) == "lines is ['b', 'a']; it should be ['a', 'b']."
    assert said(LINES, "raised") == f"lines is 'raised'; it should be {LINES}."


def test_a_rounding_difference_is_not_taken_for_the_item_that_differs() -> None:
    losses = [1 / (number + 1) for number in range(12)]
    wrong = [losses[0] + 1e-16, *[loss + 1e-15 for loss in losses[1:9]], 7.0, *losses[10:]]
    assert said(losses, wrong) == "lines[9] is 7.0; it should be 0.1."


def test_shape_and_dtype_of_arrays_are_told_where_they_differ() -> None:
    assert said(array([1.0, 1 / 3]), array([2.0, 2 / 3]), torchs=True) == (
        "lines is [2.0, 0.666667]; torch gives [1.0, 0.333333]."
    )
    assert said(array([1.0, 1 / 3]), array([1.0, 1 / 3 + 1e-9]), torchs=True) == (
        "lines is [1.0, 0.3333333343]; torch gives [1.0, 0.3333333333]."
    )
    assert said(array(0.5), array([1.0, 4.0])) == "lines is [1.0, 4.0] (shape (2,)); it should be 0.5 (shape ())."
    assert said(array([0.5]), array([0.5], "float32")) == "lines is [0.5] (float32); it should be [0.5] (float64)."
    assert said(array([0.5]), 0.5) == "lines is 0.5; it should be [0.5] (shape (1,), float64)."


def test_of_large_arrays_the_element_in_which_they_differ_is_told() -> None:
    right = np.arange(15.0).reshape(3, 5)
    wrong = right + 1e-14
    wrong[1, 2] = 0.25
    assert said(array(right), array(wrong), "a.grad", torchs=True) == "a.grad[1, 2] is 0.25; torch gives 7.0."
    broken = array(right) | {"data": b"1"}
    assert said(array(right), broken, "a.grad").startswith("a.grad is a malformed array; it should be [0.0, 1.0,")


@pytest.mark.parametrize(
    ("expected", "actual", "sentence"),
    [
        ("ValueError", None, "No error was raised; ValueError should be."),
        ("ValueError", "nothing raised", "No error was raised; ValueError should be."),
        ("ValueError", "KeyError", "KeyError was raised; ValueError should be."),
        (None, "ValueError", "ValueError was raised; nothing should be."),
    ],
)
def test_an_error_that_should_come_and_one_that_should_not(expected: Any, actual: Any, sentence: str) -> None:
    assert said(expected, actual, "error raised") == sentence
    assert said(expected, actual, "raises") == sentence


def test_several_things_are_spoken_of_as_several() -> None:
    assert said([1, 1], [2, 1], "calls of n1, n2") == "calls of n1, n2 are [2, 1]; they should be [1, 1]."
    names = [f"output {number} of UnbindBackward0" for number in range(8)]
    label = "the output indices in edges(y)"
    assert said(names, [*names[1:], "x"], label) == f"{label} lack {names[0]!r}; they should not have 'x'."
