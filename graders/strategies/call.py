"""How formulas and points are drawn, each shape so that one idea alone decides whether an answer is right.

A finite difference is exact on some functions whatever the nudge: both kinds on a straight line, the centred one at the
bottom of a parabola. With numbers on a grid of halves and nudges that are powers of two nothing is rounded either.
"""

from __future__ import annotations

import math

from hypothesis import strategies as st

from graders.cases.call import Apply, Call
from graders.cases.formula import Formula, Step

NAMES = ("x", "y", "z", "u")
LARGEST = 50.0

halves = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, -0.5, -1.0, -1.5, -2.0])
nonzero_halves = halves.filter(bool)
fine = st.sampled_from([0.5, 0.25, 0.125, 0.0625])
smooth_points = st.one_of(nonzero_halves, st.floats(-2, 2, width=32).filter(lambda number: abs(number) > 0.2))


class _Writer:
    """Collects the steps of a formula."""

    def __init__(self, names: int) -> None:
        self.names = NAMES[:names]
        self.steps: list[Step] = []

    def put(self, *step: str | int | float) -> int:
        """Append a step and return the position of its value."""
        self.steps.append(step)
        return len(self.names) + len(self.steps) - 1

    def scaled(self, position: int, factor: float) -> int:
        """Append `factor * value`, or nothing when the factor is 1."""
        return position if factor == 1 else self.put("mul", self.put("const", factor), position)

    def shifted(self, position: int, by: float) -> int:
        """Append `value - by`, or nothing when that is the value itself."""
        if not by:
            return position
        return self.put("sub" if by > 0 else "add", position, self.put("const", abs(by)))

    def total(self, positions: list[int]) -> int:
        """Append the sum of the values."""
        first, *rest = positions
        for position in rest:
            first = self.put("add", first, position)
        return first

    def formula(self) -> Formula:
        """Return what was written."""
        return Formula(self.names, tuple(self.steps))


@st.composite
def lines(draw: st.DrawFn, default: bool = False) -> Call:
    """Straight lines in one argument, never flat; `default` also leaves out `eps`."""
    writer, here = _Writer(1), 0
    for kind in draw(st.lists(st.sampled_from(["mul", "add", "sub", "neg"]), min_size=1, max_size=4)):
        if kind == "mul":
            here = writer.scaled(here, draw(nonzero_halves.filter(lambda factor: factor != 1)))
        elif kind == "neg":
            here = writer.put("neg", here)
        elif kind == "add":
            here = writer.put("add", here, 0) if draw(st.booleans()) else writer.shifted(here, draw(nonzero_halves))
        else:
            here = writer.put("sub", writer.put("const", draw(nonzero_halves)), here)
    f = writer.formula()
    if f(1.0) == f(0.0):
        f = Formula(NAMES[:1], (("const", 2.0), ("mul", 1, 0)))
    return Call(f, (draw(halves),), eps=draw(st.none() | fine if default else fine))


@st.composite
def bottoms(draw: st.DrawFn) -> Call:
    """The lowest (or highest) point of a parabola, where the derivative is 0 and a one-sided difference is not."""
    writer, lowest = _Writer(1), draw(halves)
    here = writer.scaled(writer.put("pow", writer.shifted(0, lowest), 2), draw(nonzero_halves))
    writer.shifted(here, draw(halves))
    return Call(writer.formula(), (lowest,), eps=draw(st.none() | fine))


@st.composite
def curves(draw: st.DrawFn) -> Call:
    """Bent functions of one argument whose error at a nudge of 0.1 is governed by its leading term."""
    return draw(_smooth(names=1, kinks=False).filter(_leading_term_governs))


@st.composite
def smooth(draw: st.DrawFn) -> Call:
    """Functions of one to three arguments built from all operations, at points away from kinks and poles."""
    names = draw(st.sampled_from([1, 2, 2, 3]))
    case = draw(_smooth(names=names))
    return Call(case.f, case.at, arg=draw(st.integers(0, names - 1)) if names > 1 else None)


@st.composite
def straight_along_each(draw: st.DrawFn, least: int = 2, arg: bool = False, tuples: bool = False) -> Call:
    """Sums of products in which no argument meets itself: straight along each argument, with different slopes."""
    count = draw(st.integers(least, len(NAMES)))
    writer = _Writer(count)
    factors = draw(st.permutations([1.0, 2.0, -1.0, 3.0, -2.0]))
    terms = [writer.scaled(i, factors[i]) for i in range(count)]
    for left, right in draw(st.lists(st.sampled_from(_pairs(count)), max_size=2, unique=True)) if count > 1 else []:
        terms.append(writer.scaled(writer.put("mul", left, right), draw(nonzero_halves)))
    writer.total(terms)
    numbers = st.sampled_from([0.3, 0.7, 1.1, -0.6]) if tuples else halves
    case = Call(writer.formula(), tuple(draw(numbers) for _ in range(count)))
    slopes = [_one_sided(case, i) for i in range(count)]
    if len({abs(slope) for slope in slopes}) < len(slopes) or 0.0 in slopes:
        case = Call(_plain_sum(count), case.at)
    asked = draw(st.integers(1, count - 1)) if arg else None
    return Call(case.f, case.at, arg=asked, tuples=tuples and draw(st.booleans()))


@st.composite
def bowls(draw: st.DrawFn, tuples: bool = False) -> Call:
    """Convex bowls in one to three arguments that are tied to each other, with a learning rate that leads downhill."""
    count = draw(st.sampled_from([1, 2, 3]))
    writer = _Writer(count)
    terms = []
    for i in range(count):
        square = writer.put("pow", writer.shifted(i, draw(halves)), 2)
        terms.append(writer.scaled(square, draw(st.sampled_from([1.0, 1.5, 2.0, 3.0]))))
    for left, right in _pairs(count)[: count - 1]:
        terms.append(writer.put("mul", left, right))
    writer.total(terms)
    at = tuple(draw(nonzero_halves) for _ in range(count))
    lr, steps = draw(st.sampled_from([0.1, 0.05, 0.2])), draw(st.sampled_from([1, 2, 3, 5, 0]))
    return Call(writer.formula(), at, lr=lr, steps=steps, tuples=tuples and draw(st.booleans()))


@st.composite
def points(
    draw: st.DrawFn, function: str, torch: str, low: float = -4.0, high: float = 4.0, arguments: int = 1
) -> Apply:
    """Points between two bounds, simple numbers among them, for a function of the student's.

    Args:
        draw: Of Hypothesis.
        function: Its name in the student's file.
        torch: Dotted name of what gives the truth.
        low: Least number.
        high: Largest number.
        arguments: Numbers that the function takes.
    """
    simple = st.integers(-8, 8).map(lambda number: number / 2).filter(lambda number: low <= number <= high)
    number = st.one_of(simple, st.floats(low, high, width=32))
    return Apply(function, torch, tuple(draw(number) for _ in range(arguments)))


@st.composite
def _smooth(draw: st.DrawFn, names: int, kinks: bool = True) -> Call:
    """A random program whose operands lean to the newest values, kept inside the domain of each operation."""
    at = tuple(draw(smooth_points) for _ in range(names))
    writer, values = _Writer(names), list(at)
    ops = ["mul", "add", "pow", "tanh", "exp", "sub", "div", "log", "neg", *(["abs"] if kinks else [])]
    for _ in range(draw(st.integers(2, 6))):
        op = draw(st.sampled_from(ops))
        left = len(values) - 1 - draw(st.sampled_from([0, 0, 0, 1, 2])) % len(values)
        right = draw(st.integers(0, len(values) - 1))
        step = _legal(op, left, right, values, draw)
        if step is not None:
            writer.put(*step)
            values = writer.formula().values(at)
    if not writer.steps:
        writer.put("mul", 0, names - 1)
    return Call(writer.formula(), at)


def _legal(op: str, left: int, right: int, values: list[float], draw: st.DrawFn) -> Step | None:
    """Return the step, or None where its value or its slope would leave the comfortable range."""
    here = values[left]
    if op == "pow":
        return ("pow", left, draw(st.sampled_from([2, 3]))) if abs(here) <= 3 else None
    if op == "exp":
        return (op, left) if abs(here) <= 2 else None
    if op == "abs":
        return (op, left) if abs(here) >= 0.2 else None
    if op == "log":
        return (op, left) if here >= 0.5 else None
    if op in ("tanh", "neg"):
        return (op, left)
    if op == "div":
        return (op, left, right) if abs(values[right]) >= 0.5 and left != right else None
    size = abs(here * values[right]) if op == "mul" else abs(here) + abs(values[right])
    return (op, left, right) if size <= LARGEST and not (op == "sub" and left == right) else None


def _leading_term_governs(case: Call) -> bool:
    """Return whether centred differences approach their limit as the square of the nudge, and one-sided ones do not."""
    try:
        for widest in (0.1, 0.2):
            large, middle, small = (_centred(case.f, case.at[0], widest / shrink) for shrink in (1, 10, 100))
            if abs(middle - small) < 1e-5 or not 60 <= abs(large - middle) / abs(middle - small) <= 160:
                return False
        right, left = _one_sided(case, 0, 0.01), _one_sided(case, 0, -0.01)
        return abs(right - left) > 1e-3 and abs(right + left) > 0.6
    except (ArithmeticError, ValueError):
        return False


def _centred(f: Formula, x: float, h: float) -> float:
    return (f(x + h) - f(x - h)) / (2 * h)


def _one_sided(case: Call, arg: int, h: float = 0.125) -> float:
    moved = list(case.at)
    moved[arg] += h
    slope = (case.f(*moved) - case.f(*case.at)) / h
    return slope if math.isfinite(slope) else 0.0


def _pairs(count: int) -> list[tuple[int, int]]:
    return [(left, right) for left in range(count) for right in range(left + 1, count)]


def _plain_sum(count: int) -> Formula:
    writer = _Writer(count)
    writer.total([writer.scaled(i, factor) for i, factor in zip(range(count), (2.0, -1.0, 3.0, 0.5), strict=False)])
    return writer.formula()
