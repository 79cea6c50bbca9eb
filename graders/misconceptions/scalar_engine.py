"""A scalar engine run by tables, from which the right one and each wrong one of ex02 is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from graders.cases.slopes import FORWARD, SLOPES, Slope

Send = Callable[[Any, Sequence[Any], Sequence[float]], None]
"""`(out, operands, slopes)`: gives each operand its share of `out.grad`."""
Binary = Callable[[Any, Any], Any]

_OPERATORS = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow"}
_METHODS = ("relu", "exp", "log", "tanh", "abs")


def adds(out: Any, operands: Sequence[Any], slopes: Sequence[float]) -> None:
    """Add to each operand its slope times the gradient of the result: the right way."""
    for operand, slope in zip(operands, slopes, strict=True):
        operand.grad += slope * out.grad


def engine(
    forward: Mapping[str, Callable[..., float]] = FORWARD,
    slopes: Mapping[str, Sequence[Slope]] = SLOPES,
    send: Send = adds,
    remembers: bool = True,
    called: bool = False,
    before: Callable[[str, tuple[Any, ...]], Any] | None = None,
    reflected: Mapping[str, Binary | None] | None = None,
) -> SimpleNamespace:
    """Return a namespace with a class `Value`.

    Args:
        forward: Operation to function of plain numbers.
        slopes: Operation to one slope for each slot.
        send: How a result gives its operands their shares.
        remembers: Whether a result keeps its operands in `_prev`.
        called: Whether `_backward` holds what the closure returned, None, instead of the closure.
        before: Called with (operation, operands as given); may refuse them, or return the result itself.
        reflected: Operation to what stands in `Value` for its reflected form, given (self, other); None for nothing.
    """

    class Value:
        __neg__: Any

        def __init__(self, data: float) -> None:
            self.data, self.grad = data, 0.0
            self._prev: tuple[Any, ...] = ()
            self._backward: Callable[[], None] | None = lambda: None

    def apply(op: str, *operands: Any) -> Any:
        early = before(op, operands) if before else None
        if early is not None:
            return Value(early)
        nodes = [x if isinstance(x, Value) else Value(x) for x in operands]
        inputs = [node.data for node in nodes]
        out = Value(forward[op](*inputs))
        out._prev = tuple(nodes) if remembers else ()

        def closure() -> None:
            used = [i for i, x in enumerate(operands) if (op, i) != ("pow", 1) or isinstance(x, Value)]
            x, y = (*inputs, 0.0)[:2]
            local = [slopes[op][i](x, y, out.data) for i in used]
            send(out, [nodes[i] for i in used], local)

        out._backward = closure if not called else None
        return out

    def method(op: str, swap: bool = False) -> Callable[..., Any]:
        return lambda self, *other: apply(op, *((*other, self) if swap else (self, *other)))

    for name, op in _OPERATORS.items():
        setattr(Value, f"__{name}__", method(op))
        mirrored = (reflected or {}).get(op, method(op, swap=True))
        if mirrored is not None:
            setattr(Value, f"__r{name}__", mirrored)
    for name in _METHODS:
        setattr(Value, name, method(name))
    Value.__neg__ = method("neg")
    return SimpleNamespace(Value=Value)
