"""Few closures of its own: minus, division, mean and negative powers are made of other operations."""

import numpy as np


def unbroadcast(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, side in enumerate(shape):
        if side == 1 and grad.shape[axis] != 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


class Tensor:
    __array_priority__ = 1000

    def __init__(self, data, _children=(), _op=""):
        self.data = np.array(data) if not isinstance(data, np.ndarray) else data
        self.grad = np.zeros(self.data.shape, dtype=self.data.dtype)
        self._prev = list(_children)
        self._op = _op
        self._backward = lambda: None

    def _constant(self, value):
        return value if isinstance(value, Tensor) else Tensor(np.asarray(value).astype(self.data.dtype))

    def _give(self, grad):
        self.grad = self.grad + unbroadcast(np.asarray(grad), self.data.shape)

    def __add__(self, other):
        other = self._constant(other)
        out = Tensor(self.data + other.data, (self, other), "+")

        def backward():
            self._give(out.grad)
            other._give(out.grad)

        out._backward = backward
        return out

    def __mul__(self, other):
        other = self._constant(other)
        out = Tensor(self.data * other.data, (self, other), "*")

        def backward():
            self._give(other.data * out.grad)
            other._give(self.data * out.grad)

        out._backward = backward
        return out

    def __pow__(self, k):
        if k == 0:
            return self * 0 + 1
        out = Tensor(self.data**k, (self,), "pow")

        def backward():
            self._give(out.grad * (k * self.data ** (k - 1)))

        out._backward = backward
        return out

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -self._constant(other)

    def __truediv__(self, other):
        return self * self._constant(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self._constant(other) * self**-1

    def __rmatmul__(self, other):
        return self._constant(other) @ self

    def __matmul__(self, other):
        other = self._constant(other)
        if self.data.ndim == 1 and other.data.ndim == 1:
            return (self * other).sum()
        if self.data.ndim == 1:
            return (self.reshape(1, -1) @ other)[..., 0, :]
        if other.data.ndim == 1:
            return (self @ other.reshape(-1, 1))[..., 0]
        out = Tensor(np.matmul(self.data, other.data), (self, other), "@")

        def backward():
            self._give(np.matmul(out.grad, np.swapaxes(other.data, -2, -1)))
            other._give(np.matmul(np.swapaxes(self.data, -2, -1), out.grad))

        out._backward = backward
        return out

    def sum(self, dim=None, keepdim=False):
        out = Tensor(np.asarray(np.sum(self.data, axis=dim, keepdims=keepdim)), (self,), "sum")

        def backward():
            grad = out.grad
            if dim is not None and not keepdim:
                grad = np.expand_dims(grad, axis=dim)
            self._give(np.ones_like(self.data) * grad)

        out._backward = backward
        return out

    def mean(self, dim=None, keepdim=False):
        total = self.sum(dim, keepdim)
        return total * (total.data.size / self.data.size)

    def max(self, dim=None, keepdim=False):
        if dim is None:
            best = self.data == self.data.max()
            weight = best.astype(self.data.dtype) / best.astype(self.data.dtype).sum()
        else:
            index = np.expand_dims(np.argmax(self.data, axis=dim), dim)
            axis = dim % self.data.ndim
            line = [-1 if n == axis else 1 for n in range(self.data.ndim)]
            weight = (np.arange(self.data.shape[dim]).reshape(line) == index).astype(self.data.dtype)
        return (self * Tensor(weight)).sum(dim, keepdim)

    def relu(self):
        return self * Tensor((self.data > 0).astype(self.data.dtype))

    def abs(self):
        return self * Tensor(np.sign(self.data))

    def exp(self):
        out = Tensor(np.exp(self.data), (self,), "exp")
        out._backward = lambda: self._give(out.grad * out.data)
        return out

    def log(self):
        out = Tensor(np.log(self.data), (self,), "log")
        out._backward = lambda: self._give(out.grad / self.data)
        return out

    def reshape(self, *shape):
        out = Tensor(self.data.reshape(*shape), (self,), "reshape")
        out._backward = lambda: self._give(out.grad.reshape(self.data.shape))
        return out

    def transpose(self, dim0, dim1):
        axes = list(range(self.data.ndim))
        axes[dim0], axes[dim1] = axes[dim1], axes[dim0]
        out = Tensor(self.data.transpose(axes), (self,), "transpose")
        out._backward = lambda: self._give(out.grad.transpose(np.argsort(axes)))
        return out

    def __getitem__(self, key):
        out = Tensor(np.asarray(self.data[key]), (self,), "getitem")

        def backward():
            full = np.zeros_like(self.data)
            np.add.at(full, key, out.grad)
            self._give(full)

        out._backward = backward
        return out
