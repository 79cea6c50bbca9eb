"""Closures on arrays: the engine of ex02, where every value is now a whole numpy array.

Why it matters
    The weights of a model are arrays, and the optimizer subtracts `lr * w.grad` from `w` element by element. If the
    gradient has another shape than the weight, or a bias that was stretched over a batch misses the sum over that
    batch, no step is right. The slopes are those of ex02. New is the *shape*: a gradient always has exactly the shape
    of the data it belongs to, although the operation may have stretched, summed, turned or picked elements on the way.

What to write
    `unbroadcast`, and every operation of `Tensor`: the result, and a closure that hands `out.grad` back. An operand may
    also be a number or a numpy array, on either side of an operator. `dim` may be negative: -1 is the last one.

An example
    A row of shape (2,) meets a matrix of shape (3, 2). Numpy stretches the row: each of its elements is read three
    times. By the chain rule each reading sends a gradient back, and an element adds up its three.

    >>> import numpy as np
    >>> np.array([10.0, 20.0]) + np.zeros((3, 2))
    array([[10., 20.],
           [10., 20.],
           [10., 20.]])

Try your code
    $ python -i exercises/ex04_tensor_closures.py
    >>> x = Tensor(np.array([1.0, 2.0, 3.0]))
    >>> out = x * 10.0
    >>> out.grad = np.array([1.0, 1.0, 2.0])
    >>> out._backward()
    >>> x.grad
    array([10., 10., 20.])

Not asked here
    Walking the graph (ex03), tensors as exponents, several dims at once, boolean masks, dtypes other than floating
    ones, products of a vector with a batch of matrices.

Often said, and wrong
    "Broadcasting is only a convenience of the forward pass."  A stretched element was read many times, and each reading
    sends something back.
    "`.grad` of a mean is 1/n."  It is what arrives from above, divided.
    "`x[[0, 0]]` has two rows, so row 0 gets one of their gradients."  It gets both.
    "Equal maxima each get the gradient."  They share it.

Read more, in torch's documentation
    Broadcasting semantics; torch.matmul
"""

from __future__ import annotations

from typing import Any

import numpy as np


def unbroadcast(grad: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the gradient of an array of `shape` that numpy stretched to the shape of `grad`.

    Args:
        grad: Gradient of the stretched array. It is not changed.
        shape: Shape of the array before it was stretched; `grad.shape` is what it broadcasts to.

    Returns:
        An array of exactly `shape`, and of the dtype of `grad`.
    """
    # TODO: which axes of grad did the original not have, and along which did it have only one element?
    raise NotImplementedError


class Tensor:
    """A numpy array that remembers how it was computed.

    Args:
        data: Array or number. Its dtype is kept. If you add `requires_grad`, the checks make their leaves with True.
        _children: The tensors it was computed from.
        _op: Name of the operation that made it.

    Attributes:
        data: The array.
        grad: Array of the shape and dtype of `data`, zeros at first. Closures add to it; no two gradients share memory.
        _prev: The operands, in order.
        _backward: Adds this tensor's share to the `.grad` of its operands; does nothing for a leaf.
    """

    # TODO: set the class attribute __array_ufunc__ so that numpy leaves `array * tensor` to __rmul__: see its manual.

    def __init__(self, data: Any, _children: tuple[Tensor, ...] = (), _op: str = "") -> None:
        self.data = np.asarray(data)
        self.grad = np.zeros_like(self.data)
        self._prev = tuple(_children)
        self._op = _op
        self._backward = lambda: None

    def __repr__(self) -> str:
        return f"Tensor({self.data!r})"

    def _lift(self, other: Any) -> Tensor:
        """Return `other` as a tensor; a number or an array takes this tensor's dtype."""
        return other if isinstance(other, Tensor) else Tensor(np.asarray(other, dtype=self.data.dtype))

    def __add__(self, other: Any) -> Tensor:
        """Return self + other, elementwise and with broadcasting."""
        # TODO: compute the result, define its closure, and store it: `out._backward = _backward`.
        raise NotImplementedError

    def __radd__(self, other: Any) -> Tensor:
        """Return other + self, where other is a number or an array."""
        # TODO: `other` is a number or an array, never a Tensor; other + self is self + other.
        raise NotImplementedError

    def __sub__(self, other: Any) -> Tensor:
        """Return self - other, elementwise and with broadcasting."""
        # TODO: as in __add__; what does the result do when the second operand grows?
        raise NotImplementedError

    def __rsub__(self, other: Any) -> Tensor:
        """Return other - self, where other is a number or an array."""
        # TODO: mind which operand comes first.
        raise NotImplementedError

    def __neg__(self) -> Tensor:
        """Return -self."""
        # TODO: one operand. If it grows, what does the result do?
        raise NotImplementedError

    def __mul__(self, other: Any) -> Tensor:
        """Return self * other, elementwise and with broadcasting."""
        # TODO: as in __add__; what decides by how much the product moves? Each operand gets its own shape back.
        raise NotImplementedError

    def __rmul__(self, other: Any) -> Tensor:
        """Return other * self, where other is a number or an array."""
        # TODO: as in __radd__.
        raise NotImplementedError

    def __truediv__(self, other: Any) -> Tensor:
        """Return self / other, elementwise and with broadcasting."""
        # TODO: as in __mul__; the two operands have different slopes.
        raise NotImplementedError

    def __rtruediv__(self, other: Any) -> Tensor:
        """Return other / self, where other is a number or an array."""
        # TODO: mind which operand comes first.
        raise NotImplementedError

    def __pow__(self, exponent: float) -> Tensor:
        """Return self ** exponent for a plain number; the gradient of `x ** 0` is 0 everywhere, also at 0."""
        # TODO: the exponent is a constant. What happens for exponent 0 at x = 0?
        raise NotImplementedError

    def __matmul__(self, other: Any) -> Tensor:
        """Return self @ other: vectors `(n,)`, matrices `(n, m)`, or batches of matrices `(..., n, m)`.

        The leading dimensions broadcast, so that one matrix may meet a whole batch.
        """
        # TODO: start with two matrices, then a vector on either side, then batches.
        raise NotImplementedError

    def __rmatmul__(self, other: Any) -> Tensor:
        """Return other @ self, where other is an array."""
        # TODO: `other` is an array; the order of a product of matrices matters.
        raise NotImplementedError

    def sum(self, dim: int | None = None, keepdim: bool = False) -> Tensor:
        """Return the sum of all elements, of shape (), or along `dim`; with `dim`, `keepdim` leaves it with size 1."""
        # TODO: which shape has out.grad, and which must arrive at self.grad?
        raise NotImplementedError

    def mean(self, dim: int | None = None, keepdim: bool = False) -> Tensor:
        """Return the mean of all elements, of shape (), or along `dim`; with `dim`, `keepdim` leaves it with size 1."""
        # TODO: as in sum; how many elements does each mean stand for?
        raise NotImplementedError

    def max(self, dim: int | None = None, keepdim: bool = False) -> Tensor:
        """Return the largest of all elements, of shape (), or the largest along `dim`.

        As in torch, equal maxima share the gradient evenly in `max()`, and the first one takes all of it in `max(dim)`.
        Unlike torch's, `max(dim)` returns the values alone, without their indices.
        """
        # TODO: on which elements does the result depend?
        raise NotImplementedError

    def relu(self) -> Tensor:
        """Return max(x, 0) elementwise; its slope at 0 is 0, as in torch."""
        # TODO: which elements does the result depend on, and what about 0 itself?
        raise NotImplementedError

    def exp(self) -> Tensor:
        """Return e**x elementwise."""
        # TODO: the closure may use out.data as well as self.data.
        raise NotImplementedError

    def log(self) -> Tensor:
        """Return the natural logarithm elementwise."""
        # TODO: the slope at an element depends on that element alone.
        raise NotImplementedError

    def abs(self) -> Tensor:
        """Return |x| elementwise; its slope at 0 is 0, as in torch."""
        # TODO: think of the two sides of 0, and of 0 itself.
        raise NotImplementedError

    def reshape(self, *shape: int) -> Tensor:
        """Return the same elements in another shape, `x.reshape(2, 3)`; one side may be -1."""
        # TODO: the elements keep their order; which shape must arrive at self.grad?
        raise NotImplementedError

    def transpose(self, dim0: int, dim1: int) -> Tensor:
        """Return the tensor with two dimensions exchanged; the others stay where they are."""
        # TODO: what undoes an exchange of two dimensions?
        raise NotImplementedError

    def __getitem__(self, key: Any) -> Tensor:
        """Return self[key] for integers, slices, `...`, None and integer arrays, which may name a position twice."""
        # TODO: elements that were not picked get nothing. What if the key names a position twice?
        raise NotImplementedError
