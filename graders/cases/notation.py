"""How Python writes an operation: with an operator, or as a method that is called by the operation's name.

A worker holds this module, so it knows no value and no slope. An operation without an operator needs no entry.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Operator(NamedTuple):
    """One of Python's operators.

    Attributes:
        sign: As it is written.
        apply: What it does to its operands.
    """

    sign: str
    apply: Callable[..., Any]

    @property
    def method(self) -> str:
        """The special method that Python calls for it, such as `"__truediv__"`."""
        return f"__{self.apply.__name__}__"

    @property
    def reflected(self) -> str:
        """The special method of the right operand, for a left operand that does not know what to do."""
        return f"__r{self.apply.__name__}__"


INFIX: Mapping[str, Operator] = {
    "add": Operator("+", operator.add),
    "sub": Operator("-", operator.sub),
    "mul": Operator("*", operator.mul),
    "div": Operator("/", operator.truediv),
    "pow": Operator("**", operator.pow),
    "matmul": Operator("@", operator.matmul),
}
"""Operators between two operands."""

PREFIX: Mapping[str, Operator] = {"neg": Operator("-", operator.neg)}
"""Operators in front of one operand."""

OPERATORS: Mapping[str, Operator] = {**INFIX, **PREFIX}


def written(op: str, *operands: str) -> str:
    """Return an operation on operands of these names, such as `"a * b"`, `"-a"`, `"abs(a)"` or `"a.exp()"`."""
    if op in INFIX:
        return f"{operands[0]} {INFIX[op].sign} {operands[1]}"
    if op in PREFIX:
        return f"{PREFIX[op].sign}{operands[0]}"
    return f"abs({operands[0]})" if op == "abs" else f"{operands[0]}.{op}()"
