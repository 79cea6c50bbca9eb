"""The slope of every scalar operation in each of its slots, as one table."""

from __future__ import annotations

import math
from collections.abc import Callable

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
