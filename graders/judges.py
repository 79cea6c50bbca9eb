"""Judges of checks whose answers are right in several forms: `(case, expected, actual) -> labels that are wrong`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from graders.cases.call import Call
from graders.compare import Tolerance, agree

Fields = Mapping[str, Any]

_ULP = 2.0**-52


def nudged(case: Call, expected: Fields, actual: Fields) -> list[str]:
    """Gradients and end points measured by nudging, by whatever distance and to whichever side: to one percent."""
    return [
        label
        for label in ("gradient", "end")
        if label in expected and not _near(actual.get(label), expected[label], rtol=1e-2)
    ]


def order_of_error(case: Call, expected: Fields, actual: Fields) -> list[str]:
    """Slopes for a nudge, a tenth and a hundredth of it: the error must shrink about 100 times, not 10 times.

    Successive slopes are compared with each other, so that a wrong factor or sign does not matter here; slopes that do
    not depend on the nudge, or that do not come near torch's at all, are the affair of other checks.
    """
    labels = list(expected)
    slopes = [slope for slope in actual.values() if isinstance(slope, float)]
    if len(slopes) < len(labels):
        return labels
    large, middle, small = slopes
    first, second = abs(large - middle), abs(middle - small)
    same = first <= 1e-7 * max(1.0, abs(large))
    astray = abs(small - expected[labels[2]]) > 0.1 * (1 + abs(expected[labels[2]]))
    return [] if same or astray or first >= 30 * second else labels[:1]


def within_truncation(case: Call, expected: Fields, actual: Fields) -> list[str]:
    """Slopes of a curve: as close to torch as an honest centred difference with the default nudge can be.

    Its error is `eps**2 / 6` times the third derivative, seen here as the distance between an honest difference and
    torch, plus the rounding of the largest number on the way divided by `eps`.
    """
    h, arg = case.eps or 1e-5, case.arg or 0
    sides = []
    for moved in (case.at[arg] + h, case.at[arg] - h):
        sides.append(case.f.values([*case.at[:arg], moved, *case.at[arg + 1 :]]))
    honest = (sides[0][-1] - sides[1][-1]) / (2 * h)
    largest = max(abs(number) for number in sides[0] + sides[1])
    slope = expected["slope"]
    allowed = 4 * abs(honest - slope) + 64 * _ULP * (1 + largest) / h
    mine = actual.get("slope")
    return [] if type(mine) is float and abs(mine - slope) <= allowed else ["slope"]


def _near(actual: Any, expected: list[float], rtol: float) -> bool:
    if type(actual) is not list or len(actual) != len(expected):
        return False
    pairs = zip(actual, expected, strict=True)
    return all(type(mine) is float and abs(mine - torchs) <= rtol * (1 + abs(torchs)) for mine, torchs in pairs)


def agrees_with_own(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Operations written in two forms, such as `2 - v` and `Value(2) - v`: torch's answer, or the student's other form.

    Where the other form is itself wrong, agreeing with it is right here: its fault is another concept's.
    """
    wrong = []
    for label, value in expected.items():
        if label.startswith("own ") or agree(actual.get(label), value, Tolerance()):
            continue
        own = f"own {label}"
        faulty = own in expected and not agree(actual.get(own), expected[own], Tolerance())
        same = agree(actual.get(label), actual.get(own), Tolerance())
        if not (faulty and same):
            wrong.append(label)
    return wrong


def finite_gradient(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Operations at large inputs: torch's values, and gradients that are finite; the slope is judged elsewhere."""
    return [
        label
        for label, value in expected.items()
        if (label.endswith(".data") and not agree(actual.get(label), value, Tolerance()))
        or (label.endswith(".grad") and not _finite(actual.get(label)))
    ]


def _finite(value: Any) -> bool:
    return type(value) in (float, int) and math.isfinite(value)


def listed_names(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Walks of a graph: the names in their order; the depths are judged elsewhere."""
    return [label for label, listed in expected.items() if _second(actual.get(label)) != _second(listed)]


def listed_depths(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Walks of a graph whose names are right: the depths."""
    return [
        label
        for label, listed in expected.items()
        if actual.get(label) != listed and _second(actual.get(label)) == _second(listed)
    ]


def line_names(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Indented graphs: the first word of every line; the layout is judged elsewhere."""
    return [label for label, lines in expected.items() if _words(actual.get(label)) != _words(lines)]


def line_marks(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Indented graphs: the first word of every line, and whether the line says that its node was met before."""
    return [label for label, lines in expected.items() if _words(actual.get(label), "again") != _words(lines, "again")]


def line_layout(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Indented graphs with the right words and marks: every line as it should be."""
    return [
        label
        for label, lines in expected.items()
        if actual.get(label) != lines and _words(actual.get(label), "again") == _words(lines, "again")
    ]


def _second(listed: Any) -> Any:
    if type(listed) is not list:
        return ()
    return [pair[-1] if type(pair) is list and pair else pair for pair in listed]


def _words(lines: Any, mark: str = "") -> Any:
    if type(lines) is not list or not all(type(line) is str for line in lines):
        return ()
    return [(line.split()[:1], bool(mark) and mark in line) for line in lines if line.strip()]
