"""Hand-picked cases on arrays, written briefly, and the banks they stand in front of."""

from __future__ import annotations

from typing import Any

from graders.banks.references import tensor_engine
from graders.cases.tensor import Array, Leaf, Step, TensorCase, TensorProgram
from graders.spec import BankSpec


def filled(shape: tuple[int, ...], *data: float, dtype: str = "float64") -> Array:
    """Return an array; without values it counts 1, 2, 3 and so on."""
    size = 1
    for side in shape:
        size *= side
    return Array(shape, data or tuple(float(n + 1) for n in range(size)), dtype)


def one(op: str, *leaves: Array | Leaf, up: Array, both: bool = False, **params: Any) -> TensorProgram:
    """Return one operation on fresh tensors whose gradients hold ones; `both` puts the first in both slots."""
    made = tuple(leaf if isinstance(leaf, Leaf) else Leaf(leaf, "tensor", (1.0,) * len(leaf.data)) for leaf in leaves)
    operands = (0, 0) if both else tuple(range(len(made)))
    return TensorProgram(made, (Step(op, operands, tuple(params.items())),), up)


def fresh(op: str, *leaves: Array | Leaf, up: Array) -> TensorProgram:
    """Return one operation on fresh tensors whose gradients are as the constructor made them."""
    return one(op, *(leaf if isinstance(leaf, Leaf) else Leaf(leaf) for leaf in leaves), up=up)


def bank(name: str, draw: str, *fixed: TensorCase, play: str = "closure", **params: Any) -> BankSpec:
    """Return a bank of tensor cases."""
    return BankSpec(name, "tensor", play, draw, params, fixed, reference=tensor_engine)


ROW, UP = filled((2,), 2.0, 3.0), filled((2,), 1.0, -2.0)
GRID, GRID_UP = filled((2, 3)), filled((2, 3), 1.0, 2.0, -1.0, 3.0, 0.5, -2.0)
SIX, FOUR = filled((2,), 6.0, 4.0), filled((2,), 4.0, 6.0)
TWO, THREE, HUNDRED = (Leaf(Array((), (value,)), "number") for value in (2.0, 3.0, 100.0))
