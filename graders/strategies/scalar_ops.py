"""How single operations are drawn for the closures of ex02."""

from __future__ import annotations

from hypothesis import strategies as st

from graders.cases.ops import SCALAR, SINGLE
from graders.cases.program import Program

_GRID = (2.0, 1.0, 3.0, 0.5, -1.0, -2.0, 1.5, -0.5, -1.5, 0.0)
_UPSTREAM = (1.0, 2.0, -1.0, 0.5, 3.0, -2.0, 1.5, -0.5)
_WHOLE = (2.0, 3.0, -1.0, 1.0, -2.0, 4.0)
_FRACTIONS = (0.5, 1.5, -0.5)
_HELD = ((0,), (1,), (0, 1))
"""Which leaves hold a gradient already."""
_SMALLEST = 0.05


def values(positive: bool = False, zero: bool = True) -> st.SearchStrategy[float]:
    """Return numbers from a small grid of halves, mixed with thousandths between -3 and 3.

    Args:
        positive: Only numbers of at least 0.05.
        zero: Whether 0 and its neighbourhood may occur.
    """
    mixed = st.sampled_from(_GRID) | st.integers(-3000, 3000).map(lambda n: n / 1000)
    if positive:
        return mixed.map(abs).filter(lambda x: x >= _SMALLEST)
    return mixed if zero else mixed.filter(lambda x: abs(x) >= _SMALLEST)


def operands(domain: str) -> st.SearchStrategy[float]:
    """Return numbers for an operand; see `ops.DOMAINS`."""
    return values(positive=domain == "positive", zero=domain == "any")


def upstreams() -> st.SearchStrategy[float]:
    """Return gradients to put on a result: never 0, the plainest first."""
    return st.sampled_from(_UPSTREAM) | st.integers(101, 2999).map(lambda n: (n if n % 2 else -n) / 1000)


@st.composite
def operations(draw: st.DrawFn, op: str) -> Program:
    """Return one operation on different leaves whose gradients are 0."""
    leaves, step = _operands(draw, op)
    return Program(leaves, (step,), (), ((len(leaves), draw(upstreams())),))


def reused_operands(op: str) -> st.SearchStrategy[Program]:
    """Return operations whose operand has other uses: both slots, a gradient that is already there, a second result."""
    shapes = [preloaded(op), two_uses(op)]
    return st.one_of(shapes if op in SINGLE else [both_slots(op), *shapes])


@st.composite
def both_slots(draw: st.DrawFn, op: str) -> Program:
    """Return `a op a`."""
    a = draw(operands(SCALAR[op].both))
    return Program((a,), ((op, 0, 0),), (), ((1, draw(upstreams())),))


@st.composite
def preloaded(draw: st.DrawFn, op: str) -> Program:
    """Return one operation whose leaves already hold a gradient, as another use leaves it."""
    leaves, step = _operands(draw, op)
    held = draw(st.sampled_from(_HELD[: 3 if len(leaves) == 2 else 1]))
    preload = tuple(draw(upstreams()) if slot in held else 0.0 for slot in range(len(leaves)))
    return Program(leaves, (step,), preload, ((len(leaves), draw(upstreams())),))


@st.composite
def two_uses(draw: st.DrawFn, op: str) -> Program:
    """Return two results of the operation that share an operand, both sent back one after the other."""
    leaves, step = _operands(draw, op)
    if op in SINGLE:
        steps = (step, step if op != "pow" else ("pow", 0, draw(st.sampled_from(_WHOLE))))
    else:
        leaves = tuple(draw(operands(SCALAR[op].both)) for _ in range(3))
        steps = (step, (op, *draw(st.sampled_from([(0, 2), (2, 1), (1, 2), (0, 0)]))))
    count = len(leaves)
    return Program(leaves, steps, (), ((count, draw(upstreams())), (count + 1, draw(upstreams()))))


@st.composite
def with_number(draw: st.DrawFn, op: str, left: bool) -> Program:
    """Return one operation between a leaf and a plain number, which stands on the left or on the right."""
    domain = SCALAR[op].domain
    a, number = draw(operands(domain[left])), draw(operands(domain[not left]))
    step = (op, number, 0) if left else (op, 0, number)
    preload = draw(st.sampled_from([(), (1.0,), (-0.5,)]))
    return Program((a,), (step,), preload, ((1, draw(upstreams())),))


@st.composite
def value_exponents(draw: st.DrawFn) -> Program:
    """Return `a ** b` with leaves in both slots and a positive base."""
    leaves = (draw(values(positive=True)), draw(values()))
    preload = draw(st.sampled_from([(), (1.0, -0.5)]))
    return Program(leaves, (("pow", 0, 1),), preload, ((2, draw(upstreams())),))


def _operands(draw: st.DrawFn, op: str) -> tuple[tuple[float, ...], tuple[object, ...]]:
    """Return leaves in the domain of `op` and the step on them; no leaf stands at a kink, no exponent is 0."""
    if op == "pow":
        exponent = draw(st.sampled_from(_WHOLE) | st.sampled_from(_FRACTIONS) | values(zero=False))
        base = draw(values(positive=not exponent.is_integer(), zero=False))
        return (base,), ("pow", 0, exponent)
    domain = SCALAR[op].domain
    return tuple(draw(operands(one)) for one in domain), (op, *range(len(domain)))
