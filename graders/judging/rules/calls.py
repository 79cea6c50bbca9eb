"""Rules of ex01: slopes and end points that honest nudging gives, however far it nudges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.cases.call import Call
from graders.judging.finding import Left

Fields = Mapping[str, Any]

_ULP = 2.0**-52


def nudged(case: Call, expected: Fields, actual: Fields) -> list[str]:
    """Gradients and end points measured by nudging, by whatever distance and to whichever side: to one percent."""
    return [
        label
        for label in ("gradient", "end of the descent")
        if label in expected and not _near(actual.get(label), expected[label], rtol=1e-2)
    ]


def nudged_arguments(case: Call, expected: Fields, actual: Fields) -> list[str]:
    """Which arguments were moved; where none was, the slope is wrong as well."""
    return [
        Left(label, "slope", "agrees_with_torch") if actual.get(label) == [] else label
        for label, value in expected.items()
        if actual.get(label) != value
    ]


def order_of_error(case: Call, expected: Fields, actual: Fields) -> list[str]:
    """Slopes for a nudge, a tenth and a hundredth of it: the error must shrink about 100 times, not 10 times.

    Successive slopes are compared with each other, so that a wrong factor or sign does not matter here; slopes that do
    not depend on the nudge, or that do not come near torch's at all, are left to other concepts. Where the error does
    not shrink, the last slope is the wrong one.
    """
    labels = list(expected)
    slopes = [slope for slope in actual.values() if isinstance(slope, float)]
    if len(slopes) < len(labels):
        return labels
    large, middle, small = slopes
    first, second = abs(large - middle), abs(middle - small)
    same = first <= 1e-7 * max(1.0, abs(large))
    astray = abs(small - expected[labels[2]]) > 0.1 * (1 + abs(expected[labels[2]]))
    if same or astray:
        return [Left(labels[0], "slope", "right_argument", "step_size", "agrees_with_torch")]
    return [] if first >= 30 * second else labels[2:]


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
