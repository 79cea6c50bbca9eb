"""The banks of ex01_finite_differences.

Each consists of functions on which one idea alone decides: straight lines, where every difference quotient is exact;
bottoms of parabolas, where only a centred one is; bent functions, where the error tells the order.
"""

from __future__ import annotations

from graders.banks.references import central_differences, exact_slopes
from graders.cases.call import Call
from graders.cases.formula import formula
from graders.spec import BankSpec

_Z = formula("x y", "3*x**2 + y**3")
_Q = formula("a b", "3*a**3 - b**2")
_LINE = formula("w x b", "w*x + b")
_CUBE = formula("x", "x**3")

LINES = BankSpec(
    "lines",
    "call",
    "slope",
    "lines",
    fixed=(
        Call(formula("x", "x"), (1.0,), eps=0.5),
        Call(formula("x", "100*x"), (1.0,), eps=0.5),
        Call(formula("x", "100*x"), (2.0,), eps=0.25),
        Call(formula("x", "3 - 2*x"), (0.5,), eps=1.0),
    ),
    reference=central_differences,
)
BOTTOMS = BankSpec(
    "bottoms",
    "call",
    "slope",
    "bottoms",
    fixed=(Call(formula("x", "x**2"), (0.0,)), Call(formula("x", "(x - 1)**2"), (1.0,), eps=0.5)),
    reference=central_differences,
)
CURVES = BankSpec(
    "curves",
    "call",
    "shrinking_error",
    "curves",
    fixed=(Call(_CUBE, (1.0,)), Call(formula("x", "log(x)"), (1.35,)), Call(formula("x", "1/x"), (1.8,))),
    reference=exact_slopes,
)
"""In the last two a slope rounded to four decimals has an error that does not shrink."""
ARGUMENTS = BankSpec(
    "arguments",
    "call",
    "nudged_arguments",
    "straight_along_each",
    {"arg": True},
    fixed=(
        Call(_LINE, (4.0, 3.0, 5.0), arg=1),
        Call(_LINE, (4.0, 3.0, 5.0), arg=2),
        Call(_LINE, (4.0, 3.0, 5.0)),
        Call(_Z, (1.0, 2.0)),
    ),
    reference=central_differences,
)
NUDGES = BankSpec(
    "nudges",
    "call",
    "nudge",
    "lines",
    {"default": True},
    fixed=(Call(formula("x", "2*x"), (1.0,)), Call(formula("x", "2*x"), (1.0,), eps=0.5)),
    reference=central_differences,
)
SMOOTH = BankSpec(
    "smooth",
    "call",
    "curve_slope",
    "smooth",
    fixed=(
        Call(_Z, (1.0, 2.0), arg=1),
        Call(_CUBE, (2.0,)),
        Call(formula("x", "exp(x)"), (1.0,)),
        Call(formula("x y", "x*y*x"), (-0.4841901361942291, 0.5), arg=0),
    ),
    reference=exact_slopes,
)
"""The last slope, -0.48419013619, tells whether it was rounded to eight decimals."""
GRADIENTS = BankSpec(
    "gradients",
    "call",
    "gradient",
    "straight_along_each",
    {"least": 1},
    fixed=(
        Call(_LINE, (4.0, 3.0, 5.0)),
        Call(_Z, (1.0, 2.0)),
        Call(_Q, (2.0, 6.0)),
        Call(_Q, (3.0, 4.0)),
    ),
    reference=exact_slopes,
)
INPUTS = BankSpec(
    "inputs",
    "call",
    "inputs_kept",
    "straight_along_each",
    {"tuples": True},
    fixed=(
        Call(formula("x", "2*x"), (0.1,)),
        Call(formula("x", "2*x"), (0.1,), tuples=True),
        Call(formula("x y", "x*y"), (0.3, 0.7)),
    ),
    reference=central_differences,
)
DESCENTS = BankSpec(
    "descents",
    "call",
    "descent",
    "bowls",
    {"tuples": True},
    fixed=(
        Call(formula("x y", "100*x + 100*y"), (1.0, 2.0), lr=0.001, steps=1),
        Call(_Z, (1.0, 2.0), lr=0.1, steps=1),
        Call(formula("x", "x**2"), (1.0,), lr=0.1, steps=2),
        Call(formula("x", "x**2"), (1.0,), lr=0.1, steps=0),
    ),
    reference=exact_slopes,
)
