"""Values by numpy and closures written by hand."""

import numpy as np
from ex04_tensor_closures import Tensor


def finished(pred, target, each, slope, reduction):
    if reduction not in {"mean", "sum", "none"}:
        raise ValueError(f"unknown reduction {reduction}")
    scale = 1.0
    value = each
    if reduction != "none":
        scale = 1.0 if reduction == "sum" else 1.0 / each.size
        value = each.sum() * scale
    tracked = isinstance(target, Tensor)
    loss = Tensor(value, (pred, target) if tracked else (pred,), "loss")

    def _backward():
        upstream = np.asarray(loss.grad) * scale
        if slope.ndim > each.ndim and upstream.ndim:
            upstream = upstream[:, None]
        pred.grad += upstream * slope
        if tracked:
            target.grad -= upstream * slope

    loss._backward = _backward
    return loss


def l1_loss(pred, target, reduction="mean"):
    gap = pred.data - (target.data if isinstance(target, Tensor) else target)
    return finished(pred, target, np.abs(gap), np.sign(gap), reduction)


def mse_loss(pred, target, reduction="mean"):
    gap = pred.data - (target.data if isinstance(target, Tensor) else target)
    return finished(pred, target, gap * gap, 2 * gap, reduction)


def cross_entropy(logits, target, reduction="mean"):
    top = logits.data - logits.data.max(axis=1, keepdims=True)
    shares = np.exp(top)
    total = shares.sum(axis=1, keepdims=True)
    rows = np.arange(logits.data.shape[0])
    each = np.log(total[:, 0]) - top[rows, target]
    slope = shares / total
    slope[rows, target] -= 1
    return finished(logits, None, each, slope, reduction)
