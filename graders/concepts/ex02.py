"""ex02_closures: each operation alone, on the student's `Value`."""

from __future__ import annotations

from graders.banks.references import scalar_engine
from graders.cases.notation import INFIX
from graders.cases.ops import ARITHMETIC, SCALAR
from graders.cases.program import Program
from graders.concepts.avoids import ARRAYS
from graders.judging.rules.scalar import agrees_with_own, finite_gradient
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec


def _one(op: str, *leaves: float, upstream: float = 1.0, preload: tuple[float, ...] = ()) -> Program:
    """Return one operation on its leaves, each in a slot of its own."""
    return Program(leaves, ((op, *range(len(leaves))),), preload, ((len(leaves), upstream),))


def _power(base: float, exponent: float, upstream: float = 1.0) -> Program:
    return Program((base,), (("pow", 0, exponent),), (), ((1, upstream),))


def _both_slots(op: str, a: float, upstream: float = 1.0) -> Program:
    return Program((a,), ((op, 0, 0),), (), ((1, upstream),))


_SCENARIOS = {
    "add": (_one("add", 12.0, 5.0),),
    "mul": (_one("mul", 4.0, 3.0), _one("mul", 1.0, 4.0)),
    "pow": (_power(6.0, 2.0, -1.0), _power(4.0, 2.0, -1.0), _power(2.0, 3.0, 3.0), _power(3.0, 3.0, 3.0)),
}
"""Pieces of the scenarios: w*x + b at 4, 3, 5; x1*x2 + x3*x4 at 2, 3, 1, 4; Q = 3a**3 - b**2 at (2, 6), (3, 4)."""


def _plain(op: str) -> tuple[Program, ...]:
    """Return the plainest cases of an operation, then its part in the scenarios."""
    if op in ARITHMETIC:
        plainest = (_one(op, 2.0, 3.0), _one(op, 2.0, 3.0, upstream=2.0), _one(op, -2.0, 3.0))
    elif op == "pow":
        plainest = (_power(2.0, 3.0), _power(2.0, 3.0, 2.0), _power(4.0, 0.5))
    else:
        second = 0.5 if SCALAR[op].both == "positive" else -2.0
        plainest = (_one(op, 2.0), _one(op, 2.0, upstream=2.0), _one(op, second))
    return plainest + _SCENARIOS.get(op, ())


def _reused(op: str) -> tuple[Program, ...]:
    """Return the plainest cases of an operation whose operand has other uses."""
    if op in ARITHMETIC:
        held = ((1.0, 0.0), (0.0, 1.0))
        return (_both_slots(op, 3.0), _both_slots(op, 3.0, 2.0), *(_one(op, 2.0, 3.0, preload=one) for one in held))
    steps = (("pow", 0, 3.0),) if op == "pow" else ((op, 0),)
    return tuple(Program((2.0,), steps, (grad,), ((1, 1.0),)) for grad in (1.0, -2.0))


def _operation(op: str) -> ConceptSpec:
    """Return the concept of one operation: value, memory, slopes, and the way shares are added."""
    text = "a ** n" if op == "pow" else SCALAR[op].text
    whose = "each operand" if op in ARITHMETIC else "its operand"
    plain = BankSpec(op, "scalar", "operation", "operations", {"op": op}, _plain(op), reference=scalar_engine)
    reused = BankSpec(
        f"{op}_reused",
        "scalar",
        "operation",
        "reused_operands",
        {"op": op},
        _reused(op),
        reference=scalar_engine,
    )
    twice = f", or fill both slots as in {text.replace('b', 'a')}" if op in ARITHMETIC else ""
    return ConceptSpec(
        op,
        (
            Check("value", f"out = {text} holds the right number.", plain, ("*.data",)),
            Check(
                "operands",
                f"out = {text} remembers its operands in out._prev.",
                plain,
                ("*._prev",),
                counts_only_with=(op,),
            ),
            Check("slope", f"The closure of {text} sends {whose} its slope times out.grad.", plain, ("*.grad",), 2.0),
            Check(
                "adds",
                f"The closure adds to .grad, since an operand may have other uses{twice}.",
                reused,
                ("*.grad",),
                2.0,
            ),
        ),
    )


def _with_number(op: str, left: bool) -> Check:
    sign = INFIX[op].sign
    side, shown = ("left", f"2 {sign} v") if left else ("right", f"v {sign} 2")
    bank = BankSpec(
        f"{op}_{side}",
        "scalar",
        "numbers",
        "with_number",
        {"op": op, "left": left},
        reference=scalar_engine,
    )
    says = f"{shown} gives the value and the gradient of {shown.replace('2', 'Value(2)')}."
    return Check(op, says, bank, absent=(op,), rule=agrees_with_own, counts_only_with=(op,))


_KINKS = (1.0, 2.0, -1.5)


def _kink(op: str) -> Check:
    fixed = tuple(_one(op, x, upstream=g) for x in (0.0, -0.0) for g in _KINKS)
    bank = BankSpec(f"{op}_kink", "scalar", "operation", fixed=fixed, reference=scalar_engine)
    says = f"At a = 0 the slope of {SCALAR[op].text} is {SCALAR[op].slopes[0](0.0, 0.0, 0.0):g}, as in torch."
    return Check(op, says, bank, ("*.data", "*.grad"), absent=(op,))


_TO_ZERO = BankSpec(
    "to_zero",
    "scalar",
    "operation",
    fixed=tuple(_power(0.0, 0.0, upstream) for upstream in (1.0, 2.0, -0.5)),
    reference=scalar_engine,
)
_OF_ZERO = BankSpec(
    "of_zero",
    "scalar",
    "operation",
    fixed=tuple(_power(0.0, n, upstream) for n in (2.0, 3.0) for upstream in (1.0, -0.5)),
    reference=scalar_engine,
)
_FLAT = BankSpec(
    "saturated",
    "scalar",
    "operation",
    fixed=tuple(_one("tanh", sign * x, upstream=2.0) for x in (20.0, 355.0, 400.0, 711.0, 1e4) for sign in (1, -1)),
    reference=scalar_engine,
)
_SMALL = BankSpec(
    "vanishing",
    "scalar",
    "operation",
    fixed=tuple(_one("exp", x, upstream=2.0) for x in (-20.0, -710.0, -746.0, -1000.0, -1e5)),
    reference=scalar_engine,
)
_EXTREME = BankSpec(
    "extreme",
    "scalar",
    "operation",
    fixed=tuple(_one("log", x, upstream=0.5) for x in (1e-12, 1e-200, 1e12, 1e200)),
    reference=scalar_engine,
)
_VALUE_EXPONENT = BankSpec(
    "value_exponent",
    "scalar",
    "exponents",
    "value_exponents",
    fixed=(_one("pow", 2.0, 3.0),),
    reference=scalar_engine,
)
_BOTH_OPERANDS = BankSpec(
    "both_operands",
    "scalar",
    "operation",
    fixed=tuple(_one("pow", *operands) for operands in ((2.0, 3.0), (3.0, 2.0), (1.5, -2.0))),
    reference=scalar_engine,
    predict=False,
)
_NUMBER_TO_VALUE = BankSpec(
    "number_to_value",
    "scalar",
    "numbers",
    "with_number",
    {"op": "pow", "left": True},
    reference=scalar_engine,
)

EXERCISE = ExerciseSpec(
    "ex02_closures",
    (
        *map(_operation, SCALAR),
        ConceptSpec("right_numbers", tuple(_with_number(op, left=False) for op in ARITHMETIC)),
        ConceptSpec("left_numbers", tuple(_with_number(op, left=True) for op in ARITHMETIC)),
        ConceptSpec(
            "value_exponent",
            (
                Check(
                    "both_values",
                    "a ** b sends its slope times out.grad to the base, and to the exponent too.",
                    _VALUE_EXPONENT,
                    weight=2.0,
                    absent=("pow",),
                    rule=agrees_with_own,
                ),
                Check(
                    "number_base",
                    "2 ** v gives the value and the gradient of Value(2) ** v.",
                    _NUMBER_TO_VALUE,
                    absent=("pow",),
                    rule=agrees_with_own,
                ),
                Check(
                    "operands",
                    "out = a ** b remembers both operands in out._prev.",
                    _BOTH_OPERANDS,
                    ("*._prev",),
                    weight=0.5,
                    absent=("pow",),
                    counts_only_with=("value_exponent",),
                ),
            ),
        ),
        ConceptSpec("kinks", tuple(_kink(op) for op, row in SCALAR.items() if row.both == "smooth")),
        ConceptSpec(
            "power_zero",
            (
                Check(
                    "exponent_zero",
                    "At a = 0 the value of a ** 0 is 1 and its slope is 0.",
                    _TO_ZERO,
                    ("*.data", "*.grad"),
                    absent=("pow",),
                ),
                Check(
                    "base_zero",
                    "At a = 0 the powers a ** 2 and a ** 3 have the slope 0.",
                    _OF_ZERO,
                    ("*.data", "*.grad"),
                    absent=("pow",),
                ),
            ),
        ),
        ConceptSpec(
            "large_inputs",
            (
                Check(
                    "tanh",
                    "tanh of -1e4 ... 1e4 is right, and its slope is finite.",
                    _FLAT,
                    absent=("tanh",),
                    rule=finite_gradient,
                ),
                Check(
                    "exp",
                    "exp of a very negative number is 0 or almost 0, without an error.",
                    _SMALL,
                    absent=("exp",),
                    rule=finite_gradient,
                ),
                Check(
                    "log",
                    "log is exact for inputs from 1e-200 to 1e200.",
                    _EXTREME,
                    absent=("log",),
                    rule=finite_gradient,
                ),
            ),
        ),
    ),
    avoids=ARRAYS,
)
