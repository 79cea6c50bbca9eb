"""Everything is stored as float32, which one concept counts: functions that return the way back, in one table."""

# loses: dtype

import numpy as np

F = np.float32


def unbroadcast(grad, shape):
    lead = grad.ndim - len(shape)
    axes = [*range(lead), *(lead + axis for axis, side in enumerate(shape) if side == 1)]
    return grad.sum(axis=tuple(axes)).reshape(shape)


def _matmul(a, b):
    left, right = np.atleast_2d(a), b[:, None] if b.ndim == 1 else b
    wide = left @ right

    def back(grad):
        grad = np.reshape(grad, wide.shape)
        to_left = unbroadcast(grad @ right.swapaxes(-1, -2), left.shape)
        return to_left.reshape(a.shape), unbroadcast(left.swapaxes(-1, -2) @ grad, right.shape).reshape(b.shape)

    return a @ b, back


def _reduction(x, dim, keepdim, value, share):
    def back(grad):
        return (share * (grad if dim is None or keepdim else np.expand_dims(grad, dim)),)

    return value, back


def _max(x, dim=None, keepdim=False):
    if dim is None:
        share = (x == x.max()) / np.count_nonzero(x == x.max())
    else:
        share = np.zeros_like(x)
        np.put_along_axis(share, np.expand_dims(x.argmax(dim), dim), 1, dim)
    return _reduction(x, dim, keepdim, x.max(axis=dim, keepdims=keepdim), share)


def _pow(x, k):
    return x**k, lambda g: (g * F(k) * x ** (k - 1) if k else np.zeros_like(x),)


def _index(x, key):
    def back(grad):
        full = np.zeros_like(x)
        np.add.at(full, key, grad)
        return (full,)

    return x[key], back


OPS = {
    "add": lambda a, b: (a + b, lambda g: (g, g)),
    "sub": lambda a, b: (a - b, lambda g: (g, -g)),
    "mul": lambda a, b: (a * b, lambda g: (g * b, g * a)),
    "div": lambda a, b: (a / b, lambda g: (g / b, -g * a / b**2)),
    "neg": lambda x: (-x, lambda g: (-g,)),
    "pow": _pow,
    "matmul": _matmul,
    "relu": lambda x: (x * (x > 0), lambda g: (g * (x > 0),)),
    "exp": lambda x: (np.exp(x), lambda g: (g * np.exp(x),)),
    "log": lambda x: (np.log(x), lambda g: (g / x,)),
    "abs": lambda x: (abs(x), lambda g: (g * np.sign(x),)),
    "sum": lambda x, dim=None, keepdim=False: _reduction(
        x, dim, keepdim, x.sum(axis=dim, keepdims=keepdim), np.ones_like(x)
    ),
    "mean": lambda x, dim=None, keepdim=False: _reduction(
        x,
        dim,
        keepdim,
        x.mean(axis=dim, keepdims=keepdim),
        np.ones_like(x) / (x.size if dim is None else x.shape[dim]),
    ),
    "max": _max,
    "reshape": lambda x, *shape: (x.reshape(shape), lambda g: (g.reshape(x.shape),)),
    "transpose": lambda x, i, j: (np.swapaxes(x, i, j), lambda g: (np.swapaxes(g, i, j),)),
    "index": _index,
}


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, _children=(), _op=""):
        self.data = np.asarray(data, dtype=F)
        self.grad = np.zeros(self.data.shape, F)
        self._prev, self._op = _children, _op
        self._backward = lambda: None


def _operation(name, count=1, turned=False):
    def method(*given, **options):
        operands = [x if isinstance(x, Tensor) else Tensor(x) for x in given[:count]][:: -1 if turned else 1]
        value, back = OPS[name](*(x.data for x in operands), *given[count:], **options)
        out = Tensor(value, tuple(operands), name)

        def closure():
            for x, grad in zip(operands, back(out.grad), strict=True):
                x.grad = (x.grad + unbroadcast(np.asarray(grad), x.data.shape)).astype(F)

        out._backward = closure
        return out

    return method


for _name in ("add", "sub", "mul", "truediv", "matmul"):
    _op = {"truediv": "div"}.get(_name, _name)
    setattr(Tensor, f"__{_name}__", _operation(_op, 2))
    setattr(Tensor, f"__r{_name}__", _operation(_op, 2, turned=True))
for _name in ("relu", "exp", "log", "abs", "sum", "mean", "max", "reshape", "transpose"):
    setattr(Tensor, _name, _operation(_name))
for _name, _op in (("neg", "neg"), ("pow", "pow"), ("getitem", "index")):
    setattr(Tensor, f"__{_name}__", _operation(_op))
