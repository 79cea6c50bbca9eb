"""ex04_tensor_closures: each operation on arrays alone, on the student's `Tensor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graders.cases.notation import written
from graders.cases.tensor_ops import ARITHMETIC, POINTWISE, REDUCTIONS
from graders.concepts.avoids import DERIVATIVES
from graders.concepts.ex04_banks import (
    FUNCTIONS,
    KINKS,
    NEGATION,
    NUMBERS,
    OPERATORS,
    POWERS,
    REAL_POWERS,
    ZEROTH_POWERS,
)
from graders.concepts.ex04_common import DTYPES, EXPRESSIONS, MEMORY, OPERANDS
from graders.concepts.ex04_shapes import (
    DUPLICATES,
    INDEXINGS,
    MAXIMA,
    PRODUCTS,
    REDUCED,
    RESHAPES,
    STRETCHED,
    TRANSPOSES,
    UNBROADCAST,
)
from graders.judging.rules.owners import operations_in_a_dtype, tensor_operations
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec

_MAPS = ("pointwise", "pow")
_VIEWS = ("reshape", "transpose", "indexing")
_PRODUCTS = ("matmul_2d", "matmul_1d", "matmul_batched")
_OPERATIONS = (*ARITHMETIC, *REDUCTIONS, *_MAPS, *_VIEWS, *_PRODUCTS)
_OWNERS = tensor_operations


def _pair(bank: BankSpec, code: str, name: str = "") -> tuple[Check, Check]:
    """Return the two checks of an operation: what it gives, and what its closure adds to the operands' gradients."""
    prefix = f"{name}_" if name else ""
    adds = "each operand's share of out.grad to its .grad, in the operand's shape"
    if " b" not in code:
        adds = "a's share of out.grad to a.grad, in a's shape"
    return (
        Check(f"{prefix}value", f"out = {code} holds the right array.", bank, ("out.data",)),
        Check(
            f"{prefix}gradient",
            f"The closure of {code} adds {adds}.",
            bank,
            ("*.grad",),
            2.0,
        ),
    )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _dtype_apart(*concepts: ConceptSpec) -> tuple[ConceptSpec, ...]:
    """Return the concepts; all but `dtype` itself leave it to that one that an engine stores float32."""
    return tuple(
        replace(concept, checks=tuple(replace(check, dtype=("dtype",)) for check in concept.checks))
        if concept.id != "dtype"
        else concept
        for concept in concepts
    )


def _concept(name: str, *checks: tuple[Check, ...]) -> ConceptSpec:
    return ConceptSpec(name, tuple(check for group in checks for check in group))


_UNBROADCAST = (
    Check(
        "values",
        "unbroadcast(grad, shape) has that shape, and each element is the sum of all places it was stretched to.",
        UNBROADCAST,
        ("unbroadcast*",),
        3.0,
    ),
    Check(
        "kept",
        "unbroadcast leaves the array that it is given unchanged.",
        UNBROADCAST,
        ("grad unchanged",),
        counts_only_with=("unbroadcast",),
    ),
)

_BROADCASTING = tuple(
    Check(
        f"{op}_stretched",
        f"When {written(op, 'a', 'b')} stretches an operand, its gradient is summed back to its own shape.",
        STRETCHED[op],
        ("out.data", "*.grad"),
        absent=(op,),
    )
    for op in ARITHMETIC
)

_NUMBERS = tuple(
    Check(name, says, NUMBERS[name], weight=weight, absent=beside, owners=_OWNERS, counts_only_with=beside)
    for name, says, weight, beside in (
        ("number_right", "`a + b`, `a - b`, `a * b` and `a / b` work where b is a number.", 1.0, ARITHMETIC),
        ("number_left", "`a + b`, `a - b`, `a * b` and `a / b` work where a is a number.", 1.0, ARITHMETIC),
        ("array_right", "`a + b`, `a - b`, `a * b` and `a / b` work where b is a plain array.", 0.5, ARITHMETIC),
        ("array_right_matmul", "`a @ b` works where b is a plain array.", 0.5, _PRODUCTS),
    )
)

_NUMPY_LEFT = (
    Check(
        "operators",
        "Where a is an array, `a * b` and the like give one Tensor.",
        NUMBERS["array_left"],
        weight=2.0,
        absent=ARITHMETIC,
        owners=_OWNERS,
    ),
    Check(
        "matmul",
        "Where a is an array, `a @ b` gives one Tensor, with the value and the gradient of the product.",
        NUMBERS["array_left_matmul"],
        absent=_PRODUCTS,
        owners=_OWNERS,
    ),
)

_DTYPE = tuple(
    Check(
        name, says, DTYPES[name], ("*.dtype", "*.shape"), weight, absent=beside, owners=_OWNERS, counts_only_with=beside
    )
    for name, says, weight, beside in (
        ("arithmetic", "float16 operands give a float16 result and float16 gradients.", 2.0, ARITHMETIC),
        ("reductions", "sum, mean and max of float32 stay float32, and so do the gradients.", 1.0, REDUCTIONS),
        ("pointwise", "relu, abs, minus and powers of float32 stay float32, and so do the gradients.", 1.0, _MAPS),
        ("numbers", "A Python number takes the tensor's dtype: `2 * x` stays float16.", 1.0, ARITHMETIC),
    )
)

_NO_ALIAS = tuple(
    Check(
        name,
        f"{code} change neither operands nor out.grad, and what is added to one gradient later changes no other array.",
        MEMORY[name],
        absent=beside,
        owners=_OWNERS,
        counts_only_with=beside,
    )
    for name, code, beside in (
        ("arithmetic", "+, -, * and /", ARITHMETIC),
        ("pointwise", _listed(POINTWISE), _MAPS),
        ("reductions", _listed(REDUCTIONS), REDUCTIONS),
        ("views", "reshape, transpose and indexing", _VIEWS),
        ("products", "Matrix products", _PRODUCTS),
    )
)

EXERCISE = ExerciseSpec(
    "ex04_tensor_closures",
    avoids=DERIVATIVES,
    concepts=_dtype_apart(
        ConceptSpec("unbroadcast", _UNBROADCAST),
        _concept("add", _pair(OPERATORS["add"], "a + b")),
        _concept("sub", _pair(OPERATORS["sub"], "a - b"), _pair(NEGATION, "-a", "neg")),
        _concept("mul", _pair(OPERATORS["mul"], "a * b")),
        _concept("div", _pair(OPERATORS["div"], "a / b")),
        _concept(
            "pow",
            _pair(POWERS, "a ** n"),
            _pair(REAL_POWERS, "a ** n, with a fraction or a negative n,", "real"),
            (Check("zero", "The closure of a ** 0 adds 0 to a.grad, also where a is 0.", ZEROTH_POWERS, ("*.grad",)),),
        ),
        ConceptSpec("broadcasting", _BROADCASTING),
        ConceptSpec("numbers", _NUMBERS),
        ConceptSpec("numpy_on_left", _NUMPY_LEFT),
        _concept("sum", _pair(REDUCED["sum"][0], "a.sum()"), _pair(REDUCED["sum"][1], "a.sum(dim)", "dim")),
        _concept("mean", _pair(REDUCED["mean"][0], "a.mean()"), _pair(REDUCED["mean"][1], "a.mean(dim)", "dim")),
        _concept("matmul_2d", _pair(PRODUCTS["matrices"], "a @ b for matrices")),
        _concept("matmul_1d", _pair(PRODUCTS["vectors"], "a @ b with a vector")),
        _concept("matmul_batched", _pair(PRODUCTS["batch"], "a @ b for batches of matrices")),
        _concept("pointwise", *(_pair(bank, f"a.{op}()", op) for op, bank in FUNCTIONS.items())),
        ConceptSpec(
            "kinks",
            tuple(Check(op, f"The slope of {op} at 0 is 0.", bank, ("*.grad",)) for op, bank in KINKS.items()),
        ),
        _concept("max", _pair(MAXIMA["all"], "a.max()"), _pair(MAXIMA["dim"], "a.max(dim)", "dim")),
        _concept(
            "keepdim",
            _pair(REDUCED["sum"][2], "a.sum(dim, keepdim=True)", "sum"),
            _pair(REDUCED["mean"][2], "a.mean(dim, keepdim=True)", "mean"),
            _pair(MAXIMA["keepdim"], "a.max(dim, keepdim=True)", "max"),
        ),
        ConceptSpec(
            "max_ties",
            (
                Check("all", "In max() equal maxima share the gradient evenly.", MAXIMA["ties"], ("*.grad",)),
                Check(
                    "dim",
                    "In max(dim) the first of equal maxima receives the whole gradient.",
                    MAXIMA["dim_ties"],
                    ("*.grad",),
                ),
            ),
        ),
        _concept("reshape", _pair(RESHAPES, "a.reshape(...)")),
        _concept("transpose", _pair(TRANSPOSES, "a.transpose(dim0, dim1)")),
        _concept("indexing", _pair(INDEXINGS, "a[...]")),
        ConceptSpec(
            "duplicate_indices",
            (Check("adds", "An element that is picked twice receives both gradients.", DUPLICATES, ("*.grad",)),),
        ),
        ConceptSpec(
            "operands",
            (
                Check(
                    "remembered",
                    "Every result leads to its operands through _prev.",
                    OPERANDS,
                    absent=(*_OPERATIONS, "dtype"),
                    owners=operations_in_a_dtype,
                ),
            ),
        ),
        ConceptSpec("dtype", _DTYPE),
        ConceptSpec("no_alias", _NO_ALIAS),
        ConceptSpec(
            "expressions",
            (
                Check("value", "Several operations together give the right array.", EXPRESSIONS, ("out.data",)),
                Check(
                    "gradient",
                    "Every tensor collects one share from each of its uses, however deep it stands.",
                    EXPRESSIONS,
                    ("*.grad",),
                    2.0,
                ),
            ),
        ),
    ),
)
