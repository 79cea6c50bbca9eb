"""Wrong ideas about the SGD step, each a small change of one part of an optimizer."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

Leaf = Any
"""A Tensor whose `.grad` is taken for granted."""


class _SGD:
    """An optimizer in parts that can be exchanged one by one; it checks nothing when it is made."""

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        self.params = self.keep(params)
        self.lr = self.made_with = lr

    @staticmethod
    def keep(params: Iterable[Tensor]) -> Any:
        return list(params)

    def step(self) -> None:
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    self.update(p)

    def update(self, p: Leaf) -> None:
        p.sub_(self.lr * p.grad)

    def zero_grad(self, set_to_none: bool = True) -> None:
        for p in self.params:
            if set_to_none or p.grad is None:
                p.grad = None
            else:
                p.grad.zero_()


def _rebinds(self: _SGD, p: Leaf) -> None:
    p = p - self.lr * p.grad


def _replaces_storage(self: _SGD, p: Leaf) -> None:
    p.data = p.data - self.lr * p.grad


def _clears(self: _SGD, p: Leaf) -> None:
    _SGD.update(self, p)
    p.grad = None


def _zeroes(self: _SGD, p: Leaf) -> None:
    _SGD.update(self, p)
    p.grad.zero_()


def _stops(self: _SGD) -> None:
    with torch.no_grad():
        for p in self.params:
            if p.grad is None:
                return
            self.update(p)


def _needs_every(self: _SGD) -> None:
    with torch.no_grad():
        for p in self.params:
            p.sub_(self.lr * p.grad)


def _trainable_only(self: _SGD) -> None:
    with torch.no_grad():
        for p in self.params:
            if p.requires_grad and p.grad is not None:
                self.update(p)


def _fills(self: _SGD) -> None:
    for p in self.params:
        if p.grad is None:
            p.grad = torch.zeros_like(p)
    _SGD.step(self)


def _recorded(self: _SGD) -> None:
    for p in self.params:
        p -= self.lr * p.grad


def _left_off(self: _SGD) -> None:
    torch.set_grad_enabled(False)
    _SGD.step(self)


def _zeros_by_default(self: _SGD, set_to_none: bool = False) -> None:
    _SGD.zero_grad(self, set_to_none)


def _zeroes_none(self: _SGD, set_to_none: bool = True) -> None:
    for p in self.params:
        if set_to_none:
            p.grad = None
        else:
            p.grad.zero_()


_PARTS: dict[str, dict[str, Any]] = {
    "adds_gradient": {"update": lambda self, p: p.add_(self.lr * p.grad)},
    "ignores_lr": {"update": lambda self, p: p.sub_(p.grad)},
    "rebinds": {"update": _rebinds},
    "replaces_storage": {"update": _replaces_storage},
    "stops_at_none": {"step": _stops},
    "needs_every_grad": {"step": _needs_every},
    "none_as_zeros": {"step": _fills},
    "clears_in_step": {"update": _clears},
    "zeroes_in_step": {"update": _zeroes},
    "scales_grad": {"update": lambda self, p: p.sub_(p.grad.mul_(self.lr))},
    "recorded_update": {"step": _recorded},
    "grad_mode_left_off": {"step": _left_off},
    "first_lr_only": {"update": lambda self, p: p.sub_(self.made_with * p.grad)},
    "zeros_by_default": {"zero_grad": _zeros_by_default},
    "zeroes_none": {"zero_grad": _zeroes_none},
    "keeps_iterator": {"keep": staticmethod(lambda params: params)},
    "looks_at_requires_grad": {"step": _trainable_only},
    "keeps_trainable_only": {"keep": staticmethod(lambda params: [p for p in params if p.requires_grad])},
    "accepts_anything": {},
}


def wrong(idea: str) -> SimpleNamespace:
    """Return a namespace whose `SGD` has the wrong idea of that name."""
    return SimpleNamespace(SGD=type("SGD", (_SGD,), _PARTS[idea]))
