"""Checks of ex02 as an instructor would write them with pytest, Hypothesis and torch.

The numbers of checks and of cases are those of leafgrad's banks: as many for each operation, and for each operation
with a plain number, as the banks draw on average, and the same hand-picked edge cases.
"""

import math
import os
from operator import attrgetter, methodcaller
from statistics import mean

import pytest
import torch
from ex02_closures import Value
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graders.banks.sizes import sizes_of
from graders.cases.notation import OPERATORS
from graders.cases.ops import ARITHMETIC, SCALAR

_DRAWN = sizes_of("ex02_closures")
_WITH_NUMBERS = [size for bank, size in _DRAWN.items() if bank.endswith(("_left", "_right"))]
_OTHERS = [size for bank, size in _DRAWN.items() if not bank.endswith(("_left", "_right"))]
EXAMPLES = os.environ.get("PEER_EXAMPLES")
plain = settings(
    max_examples=int(EXAMPLES or round(mean(_OTHERS))),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
fewer = settings(plain, max_examples=int(EXAMPLES or round(mean(_WITH_NUMBERS))))

number = st.floats(-3, 3).map(lambda x: round(x, 3))
positive = st.floats(0.05, 3).map(lambda x: round(x, 3))
away_from_zero = number.filter(lambda x: abs(x) >= 0.05)
upstream = away_from_zero
exponent = st.sampled_from([2.0, 3.0, -1.0, 0.5, -2.0, 1.5, 4.0])

DOMAINS = {"any": number, "smooth": away_from_zero, "nonzero": away_from_zero, "positive": positive}


def of_one(row):
    """Return an operation of one operand on the student's class, on tensors, and the numbers it takes."""
    plain = OPERATORS[row.name].apply if row.name in OPERATORS else methodcaller(row.name)
    return abs if row.name == "abs" else plain, attrgetter(row.torch or row.name)(torch), DOMAINS[row.both]


BINARY = {op: (OPERATORS[op].apply, DOMAINS[SCALAR[op].both]) for op in ARITHMETIC}
UNARY = {op: of_one(row) for op, row in SCALAR.items() if len(row.domain) == 1}
KINKED = [op for op in UNARY if SCALAR[op].both == "smooth"]


def tensor(x):
    return torch.tensor(x, dtype=torch.float64, requires_grad=True)


def grad(x):
    return 0.0 if x.grad is None else x.grad.item()


def close(actual, expected):
    return actual == pytest.approx(expected, rel=1e-9, abs=1e-12)


def run(out):
    """Run the closure of `out`, and those of what it is made of when the student composed it."""
    order = []

    def visit(node):
        if all(node is not other for other in order):
            for child in node._prev:
                visit(child)
            order.append(node)

    visit(out)
    for node in reversed(order):
        node._backward()


def leaves_of(out, leaves):
    """Return which of `leaves` are among what `out` remembers."""
    found, rest = set(), list(out._prev)
    while rest:
        node = rest.pop()
        found |= {i for i, leaf in enumerate(leaves) if leaf is node}
        rest += node._prev
    return found


def compare(operation, truth, values, g):
    """Assert value, operands and gradients of one operation on leaves of their own."""
    leaves, tensors = [Value(x) for x in values], [tensor(x) for x in values]
    out, expected = operation(*leaves), truth(*tensors)
    assert close(out.data, expected.item())
    assert leaves_of(out, leaves) == set(range(len(leaves)))
    out.grad = g
    run(out)
    expected.backward(torch.tensor(g, dtype=torch.float64))
    for leaf, tensor_ in zip(leaves, tensors, strict=True):
        assert close(leaf.grad, grad(tensor_))


def compare_sum(operation, truth, values, before, g):
    """Assert that gradients are added to what is there."""
    leaves, tensors = [Value(x) for x in values], [tensor(x) for x in values]
    for leaf, start in zip(leaves, before, strict=True):
        leaf.grad = start
    out = operation(*leaves)
    out.grad = g
    run(out)
    truth(*tensors).backward(torch.tensor(g, dtype=torch.float64))
    for leaf, tensor_, start in zip(leaves, tensors, before, strict=True):
        assert close(leaf.grad, start + grad(tensor_))


@pytest.mark.parametrize("op", BINARY)
@plain
@given(data=st.data())
def test_binary(op, data):
    operation, second = BINARY[op]
    compare(operation, operation, (data.draw(number), data.draw(second)), data.draw(upstream))


@pytest.mark.parametrize("op", BINARY)
@plain
@given(data=st.data())
def test_binary_adds(op, data):
    operation, second = BINARY[op]
    if data.draw(st.booleans()):
        a = data.draw(second)
        compare_sum(lambda x: operation(x, x), lambda x: operation(x, x), (a,), (0.0,), data.draw(upstream))
    else:
        before = (data.draw(upstream), data.draw(upstream))
        compare_sum(operation, operation, (data.draw(number), data.draw(second)), before, data.draw(upstream))


@pytest.mark.parametrize("op", UNARY)
@plain
@given(data=st.data())
def test_unary(op, data):
    operation, truth, values = UNARY[op]
    compare(operation, truth, (data.draw(values),), data.draw(upstream))


@pytest.mark.parametrize("op", UNARY)
@plain
@given(data=st.data())
def test_unary_adds(op, data):
    operation, truth, values = UNARY[op]
    compare_sum(operation, truth, (data.draw(values),), (data.draw(upstream),), data.draw(upstream))


@plain
@given(a=positive, n=exponent, g=upstream)
def test_pow(a, n, g):
    compare(lambda x: x**n, lambda x: x**n, (a,), g)


@plain
@given(a=positive, n=exponent, g=upstream, before=upstream)
def test_pow_adds(a, n, g, before):
    compare_sum(lambda x: x**n, lambda x: x**n, (a,), (before,), g)


@pytest.mark.parametrize("op", BINARY)
@fewer
@given(a=away_from_zero, n=away_from_zero, g=upstream)
def test_right_number(op, a, n, g):
    operation, _ = BINARY[op]
    compare(lambda x: operation(x, n), lambda x: operation(x, n), (a,), g)


@pytest.mark.parametrize("op", BINARY)
@fewer
@given(a=away_from_zero, n=away_from_zero, g=upstream)
def test_left_number(op, a, n, g):
    operation, _ = BINARY[op]
    compare(lambda x: operation(n, x), lambda x: operation(n, x), (a,), g)


@plain
@given(a=positive, b=number, g=upstream)
def test_value_exponent(a, b, g):
    assume(b != 0)
    compare(lambda x, y: x**y, lambda x, y: x**y, (a, b), g)


@fewer
@given(n=positive, b=number, g=upstream)
def test_number_base(n, b, g):
    compare(lambda y: n**y, lambda y: n**y, (b,), g)


@pytest.mark.parametrize("op", KINKED)
@pytest.mark.parametrize("a", [0.0, -0.0])
@pytest.mark.parametrize("g", [-1.5, 1.0, 2.0])
def test_kink(op, a, g):
    operation, truth, _ = UNARY[op]
    compare(operation, truth, (a,), g)


POWERS = [(n, g) for n in (0.0, 2.0, 3.0) for g in (1.0, 2.0, -0.5)]


@pytest.mark.parametrize("n, g", POWERS)
def test_power_of_zero(n, g):
    compare(lambda x: x**n, lambda x: x**n, (0.0,), g)


LARGE = [("tanh", s * x) for x in (20.0, 355.0, 400.0, 711.0, 1e4) for s in (1, -1)]
LARGE += [("exp", x) for x in (-20.0, -710.0, -746.0, -1000.0, -1e5)]
LARGE += [("log", x) for x in (1e-12, 1e-200, 1e12, 1e200)]


@pytest.mark.parametrize("op, a", LARGE)
def test_large_input(op, a):
    operation, truth, _ = UNARY[op]
    leaf = Value(a)
    out = operation(leaf)
    assert close(out.data, truth(tensor(a)).item())
    out.grad = 2.0
    run(out)
    assert math.isfinite(leaf.grad)
