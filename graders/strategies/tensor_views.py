"""Cases of reductions, matrix products, and the operations that only move elements around."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st

from graders.cases.tensor import Step, TensorProgram
from graders.strategies.tensor_arrays import leaf_of, numbers, reduced, shapes, upstreams

_SIDE = st.integers(1, 3)


@st.composite
def reductions(draw: st.DrawFn, op: str, along: bool, keepdim: bool = False) -> TensorProgram:
    """`sum` or `mean` of everything, or `along` one dimension counted from either end."""
    shape = draw(shapes(1 if along else 0, 3))
    dim = draw(st.integers(-len(shape), len(shape) - 1)) if along else None
    params = {**({} if dim is None else {"dim": dim}), **({"keepdim": True} if keepdim else {})}
    leaf = draw(leaf_of(shape, numbers()))
    step = Step(op, (0,), tuple(params.items()))
    return TensorProgram((leaf,), (step,), draw(upstreams(reduced(shape, dim, keepdim))))


@st.composite
def matmuls(draw: st.DrawFn, kind: str) -> TensorProgram:
    """`@` between `"vectors"` (at least one of them), `"matrices"`, or a `"batch"` and a batch or a single matrix."""
    n, k, m = draw(_SIDE), draw(_SIDE), draw(_SIDE)
    if kind == "vectors":
        a, b = draw(st.sampled_from((((k,), (k,)), ((n, k), (k,)), ((k,), (k, m)))))
    elif kind == "matrices":
        square = draw(st.integers(0, 3)) == 0  # where a forgotten transposition raises nothing
        a, b = ((n, n), (n, n)) if square else ((n, k), (k, m))
    else:
        batch = draw(st.integers(1, 3))
        lead_a, lead_b = draw(
            st.sampled_from(
                (((batch,), (batch,)), ((batch,), ()), ((), (batch,)), ((1,), (batch,)), ((2, batch), (batch,)))
            )
        )
        a, b = (*lead_a, n, k), (*lead_b, k, m)
    result = np.matmul(np.zeros(a), np.zeros(b)).shape
    leaves = (draw(leaf_of(a, numbers())), draw(leaf_of(b, numbers())))
    return TensorProgram(leaves, (Step("matmul", (0, 1)),), draw(upstreams(result)))


@st.composite
def reshapes(draw: st.DrawFn) -> TensorProgram:
    """`reshape` to any arrangement of the same number of elements; one side may be left as -1."""
    shape = draw(shapes(0, 3))
    size = math.prod(shape)
    targets = [(size,), *((n, size // n) for n in range(1, size + 1) if size % n == 0), (1, size, 1)]
    target = draw(st.sampled_from(targets))
    given = draw(st.sampled_from([target, *(target[:n] + (-1,) + target[n + 1 :] for n in range(len(target)))]))
    leaf = draw(leaf_of(shape, numbers()))
    return TensorProgram((leaf,), (Step("reshape", (0,), (("shape", given),)),), draw(upstreams(target)))


@st.composite
def transposes(draw: st.DrawFn) -> TensorProgram:
    """`transpose` of two dimensions, counted from either end; the same one twice occurs."""
    shape = draw(shapes(2, 3))
    dims = tuple(draw(st.integers(-len(shape), len(shape) - 1)) for _ in range(2))
    result = np.zeros(shape).swapaxes(*dims).shape
    leaf = draw(leaf_of(shape, numbers()))
    return TensorProgram((leaf,), (Step("transpose", (0,), (("dims", dims),)),), draw(upstreams(result)))


@st.composite
def indexings(draw: st.DrawFn) -> TensorProgram:
    """`x[key]` with integers, slices, `...`, None, or an integer array that names each position once."""
    shape = draw(shapes(1, 3))
    if draw(st.integers(0, 2)):
        key = tuple(draw(_basic(side)) for side in shape[: draw(st.integers(1, len(shape)))])
        extra = draw(st.sampled_from((None, None, None, "...", "none")))
        key = (*key, "...") if extra == "..." else (None, *key) if extra == "none" else key
    else:
        order = draw(st.permutations(range(shape[0])))
        key = (("array", tuple(order[: draw(st.integers(1, shape[0]))])),)
    return _taken(draw, shape, key)


@st.composite
def duplicates(draw: st.DrawFn) -> TensorProgram:
    """`x[rows]` or `x[rows, columns]` with an integer array in which one position comes at least twice."""
    shape = draw(shapes(1, 2))
    count = draw(st.integers(2, 4))
    first = draw(st.lists(st.integers(-shape[0], shape[0] - 1), min_size=count - 1, max_size=count - 1))
    rows = draw(st.permutations([*first, first[0]]))
    key: list[Any] = [("array", tuple(rows))]
    if len(shape) == 2 and draw(st.booleans()):
        columns = [draw(st.integers(0, shape[1] - 1))] * count
        key.append(("array", tuple(columns)))
    elif draw(st.booleans()) and count == 4:
        key = [("array", (tuple(rows[:2]), tuple(rows[2:])))]
    return _taken(draw, shape, tuple(key))


def _basic(side: int) -> st.SearchStrategy[Any]:
    single = st.integers(-side, side - 1)
    ends = st.tuples(st.integers(0, side - 1), st.integers(1, side), st.sampled_from((None, 2)))
    slices = ends.map(lambda found: ("slice", min(found[0], found[1] - 1), found[1], found[2]))
    return st.one_of(single, slices, st.just(("slice", None, None, None)))


def _taken(draw: st.DrawFn, shape: tuple[int, ...], key: tuple[Any, ...]) -> TensorProgram:
    result = np.zeros(shape)[tuple(_numpy(item) for item in key)].shape
    step = Step("index", (0,), (("key", key),))
    return TensorProgram((draw(leaf_of(shape, numbers())),), (step,), draw(upstreams(result)))


def _numpy(item: Any) -> Any:
    if item == "...":
        return ...
    if isinstance(item, tuple):
        return slice(*item[1:]) if item[0] == "slice" else np.array(item[1])
    return item
