"""Cases on arrays, shaped for one idea each: every function gives the cases of one kind of bank."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from graders.cases.tensor import Array, Leaf, Step, TensorProgram, Unbroadcast
from graders.cases.tensor_ops import ARITHMETIC, REDUCTIONS, TENSOR
from graders.strategies.tensor_arrays import (
    GRID,
    POSITIVE,
    Pool,
    arrays,
    distinct,
    divisors,
    fresh_leaf,
    leaf_of,
    numbers,
    preloads,
    reduced,
    shapes,
    stretched,
    upstreams,
)
from graders.strategies.tensor_losses import loss_calls, reductions_of, ties
from graders.strategies.tensor_views import duplicates, indexings, matmuls, reductions, reshapes, transposes

__all__ = [
    "binary",
    "constants",
    "dtyped",
    "duplicates",
    "expressions",
    "indexings",
    "kinks",
    "loss_calls",
    "matmuls",
    "maxima",
    "powers",
    "reductions",
    "reductions_of",
    "remembered",
    "reshapes",
    "stretches",
    "ties",
    "transposes",
    "unary",
    "unbroadcasts",
]

Drawn = st.SearchStrategy[Any]


def _right(op: str) -> Pool:
    """Return the numbers for an operator's right operand."""
    return numbers() if TENSOR[op].domain == "any" else divisors()


@st.composite
def binary(draw: st.DrawFn, op: str, least: int = 0) -> TensorProgram:
    """One operator between operands of equal shape; in one case of four the same tensor on both sides."""
    shape = draw(shapes(least, 2))
    right = _right(op)
    if draw(st.sampled_from((False, False, False, True))):
        return _single(draw, op, shape, (right,), (0, 0))
    return _single(draw, op, shape, (numbers(), right), (0, 1))


@st.composite
def unary(draw: st.DrawFn, op: str, values: str = "any") -> TensorProgram:
    """One method of a tensor of `"any"`, `"smooth"` (none near 0) or `"positive"` numbers."""
    pools = {
        "any": numbers(),
        "smooth": divisors(),
        "positive": numbers(POSITIVE, 0.1, 3.0),
    }
    return _single(draw, op, draw(shapes(0, 3)), (pools[values],), (0,))


@st.composite
def kinks(draw: st.DrawFn, op: str) -> TensorProgram:
    """One method of a tensor of zeros, whose gradient is as the constructor made it."""
    shape = draw(shapes(0, 3))
    return TensorProgram((draw(fresh_leaf(shape, (0.0,))),), (Step(op, (0,)),), draw(upstreams(shape)))


@st.composite
def powers(draw: st.DrawFn, exponents: Sequence[float], positive: bool = False) -> TensorProgram:
    """`x ** exponent` for one of the exponents; zero occurs among the bases unless they shall be `positive`."""
    exponent = draw(st.sampled_from(tuple(exponents)))
    values = numbers(POSITIVE, 0.1, 2.0) if positive else numbers() if exponent else numbers((0.0, *GRID), 1.0, 1.0)
    return _single(draw, "pow", draw(shapes(0, 2)), (values,), (0,), exponent=exponent)


@st.composite
def constants(draw: st.DrawFn, ops: Sequence[str], side: str, role: str) -> TensorProgram:
    """A tensor and something that is none, a `"number"` or an `"array"`, which stands `"left"` or `"right"`.

    Both have the same shape, so that nothing is stretched: `()` beside a number.
    """
    op = draw(st.sampled_from(tuple(ops)))
    shape = () if role == "number" else (draw(st.integers(1, 3)),) * 2 if op == "matmul" else draw(shapes(1, 2))
    pool = _right(op)
    tensor, other = draw(fresh_leaf(shape, pool)), draw(fresh_leaf(shape, pool, role))
    leaves = (other, tensor) if side == "left" else (tensor, other)
    return TensorProgram(leaves, (Step(op, (0, 1)),), draw(upstreams(shape)))


@st.composite
def stretches(draw: st.DrawFn, op: str) -> TensorProgram:
    """One operator between operands of different shapes that broadcast together."""
    a, b, wide = draw(stretched())
    leaves = (draw(fresh_leaf(a, numbers())), draw(fresh_leaf(b, _right(op))))
    return TensorProgram(leaves, (Step(op, (0, 1)),), draw(upstreams(wide)))


@st.composite
def unbroadcasts(draw: st.DrawFn) -> Unbroadcast:
    """Gradients of a broadcast shape and the shape they came from; equal shapes occur."""
    wide = draw(shapes(0, 3))
    kept = tuple(side if draw(st.booleans()) else 1 for side in wide)
    return Unbroadcast(draw(upstreams(wide)), kept[draw(st.integers(0, len(kept))) :])


@st.composite
def maxima(draw: st.DrawFn, dim: bool, ties: bool = False, keepdim: bool = False) -> TensorProgram:
    """`max()` or `max(dim)`, of values that are all different or, for `ties`, 1 and 2 only."""
    shape = draw(shapes(1, 3))
    values = arrays(shape, (1.0, 2.0)) if ties else distinct(shape, numbers())
    leaf = Leaf(draw(values), "tensor", draw(preloads(shape)))
    axis = draw(st.integers(-len(shape), len(shape) - 1)) if dim else None
    params = {**({} if axis is None else {"dim": axis}), **({"keepdim": True} if keepdim else {})}
    result = reduced(shape, axis, keepdim)
    return TensorProgram((leaf,), (Step("max", (0,), tuple(params.items())),), draw(upstreams(result)))


@st.composite
def remembered(draw: st.DrawFn, ops: Sequence[str]) -> TensorProgram:
    """One operation on small matrices whose gradients are as the constructor made them."""
    op = draw(st.sampled_from(tuple(ops)))
    rows, columns = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    shape = (rows, rows) if op == "matmul" else (rows, columns)
    slots = tuple(range(TENSOR[op].operands))
    values = numbers(POSITIVE, 0.5, 2.0) if TENSOR[op].steep else numbers()
    leaves = tuple(draw(fresh_leaf(shape, values)) for _ in slots)
    turned: dict[str, tuple[dict[str, Any], tuple[int, ...]]] = {
        "pow": ({"exponent": 2}, shape),
        "reshape": ({"shape": (columns, rows)}, (columns, rows)),
        "transpose": ({"dims": (0, 1)}, (columns, rows)),
        "index": ({"key": (0,)}, (columns,)),
    }
    params, result = turned.get(op, ({}, () if op in REDUCTIONS else shape))
    return TensorProgram(leaves, (Step(op, slots, tuple(params.items())),), draw(upstreams(result)))


@st.composite
def dtyped(draw: st.DrawFn, ops: Sequence[str], dtype: str) -> TensorProgram:
    """One operation on small whole numbers of another dtype, or one with a Python number (`"scale"`, `"shift"`)."""
    op = draw(st.sampled_from(tuple(ops)))
    shape = draw(shapes(1, 2))
    whole = (1.0, 2.0, 3.0, 4.0)
    leaf = Leaf(draw(arrays(shape, whole, dtype)))
    if op in ("scale", "shift", "pow"):
        number = Leaf(Array((), (2.0,)), "number")
        step = {
            "scale": Step("mul", (0, 1)),
            "shift": Step("sub", (1, 0)),
            "pow": Step("pow", (0,), (("exponent", 2),)),
        }[op]
        leaves = (leaf,) if op == "pow" else (leaf, number)
        return TensorProgram(leaves, (step,), draw(upstreams(shape, dtype)))
    if op in ARITHMETIC:
        other = Leaf(draw(arrays(shape, whole, dtype)))
        return TensorProgram((leaf, other), (Step(op, (0, 1)),), draw(upstreams(shape, dtype)))
    result = () if op in REDUCTIONS else shape
    return TensorProgram((leaf,), (Step(op, (0,)),), draw(upstreams(result, dtype)))


@st.composite
def expressions(draw: st.DrawFn, most: int = 5) -> TensorProgram:
    """Programs of several steps over one to three tensors of one shape, biased to the newest nodes and summed at times.

    The last step but the sum takes an inner node that has had another use before.
    """
    shape = draw(st.sampled_from(((), (2,), (1, 2), (2, 2))))
    count = draw(st.integers(1, 3))
    leaves = [*(draw(leaf_of(shape, numbers())) for _ in range(count))]
    leaves.append(Leaf(Array((), (draw(st.sampled_from((2.0, 3.0, -1.0, 100.0))),)), "number"))
    steps: list[Step] = []
    tensors = list(range(count))
    for _ in range(draw(st.integers(2, most))):
        steps.append(draw(_step(tuple(tensors), count)))
        tensors.append(len(leaves) + len(steps) - 1)
    pair = draw(st.permutations((draw(st.sampled_from(tensors[count:-1])), tensors[-1])))
    steps.append(Step(draw(st.sampled_from(("mul", "add", "sub"))), tuple(pair)))
    if draw(st.booleans()):
        steps.append(Step("sum", (len(leaves) + len(steps) - 1,)))
        shape = ()
    return TensorProgram(tuple(leaves), tuple(steps), draw(upstreams(shape)))


@lru_cache(maxsize=512)
def _step(tensors: tuple[int, ...], number: int) -> Drawn:
    """One operation on the newest node and any other, the newer ones first, or on one node and the number."""
    any_node = st.sampled_from(tensors[::-1])
    newest = st.just(tensors[-1])
    pairs = st.one_of(st.tuples(newest, any_node), st.tuples(any_node, newest))
    scaled = st.one_of(st.tuples(newest, st.just(number)), st.tuples(st.just(number), newest))
    return st.one_of(
        st.builds(Step, st.sampled_from(("mul", "add", "sub")), pairs),
        st.builds(Step, st.just("mul"), scaled),
        st.builds(Step, st.just("pow"), st.tuples(any_node), st.just((("exponent", 2),))),
    )


def _single(
    draw: st.DrawFn, op: str, shape: tuple[int, ...], pools: tuple[Pool, ...], operands: tuple[int, ...], **params: Any
) -> TensorProgram:
    leaves = tuple(draw(leaf_of(shape, pool)) for pool in pools)
    return TensorProgram(leaves, (Step(op, operands, tuple(params.items())),), draw(upstreams(shape)))
