"""Values of a scalar program, and the slopes of each of its steps.

Only the grader imports this: in a worker it would answer ex02.
"""

from __future__ import annotations

from graders.cases.ops import SCALAR
from graders.cases.program import Program


def values(case: Program) -> list[float]:
    """Return the value of every node after the first round, leaves first.

    Raises:
        ArithmeticError, ValueError: a step leaves the domain of its operation.
    """
    found = list(case.leaves)
    for op, *operands in case.steps:
        found.append(SCALAR[op].forward(*(found[x] if isinstance(x, int) else x for x in operands)))
    return found


def worked(case: Program) -> list[list[float]]:
    """Return, for every step of the first round, its value and the slope of each slot that holds a node."""
    found = values(case)
    rows = []
    for (op, *operands), out in zip(case.steps, found[len(case.leaves) :], strict=True):
        x, y = (*(found[i] if type(i) is int else i for i in operands), 0.0)[:2]
        slots = zip(operands, SCALAR[op].slopes, strict=False)
        rows.append([out, *(slope(x, y, out) for i, slope in slots if type(i) is int)])
    return rows
