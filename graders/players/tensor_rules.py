"""The derivative of every operation of the exercises on arrays, as a table of rules on numpy arrays.

Each rule is compared with torch on every case of the banks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from numpy import (
    absolute,
    add,
    broadcast_to,
    exp,
    expand_dims,
    log,
    maximum,
    prod,
    put_along_axis,
    sign,
    swapaxes,
    zeros_like,
)

Array = Any
Rule = tuple[Callable[..., Array], Callable[..., tuple[Array | None, ...]]]
"""`forward(*arrays, **params) -> result` and `backward(upstream, result, *arrays, **params) -> one gradient each`.

A gradient of None means that nothing is sent.
"""


def spread(value: Array, shape: tuple[int, ...], dim: Any, keepdim: bool) -> Array:
    """Return a reduced array stretched back over the dimensions it was reduced along."""
    if dim is not None and not keepdim:
        value = expand_dims(value, dim)
    return broadcast_to(value, shape)


def count(shape: tuple[int, ...], dim: Any) -> int:
    """Return how many elements each element of a reduction along `dim` stands for."""
    dims = range(len(shape)) if dim is None else (dim,) if isinstance(dim, int) else dim
    return int(prod([shape[axis] for axis in dims], dtype=int))


def winners(x: Array, dim: int | None) -> Array:
    """Return each element's share of its maximum: ties share over all elements, the first takes all along a dim."""
    if dim is None:
        tied = x == x.max()
        return tied / tied.sum(dtype=x.dtype)
    first = zeros_like(x)
    put_along_axis(first, expand_dims(x.argmax(dim), dim), 1, dim)
    return first


def swapped(x: Array) -> Array:
    """Return a matrix, or each matrix of a batch, transposed."""
    return swapaxes(x, -1, -2)


def matmul_backward(grad: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """Return the gradients of `a @ b`; a vector counts as a row on the left and as a column on the right."""
    left, right = (a[None, :] if a.ndim == 1 else a), (b[:, None] if b.ndim == 1 else b)
    if a.ndim == 1:
        grad = expand_dims(grad, -1 if b.ndim == 1 else -2)
    if b.ndim == 1:
        grad = expand_dims(grad, -1)
    to_a, to_b = grad @ swapped(right), swapped(left) @ grad
    return to_a[..., 0, :] if a.ndim == 1 else to_a, to_b[..., 0] if b.ndim == 1 else to_b


def index_backward(grad: Array, out: Array, x: Array, key: Any) -> tuple[Array]:
    """Return the gradient of `x[key]`: an element taken several times receives several shares."""
    full = zeros_like(x)
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
        lambda x, dim=None, keepdim=False: x.sum(axis=dim, keepdims=keepdim),
        lambda g, y, x, dim=None, keepdim=False: (spread(g, x.shape, dim, keepdim),),
    ),
    "mean": (
        lambda x, dim=None, keepdim=False: x.mean(axis=dim, keepdims=keepdim),
        lambda g, y, x, dim=None, keepdim=False: (spread(g, x.shape, dim, keepdim) / count(x.shape, dim),),
    ),
    "max": (
        lambda x, dim=None, keepdim=False: x.max(axis=dim, keepdims=keepdim),
        lambda g, y, x, dim=None, keepdim=False: (spread(g, x.shape, dim, keepdim) * winners(x, dim),),
    ),
    "reshape": (lambda x, shape: x.reshape(shape), lambda g, y, x, shape: (g.reshape(x.shape),)),
    "transpose": (lambda x, dims: x.swapaxes(*dims), lambda g, y, x, dims: (g.swapaxes(*dims),)),
    "index": (lambda x, key: x[key], index_backward),
}
