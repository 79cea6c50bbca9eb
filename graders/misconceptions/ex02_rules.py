"""Tables of wrong slopes, wrong forward functions and wrong ways to send shares, each by its name."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from graders.cases.slopes import Slope
from graders.misconceptions.scalar_engine import Send, adds

WRONG_SLOPES: dict[str, Slope] = {
    "one": lambda x, y, out: 1.0,
    "zero": lambda x, y, out: 0.0,
    "x": lambda x, y, out: x,
    "y": lambda x, y, out: y,
    "out": lambda x, y, out: out,
    "two_x": lambda x, y, out: 2.0 * x,
    "x_over_yy": lambda x, y, out: x / (y * y),
    "minus_x_over_y": lambda x, y, out: -x / y,
    "minus_one_over_yy": lambda x, y, out: -1.0 / (y * y),
    "y_x_to_y": lambda x, y, out: y * x**y,
    "x_to_y_minus_1": lambda x, y, out: x ** (y - 1),
    "power_rule_unguarded": lambda x, y, out: y * x ** (y - 1),
    "out_y_over_x": lambda x, y, out: y * out / x,
    "x_exp_x_minus_1": lambda x, y, out: x * math.exp(x - 1),
    "one_over_out": lambda x, y, out: 1.0 / out,
    "one_minus_xx": lambda x, y, out: 1.0 - x * x,
    "one_minus_out": lambda x, y, out: 1.0 - out,
    "out_one_minus_out": lambda x, y, out: out * (1.0 - out),
    "one_over_cosh_squared": lambda x, y, out: math.cosh(x) ** -2,
    "one_from_zero": lambda x, y, out: 1.0 if x >= 0 else 0.0,
    "half_at_zero": lambda x, y, out: 0.5 if x == 0 else float(x > 0),
    "sign_plus_at_zero": lambda x, y, out: 1.0 if x >= 0 else -1.0,
    "sign_minus_at_zero": lambda x, y, out: 1.0 if x > 0 else -1.0,
    "x_over_abs_x": lambda x, y, out: x / abs(x),
    "log_x": lambda x, y, out: math.log(x),
    "log_y_times_out": lambda x, y, out: math.log(abs(y) or 1.0) * out,
}


def _int_power(x: float, y: float) -> float:
    assert isinstance(y, int)
    return float(x**y)


WRONG_FORWARD: dict[str, Callable[..., float]] = {
    "difference_reversed": lambda x, y: y - x,
    "int_exponents_only": _int_power,
    "zero_to_any_power": lambda x, y: x**y if x else 0.0,
    "power_by_logarithm": lambda x, y: math.exp(y * math.log(x)) if x >= 0 else x**y,
    "log10": math.log10,
    "log1p": lambda x: math.log1p(x - 1),
    "exp_by_reciprocal": lambda x: 1 / math.exp(-x),
    "tanh_by_exp": lambda x: (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1),
    "tanh_by_exp_of_minus": lambda x: (1 - math.exp(-2 * x)) / (1 + math.exp(-2 * x)),
    "leaky": lambda x: x if x > 0 else 0.1 * x,
}


def _overwrites(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    for operand, slope in zip(operands, slopes, strict=True):
        operand.grad = slope * out.grad


def _overwrites_first(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    _overwrites(out, operands[:1], slopes[:1])
    adds(out, operands[1:], slopes[1:])


def _overwrites_second(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    adds(out, operands[:1], slopes[:1])
    _overwrites(out, operands[1:], slopes[1:])


def _ignores_upstream(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    for operand, slope in zip(operands, slopes, strict=True):
        operand.grad += slope


def _adds_upstream(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    for operand, slope in zip(operands, slopes, strict=True):
        operand.grad += slope + out.grad


def _uses_operand_grad(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    for operand, slope in zip(operands, slopes, strict=True):
        operand.grad += slope * operand.grad


def _blocks_negative_gradients(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    if out.grad > 0:
        adds(out, operands, slopes)


def _ignores_slope(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    for operand in operands:
        operand.grad += out.grad


def _keeps_last_slot(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    for operand, slope in dict(zip(operands, slopes, strict=True)).items():
        operand.grad += slope * out.grad


def _keeps_first_slot(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    for operand, slope in dict(reversed(list(zip(operands, slopes, strict=True)))).items():
        operand.grad += slope * out.grad


def _first_operand_only(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    adds(out, operands[:1], slopes[:1])


SENDS: dict[str, Send] = {
    "overwrites": _overwrites,
    "overwrites_first": _overwrites_first,
    "overwrites_second": _overwrites_second,
    "ignores_upstream": _ignores_upstream,
    "adds_upstream": _adds_upstream,
    "uses_operand_grad": _uses_operand_grad,
    "blocks_negative_gradients": _blocks_negative_gradients,
    "ignores_slope": _ignores_slope,
    "keeps_last_slot": _keeps_last_slot,
    "keeps_first_slot": _keeps_first_slot,
    "first_operand_only": _first_operand_only,
}
