"""The banks of ex04 on what holds for every operation: memory, graph and dtype, and on several operations together."""

from __future__ import annotations

import math
from typing import Any

from graders.cases.tensor import Leaf, Step, TensorCase, TensorProgram
from graders.cases.tensor_ops import ARITHMETIC, REDUCTIONS, TENSOR, group
from graders.concepts.ex04_arrays import (
    HUNDRED,
    ROW,
    SIX,
    THREE,
    TWO,
    UP,
    bank,
    filled,
    fresh,
    one,
)
from graders.spec import BankSpec

_SHIFTED = (-1.0, 2.0, 0.5, 1.0)


def _alone(op: str, dtype: str = "float64", side: int = 1) -> TensorProgram:
    """Return one operation on fresh square matrices."""
    row, size = TENSOR[op], side * side
    values = (3.0, 2.0, 1.0, 4.0) if row.steep or dtype != "float64" else _SHIFTED
    left, right = (filled((side, side), *data[:size], dtype=dtype) for data in (values, (2.0, 1.0, 4.0, 1.0)))
    matrices = (left, right)[: row.operands]
    settings: dict[str, dict[str, Any]] = {
        "pow": {"exponent": 2},
        "reshape": {"shape": (1, size) if side > 1 else (1,)},
        "transpose": {"dims": (0, 1)},
        "index": {"key": (0,)},
    }
    turned = {"reshape": settings["reshape"]["shape"], "index": (side,)}
    shape = () if op in REDUCTIONS else turned.get(op, (side, side))
    up = filled(shape, *(2.0, -1.0, 3.0, 1.0)[: math.prod(shape)], dtype=dtype)
    return one(op, *map(Leaf, matrices), up=up, **settings.get(op, {}))


_GROUPS = {name: group(name) for name in ("arithmetic", "pointwise", "reductions", "views", "products")}
MEMORY = {
    name: bank(f"memory_{name}", "remembered", *map(_alone, ops), play="memory", ops=ops)
    for name, ops in _GROUPS.items()
}
_TWO_OF_EACH = (_alone(op, dtype) for dtype in ("float64", "float32") for op in TENSOR)
OPERANDS = bank("operands", "remembered", *_TWO_OF_EACH, play="operands", ops=tuple(TENSOR))

_HALF = tuple(Leaf(filled((1,), value, dtype="float16")) for value in (2.0, 3.0, 1.0, 4.0))
HALF_PRODUCTS = TensorProgram(
    _HALF, (Step("mul", (0, 1)), Step("mul", (2, 3)), Step("add", (4, 5))), filled((1,), 1.0, dtype="float16")
)


def _kept(name: str, ops: tuple[str, ...], dtype: str, *fixed: TensorCase) -> BankSpec:
    alone = (_alone(op, dtype, 2) for op in ops if op not in ("scale", "shift"))
    return bank(f"dtype_{name}", "dtyped", *fixed, *alone, play="dtypes", ops=ops, dtype=dtype)


_HALF_ROW, _HALF_UP = filled((2,), 2.0, 3.0, dtype="float16"), filled((2,), 1.0, -2.0, dtype="float16")
DTYPES = {
    "arithmetic": _kept("arithmetic", ARITHMETIC, "float16", HALF_PRODUCTS),
    "reductions": _kept("reductions", REDUCTIONS, "float32"),
    "pointwise": _kept("pointwise", ("relu", "abs", "neg", "pow"), "float32"),
    "numbers": _kept(
        "numbers",
        ("scale", "shift"),
        "float16",
        fresh("mul", TWO, _HALF_ROW, up=_HALF_UP),
        fresh("add", _HALF_ROW, TWO, up=_HALF_UP),
    ),
}

_A, _B = (Leaf(array, "tensor", (0.0, 0.0)) for array in (ROW, SIX))
_SCENARIO = (
    Step("pow", (0,), (("exponent", 3),)),
    Step("mul", (2, 3)),
    Step("pow", (1,), (("exponent", 2),)),
    Step("sub", (4, 5)),
)
EXPRESSIONS = bank(
    "expressions",
    "expressions",
    TensorProgram(
        (Leaf(filled((2,)), "tensor", (0.0, 0.0)), HUNDRED), (Step("mul", (1, 0)), Step("sum", (2,))), filled((), 1.0)
    ),
    TensorProgram((_A, _B, THREE), _SCENARIO, filled((2,), 1.0, 1.0)),
    TensorProgram((_A, _B, THREE), (*_SCENARIO, Step("sum", (6,))), filled((), 1.0)),
    TensorProgram(
        tuple(Leaf(filled((1,), value), "tensor", (0.0,)) for value in (2.0, 3.0, 1.0, 4.0)),
        HALF_PRODUCTS.steps,
        filled((1,), 1.0),
    ),
    TensorProgram((_A, _B), (Step("add", (0, 1)), Step("mul", (2, 2))), UP),
    TensorProgram((_A, _B), (Step("mul", (0, 1)), Step("pow", (2,), (("exponent", 2),)), Step("add", (3, 2))), UP),
    TensorProgram((_A,), (Step("pow", (0,), (("exponent", 2),)), Step("sub", (1, 1)), Step("mul", (2, 0))), UP),
    TensorProgram(
        (_A, THREE),
        (Step("pow", (0,), (("exponent", 2),)), Step("mul", (2, 1)), Step("add", (2, 3)), Step("sum", (4,))),
        filled((), 2.0),
    ),
)
"""`y = 100 x` summed; `Q = 3a**3 - b**2`, plain and summed; `x1*x2 + x3*x4`; an inner node in both slots of +, two with
uses at two depths, and one in both slots of -; then drawn programs."""
