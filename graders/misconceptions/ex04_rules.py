"""Wrong rules for single operations: what each wrong idea computes, in the form of the trusted table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graders.players.tensor_rules import RULES, Rule, count, spread, swapped


def _back(op: str, backward: Callable[..., Any]) -> Mapping[str, Rule]:
    """Return the rule of `op` with another backward function."""
    return {op: (RULES[op][0], backward)}


def _mask(x: Any, dim: Any) -> Any:
    return x == x.max(axis=dim, keepdims=True)


def _shared(x: Any, dim: Any) -> Any:
    tied = _mask(x, dim)
    return tied / tied.sum(axis=dim, keepdims=True)


def _first(x: Any, dim: Any) -> Any:
    if dim is None:
        return (np.arange(x.size) == x.argmax()).reshape(x.shape)
    return np.arange(x.shape[dim]).reshape(
        [-1 if axis == dim % x.ndim else 1 for axis in range(x.ndim)]
    ) == np.expand_dims(x.argmax(dim), dim)


def _max(share_all: Callable[..., Any], share_dim: Callable[..., Any]) -> Mapping[str, Rule]:
    def backward(g: Any, y: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
        share = share_all(x, dim) if dim is None else share_dim(x, dim)
        return (spread(g, x.shape, dim, keepdim) * share,)

    return _back("max", backward)


def _unrestored(op: str) -> Mapping[str, Rule]:
    def backward(g: Any, y: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
        return (g / (count(x.shape, dim) if op == "mean" else 1),)

    return _back(op, backward)


def _without_keepdim(op: str) -> Mapping[str, Rule]:
    forward, backward = RULES[op]
    return {op: (lambda x, dim=None, keepdim=False: forward(x, dim), backward)}


def _last(x: Any, dim: Any) -> Any:
    return _first(x, dim) if dim is None else np.flip(_first(np.flip(x, dim), dim) if x.size else x, dim)


def _restored_twice(op: str) -> Mapping[str, Rule]:
    forward, backward = RULES[op]

    def twice(g: Any, y: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
        share = backward(np.ones_like(y), y, x, dim, keepdim)[0]
        return (share * (g if dim is None else np.expand_dims(g, dim)),)

    return {op: (forward, twice)}


def _gathered(how: str) -> Callable[..., Any]:
    """Return a backward function of indexing that takes the largest or the mean of what comes to one place."""

    def backward(g: Any, y: Any, x: Any, key: Any) -> Any:
        total, count, most = np.zeros_like(x), np.zeros_like(x), np.full(x.shape, -np.inf)
        np.add.at(total, key, g)
        np.add.at(count, key, 1)
        np.maximum.at(most, key, g)
        return (np.where(count > 0, most if how == "largest" else total / np.maximum(count, 1), 0),)

    return backward


def _spent(g: Any, y: Any, x: Any) -> Any:
    g *= y
    return (g,)


def _written(g: Any, y: Any, x: Any, key: Any) -> Any:
    full = np.zeros_like(x)
    full[key] = g
    return (full,)


def _last_axis(x: Any, dim: Any) -> Any:
    return _first(x, -1)


def _row(x: Any) -> Any:
    return x[np.newaxis, :] if x.ndim == 1 else x


def _column(x: Any) -> Any:
    return x[:, np.newaxis] if x.ndim == 1 else x


def _vectors(left: Callable[[Any], Any] = _row, right: Callable[[Any], Any] = _column, back: bool = True) -> Any:
    """Return the rule of `@` that turns vectors into matrices in other ways; `back`: and the left share back again."""

    def backward(g: Any, y: Any, a: Any, b: Any) -> Any:
        one, other = left(a), right(b)
        grad = g.reshape(one.shape[-2], other.shape[-1])
        to_a = grad @ swapped(other)
        return to_a.reshape(a.shape) if back else to_a, (swapped(one) @ grad).reshape(b.shape)

    return _back("matmul", backward)


def _everywhere(g: Any, y: Any, x: Any, key: Any) -> Any:
    return (g,)


WRONG: Mapping[str, Mapping[str, Rule]] = {
    "sub_adds": _back("sub", lambda g, y, a, b: (g, g)),
    "mul_own_factor": _back("mul", lambda g, y, a, b: (g * a, g * b)),
    "div_sign": _back("div", lambda g, y, a, b: (g / b, g * a / b**2)),
    "div_once": _back("div", lambda g, y, a, b: (g / b, -g * a / b)),
    "pow_same_power": _back("pow", lambda g, y, x, exponent: (g * exponent * y,)),
    "pow_drops_exponent": _back("pow", lambda g, y, x, exponent: (g * x ** (exponent - 1.0),)),
    "pow_zero_nan": _back("pow", lambda g, y, x, exponent: (g * exponent * x ** (exponent - 1.0),)),
    "sum_spreads_evenly": _back(
        "sum", lambda g, y, x, dim=None, keepdim=False: (spread(g, x.shape, dim, keepdim) / count(x.shape, dim),)
    ),
    "mean_without_count": _back("mean", lambda g, y, x, dim=None, keepdim=False: (spread(g, x.shape, dim, keepdim),)),
    "mean_counts_all": _back(
        "mean", lambda g, y, x, dim=None, keepdim=False: (spread(g, x.shape, dim, keepdim) / x.size,)
    ),
    "sum_dim_not_restored": _unrestored("sum"),
    "mean_dim_not_restored": _unrestored("mean"),
    "sum_without_keepdim": _without_keepdim("sum"),
    "mean_without_keepdim": _without_keepdim("mean"),
    "max_without_keepdim": _without_keepdim("max"),
    "matmul_swapped": _back("matmul", lambda g, y, a, b: (swapped(b) @ g, g @ swapped(a))),
    "matmul_untransposed": _back("matmul", lambda g, y, a, b: (g @ b, a @ g)),
    "matmul_t": _back("matmul", lambda g, y, a, b: (g @ b.T, a.T @ g)),
    "matmul_elementwise": _back("matmul", lambda g, y, a, b: (g * b, g * a)),
    "vector_unlike_row": _vectors(back=False),
    "vector_like_column": _vectors(left=_column),
    "vector_left_without_row": _vectors(left=lambda x: x),
    "vector_unlike_column": _vectors(right=lambda x: x),
    "vector_swapped": _back("matmul", lambda g, y, a, b: (g @ swapped(b), swapped(a) @ g)),
    "neg_adds": _back("neg", lambda g, y, x: (g,)),
    "pow_whole": {"pow": (lambda x, exponent: x ** int(exponent), RULES["pow"][1])},
    "sum_ignores_dim": {"sum": (lambda x, dim=None, keepdim=False: x.sum(), RULES["sum"][1])},
    "max_last_axis": _max(_shared, _last_axis),
    "relu_one_at_zero": _back("relu", lambda g, y, x: (g * (x >= 0),)),
    "relu_half_at_zero": _back("relu", lambda g, y, x: (g * (np.sign(x) + 1) / 2,)),
    "relu_of_upstream": _back("relu", lambda g, y, x: (g * (g > 0),)),
    "abs_one_at_zero": _back("abs", lambda g, y, x: (g * np.where(x >= 0, 1.0, -1.0),)),
    "abs_minus_one_at_zero": _back("abs", lambda g, y, x: (g * np.where(x > 0, 1.0, -1.0),)),
    "abs_divides": _back("abs", lambda g, y, x: (g * x / y,)),
    "exp_of_one_less": _back("exp", lambda g, y, x: (g * x * np.exp(x - 1),)),
    "max_ties_all_full": _max(_mask, _mask),
    "max_ties_full": _max(_mask, _first),
    "max_first_takes_all": _max(_first, _first),
    "max_dim_shares": _max(_shared, _shared),
    "max_dim_full": _max(_shared, _mask),
    "max_swapped_rules": _max(_first, _shared),
    "reshape_kept_shape": _back("reshape", lambda g, y, x, shape: (g,)),
    "transpose_not_back": _back("transpose", lambda g, y, x, dims: (g,)),
    "transpose_reverses_all": _back("transpose", lambda g, y, x, dims: (g.T,)),
    "index_everywhere": _back("index", _everywhere),
    "max_last_takes_all": _max(_shared, _last),
    "max_everywhere": _max(lambda x, dim: 1.0, lambda x, dim: 1.0),
    "max_not_restored": _back(
        "max",
        lambda g, y, x, dim=None, keepdim=False: ((_shared(x, dim) if dim is None else _first(x, dim)) * g,),
    ),
    "sum_restored_twice": _restored_twice("sum"),
    "mean_restored_twice": _restored_twice("mean"),
    "max_restored_twice": _restored_twice("max"),
    "sum_in_float64": {
        "sum": (lambda x, dim=None, keepdim=False: x.sum(dim, np.float64, keepdims=keepdim), RULES["sum"][1]),
    },
    "div_floor": {"div": (lambda a, b: a // b, RULES["div"][1])},
    "log_ten": {"log": (lambda x: np.log10(x), RULES["log"][1])},
    "relu_in_place": {"relu": (lambda x: np.maximum(x, 0, out=x), RULES["relu"][1])},
    "exp_spends_upstream": _back("exp", _spent),
    "reshape_column_order": _back("reshape", lambda g, y, x, shape: (g.reshape(x.shape, order="F"),)),
    "transpose_last_two": {"transpose": (lambda x, dims: x.swapaxes(-1, -2), RULES["transpose"][1])},
    "batch_not_summed": {"matmul": RULES["matmul"]},
    "index_largest": _back("index", _gathered("largest")),
    "index_averaged": _back("index", _gathered("mean")),
    "index_last_wins": _back("index", _written),
}
"""Name of the idea to the rules it exchanges."""

TRANSPOSED: Mapping[str, Callable[[Any, Any, Any], tuple[Any, Any]]] = {
    "t_of_right": lambda g, a, b: (g @ b.T, swapped(a) @ g),
    "t_of_left": lambda g, a, b: (g @ swapped(b), a.T @ g),
    "first_dims_of_right": lambda g, a, b: (g @ b.swapaxes(0, 1), swapped(a) @ g),
    "first_dims_of_left": lambda g, a, b: (g @ swapped(b), a.swapaxes(0, 1) @ g),
}
"""Name of the idea to the shares of both operands of a product whose transposition suits matrices alone."""


def silent(op: str, slot: int) -> Mapping[str, Rule]:
    """Return the rule of `op` that sends nothing to its operand number `slot`."""
    forward, backward = RULES[op]

    def partly(*given: Any, **params: Any) -> Any:
        return tuple(None if n == slot else grad for n, grad in enumerate(backward(*given, **params)))

    return {op: (forward, partly)}


def unscaled(op: str) -> Mapping[str, Rule]:
    """Return the rule of `op` that sends its slope without the upstream gradient."""
    forward, backward = RULES[op]
    return {op: (forward, lambda g, *rest, **params: backward(np.ones_like(g), *rest, **params))}
