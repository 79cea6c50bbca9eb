"""Wrong ideas about losses: a formula, a reduction or a habit exchanged in hand-written losses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from graders.players.tensor_reference import Tensor

Formula = Callable[[Any, Any], tuple[Any, Any]]
"""Prediction and target to the losses of the samples and their slopes in the prediction."""


def _softmax(z: Any) -> Any:
    shares = np.exp(z - z.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def _hot(z: Any, target: Any) -> Any:
    return np.eye(z.shape[1])[target]


def _l1(pred: Any, target: Any) -> tuple[Any, Any]:
    return abs(pred - target), np.sign(pred - target)


def _mse(pred: Any, target: Any) -> tuple[Any, Any]:
    return (pred - target) ** 2, 2 * (pred - target)


def _cross_entropy(z: Any, target: Any) -> tuple[Any, Any]:
    top = z - z.max(axis=1, keepdims=True)
    each = np.log(np.exp(top).sum(axis=1)) - (top * _hot(z, target)).sum(axis=1)
    return each, _softmax(z) - _hot(z, target)


def _double_softmax(z: Any, target: Any) -> tuple[Any, Any]:
    p = _softmax(z)
    each, outer = _cross_entropy(p, target)
    return each, p * (outer - (outer * p).sum(axis=1, keepdims=True))


def _naive(z: Any, target: Any) -> tuple[Any, Any]:
    powers = np.exp(z)
    total = powers.sum(axis=1, keepdims=True)
    return np.log(total[:, 0]) - (z * _hot(z, target)).sum(axis=1), powers / total - _hot(z, target)


def _log_of_share(z: Any, target: Any) -> tuple[Any, Any]:
    p = _softmax(z)
    right = p[np.arange(len(target)), target]
    hot = _hot(z, target)
    return -np.log(right), -(hot * right[:, None] - p * right[:, None]) / right[:, None]


def _of_probabilities(z: Any, target: Any) -> tuple[Any, Any]:
    rows = np.arange(len(target))
    slope = np.zeros_like(z)
    slope[rows, target] = -1 / z[rows, target]
    return -np.log(z[rows, target]), slope


def _nan_at_tie(pred: Any, target: Any) -> tuple[Any, Any]:
    gap = pred - target
    return abs(gap), gap / abs(gap)


def _clipped(floor: float) -> Formula:
    """Return the loss of shares that are kept above a floor."""

    def formula(z: Any, target: Any) -> tuple[Any, Any]:
        each, slope = _log_of_share(z, target)
        low = each >= -np.log(floor)
        return np.where(low, -np.log(floor), each), np.where(low[:, None], 0.0, slope)

    return formula


def _shifted_in_place(z: Any, target: Any) -> tuple[Any, Any]:
    z -= z.max(axis=1, keepdims=True)
    return _cross_entropy(z, target)


_RIGHT: Mapping[str, Formula] = {"l1_loss": _l1, "mse_loss": _mse, "cross_entropy": _cross_entropy}
_WRONG: Mapping[str, tuple[str, Formula]] = {
    "l1_signed": ("l1_loss", lambda p, t: (p - t, np.ones_like(p))),
    "l1_flipped": ("l1_loss", lambda p, t: (abs(p - t), np.sign(t - p))),
    "l1_of_error": ("l1_loss", lambda p, t: (abs(p - t), p - t)),
    "tie_one": ("l1_loss", lambda p, t: (abs(p - t), np.where(p >= t, 1.0, -1.0))),
    "tie_minus_one": ("l1_loss", lambda p, t: (abs(p - t), np.where(p > t, 1.0, -1.0))),
    "tie_nan": ("l1_loss", _nan_at_tie),
    "mse_without_two": ("mse_loss", lambda p, t: ((p - t) ** 2, p - t)),
    "mse_half": ("mse_loss", lambda p, t: ((p - t) ** 2 / 2, p - t)),
    "mse_flipped": ("mse_loss", lambda p, t: ((p - t) ** 2, 2 * (t - p))),
    "ce_without_target": ("cross_entropy", lambda z, t: (_cross_entropy(z, t)[0], _softmax(z))),
    "ce_flipped": ("cross_entropy", lambda z, t: (_cross_entropy(z, t)[0], _hot(z, t) - _softmax(z))),
    "ce_double_softmax": ("cross_entropy", _double_softmax),
    "ce_of_probabilities": ("cross_entropy", _of_probabilities),
    "naive_exp": ("cross_entropy", _naive),
    "log_of_share": ("cross_entropy", _log_of_share),
    "tie_half": ("l1_loss", lambda p, t: (abs(p - t), np.where(p == t, 0.5, np.sign(p - t)))),
    "mse_cubed": ("mse_loss", lambda p, t: (abs(p - t) ** 3, 3 * (p - t) * abs(p - t))),
    "ce_first_class": ("cross_entropy", lambda z, t: _cross_entropy(z, np.zeros_like(t))),
    "shift_by_all": ("cross_entropy", lambda z, t: _naive(z - z.max(), t)),
    "shift_by_first": ("cross_entropy", lambda z, t: _naive(z - z[:, :1], t)),
    "shifts_in_place": ("cross_entropy", _shifted_in_place),
    **{f"clipped_share_{floor}": ("cross_entropy", _clipped(floor)) for floor in (1e-8, 1e-10, 1e-12, 1e-15)},
}

_REDUCE: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any, tuple[int, ...]], Any]]] = {
    "mean": (lambda each: each.sum(), np.broadcast_to),
    "sum": (lambda each: each.sum(), np.broadcast_to),
    "none": (lambda each: each, np.broadcast_to),
    "columns": (lambda each: each.sum(axis=0), np.broadcast_to),
    "flat": (lambda each: each.reshape(-1), lambda grad, shape: grad.reshape(shape)),
    "reversed": (lambda each: each[::-1], lambda grad, shape: grad[::-1]),
}
"""Reduction, or what is taken for one, to the losses' value and to the upstream gradient of each of them."""


def reference() -> Any:
    """Return the right losses."""
    return losses()


def formula(name: str) -> Any:
    """Return losses of which one has a wrong formula."""
    loss, wrong = _WRONG[name]
    return losses({loss: wrong})


def silent(name: str) -> Any:
    """Return losses of which one sends nothing back."""
    return losses({name: lambda pred, target: (_RIGHT[name](pred, target)[0], np.zeros_like(pred))})


def default(reduction: str, *names: str) -> Any:
    """Return losses that reduce in another way, all or some, when no reduction is given."""
    return losses(default=dict.fromkeys(names or _RIGHT, reduction))


def renamed(name: str, meaning: str) -> Any:
    """Return losses for which one name of a reduction means another reduction; `"*"` is every unknown name."""
    return losses(meaning={name: meaning})


def counted(how: str) -> Any:
    """Return losses whose mean divides by the wrong count: by `"rows"`, by `"elements"`, or not in the `"gradient"`."""

    def factors(name: str, slope: Any, size: int) -> tuple[float, float]:
        rows, elements = 1 / len(slope), 1 / slope.size
        return {"rows": (rows, rows), "elements": (elements, elements), "gradient": (1 / size, 1.0)}[how]

    return losses(factors=factors)


def refusing(kind: str) -> Any:
    """Return losses that answer an unknown reduction with another exception."""
    kinds: tuple[type[Exception], ...] = (KeyError, TypeError, AssertionError, Exception)
    return losses(error={error.__name__: error for error in kinds}[kind])


def constant_target(*names: str) -> Any:
    """Return losses, all or some of which take the target's numbers and forget the Tensor."""
    return losses(to_target=dict.fromkeys(names or _RIGHT, 0.0))


def same_sign(*names: str) -> Any:
    """Return losses, all or some of which send the prediction's gradient to the target as well."""
    return losses(to_target=dict.fromkeys(names or _RIGHT, 1.0))


def overwriting(*names: str) -> Any:
    """Return losses, all or some of which put their share in the place of what the prediction's `.grad` held."""
    return losses(overwrites=names or tuple(_RIGHT))


def losses(
    wrong: Mapping[str, Formula] | None = None,
    meaning: Mapping[str, str] | None = None,
    factors: Callable[[str, Any, int], tuple[float, float]] = lambda name, slope, size: (1 / size, 1 / size),
    error: type[Exception] = ValueError,
    to_target: Mapping[str, float] | None = None,
    overwrites: tuple[str, ...] = (),
    default: Mapping[str, str] | None = None,
) -> Any:
    """Return the three losses, right but for what is given."""

    def loss_of(name: str, each_and_slope: Formula) -> Callable[..., Tensor]:
        def loss(pred: Tensor, target: Any, reduction: str = "") -> Tensor:
            reduction = reduction or (default or {}).get(name, "mean")
            chosen = (meaning or {}).get(reduction, reduction)
            if chosen not in _REDUCE:
                chosen = (meaning or {}).get("*", "")
            if not chosen:
                raise error(reduction)
            raw = target.data if isinstance(target, Tensor) else target
            with np.errstate(all="ignore"):
                each, slope = each_and_slope(pred.data, raw)
            value_by, grad_by = factors(name, slope, each.size) if chosen == "mean" else (1.0, 1.0)
            nodes = [(pred, 1.0)]
            if isinstance(target, Tensor):
                nodes.append((target, (to_target or {}).get(name, -1.0)))
            reduce, spread = _REDUCE[chosen]
            out = Tensor(reduce(each) * value_by, tuple(node for node, _ in nodes), name)

            def closure() -> None:
                upstream = spread(out.grad, each.shape).reshape(each.shape + (1,) * (slope.ndim - each.ndim))
                for node, sign in nodes:
                    node.grad = sign * upstream * slope * grad_by + (0.0 if name in overwrites else node.grad)

            out._backward = closure
            return out

        return loss

    table = {**_RIGHT, **(wrong or {})}
    return SimpleNamespace(**{name: loss_of(name, table[name]) for name in table})
