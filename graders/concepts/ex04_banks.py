"""The banks of ex04: which cases each idea about arrays is judged on, hand-picked ones first."""

from __future__ import annotations

from typing import Any

from graders.cases.tensor import Array, Leaf, Step, TensorCase, TensorProgram, Unbroadcast

from graders.spec import BankSpec

FEW, SOME = 20, 60
"""Cases of banks whose answers hardly depend on numbers, and of those that have sisters."""


def filled(shape: tuple[int, ...], *data: float, dtype: str = "float64") -> Array:
    """Return an array; without values it counts 1, 2, 3 and so on."""
    size = 1
    for side in shape:
        size *= side
    return Array(shape, data or tuple(float(n + 1) for n in range(size)), dtype)


def one(op: str, *leaves: Array | Leaf, up: Array, both: bool = False, **params: Any) -> TensorProgram:
    """Return one operation on fresh tensors whose gradients hold ones; `both` puts the first in both slots."""
    made = tuple(
        leaf if isinstance(leaf, Leaf) else Leaf(leaf, "tensor", (1.0,) * len(leaf.data)) for leaf in leaves
    )
    operands = (0, 0) if both else tuple(range(len(made)))
    return TensorProgram(made, (Step(op, operands, tuple(params.items())),), up)


def fresh(op: str, *leaves: Array | Leaf, up: Array) -> TensorProgram:
    """Return one operation on fresh tensors whose gradients are as the constructor made them."""
    return one(op, *(leaf if isinstance(leaf, Leaf) else Leaf(leaf) for leaf in leaves), up=up)


def bank(
    name: str, draw: str, *fixed: TensorCase, play: str = "closure", cases: int | None = None, **params: Any
) -> BankSpec:
    """Return a bank of tensor cases."""
    return BankSpec(name, "tensor", play, draw, params, fixed, cases, reference="reference")


ROW, UP = filled((2,), 2.0, 3.0), filled((2,), 1.0, -2.0)
GRID, GRID_UP = filled((2, 3)), filled((2, 3), 1.0, 2.0, -1.0, 3.0, 0.5, -2.0)
SIX, FOUR = filled((2,), 6.0, 4.0), filled((2,), 4.0, 6.0)

ARITHMETIC = {
    op: bank(op, "binary", one(op, ROW, SIX, up=UP), one(op, ROW, up=UP, both=True), op=op)
    for op in ("add", "sub", "mul", "div")
}
NEGATION = bank("neg", "unary", one("neg", ROW, up=UP), op="neg")
POWERS = bank("pow", "powers", one("pow", ROW, up=UP, exponent=3), one("pow", SIX, up=UP, exponent=2), exponents=(2, 3, 1))
REAL_POWERS = bank(
    "pow_real",
    "powers",
    one("pow", FOUR, up=UP, exponent=0.5),
    one("pow", ROW, up=UP, exponent=-1),
    exponents=(-1, 0.5, -2, 1.5),
    positive=True,
)
ZEROTH_POWERS = bank("pow_zero", "powers", one("pow", filled((2,), 0.0, 2.0), up=UP, exponent=0), exponents=(0,))

_MIDDLE = (filled((2, 1, 2)), filled((2, 3, 2)))
_WIDE_UP = filled((2, 3, 2), *(float(n % 5 - 2 or 1.5) for n in range(12)))
STRETCHED = {
    op: bank(
        f"{op}_broadcast",
        "stretches",
        fresh(op, filled((2, 2)), filled((2,)), up=filled((2, 2), 1.0, -2.0, 3.0, 0.5)),
        fresh(op, filled((2, 1)), filled((1, 2)), up=filled((2, 2), 1.0, -2.0, 3.0, 0.5)),
        fresh(op, *_MIDDLE, up=_WIDE_UP),
        fresh(op, ROW, filled((), 2.0), up=UP),
        play="extended",
        cases=SOME,
        op=op,
    )
    for op in ("add", "sub", "mul", "div")
}
UNBROADCAST = bank(
    "unbroadcast",
    "unbroadcasts",
    Unbroadcast(UP, (2,)),
    Unbroadcast(UP, (1,)),
    Unbroadcast(UP, ()),
    Unbroadcast(GRID_UP, (3,)),
    Unbroadcast(GRID_UP, (2, 1)),
    Unbroadcast(_WIDE_UP, (2, 1, 2)),
    Unbroadcast(_WIDE_UP, (3, 1)),
    Unbroadcast(filled((1, 1, 3), 1.0, 2.0, -1.0), (1, 1, 3)),
    Unbroadcast(filled((1, 3), 1.0, 2.0, -1.0), (3,)),
    play="unbroadcast",
)

_ALL = ("add", "sub", "mul", "div")
_TWO = Leaf(Array((), (2.0,)), "number")
_HUNDRED = Leaf(Array((), (100.0,)), "number")
_PLAIN = Leaf(SIX, "array")
_FIVE, _SCALAR_UP = filled((), 5.0), filled((), 2.0)


def _mixed(side: str, role: str, *fixed: TensorCase, ops: tuple[str, ...] = _ALL) -> BankSpec:
    name = f"{role}_{side}_matmul" if ops == ("matmul",) else f"{role}_{side}"
    return bank(name, "constants", *fixed, play="extended", cases=None if role == "number" else SOME, ops=ops, side=side, role=role)


NUMBERS = {
    "number_right": _mixed("right", "number", *(fresh(op, _FIVE, _TWO, up=_SCALAR_UP) for op in _ALL)),
    "number_left": _mixed("left", "number", *(fresh(op, _TWO, _FIVE, up=_SCALAR_UP) for op in _ALL)),
    "array_right": _mixed("right", "array", fresh("add", ROW, _PLAIN, up=UP)),
    "array_left": _mixed("left", "array", fresh("mul", _PLAIN, ROW, up=UP)),
    "array_left_matmul": _mixed(
        "left",
        "array",
        fresh("matmul", Leaf(filled((2, 2)), "array"), filled((2, 2), 1.0, -1.0, 2.0, 0.5), up=filled((2, 2), 1.0, -2.0, 3.0, 0.5)),
        ops=("matmul",),
    ),
}

REDUCED = {
    op: (
        bank(f"{op}_all", "reductions", one(op, ROW, up=filled((), 2.0)), one(op, GRID, up=filled((), -3.0)), op=op, along=False),
        bank(
            f"{op}_dim",
            "reductions",
            one(op, GRID, up=filled((3,), 1.0, -2.0, 3.0), dim=0),
            one(op, GRID, up=UP, dim=1),
            one(op, filled((2, 2)), up=UP, dim=-1),
            op=op,
            along=True,
        ),
        bank(
            f"{op}_keepdim",
            "reductions",
            one(op, GRID, up=filled((1, 3), 1.0, -2.0, 3.0), dim=0, keepdim=True),
            one(op, GRID, up=filled((2, 1), 1.0, -2.0), dim=1, keepdim=True),
            op=op,
            along=True,
            keepdim=True,
        ),
    )
    for op in ("sum", "mean")
}

_SQUARE = filled((2, 2), 1.0, -2.0, 3.0, 0.5)
PRODUCTS = {
    "vectors": bank(
        "matmul_vectors",
        "matmuls",
        one("matmul", ROW, SIX, up=filled((), 2.0)),
        one("matmul", filled((3, 2)), ROW, up=filled((3,), 1.0, -2.0, 3.0)),
        one("matmul", ROW, GRID, up=filled((3,), 1.0, -2.0, 3.0)),
        kind="vectors",
    ),
    "matrices": bank(
        "matmul_matrices",
        "matmuls",
        one("matmul", filled((2, 2)), filled((2, 2), 0.0, 1.0, 2.0, -1.0), up=_SQUARE),
        one("matmul", GRID, filled((3, 2)), up=_SQUARE),
        kind="matrices",
    ),
    "batch": bank(
        "matmul_batch",
        "matmuls",
        one("matmul", filled((2, 2, 2)), filled((2, 2, 1)), up=filled((2, 2, 1), 1.0, -2.0, 3.0, 0.5)),
        one("matmul", filled((2, 2, 2)), filled((2, 1)), up=filled((2, 2, 1), 1.0, -2.0, 3.0, 0.5)),
        one("matmul", filled((1, 1, 2)), filled((2, 2, 1)), up=filled((2, 1, 1), 1.0, -2.0)),
        kind="batch",
    ),
}

_SIGNED = filled((3,), -1.0, 2.0, -0.5)
_SIGNED_UP = filled((3,), 1.0, -2.0, 3.0)
POINTWISE = {
    op: bank(op, "unary", one(op, ROW if op == "log" else _SIGNED, up=UP if op == "log" else _SIGNED_UP), op=op, values=values)
    for op, values in (("relu", "smooth"), ("abs", "smooth"), ("exp", "any"), ("log", "positive"))
}
KINKS = {
    op: bank(f"{op}_kink", "kinks", fresh(op, filled((1,), 0.0), up=filled((1,), 2.0)), cases=SOME, op=op)
    for op in ("relu", "abs")
}
MAXIMA = {
    "all": bank("max_all", "maxima", one("max", GRID, up=filled((), 2.0)), dim=False),
    "dim": bank(
        "max_dim",
        "maxima",
        one("max", GRID, up=UP, dim=1),
        one("max", GRID, up=filled((3,), 1.0, -2.0, 3.0), dim=0),
        dim=True,
    ),
    "keepdim": bank(
        "max_keepdim", "maxima", one("max", GRID, up=filled((2, 1), 1.0, -2.0), dim=1, keepdim=True), dim=True, keepdim=True
    ),
    "ties": bank("max_ties", "maxima", one("max", filled((3,), 2.0, 1.0, 2.0), up=filled((), 2.0)), dim=False, ties=True),
    "dim_ties": bank(
        "max_dim_ties",
        "maxima",
        one("max", filled((2, 3), 2.0, 1.0, 2.0, 1.0, 1.0, 1.0), up=UP, dim=1),
        dim=True,
        ties=True,
    ),
}

RESHAPES = bank(
    "reshape", "reshapes", one("reshape", GRID, up=filled((3, 2), 1.0, 2.0, -1.0, 3.0, 0.5, -2.0), shape=(3, 2))
)
TRANSPOSES = bank(
    "transpose",
    "transposes",
    one("transpose", filled((2, 2)), up=_SQUARE, dims=(0, 1)),
    one("transpose", _MIDDLE[1], up=filled((3, 2, 2), *_WIDE_UP.data), dims=(0, 1)),
)
INDEXINGS = bank(
    "index",
    "indexings",
    one("index", ROW, up=filled((), 2.0), key=(1,)),
    one("index", GRID, up=filled((3,), 1.0, -2.0, 3.0), key=(0,)),
    one("index", GRID, up=UP, key=(("slice", None, None, None), -1)),
    one("index", filled((3,)), up=UP, key=(("array", (2, 0)),)),
)
DUPLICATES = bank(
    "index_duplicates",
    "duplicates",
    one("index", ROW, up=UP, key=(("array", (0, 0)),)),
    one("index", filled((2, 2)), up=filled((3, 2), 1.0, -2.0, 3.0, 0.5, 1.5, 2.0), key=(("array", (1, 0, 1)),)),
)

_SHIFTED = filled((2, 2), -1.0, 2.0, 0.5, 1.0)


def _alone(op: str, dtype: str = "float64") -> TensorProgram:
    """Return one operation on fresh square matrices."""
    operands = 2 if op in (*_ALL, "matmul") else 1
    left = filled((2, 2), 3.0, 2.0, 1.0, 4.0, dtype=dtype) if op in ("log", "div") or dtype != "float64" else _SHIFTED
    given = (left, filled((2, 2), 2.0, 1.0, 4.0, 1.0, dtype=dtype))[:operands]
    params: dict[str, Any] = {
        "pow": {"exponent": 2},
        "reshape": {"shape": (1, 4)},
        "transpose": {"dims": (0, 1)},
        "index": {"key": (0,)},
    }.get(op, {})
    shape = {"sum": (), "mean": (), "max": (), "reshape": (1, 4), "index": (2,)}.get(op, (2, 2))
    up = filled(shape, *(2.0, -1.0, 3.0, 1.0)[: 4 if len(shape) == 2 else 2 if shape else 1], dtype=dtype)
    return one(op, *map(Leaf, given), up=up, **params)


_GROUPS = {
    "arithmetic": _ALL,
    "pointwise": ("relu", "abs", "exp", "log"),
    "reductions": ("sum", "mean", "max"),
    "views": ("reshape", "transpose", "index"),
    "products": ("matmul",),
}
MEMORY = {
    name: bank(f"memory_{name}", "remembered", *map(_alone, ops), play="memory", cases=40, ops=ops)
    for name, ops in _GROUPS.items()
}
_EVERY = (*(op for ops in _GROUPS.values() for op in ops), "neg", "pow")
OPERANDS = bank("operands", "remembered", *map(_alone, _EVERY), play="operands", cases=FEW, ops=_EVERY)

_HALF = tuple(Leaf(filled((1,), value, dtype="float16")) for value in (2.0, 3.0, 1.0, 4.0))
HALF_PRODUCTS = TensorProgram(
    _HALF, (Step("mul", (0, 1)), Step("mul", (2, 3)), Step("add", (4, 5))), filled((1,), 1.0, dtype="float16")
)
def _kept(name: str, ops: tuple[str, ...], dtype: str, *fixed: TensorCase) -> BankSpec:
    alone = (_alone(op, dtype) for op in ops if op not in ("scale", "shift"))
    return bank(f"dtype_{name}", "dtyped", *fixed, *alone, play="dtypes", cases=FEW, ops=ops, dtype=dtype)


_HALF_ROW, _HALF_UP = filled((2,), 2.0, 3.0, dtype="float16"), filled((2,), 1.0, -2.0, dtype="float16")
DTYPES = {
    "arithmetic": _kept("arithmetic", _ALL, "float16", HALF_PRODUCTS),
    "reductions": _kept("reductions", ("sum", "mean", "max"), "float32"),
    "pointwise": _kept("pointwise", ("relu", "abs", "neg", "pow"), "float32"),
    "numbers": _kept(
        "numbers",
        ("scale", "shift"),
        "float16",
        fresh("mul", _TWO, _HALF_ROW, up=_HALF_UP),
        fresh("add", _HALF_ROW, _TWO, up=_HALF_UP),
    ),
}

_A, _B = (Leaf(array, "tensor", (0.0, 0.0)) for array in (ROW, SIX))
_THREE = Leaf(Array((), (3.0,)), "number")
_SCENARIO = (Step("pow", (0,), (("exponent", 3),)), Step("mul", (2, 3)), Step("pow", (1,), (("exponent", 2),)), Step("sub", (4, 5)))
EXPRESSIONS = bank(
    "expressions",
    "expressions",
    TensorProgram(
        (Leaf(filled((2,)), "tensor", (0.0, 0.0)), _HUNDRED), (Step("mul", (1, 0)), Step("sum", (2,))), filled((), 1.0)
    ),
    TensorProgram((_A, _B, _THREE), _SCENARIO, filled((2,), 1.0, 1.0)),
    TensorProgram((_A, _B, _THREE), (*_SCENARIO, Step("sum", (6,))), filled((), 1.0)),
    TensorProgram(
        tuple(Leaf(filled((1,), value), "tensor", (0.0,)) for value in (2.0, 3.0, 1.0, 4.0)),
        HALF_PRODUCTS.steps,
        filled((1,), 1.0),
    ),
)
"""`y = 100 x` summed; `Q = 3a**3 - b**2`, plain and summed; `x1*x2 + x3*x4`; then drawn programs."""
