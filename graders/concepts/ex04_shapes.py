"""The banks of ex04 on operations that stretch, sum, multiply, turn or pick arrays."""

from __future__ import annotations

from graders.cases.tensor import Unbroadcast
from graders.cases.tensor_ops import ARITHMETIC
from graders.concepts.ex04_arrays import GRID, GRID_UP, ROW, SIX, UP, bank, filled, fresh, one

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
        op=op,
    )
    for op in ARITHMETIC
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

REDUCED = {
    op: (
        bank(
            f"{op}_all",
            "reductions",
            one(op, ROW, up=filled((), 2.0)),
            one(op, GRID, up=filled((), -3.0)),
            op=op,
            along=False,
        ),
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
        one("matmul", filled((1, 1), 0.5), filled((1, 2), 1.5, 2.0), up=filled((1, 2), 1.0, -2.0)),
        one("matmul", filled((1, 2), 2.0, 3.0), filled((2, 2)), up=filled((1, 2), 1.0, -2.0)),
        one("matmul", filled((2, 2)), filled((2, 1), 2.0, 3.0), up=filled((2, 1), 1.0, -2.0)),
        fresh("matmul", filled((2, 2)), filled((2, 2), 0.0, 1.0, 2.0, -1.0), up=_SQUARE),
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
        "max_keepdim",
        "maxima",
        one("max", GRID, up=filled((2, 1), 1.0, -2.0), dim=1, keepdim=True),
        dim=True,
        keepdim=True,
    ),
    "ties": bank(
        "max_ties", "maxima", one("max", filled((3,), 2.0, 1.0, 2.0), up=filled((), 2.0)), dim=False, ties=True
    ),
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
