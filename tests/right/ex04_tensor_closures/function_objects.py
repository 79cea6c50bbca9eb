"""One class per operation with forward and backward, gradients that are None until the first share arrives."""

import numpy as np


def unbroadcast(grad, shape):
    extra = len(grad.shape) - len(shape)
    axes = tuple(range(extra)) + tuple(i + extra for i, n in enumerate(shape) if n == 1)
    return np.sum(grad, axis=axes).reshape(shape)


class Function:
    def __init__(self, *operands, **options):
        self.operands = operands
        self.options = options
        self.arrays = [operand.data for operand in operands]

    @classmethod
    def apply(cls, *operands, **options):
        node = cls(*operands, **options)
        out = Tensor(node.forward(*node.arrays, **options), operands)

        def _backward():
            grads = node.backward(out.grad)
            for operand, grad in zip(operands, grads if isinstance(grads, tuple) else (grads,), strict=True):
                share = unbroadcast(np.asarray(grad), operand.data.shape).astype(operand.data.dtype)
                operand.grad = share.copy() if operand.grad is None else operand.grad + share

        out._backward = _backward
        return out


class Add(Function):
    def forward(self, a, b):
        return np.add(a, b)

    def backward(self, g):
        return g, g


class Subtract(Function):
    def forward(self, a, b):
        return np.subtract(a, b)

    def backward(self, g):
        return g, np.negative(g)


class Multiply(Function):
    def forward(self, a, b):
        return np.multiply(a, b)

    def backward(self, g):
        a, b = self.arrays
        return g * b, g * a


class Divide(Function):
    def forward(self, a, b):
        return np.divide(a, b)

    def backward(self, g):
        a, b = self.arrays
        return g / b, -(g * a) / np.square(b)


class Power(Function):
    def forward(self, a, k):
        return a**k

    def backward(self, g):
        k = self.options["k"]
        return np.zeros_like(g) if k == 0 else k * g * self.arrays[0] ** (k - 1)


class Product(Function):
    def forward(self, a, b):
        return np.matmul(a, b)

    def backward(self, g):
        a, b = self.arrays
        if a.ndim == b.ndim == 1:
            return g * b, g * a
        if a.ndim == 1:
            return b @ g, np.outer(a, g)
        if b.ndim == 1:
            return np.outer(g, b), a.T @ g
        return g @ np.moveaxis(b, -1, -2), np.moveaxis(a, -1, -2) @ g


class Reduce(Function):
    def kept(self, g):
        dim, keepdim = self.options["dim"], self.options["keepdim"]
        return g if dim is None or keepdim else np.expand_dims(g, dim)


class Sum(Reduce):
    def forward(self, a, dim, keepdim):
        return np.sum(a, axis=dim, keepdims=keepdim)

    def backward(self, g):
        return np.broadcast_to(self.kept(g), self.arrays[0].shape)


class Mean(Reduce):
    def forward(self, a, dim, keepdim):
        return np.mean(a, axis=dim, keepdims=keepdim)

    def backward(self, g):
        a = self.arrays[0]
        return np.broadcast_to(self.kept(g), a.shape) * (np.size(g) / a.size)


class Max(Reduce):
    def forward(self, a, dim, keepdim):
        return np.amax(a, axis=dim, keepdims=keepdim)

    def backward(self, g):
        a, dim = self.arrays[0], self.options["dim"]
        if dim is None:
            tied = a == a.max()
            return np.where(tied, g / np.count_nonzero(tied), 0)
        moved = np.moveaxis(np.zeros_like(a), dim, -1)
        winners = np.argmax(a, axis=dim)
        values = np.squeeze(self.kept(g), dim)
        for place in np.ndindex(winners.shape):
            moved[place + (winners[place],)] = values[place]
        return np.moveaxis(moved, -1, dim)


class Relu(Function):
    def forward(self, a):
        return np.where(a > 0, a, np.zeros_like(a))

    def backward(self, g):
        return np.where(self.arrays[0] > 0, g, 0)


class Exp(Function):
    def forward(self, a):
        return np.exp(a)

    def backward(self, g):
        return np.exp(self.arrays[0]) * g


class Log(Function):
    def forward(self, a):
        return np.log(a)

    def backward(self, g):
        return g / self.arrays[0]


class Abs(Function):
    def forward(self, a):
        return np.abs(a)

    def backward(self, g):
        a = self.arrays[0]
        return g * ((a > 0).astype(a.dtype) - (a < 0).astype(a.dtype))


class Reshape(Function):
    def forward(self, a, shape):
        return np.reshape(a, shape)

    def backward(self, g):
        return np.reshape(g, self.arrays[0].shape)


class Transpose(Function):
    def forward(self, a, dims):
        return np.swapaxes(a, *dims)

    def backward(self, g):
        return np.swapaxes(g, *self.options["dims"])


class Index(Function):
    def forward(self, a, key):
        return a[key]

    def backward(self, g):
        places = np.arange(self.arrays[0].size).reshape(self.arrays[0].shape)[self.options["key"]]
        flat = np.bincount(np.ravel(places), np.ravel(g), self.arrays[0].size)
        return flat.reshape(self.arrays[0].shape)


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, _children=(), _op=""):
        self.data = np.asarray(data)
        self.grad = None
        self._prev = set(_children)
        self._backward = lambda: None

    def __hash__(self):
        return id(self)

    def _with(self, other):
        if isinstance(other, Tensor):
            return other
        return Tensor(np.array(other, dtype=self.data.dtype))

    def __add__(self, other):
        return Add.apply(self, self._with(other))

    def __radd__(self, other):
        return Add.apply(self._with(other), self)

    def __sub__(self, other):
        return Subtract.apply(self, self._with(other))

    def __rsub__(self, other):
        return Subtract.apply(self._with(other), self)

    def __mul__(self, other):
        return Multiply.apply(self, self._with(other))

    def __rmul__(self, other):
        return Multiply.apply(self._with(other), self)

    def __truediv__(self, other):
        return Divide.apply(self, self._with(other))

    def __rtruediv__(self, other):
        return Divide.apply(self._with(other), self)

    def __matmul__(self, other):
        return Product.apply(self, self._with(other))

    def __rmatmul__(self, other):
        return Product.apply(self._with(other), self)

    def __neg__(self):
        return Multiply.apply(self, self._with(-1.0))

    def __pow__(self, k):
        return Power.apply(self, k=k)

    def __getitem__(self, key):
        return Index.apply(self, key=key)

    def sum(self, dim=None, keepdim=False):
        return Sum.apply(self, dim=dim, keepdim=keepdim)

    def mean(self, dim=None, keepdim=False):
        return Mean.apply(self, dim=dim, keepdim=keepdim)

    def max(self, dim=None, keepdim=False):
        return Max.apply(self, dim=dim, keepdim=keepdim)

    def relu(self):
        return Relu.apply(self)

    def exp(self):
        return Exp.apply(self)

    def log(self):
        return Log.apply(self)

    def abs(self):
        return Abs.apply(self)

    def reshape(self, *shape):
        return Reshape.apply(self, shape=shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape)

    def transpose(self, dim0, dim1):
        return Transpose.apply(self, dims=(dim0, dim1))
