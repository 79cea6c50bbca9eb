"""Losses: one number that says how far the predictions are from the targets, with a gradient for each prediction.

Goal. A loss takes the prediction, a `Tensor` that a model computed, and a target, and gives a `Tensor` from which the
backward walk starts. `mse_loss` and `l1_loss` compare numbers, `cross_entropy` compares scores of classes with the
class that is right.

Why it matters. `loss.backward()` starts here: what the loss hands to the prediction is the first gradient of the whole
chain, and everything that reaches a weight, and that the optimizer subtracts from it, is this gradient carried back.
Whether the loss is a sum or a mean over the batch therefore scales every step.

What to write. The three functions below, with `reduction="mean"`, `"sum"` or `"none"`. Compose them from the
operations of `Tensor`, whose closures then do the rest, or compute the value with numpy and write the closure yourself.
While this exercise is graded, a right `Tensor` with everything that ex04 asks for stands in for yours.

Out of scope. Class weights, label smoothing, targets that are probabilities, predictions and targets of different
shapes, several dimensions of classes.

Often said, and wrong. "A loss function belongs to one model": it reaches whatever the prediction was computed from.
"Cross entropy wants probabilities": it wants raw scores and normalises them itself. "At a perfect prediction |x| has no
slope, so l1_loss fails": torch takes 0 there.
"""

from __future__ import annotations

import numpy as np
from ex04_tensor_closures import Tensor


def l1_loss(pred: Tensor, target: Tensor | np.ndarray, reduction: str = "mean") -> Tensor:
    """Return the absolute error |pred - target|.

    Args:
        pred: Predictions, any shape.
        target: Same shape as `pred`; an array, or a `Tensor`, which then receives its gradient as well.
        reduction: `"mean"` over all elements, `"sum"`, or `"none"` for the unreduced errors.

    Raises:
        ValueError: there is no such reduction.
    """
    return _reduce((pred - target).abs(), reduction)


def mse_loss(pred: Tensor, target: Tensor | np.ndarray, reduction: str = "mean") -> Tensor:
    """Return the squared error (pred - target)**2.

    Args:
        pred: Predictions, any shape.
        target: Same shape as `pred`; an array, or a `Tensor`, which then receives its gradient as well.
        reduction: `"mean"` over all elements, `"sum"`, or `"none"` for the unreduced errors.

    Raises:
        ValueError: there is no such reduction.
    """
    return _reduce((pred - target) ** 2, reduction)


def cross_entropy(logits: Tensor, target: np.ndarray, reduction: str = "mean") -> Tensor:
    """Return minus the logarithm of the share that softmax gives to the right class.

    For one row of scores z and the class k the loss is log(sum(exp(z))) - z[k]. It must stay finite for scores of 1000,
    although exp(1000) does not.

    Args:
        logits: Raw scores, shape `(n, classes)`.
        target: The right class of each row, integers of shape `(n,)`.
        reduction: `"mean"` over the n rows, `"sum"`, or `"none"` for one loss per row.

    Raises:
        ValueError: there is no such reduction.
    """
    shifted = logits - logits.data.max(axis=1, keepdims=True)  # subtracting a constant changes no softmax
    right = shifted[np.arange(len(target)), target]
    return _reduce(shifted.exp().sum(dim=1).log() - right, reduction)


def _reduce(losses: Tensor, reduction: str) -> Tensor:
    """Return single losses as they are, or their sum or mean."""
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    if reduction == "mean":
        return losses.mean()
    raise ValueError(f"reduction must be 'mean', 'sum' or 'none', not {reduction!r}")
