"""Asks for the gradients and adds them itself."""

import torch
from torch import Tensor


def _wipe(g: Tensor) -> None:
    g.detach_()
    g.fill_(0.0)


def zero_grad(params, set_to_none: bool = True) -> None:
    chosen = [p for p in params if p.grad is not None]
    if set_to_none:
        for p in chosen:
            p.grad = None
        return
    for p in chosen:
        _wipe(p.grad)


def accumulate(losses, params) -> None:
    params = tuple(params)
    total = torch.autograd.grad(sum(losses), params, allow_unused=True)
    for p, g in zip(params, total, strict=True):
        if g is None:
            continue
        if p.grad is None:
            p.grad = g.clone()
        else:
            p.grad += g
