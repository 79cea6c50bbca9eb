"""Wrong ideas about losses, as functions on the trusted engine."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from graders.players.tensor_reference import Tensor


def reference() -> Any:
    """Return the right losses."""
    return losses()


def losses() -> Any:
    """Return right losses."""

    def reduce(each: Tensor, reduction: str) -> Tensor:
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(reduction)
        return each if reduction == "none" else getattr(each, reduction)()

    def l1_loss(pred: Tensor, target: Any, reduction: str = "mean") -> Tensor:
        return reduce((pred - target).abs(), reduction)

    def mse_loss(pred: Tensor, target: Any, reduction: str = "mean") -> Tensor:
        return reduce((pred - target) ** 2, reduction)

    def cross_entropy(logits: Tensor, target: Any, reduction: str = "mean") -> Tensor:
        shifted = logits - logits.data.max(axis=1, keepdims=True)
        return reduce(shifted.exp().sum(dim=1).log() - shifted[np.arange(len(target)), target], reduction)

    return SimpleNamespace(l1_loss=l1_loss, mse_loss=mse_loss, cross_entropy=cross_entropy)
