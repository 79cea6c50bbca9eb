"""Replays calls of `central_difference`, `numerical_gradient` and `descend` on a function that is logged."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from graders.cases.call import Apply, Call, nudges
from graders.cases.formula import Formula
from graders.players.seen import Seen, number
from graders.players.subject import Subject, Unusable


class Logged:
    """A formula as a plain function of floats that remembers where it was called."""

    def __init__(self, f: Formula) -> None:
        self.f = f
        self.points: list[tuple[float, ...]] = []

    def __call__(self, *inputs: float) -> float:
        """Return the formula's value; TypeError when the number of arguments is wrong, as for any function."""
        if len(inputs) != len(self.f.names):
            raise TypeError(f"f() takes {len(self.f.names)} numbers, not {len(inputs)}")
        self.points.append(inputs)
        return self.f(*inputs)


def slope(case: Call, subject: Subject, seen: Seen) -> None:
    """Note the slope at the point, without its noise: on these functions a finite difference is exact."""
    seen(_steady(subject.get("central_difference")(Logged(case.f), *case.at, **case.options())))


def curve_slope(case: Call, subject: Subject, seen: Seen) -> None:
    """Note the slope at the point of a curve, with all its digits."""
    seen(number(subject.get("central_difference")(Logged(case.f), *case.at, **case.options())))


def shrinking_error(case: Call, subject: Subject, seen: Seen) -> None:
    """Note the slopes for a large nudge, for a tenth and for a hundredth of it."""
    central_difference = subject.get("central_difference")
    for h in nudges(case):
        seen(number(central_difference(Logged(case.f), *case.at, **{**case.options(), "eps": h})))


def nudge(case: Call, subject: Subject, seen: Seen) -> None:
    """Note how far from the point the function was called."""
    logged, arg = Logged(case.f), case.arg or 0
    subject.get("central_difference")(logged, *case.at, **case.options())
    seen(max(abs(point[arg] - case.at[arg]) for point in _called(logged)))


def nudged_arguments(case: Call, subject: Subject, seen: Seen) -> None:
    """Note which arguments were ever moved."""
    logged = Logged(case.f)
    subject.get("central_difference")(logged, *case.at, **case.options())
    seen(sorted({i for point in _called(logged) for i in _moved(point, case.at)}))


def gradient(case: Call, subject: Subject, seen: Seen) -> None:
    """Note the gradient and how many arguments were away from the point in one call, at most."""
    logged = Logged(case.f)
    seen(_numbers(subject.get("numerical_gradient")(logged, case.point())))
    seen(max((len(_moved(point, case.at)) for point in logged.points), default=0))


def inputs_kept(case: Call, subject: Subject, seen: Seen) -> None:
    """Note whether the caller's point is, bit for bit, what it was before slopes were measured."""
    point, logged = case.point(), Logged(case.f)
    result = subject.get("numerical_gradient")(logged, point)
    if len(case.at) > 1:  # a gradient that forgets one argument never calls a function of one
        _called(logged)
    seen(tuple(point) == case.at)
    seen(result is not point and result is not None)


def descent(case: Call, subject: Subject, seen: Seen) -> None:
    """Note where the descent ends, whether the caller's point is what it was, and whether the end is another list."""
    point = case.point()
    end = subject.get("descend")(Logged(case.f), point, lr=case.lr, steps=case.steps)
    seen(_numbers(end))
    seen(tuple(point) == case.at)
    seen(end is not point)


def function_value(case: Apply, subject: Subject, seen: Seen) -> None:
    """Note what a function of the student's gives at a point."""
    seen(number(subject.get(case.function)(*case.at)))


function_slope = function_value
"""The student's function gives a slope; the oracle of this name differentiates."""


def _called(logged: Logged) -> list[tuple[float, ...]]:
    if not logged.points:
        raise Unusable("f was never called")
    return logged.points


def _numbers(values: Any) -> Any:
    return [_steady(value) for value in values] if type(values) in (list, tuple) else values


def _steady(value: Any) -> Any:
    """Return the number to six decimals: two right ways to write a difference differ in the tenth."""
    plain = number(value)
    return round(plain, 6) if type(plain) is float and isfinite(plain) else plain


def _moved(point: Sequence[float], at: Sequence[float]) -> list[int]:
    """Return the positions of the arguments that are away from the point, by more than rounding."""
    return [i for i, (mine, theirs) in enumerate(zip(point, at, strict=True)) if abs(mine - theirs) > 1e-14]
