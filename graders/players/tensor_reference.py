"""A trusted `Tensor` on numpy, made from a table of rules.

It stands in for the student's own engine where an exercise is about something else, it tells what torch would give
where torch cannot be imported, and with one rule exchanged it becomes a wrong idea whose answers can be predicted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from numpy import asarray, zeros

from graders.cases.tensor_ops import POINTWISE
from graders.players.tensor_lent import unbroadcast
from graders.players.tensor_rules import RULES, Array, Rule

__all__ = ["Tensor", "unbroadcast"]


class Recorded:
    """An array that remembers how it was computed.

    Args:
        data: Array or number; floating arrays keep their dtype.
        _children: The tensors it was computed from.
        _op: Name of the operation that made it.

    Attributes:
        grad: Array of the shape and dtype of `data`, zeros at first.
    """

    rules: Mapping[str, Rule] = RULES

    def __init__(self, data: Any, _children: tuple[Any, ...] = (), _op: str = "") -> None:
        self.data = asarray(data)
        self.grad: Any = zeros(self.data.shape, self.data.dtype)
        self._prev = tuple(_children)
        self._op = _op
        self._backward: Callable[[], None] = lambda: None

    def __repr__(self) -> str:
        return f"Tensor({self.data.tolist()!r})"

    def reduced(self, grad: Array) -> Array:
        """Return a gradient that may have a broadcast shape as one of this tensor's shape and dtype."""
        return asarray(unbroadcast(grad, self.data.shape), dtype=self.data.dtype)

    def receive(self, grad: Array, op: str, slot: int) -> None:
        """Add one share to the gradient; the sum is a new array. `op` sends it to its operand number `slot`."""
        self.grad = asarray(self.grad + self.reduced(grad))

    @classmethod
    def record(cls, op: str, *operands: Any, **params: Any) -> Self:
        """Return the result of an operation on tensors, arrays and numbers, with the closure of its rule."""
        forward, backward = cls.rules[op]
        arrays = [operand.data if isinstance(operand, Recorded) else operand for operand in operands]
        out = cls(forward(*arrays, **params), tuple(x for x in operands if isinstance(x, Recorded)), op)

        def closure() -> None:
            grads = backward(out.grad, out.data, *arrays, **params)
            for slot, (operand, grad) in enumerate(zip(operands, grads, strict=True)):
                if isinstance(operand, Recorded) and grad is not None:
                    operand.receive(grad, op, slot)

        out._backward = closure
        return out

    def __add__(self, other: Any) -> Self:
        return self.record("add", self, other)

    def __radd__(self, other: Any) -> Self:
        return self.record("add", other, self)

    def __sub__(self, other: Any) -> Self:
        return self.record("sub", self, other)

    def __rsub__(self, other: Any) -> Self:
        return self.record("sub", other, self)

    def __mul__(self, other: Any) -> Self:
        return self.record("mul", self, other)

    def __rmul__(self, other: Any) -> Self:
        return self.record("mul", other, self)

    def __truediv__(self, other: Any) -> Self:
        return self.record("div", self, other)

    def __rtruediv__(self, other: Any) -> Self:
        return self.record("div", other, self)

    def __matmul__(self, other: Any) -> Self:
        return self.record("matmul", self, other)

    def __rmatmul__(self, other: Any) -> Self:
        return self.record("matmul", other, self)

    def __neg__(self) -> Self:
        return self.record("neg", self)

    def __pow__(self, exponent: float) -> Self:
        return self.record("pow", self, exponent=exponent)

    def __getitem__(self, key: Any) -> Self:
        return self.record("index", self, key=key)

    def __abs__(self) -> Self:
        return self.record("abs", self)

    def sum(self, dim: Any = None, keepdim: bool = False) -> Self:
        """Return the sum of all elements, or along `dim`."""
        return self.record("sum", self, dim=dim, keepdim=keepdim)

    def mean(self, dim: Any = None, keepdim: bool = False) -> Self:
        """Return the mean of all elements, or along `dim`."""
        return self.record("mean", self, dim=dim, keepdim=keepdim)

    def max(self, dim: int | None = None, keepdim: bool = False) -> Self:
        """Return the largest of all elements, or along `dim`."""
        return self.record("max", self, dim=dim, keepdim=keepdim)

    def reshape(self, *shape: int) -> Self:
        """Return the same elements in another shape."""
        return self.record("reshape", self, shape=shape)

    def transpose(self, dim0: int, dim1: int) -> Self:
        """Return the tensor with two dimensions exchanged."""
        return self.record("transpose", self, dims=(dim0, dim1))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the data."""
        shape: tuple[int, ...] = self.data.shape
        return shape


def _method(op: str) -> Callable[[Recorded], Recorded]:
    """Return the method of an operation on one element at a time."""

    def method(self: Recorded) -> Recorded:
        return self.record(op, self)

    method.__name__ = op
    method.__qualname__ = f"Recorded.{op}"
    return method


for _op in POINTWISE:
    setattr(Recorded, _op, _method(_op))


class Tensor(Recorded):
    """The trusted engine, to which numpy leaves `array * tensor`."""

    __array_ufunc__ = None
