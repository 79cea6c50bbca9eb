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
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    return grad.sum(axis=tuple(axis for axis, side in enumerate(shape) if side == 1), keepdims=True)


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

    __array_ufunc__ = None  # numpy then leaves `array * tensor` to our __rmul__

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
        other = self._lift(other)
        out = Tensor(self.data + other.data, (self, other), "+")

        def _backward() -> None:
            self.grad += unbroadcast(out.grad, self.data.shape)
            other.grad += unbroadcast(out.grad, other.data.shape)

        out._backward = _backward
        return out

    def __radd__(self, other: Any) -> Tensor:
        """Return other + self, where other is a number or an array."""
        return self._lift(other) + self

    def __sub__(self, other: Any) -> Tensor:
        """Return self - other, elementwise and with broadcasting."""
        other = self._lift(other)
        out = Tensor(self.data - other.data, (self, other), "-")

        def _backward() -> None:
            self.grad += unbroadcast(out.grad, self.data.shape)
            other.grad -= unbroadcast(out.grad, other.data.shape)

        out._backward = _backward
        return out

    def __rsub__(self, other: Any) -> Tensor:
        """Return other - self, where other is a number or an array."""
        return self._lift(other) - self

    def __neg__(self) -> Tensor:
        """Return -self."""
        out = Tensor(-self.data, (self,), "neg")

        def _backward() -> None:
            self.grad -= out.grad

        out._backward = _backward
        return out

    def __mul__(self, other: Any) -> Tensor:
        """Return self * other, elementwise and with broadcasting."""
        other = self._lift(other)
        out = Tensor(self.data * other.data, (self, other), "*")

        def _backward() -> None:
            self.grad += unbroadcast(out.grad * other.data, self.data.shape)
            other.grad += unbroadcast(out.grad * self.data, other.data.shape)

        out._backward = _backward
        return out

    def __rmul__(self, other: Any) -> Tensor:
        """Return other * self, where other is a number or an array."""
        return self._lift(other) * self

    def __truediv__(self, other: Any) -> Tensor:
        """Return self / other, elementwise and with broadcasting."""
        other = self._lift(other)
        out = Tensor(self.data / other.data, (self, other), "/")

        def _backward() -> None:
            self.grad += unbroadcast(out.grad / other.data, self.data.shape)
            other.grad -= unbroadcast(out.grad * self.data / other.data**2, other.data.shape)

        out._backward = _backward
        return out

    def __rtruediv__(self, other: Any) -> Tensor:
        """Return other / self, where other is a number or an array."""
        return self._lift(other) / self

    def __pow__(self, exponent: float) -> Tensor:
        """Return self ** exponent for a plain number; the gradient of `x ** 0` is 0 everywhere, also at 0."""
        out = Tensor(self.data**exponent, (self,), f"**{exponent}")

        def _backward() -> None:
            if exponent != 0:  # 0 * 0**-1 would be nan
                self.grad += out.grad * exponent * self.data ** (exponent - 1)

        out._backward = _backward
        return out

    def __matmul__(self, other: Any) -> Tensor:
        """Return self @ other: vectors `(n,)`, matrices `(n, m)`, or batches of matrices `(..., n, m)`.

        The leading dimensions broadcast, so that one matrix may meet a whole batch.
        """
        other = self._lift(other)
        out = Tensor(self.data @ other.data, (self, other), "@")

        def _backward() -> None:
            # A vector is a row on the left and a column on the right; `@` dropped that dimension from the result.
            left = self.data if self.data.ndim > 1 else self.data[np.newaxis, :]
            right = other.data if other.data.ndim > 1 else other.data[:, np.newaxis]
            batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
            grad = out.grad.reshape(*batch, left.shape[-2], right.shape[-1])
            self.grad += unbroadcast(grad @ right.swapaxes(-1, -2), left.shape).reshape(self.data.shape)
            other.grad += unbroadcast(left.swapaxes(-1, -2) @ grad, right.shape).reshape(other.data.shape)

        out._backward = _backward
        return out

    def __rmatmul__(self, other: Any) -> Tensor:
        """Return other @ self, where other is an array."""
        return self._lift(other) @ self

    def sum(self, dim: int | None = None, keepdim: bool = False) -> Tensor:
        """Return the sum of all elements, of shape (), or along `dim`; with `dim`, `keepdim` leaves it with size 1."""
        out = Tensor(self.data.sum(axis=dim, keepdims=keepdim), (self,), "sum")

        def _backward() -> None:
            self.grad += _restored(out.grad, dim, keepdim)

        out._backward = _backward
        return out

    def mean(self, dim: int | None = None, keepdim: bool = False) -> Tensor:
        """Return the mean of all elements, of shape (), or along `dim`; with `dim`, `keepdim` leaves it with size 1."""
        out = Tensor(self.data.mean(axis=dim, keepdims=keepdim), (self,), "mean")
        count = self.data.size if dim is None else self.data.shape[dim]

        def _backward() -> None:
            self.grad += _restored(out.grad, dim, keepdim) / count

        out._backward = _backward
        return out

    def max(self, dim: int | None = None, keepdim: bool = False) -> Tensor:
        """Return the largest of all elements, of shape (), or the largest along `dim`.

        As in torch, equal maxima share the gradient evenly in `max()`, and the first one takes all of it in `max(dim)`.
        Unlike torch's, `max(dim)` returns the values alone, without their indices.
        """
        out = Tensor(self.data.max(axis=dim, keepdims=keepdim), (self,), "max")

        def _backward() -> None:
            if dim is None:
                tied = self.data == out.data
                share = tied / tied.sum(dtype=self.data.dtype)
            else:
                share = np.zeros_like(self.data)
                np.put_along_axis(share, np.expand_dims(self.data.argmax(axis=dim), dim), 1, axis=dim)
            self.grad += share * _restored(out.grad, dim, keepdim)

        out._backward = _backward
        return out

    def relu(self) -> Tensor:
        """Return max(x, 0) elementwise; its slope at 0 is 0, as in torch."""
        out = Tensor(np.maximum(self.data, 0), (self,), "relu")

        def _backward() -> None:
            self.grad += out.grad * (self.data > 0)

        out._backward = _backward
        return out

    def exp(self) -> Tensor:
        """Return e**x elementwise."""
        out = Tensor(np.exp(self.data), (self,), "exp")

        def _backward() -> None:
            self.grad += out.grad * out.data

        out._backward = _backward
        return out

    def log(self) -> Tensor:
        """Return the natural logarithm elementwise."""
        out = Tensor(np.log(self.data), (self,), "log")

        def _backward() -> None:
            self.grad += out.grad / self.data

        out._backward = _backward
        return out

    def abs(self) -> Tensor:
        """Return |x| elementwise; its slope at 0 is 0, as in torch."""
        out = Tensor(np.abs(self.data), (self,), "abs")

        def _backward() -> None:
            self.grad += out.grad * np.sign(self.data)

        out._backward = _backward
        return out

    def reshape(self, *shape: int) -> Tensor:
        """Return the same elements in another shape, `x.reshape(2, 3)`; one side may be -1."""
        out = Tensor(self.data.reshape(shape), (self,), "reshape")

        def _backward() -> None:
            self.grad += out.grad.reshape(self.data.shape)

        out._backward = _backward
        return out

    def transpose(self, dim0: int, dim1: int) -> Tensor:
        """Return the tensor with two dimensions exchanged; the others stay where they are."""
        out = Tensor(self.data.swapaxes(dim0, dim1), (self,), "transpose")

        def _backward() -> None:
            self.grad += out.grad.swapaxes(dim0, dim1)

        out._backward = _backward
        return out

    def __getitem__(self, key: Any) -> Tensor:
        """Return self[key] for integers, slices, `...`, None and integer arrays, which may name a position twice."""
        out = Tensor(self.data[key], (self,), "[]")

        def _backward() -> None:
            np.add.at(self.grad, key, out.grad)

        out._backward = _backward
        return out


def _restored(grad: np.ndarray, dim: int | None, keepdim: bool) -> np.ndarray:
    """Return the gradient of a reduction with the reduced dimension put back, so that it broadcasts over the input."""
    return grad if dim is None or keepdim else np.expand_dims(grad, dim)
