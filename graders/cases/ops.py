"""The operations on scalars, one row for each: ex02 has a concept for every row, in this order.

Only the grader imports this: in a worker it would answer ex02. How an operation is written says `notation`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graders.cases.notation import INFIX, OPERATORS, written

Slope = Callable[[float, float, float], float]
"""`(x, y, out) -> d out / d slot`, with the operands x and y (0.0 when there is one) and the result."""

DOMAINS = ("any", "smooth", "nonzero", "positive")
"""What is drawn for an operand, each of these narrower than the one before or as narrow; `"smooth"` keeps away from a
kink at 0, which is judged apart."""


@dataclass(frozen=True, slots=True)
class Op:
    """One operation.

    Attributes:
        name: Also the name of its method where Python has no operator for it.
        forward: Its value.
        slopes: One for each slot.
        domain: One of `DOMAINS` for each slot.
        torch: Dotted name of torch's function, where it is not called like the operation.
    """

    name: str
    forward: Callable[..., float]
    slopes: tuple[Slope, ...]
    domain: tuple[str, ...] = ("any",)
    torch: str = ""

    @property
    def method(self) -> str:
        """The method of the student's class."""
        special = "__abs__" if self.name == "abs" else self.name
        return OPERATORS[self.name].method if self.name in OPERATORS else special

    @property
    def text(self) -> str:
        """The operation on `a`, or on `a` and `b`."""
        return written(self.name, *"ab"[: len(self.slopes)])

    @property
    def both(self) -> str:
        """What is drawn for an operand that stands in every slot."""
        return max(self.domain, key=DOMAINS.index)


def _base_slope(x: float, y: float, out: float) -> float:
    return 0.0 if y == 0.0 else float(y * x ** (y - 1.0))


_ROWS = (
    Op("add", lambda x, y: x + y, (lambda x, y, out: 1.0, lambda x, y, out: 1.0), ("any", "any")),
    Op("sub", lambda x, y: x - y, (lambda x, y, out: 1.0, lambda x, y, out: -1.0), ("any", "any")),
    Op("mul", lambda x, y: x * y, (lambda x, y, out: y, lambda x, y, out: x), ("any", "any")),
    Op(
        "div",
        lambda x, y: x / y,
        (lambda x, y, out: 1.0 / y, lambda x, y, out: -x / (y * y)),
        ("any", "nonzero"),
    ),
    Op("neg", lambda x: -x, (lambda x, y, out: -1.0,)),
    Op(
        "pow",
        lambda x, y: x**y,
        (_base_slope, lambda x, y, out: math.log(x) * out),
        ("positive", "positive"),  # as operands that are both values; plain exponents are drawn apart
    ),
    Op("relu", lambda x: x if x > 0.0 else 0.0, (lambda x, y, out: 1.0 if x > 0.0 else 0.0,), ("smooth",)),
    Op("exp", math.exp, (lambda x, y, out: out,)),
    Op("log", math.log, (lambda x, y, out: 1.0 / x,), ("positive",)),
    Op("tanh", math.tanh, (lambda x, y, out: 1.0 - out * out,)),
    Op("abs", abs, (lambda x, y, out: math.copysign(1.0, x) if x else 0.0,), ("smooth",)),
)

SCALAR: Mapping[str, Op] = {op.name: op for op in _ROWS}

ARITHMETIC = tuple(name for name in SCALAR if name in INFIX and name != "pow")
"""Operators between two values, of which either may be a plain number."""

SINGLE = tuple(name for name in SCALAR if name not in ARITHMETIC)
"""Operations of one value; the exponent of a power is a plain number, unless a concept is about the exponent."""
