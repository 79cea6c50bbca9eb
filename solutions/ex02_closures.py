"""Closures: every operation remembers how to send its gradient back.

Why it matters
    While you compute a loss, each operation makes a new node and leaves a small function in it, its *closure*. Called
    later, that function passes the node's gradient on to the operands. Closure after closure, the gradient travels from
    the loss to the weights and stays there in `.grad`, where the optimizer reads it. This is all of `loss.backward()`
    but for the order, which is ex03.

What to write
    The operations of `Value`. Each of them
      1. computes the number and makes `out` of it, which remembers its operands in `out._prev`;
      2. defines a function that adds to the `.grad` of each operand, and stores it in `out._backward`;
      3. returns `out`.
    When that function is called, `out.grad` is there already: how much the loss moves when `out` moves.

The chain rule
    +--------------------------------------------------------------------------------+
    |      dL/da      +=       dout/da       *       dL/dout                         |
    |      a.grad              you know it           out.grad                        |
    +--------------------------------------------------------------------------------+
    L is the loss, and dL/da is the derivative of L by a: how much L moves when a moves by a little, divided by that
    little. If a moves `out` twice as much, and `out` moves the loss three times as much, a moves the loss six times as
    much: the two are multiplied. The first factor is the *slope* of the operation; it needs nothing but the operands.
    The second came from above. And it is `+=`, because a may be used elsewhere too, and each use sends its share.

Try your code
    $ python -i exercises/ex02_closures.py
    >>> a, b = Value(2.0), Value(5.0)
    >>> out = a + b
    >>> out.grad = 10.0         # as if it came from above
    >>> out._backward()
    >>> a.grad, b.grad          # when a or b moves by 1, so does out
    (10.0, 10.0)

Not asked here
    In which order closures are called: that is ex03, and nothing here calls them for you. Arrays come in ex04.

Often said, and wrong
    "The closure returns the gradient."  It returns nothing; it changes `.grad` of the operands.
    "The gradient is the slope of this operation."  The slope is the part known here; the other part comes from above.
    "Each value is used once."  A value may be used many times, or twice in one operation, as in `a * a`.
    "A kink has no gradient, so anything will do."  Torch takes the slope 0 for `relu` and for `abs` at 0; so do we.

Read more, in torch's documentation
    A Gentle Introduction to torch.autograd
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable


class Value:
    """A number that remembers how it was made.

    Args:
        data: The number.
        _children: The operands it was computed from; a leaf has none.
        _op: Sign of the operation, for reading only.

    Attributes:
        data: The number.
        grad: How much the loss moves when this number moves; starts at 0.0 and is added to.
        _prev: The operands.
        _backward: Called with no argument; adds to the operands' `grad` what this node's `grad` sends them.
    """

    def __init__(self, data: float, _children: Iterable[Value] = (), _op: str = "") -> None:
        self.data = data
        self.grad = 0.0
        self._prev = tuple(_children)
        self._op = _op
        self._backward: Callable[[], None] = lambda: None

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other: Value | float) -> Value:
        """Return `self + other`; a plain number counts as a constant."""
        other = as_value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward() -> None:
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __sub__(self, other: Value | float) -> Value:
        """Return `self - other`; a plain number counts as a constant."""
        other = as_value(other)
        out = Value(self.data - other.data, (self, other), "-")

        def _backward() -> None:
            self.grad += out.grad
            other.grad -= out.grad

        out._backward = _backward
        return out

    def __mul__(self, other: Value | float) -> Value:
        """Return `self * other`; a plain number counts as a constant."""
        other = as_value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward() -> None:
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __truediv__(self, other: Value | float) -> Value:
        """Return `self / other`; a plain number counts as a constant."""
        other = as_value(other)
        out = Value(self.data / other.data, (self, other), "/")

        def _backward() -> None:
            self.grad += out.grad / other.data
            other.grad -= self.data / other.data**2 * out.grad

        out._backward = _backward
        return out

    def __pow__(self, other: Value | float) -> Value:
        """Return `self ** other`; `a ** 0` is 1 everywhere, also at 0, and its slope is 0.

        Args:
            other: A plain number, or a `Value`; with a `Value` as exponent the base is positive.
        """
        n = other.data if isinstance(other, Value) else other
        out = Value(self.data**n, (self, other) if isinstance(other, Value) else (self,), "**")

        def _backward() -> None:
            if n != 0:  # x**0 is 1 for every x, and 0.0 ** -1 would raise
                self.grad += n * self.data ** (n - 1) * out.grad
            if isinstance(other, Value):
                other.grad += math.log(self.data) * out.data * out.grad

        out._backward = _backward
        return out

    def __neg__(self) -> Value:
        """Return `-self`."""
        out = Value(-self.data, (self,), "neg")

        def _backward() -> None:
            self.grad -= out.grad

        out._backward = _backward
        return out

    def relu(self) -> Value:
        """Return `self` where it is positive, else 0."""
        out = Value(self.data if self.data > 0 else 0.0, (self,), "relu")

        def _backward() -> None:
            self.grad += out.grad if self.data > 0 else 0.0

        out._backward = _backward
        return out

    def exp(self) -> Value:
        """Return e to the power of `self`."""
        out = Value(math.exp(self.data), (self,), "exp")

        def _backward() -> None:
            self.grad += out.data * out.grad

        out._backward = _backward
        return out

    def log(self) -> Value:
        """Return the natural logarithm of `self`, which is positive."""
        out = Value(math.log(self.data), (self,), "log")

        def _backward() -> None:
            self.grad += out.grad / self.data

        out._backward = _backward
        return out

    def tanh(self) -> Value:
        """Return the hyperbolic tangent of `self`, also where `exp(self)` would be too large for a float."""
        out = Value(math.tanh(self.data), (self,), "tanh")

        def _backward() -> None:
            self.grad += (1.0 - out.data**2) * out.grad

        out._backward = _backward
        return out

    def __abs__(self) -> Value:
        """Return `abs(self)`."""
        out = Value(abs(self.data), (self,), "abs")

        def _backward() -> None:
            sign = (self.data > 0) - (self.data < 0)
            self.grad += sign * out.grad

        out._backward = _backward
        return out

    def __radd__(self, other: float) -> Value:
        """Return `other + self`: Python asks for it when `other` is a plain number, as in `2 + v`."""
        return as_value(other) + self

    def __rsub__(self, other: float) -> Value:
        """Return `other - self`, as in `2 - v`."""
        return as_value(other) - self

    def __rmul__(self, other: float) -> Value:
        """Return `other * self`, as in `2 * v`."""
        return as_value(other) * self

    def __rtruediv__(self, other: float) -> Value:
        """Return `other / self`, as in `2 / v`."""
        return as_value(other) / self

    def __rpow__(self, other: float) -> Value:
        """Return `other ** self`, as in `2 ** v`, for a positive number `other`."""
        return as_value(other) ** self


def as_value(other: Value | float) -> Value:
    """Return `other` itself when it is a `Value`, else a new leaf that holds the number."""
    return other if isinstance(other, Value) else Value(other)
