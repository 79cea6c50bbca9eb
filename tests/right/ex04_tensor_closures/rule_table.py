"""Routes back as small functions, with einsum and indicator arrays; scalars stay numpy scalars."""

import numpy as np


def unbroadcast(grad, shape):
    target = np.zeros(shape, dtype=grad.dtype)
    padded = target.reshape((1,) * (grad.ndim - len(shape)) + tuple(shape))
    np.add.at(padded, tuple(np.indices(grad.shape)[n] * (padded.shape[n] > 1) for n in range(grad.ndim)), grad)
    return target


class Tensor:
    __array_priority__ = 10.0
    __slots__ = ("_backward", "_op", "_prev", "data", "grad")

    def __init__(self, data, _children=(), _op=""):
        self.data, self._prev, self._op = data, _children, _op
        if not isinstance(data, (np.ndarray, np.generic)):
            self.data = np.float64(data)
        self.grad = np.zeros(np.shape(self.data), self.data.dtype)
        self._backward = lambda: None

    def _made(self, op, data, *routes):
        out = Tensor(data, tuple(operand for operand, _ in routes if isinstance(operand, Tensor)), op)

        def _backward():
            for operand, route in routes:
                if isinstance(operand, Tensor):
                    share = np.asarray(route(np.asarray(out.grad)))
                    operand.grad = operand.grad + unbroadcast(share, np.shape(operand.data))

        out._backward = _backward
        return out

    def __add__(self, other):
        return self._made("+", self.data + raw(other), (self, lambda g: g), (other, lambda g: g))

    __radd__ = __add__

    def __neg__(self):
        return self._made("neg", -self.data, (self, lambda g: -g))

    def __sub__(self, other):
        return self._made("-", self.data - raw(other), (self, lambda g: g), (other, lambda g: -g))

    def __rsub__(self, other):
        return self._made("-", raw(other) - self.data, (self, lambda g: -g))

    def __mul__(self, other):
        return self._made(
            "*", self.data * raw(other), (self, lambda g: g * raw(other)), (other, lambda g: g * self.data)
        )

    __rmul__ = __mul__

    def __truediv__(self, other):
        a, b = self.data, raw(other)
        return self._made("/", a / b, (self, lambda g: g / b), (other, lambda g: -g * (a / b) / b))

    def __rtruediv__(self, other):
        a, b = raw(other), self.data
        return self._made("/", a / b, (self, lambda g: -g * (a / b) / b))

    def __pow__(self, k):
        slope = (lambda g: g * 0) if k == 0 else (lambda g: g * k * self.data ** (k - 1))
        return self._made("**", self.data**k, (self, slope))

    def __matmul__(self, other):
        return product(self, other, self)

    def __rmatmul__(self, other):
        return product(other, self, self)

    def relu(self):
        return self._made("relu", self.data * (self.data > 0), (self, lambda g: g * (self.data > 0)))

    def exp(self):
        value = np.exp(self.data)
        return self._made("exp", value, (self, lambda g: g * value))

    def log(self):
        return self._made("log", np.log(self.data), (self, lambda g: g / self.data))

    def abs(self):
        return self._made("abs", abs(self.data), (self, lambda g: g * np.sign(self.data)))

    def _reduced(self, op, value, weight, dim, keepdim):
        def route(g):
            return weight * (g if dim is None or keepdim else np.expand_dims(g, dim))

        return self._made(op, value, (self, route))

    def sum(self, dim=None, keepdim=False):
        return self._reduced("sum", self.data.sum(dim, keepdims=keepdim), np.ones_like(self.data), dim, keepdim)

    def mean(self, dim=None, keepdim=False):
        value = self.data.mean(dim, keepdims=keepdim)
        return self._reduced("mean", value, np.ones_like(self.data) / (self.data.size // np.size(value)), dim, keepdim)

    def max(self, dim=None, keepdim=False):
        hit = (self.data == self.data.max(dim, keepdims=True)).astype(self.data.dtype)
        weight = hit / hit.sum() if dim is None else hit * (hit.cumsum(dim) == 1)
        return self._reduced("max", self.data.max(dim, keepdims=keepdim), weight, dim, keepdim)

    def reshape(self, *shape):
        return self._made("reshape", self.data.reshape(shape), (self, lambda g: g.reshape(self.data.shape)))

    def transpose(self, dim0, dim1):
        return self._made("transpose", self.data.swapaxes(dim0, dim1), (self, lambda g: g.swapaxes(dim0, dim1)))

    def __getitem__(self, key):
        def route(g):
            full = np.zeros_like(self.data)
            np.add.at(full, key, g)
            return full

        return self._made("index", self.data[key], (self, route))


def raw(other):
    return other.data if isinstance(other, Tensor) else other


def product(left, right, maker):
    a, b = raw(left), raw(right)
    name = ("i" if a.ndim > 1 else "") + "j", "j" + ("k" if b.ndim > 1 else "")
    one, two = "..." * (a.ndim > 2) + name[0], "..." * (b.ndim > 2) + name[1]
    both = "..." * (a.ndim > 2 or b.ndim > 2) + name[0][:-1] + name[1][1:]

    def to_left(g):
        return np.einsum(f"{both},{two}->{'...' * both.startswith('...')}{name[0]}", g, b)

    def to_right(g):
        return np.einsum(f"{one},{both}->{'...' * both.startswith('...')}{name[1]}", a, g)

    return maker._made("@", np.einsum(f"{one},{two}->{both}", a, b), (left, to_left), (right, to_right))
