"""Losses: one number that says how far the predictions are from the targets, with a gradient for each prediction.

Why it matters
    `loss.backward()` starts here. What the loss hands to the prediction is the first gradient of the whole chain, and
    everything that reaches a weight, and that the optimizer subtracts from it, is this gradient carried back. Whether
    the loss is a sum or a mean over the batch therefore scales every step.

What to write
    `l1_loss` and `mse_loss` compare numbers; `cross_entropy` compares scores of classes with the class that is right.
    Each has `reduction="mean"`, `"sum"` or `"none"`. Compose them from the operations of `Tensor`, whose closures then
    do the rest, or compute the value with numpy and write the closure yourself. While this exercise is graded, a right
    `Tensor` with everything that ex04 asks for stands in for yours.

From scores to a loss
    *Softmax* turns a row of scores z into probabilities, which are positive and add up to 1:

        p[i] = exp(z[i]) / (exp(z[0]) + exp(z[1]) + ...)

    Cross entropy is minus the logarithm of the probability of the right class: 0 when that is 1, large when it is
    small. One row of three scores, where class 2 (the last) is right:

        scores          1.0       2.0       3.0
        probabilities   0.0900    0.2447    0.6652
        loss            -log(0.6652) = 0.4076
        gradient        0.0900    0.2447   -0.3348

    Raise a wrong score, and the loss grows; raise the right one, and it falls. How the third line of numbers comes from
    the first is for you to find. exp(1000) is too large for a float. Only differences of scores matter, so subtract the
    largest of each row first: then the largest that meets `exp` is 0.

Try your code, with your Tensor of ex04
    $ cd exercises; python -i ex05_losses.py
    >>> loss = mse_loss(Tensor(np.array([2.0, 3.0])), np.array([1.0, 1.0]))
    >>> float(loss.data)        # the mean of 1 and 4
    2.5

Not asked here
    Class weights, label smoothing, targets that are probabilities, predictions and targets of different shapes, several
    dimensions of classes.

Often said, and wrong
    "A loss function belongs to one model."  It reaches whatever the prediction was computed from.
    "Cross entropy wants probabilities."  It wants raw scores and normalises them itself.
    "At a perfect prediction |x| has no slope, so l1_loss fails."  Torch takes 0 there.

Read more, in torch's documentation
    torch.nn.L1Loss, torch.nn.MSELoss, torch.nn.CrossEntropyLoss
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
