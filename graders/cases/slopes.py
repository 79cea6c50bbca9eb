"""Value and slopes of every scalar operation, as two tables, and of every step of a program.

Only the grader imports this: in a worker it would answer ex02.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from graders.cases.program import Program

FORWARD: dict[str, Callable[..., float]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "neg": lambda x: -x,
    "relu": lambda x: x if x > 0.0 else 0.0,
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "abs": abs,
}

Slope = Callable[[float, float, float], float]
"""`(x, y, out) -> d out / d slot`, with the operands x and y (0.0 when there is one) and the result."""


def _base_slope(x: float, y: float, out: float) -> float:
    return 0.0 if y == 0.0 else float(y * x ** (y - 1.0))


def _exponent_slope(x: float, y: float, out: float) -> float:
    return math.log(x) * out


SLOPES: dict[str, tuple[Slope, ...]] = {
    "add": (lambda x, y, out: 1.0, lambda x, y, out: 1.0),
    "sub": (lambda x, y, out: 1.0, lambda x, y, out: -1.0),
    "mul": (lambda x, y, out: y, lambda x, y, out: x),
    "div": (lambda x, y, out: 1.0 / y, lambda x, y, out: -x / (y * y)),
    "pow": (_base_slope, _exponent_slope),
    "neg": (lambda x, y, out: -1.0,),
    "relu": (lambda x, y, out: 1.0 if x > 0.0 else 0.0,),
    "exp": (lambda x, y, out: out,),
    "log": (lambda x, y, out: 1.0 / x,),
    "tanh": (lambda x, y, out: 1.0 - out * out,),
    "abs": (lambda x, y, out: math.copysign(1.0, x) if x else 0.0,),
}


def values(case: Program) -> list[float]:
    """Return the value of every node after the first round, leaves first.

    Raises:
        ArithmeticError, ValueError: a step leaves the domain of its operation.
    """
    found = list(case.leaves)
    for op, *operands in case.steps:
        found.append(FORWARD[op](*(found[x] if isinstance(x, int) else x for x in operands)))
    return found


def worked(case: Program) -> list[list[float]]:
    """Return, for every step of the first round, its value and the slope of each slot that holds a node."""
    found = values(case)
    rows = []
    for (op, *operands), out in zip(case.steps, found[len(case.leaves) :], strict=True):
        x, y = (*(found[i] if type(i) is int else i for i in operands), 0.0)[:2]
        slots = zip(operands, SLOPES[op], strict=False)
        rows.append([out, *(slope(x, y, out) for i, slope in slots if type(i) is int)])
    return rows
