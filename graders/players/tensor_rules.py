"""The derivative of every operation of the exercises on arrays, as a table of rules on numpy arrays.

Each rule is compared with torch on every case of the banks. In a worker, where they are part of a `Tensor` that we
supply, they call nothing of numpy that is written in Python, which a student's file may replace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from numpy import absolute, add, arange, empty, exp, log, maximum, sign, zeros

Array = Any
Rule = tuple[Callable[..., Array], Callable[..., tuple[Array | None, ...]]]
"""`forward(*arrays, **params) -> result` and `backward(upstream, result, *arrays, **params) -> one gradient each`.

A gradient of None means that nothing is sent.
"""


def spread(value: Array, shape: tuple[int, ...], dim: Any, keepdim: bool) -> Array:
    """Return a reduced array stretched back over the dimensions it was reduced along."""
    wide = empty(shape, value.dtype)
    wide[...] = value if dim is None or keepdim else value.reshape(reduced(shape, dim))
    return wide


def reduced(shape: tuple[int, ...], dim: Any) -> tuple[int, ...]:
    """Return a shape whose dimensions `dim` are kept with side 1."""
    dims = axes(shape, dim)
    return tuple(1 if axis in dims else side for axis, side in enumerate(shape))


def axes(shape: tuple[int, ...], dim: Any) -> tuple[int, ...]:
    """Return the positions of the dimensions that a reduction along `dim` runs over."""
    dims = range(len(shape)) if dim is None else (dim,) if isinstance(dim, int) else dim
    return tuple(axis % len(shape) for axis in dims) if shape else ()


def count(shape: tuple[int, ...], dim: Any) -> int:
    """Return how many elements each element of a reduction along `dim` stands for."""
    size = 1
    for axis in axes(shape, dim):
        size *= shape[axis]
    return size


def mean(x: Array, dim: Any, keepdim: bool) -> Array:
    """Return the mean as numpy computes it: float16 is added up in float32."""
    dtype = "float32" if x.dtype == "float16" else None
    total: Array = add.reduce(x, axis=dim, keepdims=keepdim, dtype=dtype)  # type: ignore[call-overload]
    each = total / count(x.shape, dim)
    return each.astype(x.dtype) if x.dtype.kind == "f" else each


def winners(x: Array, dim: int | None) -> Array:
    """Return each element's share of its maximum: ties share over all elements, the first takes all along a dim."""
    if dim is None:
        tied = x == maximum.reduce(x, axis=None)
        return tied / add.reduce(tied, axis=None, dtype=x.dtype)
    side = tuple(n if axis == dim % x.ndim else 1 for axis, n in enumerate(x.shape))
    return (arange(x.shape[dim]).reshape(side) == x.argmax(dim).reshape(reduced(x.shape, dim))).astype(x.dtype)


def swapped(x: Array) -> Array:
    """Return a matrix, or each matrix of a batch, transposed."""
    return x.swapaxes(-1, -2)


def matmul_backward(grad: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """Return the gradients of `a @ b`; a vector counts as a row on the left and as a column on the right."""
    left, right = (a[None, :] if a.ndim == 1 else a), (b[:, None] if b.ndim == 1 else b)
    if a.ndim == 1:
        grad = grad[..., None] if b.ndim == 1 else grad[..., None, :]
    if b.ndim == 1:
        grad = grad[..., None]
    to_a, to_b = grad @ swapped(right), swapped(left) @ grad
    return to_a[..., 0, :] if a.ndim == 1 else to_a, to_b[..., 0] if b.ndim == 1 else to_b


def index_backward(grad: Array, out: Array, x: Array, key: Any) -> tuple[Array]:
    """Return the gradient of `x[key]`: an element taken several times receives several shares."""
    full = zeros(x.shape, x.dtype)
    add.at(full, key, grad)
    return (full,)


def pow_backward(grad: Array, out: Array, x: Array, exponent: float) -> tuple[Array | None]:
    """Return the gradient of `x ** exponent`; for the exponent 0 there is none, even at x = 0."""
    return (grad * (exponent * x ** (exponent - 1)) if exponent else None,)


RULES: Mapping[str, Rule] = {
    "add": (lambda a, b: a + b, lambda g, y, a, b: (g, g)),
    "sub": (lambda a, b: a - b, lambda g, y, a, b: (g, -g)),
    "mul": (lambda a, b: a * b, lambda g, y, a, b: (g * b, g * a)),
    "div": (lambda a, b: a / b, lambda g, y, a, b: (g / b, -g * a / (b * b))),
    "neg": (lambda x: -x, lambda g, y, x: (-g,)),
    "pow": (lambda x, exponent: x**exponent, pow_backward),
    "matmul": (lambda a, b: a @ b, matmul_backward),
    "relu": (lambda x: maximum(x, 0), lambda g, y, x: (g * (x > 0),)),
    "exp": (lambda x: exp(x), lambda g, y, x: (g * y,)),
    "log": (lambda x: log(x), lambda g, y, x: (g / x,)),
    "abs": (lambda x: absolute(x), lambda g, y, x: (g * sign(x),)),
    "sum": (
        lambda x, dim=None, keepdim=False: add.reduce(x, axis=dim, keepdims=keepdim),
        lambda g, y, x, dim=None, keepdim=False: (spread(g, x.shape, dim, keepdim),),
    ),
    "mean": (
        lambda x, dim=None, keepdim=False: mean(x, dim, keepdim),
        lambda g, y, x, dim=None, keepdim=False: (spread(g, x.shape, dim, keepdim) / count(x.shape, dim),),
    ),
    "max": (
        lambda x, dim=None, keepdim=False: maximum.reduce(x, axis=dim, keepdims=keepdim),
        lambda g, y, x, dim=None, keepdim=False: (spread(g, x.shape, dim, keepdim) * winners(x, dim),),
    ),
    "reshape": (lambda x, shape: x.reshape(shape), lambda g, y, x, shape: (g.reshape(x.shape),)),
    "transpose": (lambda x, dims: x.swapaxes(*dims), lambda g, y, x, dims: (g.swapaxes(*dims),)),
    "index": (lambda x, key: x[key], index_backward),
}
