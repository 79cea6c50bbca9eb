"""Scalar engines run by tables: the right one, and wrong ones that each hold one wrong idea.

An engine is made from three parts: the forward functions, the slopes, and `send`, which gives every operand its share.
A wrong idea replaces an entry of the first two, or `send`, or the way that plain numbers are taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from graders.cases.program import FORWARD
from graders.players.slopes import SLOPES, Slope

Send = Callable[[Any, Sequence[Any], Sequence[float]], None]

_BINARY = ("add", "sub", "mul", "truediv", "pow")
_METHODS = ("relu", "exp", "log", "tanh", "abs")


def adds(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    """Add to each operand its slope times the gradient of the result: the right way."""
    for operand, slope in zip(operands, slopes, strict=True):
        operand.grad += slope * out.grad


def right() -> SimpleNamespace:
    """Return the right engine."""
    return engine()


def engine(
    forward: Mapping[str, Callable[..., float]] = FORWARD,
    slopes: Mapping[str, Sequence[Slope]] = SLOPES,
    send: Send = adds,
    remembers: bool = True,
    reflected: Mapping[str, Callable[[Any, Any], Any]] | None = None,
) -> SimpleNamespace:
    """Return a namespace with a class `Value`.

    Args:
        forward: Operation to function of plain numbers.
        slopes: Operation to one slope for each slot.
        send: How a result gives its operands their shares.
        remembers: Whether a result keeps its operands in `_prev`.
        reflected: Operator (`"sub"`) to what stands in `Value` for its reflected form, given (self, other).
    """

    class Value:
        def __init__(self, data: float) -> None:
            self.data, self.grad = data, 0.0
            self._prev: tuple[Any, ...] = ()
            self._backward: Callable[[], None] = lambda: None

    def apply(op: str, *operands: Any) -> Value:
        nodes = [x if isinstance(x, Value) else Value(x) for x in operands]
        inputs = [node.data for node in nodes]
        out = Value(forward[op](*inputs))
        out._prev = tuple(nodes) if remembers else ()

        def closure() -> None:
            padded = (*inputs, 0.0)[:2]
            used = [i for i, x in enumerate(operands) if isinstance(x, Value)]
            local = [slopes[op][i](*padded, out.data) for i in used]
            send(out, [nodes[i] for i in used], local)

        out._backward = closure
        return out

    def method(op: str, swap: bool = False) -> Callable[..., Value]:
        return lambda self, *other: apply(op, *((*other, self) if swap else (self, *other)))

    for name in _BINARY:
        op = "div" if name == "truediv" else name
        setattr(Value, f"__{name}__", method(op))
        setattr(Value, f"__r{name}__", (reflected or {}).get(op, method(op, swap=True)))
    for name in _METHODS:
        setattr(Value, name, method(name))
    Value.__neg__ = method("neg")  # type: ignore[attr-defined]
    return SimpleNamespace(Value=Value)


def slope(op: str, slot: int, name: str) -> SimpleNamespace:
    """Return the engine with one wrong slope, by its name in the table of wrong slopes."""
    changed = list(SLOPES[op])
    changed[slot] = WRONG_SLOPES[name]
    return engine(slopes={**SLOPES, op: tuple(changed)})


def sending(name: str) -> SimpleNamespace:
    """Return the engine with a wrong way to give the operands their shares."""
    return engine(send=globals()[f"_{name}"])


def forgets_operands() -> SimpleNamespace:
    """Return the engine whose results do not remember what they were made of."""
    return engine(remembers=False)


def reflected_as_written(*ops: str) -> SimpleNamespace:
    """Return the engine that computes `2 - v` as `v - 2`, or `2 / v` as `v / 2`, or both."""
    as_written = {"sub": lambda self, other: self - other, "div": lambda self, other: self / other}
    return engine(reflected={op: as_written[op] for op in ops})


def mul_not_swapped() -> SimpleNamespace:
    """Return the engine in which each factor gets itself as slope."""
    return engine(slopes={**SLOPES, "mul": (WRONG_SLOPES["x"], WRONG_SLOPES["y"])})


def exponent_is_constant() -> SimpleNamespace:
    """Return the engine that sends nothing to an exponent."""
    return engine(slopes={**SLOPES, "pow": (SLOPES["pow"][0], WRONG_SLOPES["zero"])})


def tanh_by_exponentials() -> SimpleNamespace:
    """Return the engine with tanh as a quotient of exponentials."""
    return engine(forward={**FORWARD, "tanh": lambda x: (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)})


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


WRONG_SLOPES: dict[str, Slope] = {
    "one": lambda x, y, out: 1.0,
    "zero": lambda x, y, out: 0.0,
    "x": lambda x, y, out: x,
    "y": lambda x, y, out: y,
    "out": lambda x, y, out: out,
    "x_over_yy": lambda x, y, out: x / (y * y),
    "minus_one_over_yy": lambda x, y, out: -1.0 / (y * y),
    "y_x_to_y": lambda x, y, out: y * x**y,
    "x_to_y_minus_1": lambda x, y, out: x ** (y - 1),
    "y_x_to_y_minus_1_unguarded": lambda x, y, out: y * x ** (y - 1),
    "out_y_over_x": lambda x, y, out: y * out / x,
    "x_exp_x_minus_1": lambda x, y, out: x * math.exp(x - 1),
    "one_over_out": lambda x, y, out: 1.0 / out,
    "one_minus_xx": lambda x, y, out: 1.0 - x * x,
    "one_minus_out": lambda x, y, out: 1.0 - out,
    "out_one_minus_out": lambda x, y, out: out * (1.0 - out),
    "one_from_zero": lambda x, y, out: 1.0 if x >= 0 else 0.0,
    "half_at_zero": lambda x, y, out: 0.5 if x == 0 else float(x > 0),
    "sign_plus_at_zero": lambda x, y, out: 1.0 if x >= 0 else -1.0,
    "sign_minus_at_zero": lambda x, y, out: 1.0 if x > 0 else -1.0,
    "log_x": lambda x, y, out: math.log(x),
    "x_over_abs_x": lambda x, y, out: x / abs(x),
}
