"""The banks of ex04 on operations of one element at a time: arithmetic, numbers, pointwise functions."""

from __future__ import annotations

from dataclasses import replace

from graders.cases.tensor import Leaf, TensorCase
from graders.cases.tensor_ops import ARITHMETIC, POINTWISE, TENSOR
from graders.concepts.ex04_arrays import (
    FOUR,
    ROW,
    SIX,
    TWO,
    UP,
    bank,
    filled,
    fresh,
    one,
)
from graders.spec import BankSpec

OPERATORS = {
    op: bank(
        op,
        "binary",
        one(op, ROW, SIX, up=UP),
        one(op, ROW, up=UP, both=True),
        one(op, SIX, up=UP, both=True),
        fresh(op, ROW, SIX, up=UP),
        op=op,
    )
    for op in ARITHMETIC
}
NEGATION = bank("neg", "unary", one("neg", ROW, up=UP), op="neg")
POWERS = bank(
    "pow", "powers", one("pow", ROW, up=UP, exponent=3), one("pow", SIX, up=UP, exponent=2), exponents=(2, 3, 1)
)
REAL_POWERS = bank(
    "pow_real",
    "powers",
    one("pow", FOUR, up=UP, exponent=0.5),
    one("pow", ROW, up=UP, exponent=-1),
    exponents=(-1, 0.5, -2, 1.5),
    positive=True,
)
ZEROTH_POWERS = bank("pow_zero", "powers", one("pow", filled((2,), 0.0, 2.0), up=UP, exponent=0), exponents=(0,))

_PLAIN = Leaf(SIX, "array")
_SQUARE, _SQUARE_UP = filled((2, 2), 1.0, -1.0, 2.0, 0.5), filled((2, 2), 1.0, -2.0, 3.0, 0.5)
_FIVE, _SCALAR_UP = filled((), 5.0), filled((), 2.0)


def _mixed(side: str, role: str, *fixed: TensorCase, ops: tuple[str, ...] = ARITHMETIC) -> BankSpec:
    name = f"{role}_{side}_matmul" if ops == ("matmul",) else f"{role}_{side}"
    return bank(
        name,
        "constants",
        *fixed,
        play="extended",
        ops=ops,
        side=side,
        role=role,
    )


NUMBERS = {
    "number_right": _mixed("right", "number", *(fresh(op, _FIVE, TWO, up=_SCALAR_UP) for op in ARITHMETIC)),
    "number_left": _mixed("left", "number", *(fresh(op, TWO, _FIVE, up=_SCALAR_UP) for op in ARITHMETIC)),
    "array_right": _mixed("right", "array", fresh("add", ROW, _PLAIN, up=UP)),
    "array_right_matmul": replace(
        _mixed(
            "right",
            "array",
            fresh("matmul", _SQUARE, Leaf(filled((2, 2)), "array"), up=_SQUARE_UP),
            ops=("matmul",),
        ),
        predict=False,
    ),
    "array_left": _mixed("left", "array", fresh("mul", _PLAIN, ROW, up=UP)),
    "array_left_matmul": _mixed(
        "left",
        "array",
        fresh(
            "matmul",
            Leaf(filled((2, 2)), "array"),
            _SQUARE,
            up=_SQUARE_UP,
        ),
        ops=("matmul",),
    ),
}

_SIGNED = filled((3,), -1.0, 2.0, -0.5)
_SIGNED_UP = filled((3,), 1.0, -2.0, 3.0)


def _pointwise(op: str) -> BankSpec:
    domain = TENSOR[op].domain
    plainest = one(op, ROW, up=UP) if domain == "positive" else one(op, _SIGNED, up=_SIGNED_UP)
    return bank(op, "unary", plainest, op=op, values=domain)


FUNCTIONS = {op: _pointwise(op) for op in POINTWISE}
KINKS = {
    op: bank(f"{op}_kink", "kinks", fresh(op, filled((1,), 0.0), up=filled((1,), 2.0)), op=op)
    for op in POINTWISE
    if TENSOR[op].domain == "smooth"
}
