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
    """An optimizer in parts that can be exchanged one by one.

    Attributes:
        unchecked: What the constructor does not look at: "lr", "empty", "leaf".
        asserted: What it refuses with an AssertionError.
    """

    unchecked: tuple[str, ...] = ()
    asserted: tuple[str, ...] = ()

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        self.params = self.keep(params)
        self.lr = self.made_with = lr
        self.used: list[float] = []
        bad = {"lr": self.bad_lr(lr)}
        if isinstance(self.params, list):
            bad |= {"empty": not self.params, "leaf": any(self.bad_leaf(p) for p in self.params)}
        for name in bad.keys() - set(self.unchecked):
            if bad[name]:
                raise AssertionError if name in self.asserted else ValueError

    def bad_lr(self, lr: float) -> bool:
        return lr < 0

    def bad_leaf(self, p: Tensor) -> bool:
        return not p.is_leaf

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


def _all_or_nothing(self: _SGD) -> None:
    if all(p.grad is not None for p in self.params):
        _SGD.step(self)


def _stops_at_frozen(self: _SGD) -> None:
    with torch.no_grad():
        for p in self.params:
            if not p.requires_grad:
                return
            if p.grad is not None:
                self.update(p)


def _replaces_grad(self: _SGD, p: Leaf) -> None:
    _SGD.update(self, p)
    p.grad = p.grad.clone()


def _freezes(self: _SGD, p: Leaf) -> None:
    _SGD.update(self, p.requires_grad_(False))


def _lr_of_first_step(self: _SGD, p: Leaf) -> None:
    self.used.append(self.lr)
    p.sub_(self.used[0] * p.grad)


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


def _clears_first(self: _SGD, set_to_none: bool = True) -> None:
    whole, self.params = self.params, self.params[:1]
    _SGD.zero_grad(self, set_to_none)
    self.params = whole


def _new_zeros(self: _SGD, set_to_none: bool = True) -> None:
    for p in self.params:
        p.grad = None if set_to_none or p.grad is None else torch.zeros_like(p)


def _reads_twice(params: Iterable[Tensor]) -> list[Tensor]:
    list(params)
    return list(params)


def _zeroes_none(self: _SGD, set_to_none: bool = True) -> None:
    for p in self.params:
        if set_to_none:
            p.grad = None
        else:
            p.grad.zero_()


_PARTS: dict[str, dict[str, Any]] = {
    "adds_gradient": {"update": lambda self, p: p.add_(self.lr * p.grad)},
    "ignores_lr": {"update": lambda self, p: p.sub_(p.grad)},
    "sign_only": {"update": lambda self, p: p.sub_(self.lr * p.grad.sign())},
    "averages_over_elements": {"update": lambda self, p: p.sub_(self.lr * p.grad / p.numel())},
    "rebinds": {"update": _rebinds},
    "replaces_storage": {"update": _replaces_storage},
    "stops_at_none": {"step": _stops},
    "needs_every_grad": {"step": _needs_every},
    "none_as_zeros": {"step": _fills},
    "all_or_nothing": {"step": _all_or_nothing},
    "clears_in_step": {"update": _clears},
    "zeroes_in_step": {"update": _zeroes},
    "replaces_grad": {"update": _replaces_grad},
    "scales_grad": {"update": lambda self, p: p.sub_(p.grad.mul_(self.lr))},
    "recorded_update": {"step": _recorded},
    "grad_mode_left_off": {"step": _left_off},
    "freezes": {"update": _freezes},
    "first_lr_only": {"update": lambda self, p: p.sub_(self.made_with * p.grad)},
    "lr_of_the_first_step": {"update": _lr_of_first_step},
    "zeros_by_default": {"zero_grad": _zeros_by_default},
    "zeroes_none": {"zero_grad": _zeroes_none},
    "new_zeros": {"zero_grad": _new_zeros},
    "clears_the_first_only": {"zero_grad": _clears_first},
    "keeps_iterator": {"keep": staticmethod(lambda params: params)},
    "callers_list": {
        "keep": staticmethod(lambda params: params if isinstance(params, list) else list(params)),
    },
    "reads_twice": {"keep": staticmethod(_reads_twice)},
    "looks_at_requires_grad": {"step": _trainable_only},
    "stops_at_frozen": {"step": _stops_at_frozen},
    "keeps_trainable_only": {
        "keep": staticmethod(lambda params: [p for p in params if p.requires_grad]),
        "unchecked": ("empty",),
    },
    "refuses_frozen": {"bad_leaf": lambda self, p: not p.requires_grad},
    "asserts_lr": {"asserted": ("lr",)},
    "asserts_everything": {"asserted": ("lr", "empty", "leaf")},
    "any_lr": {"unchecked": ("lr",)},
    "refuses_zero_lr": {"bad_lr": lambda self, lr: lr <= 0},
    "empty_list": {"unchecked": ("empty",)},
    "computed_tensors": {"unchecked": ("leaf",)},
    "accepts_anything": {"unchecked": ("lr", "empty", "leaf")},
}


def wrong(idea: str) -> SimpleNamespace:
    """Return a namespace whose `SGD` has the wrong idea of that name."""
    return SimpleNamespace(SGD=type("SGD", (_SGD,), _PARTS[idea]))
