"""Loops over rows, log-sum-exp by numpy's logaddexp, one closure for all reductions."""

import numpy as np
from ex04_tensor_closures import Tensor


def weights(count, reduction):
    if reduction == "mean":
        return np.full(count, 1 / count)
    if reduction in ("sum", "none"):
        return np.ones(count)
    raise ValueError("reduction: mean, sum or none")


def node(parents, each, reduction, back):
    share = weights(each.size, reduction)
    value = each if reduction == "none" else np.dot(each.ravel(), share)
    loss = Tensor(value, parents)

    def _backward():
        grad = np.broadcast_to(loss.grad, each.shape) * share.reshape(each.shape)
        for parent, slope in zip(parents, back, strict=False):
            shaped = grad.reshape(grad.shape + (1,) * (slope.ndim - grad.ndim))
            parent.grad = parent.grad + shaped * slope

    loss._backward = _backward
    return loss


def l1_loss(pred, target, reduction="mean"):
    gap = pred.data - getattr(target, "data", target) if isinstance(target, Tensor) else pred.data - target
    parents = (pred, target) if isinstance(target, Tensor) else (pred,)
    slope = np.where(gap > 0, 1.0, np.where(gap < 0, -1.0, 0.0))
    return node(parents, np.abs(gap), reduction, (slope, -slope))


def mse_loss(pred, target, reduction="mean"):
    other = target.data if isinstance(target, Tensor) else target
    parents = (pred, target) if isinstance(target, Tensor) else (pred,)
    return node(parents, np.square(other - pred.data), reduction, (2 * (pred.data - other), 2 * (other - pred.data)))


def cross_entropy(logits, target, reduction="mean"):
    scores = logits.data
    each, slope = np.empty(len(scores)), np.empty_like(scores)
    for n, (row, right) in enumerate(zip(scores, target, strict=True)):
        norm = np.logaddexp.reduce(row)
        each[n] = norm - row[right]
        slope[n] = np.exp(row - norm)
        slope[n, right] -= 1
    return node((logits,), each, reduction, (slope,))
