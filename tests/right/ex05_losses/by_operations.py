"""Everything from the engine's operations, with a one-hot target and relu for the absolute value."""

import numpy as np
from ex04_tensor_closures import Tensor

REDUCE = {"none": lambda each: each, "sum": lambda each: each.sum(), "mean": lambda each: each.sum() / each.data.size}


def reduced(each, name):
    try:
        return REDUCE[name](each)
    except KeyError:
        raise ValueError(name) from None


def l1_loss(pred, target, reduction="mean"):
    gap = pred - target
    return reduced(gap.relu() + (-gap).relu(), reduction)


def mse_loss(pred, target, reduction="mean"):
    gap = target - pred if isinstance(target, Tensor) else Tensor(np.asarray(target)) - pred
    return reduced(gap * gap, reduction)


def cross_entropy(logits, target, reduction="mean"):
    classes = logits.data.shape[1]
    one_hot = np.eye(classes)[np.asarray(target)]
    shifted = logits - Tensor(logits.data.max(axis=1, keepdims=True))
    logs = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return reduced(-(logs * one_hot).sum(dim=1), reduction)
