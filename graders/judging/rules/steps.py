"""Rules of ex08, ex09 and ex11 on steps: what a check sees there and another concept counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from graders.cases.timeline import Timeline
from graders.judging.compare import Tolerance, agree
from graders.judging.finding import Left

Fields = Mapping[str, Any]

_VALUE, _SIZE = re.compile(r"p\d+ after "), re.compile("size of ")
"""Labels of the value of a parameter, and of how far a step moves it."""


def new_values(case: Timeline, expected: Fields, actual: Fields) -> Sequence[str]:
    """The values that a step computed for a parameter, whether or not it holds them: that is `in_place`'s."""
    return _wrong(_VALUE, expected, actual) or _not_held(expected, actual)


def sizes(case: Timeline, expected: Fields, actual: Fields) -> Sequence[str]:
    """How far a step moves a parameter, in whatever direction, and whether or not it holds the new values."""
    wrong = _wrong(_SIZE, expected, actual) or _not_held(expected, actual)
    return wrong or [Left(label, "sign") for label in _wrong(_VALUE, expected, actual)]


def moves(case: Timeline, expected: Fields, actual: Fields) -> Sequence[str]:
    """Which parameters a step moves, whether or not they hold the new values."""
    wrong = [label for label, value in expected.items() if " moves p" in label and actual.get(label) != value]
    return wrong or _not_held(expected, actual)


def values_of_groups(case: Timeline, expected: Fields, actual: Fields) -> Sequence[str]:
    """The new values; where groups are wrong already, those of parameters in groups are theirs."""
    return [Left(label, "groups") if case.groups else label for label in _wrong(_VALUE, expected, actual)]


def _wrong(kind: re.Pattern[str], expected: Fields, actual: Fields) -> Sequence[str]:
    labels = filter(kind.match, expected)
    return [label for label in labels if not agree(actual.get(label), expected[label], Tolerance())]


def _not_held(expected: Fields, actual: Fields) -> Sequence[str]:
    """Return the labels that tell where a parameter does not hold what was computed for it, left to `in_place`."""
    labels = [label for label in expected if " holds the new values " in label]
    return [Left(label, "in_place") for label in labels if actual.get(label) is not True]


def gathered_once(case: Timeline, expected: Fields, actual: Fields) -> list[str]:
    """Gradients gathered for parameters that can be read once; sums that are wrong for a list too are counted there."""
    return [
        Left(label, "accumulate", "only_params")
        for label, value in expected.items()
        if ".grad after " in label and not agree(actual.get(label), value, Tolerance())
    ]
