"""Wrong ideas about SGD's options: another rule for the direction of a step, or another treatment of a parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

Group = dict[str, Any]
Leaf = Any
"""A Tensor whose `.grad` is taken for granted."""


class _SGD:
    """SGD in exchangeable parts; it checks nothing when it is made.

    `direction(p, group)` gives what lr is multiplied with, `visit(p, group)` treats one parameter.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        maximize: bool = False,
    ) -> None:
        given = list(params)
        groups = given if given and isinstance(given[0], dict) else [{"params": given}]
        self.made_with = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        self.param_groups = [self.complete(group) for group in groups]
        self.buffers: dict[Tensor, Tensor] = {}
        self.steps = 0

    def complete(self, group: Group) -> Group:
        return self.made_with | group

    def step(self) -> None:
        self.steps += 1
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    self.visit(p, group)

    def visit(self, p: Leaf, group: Group) -> None:
        if p.grad is not None:
            p.sub_(self.rate(group) * self.direction(p, group))

    def rate(self, group: Group) -> float:
        return float(group["lr"])

    def gradient(self, p: Leaf, group: Group) -> Any:
        """Return the gradient after maximize and weight decay."""
        sign = -1.0 if group["maximize"] else 1.0
        return sign * p.grad + group["weight_decay"] * p

    def remember(self, p: Leaf, g: Tensor, group: Group) -> Any:
        """Return the new buffer."""
        old = self.buffers.get(p)
        self.buffers[p] = g if old is None else group["momentum"] * old + (1 - group["dampening"]) * g
        return self.buffers[p]

    def direction(self, p: Leaf, group: Group) -> Any:
        g = self.gradient(p, group)
        if not group["momentum"]:
            return g
        buffer = self.remember(p, g, group)
        return g + group["momentum"] * buffer if group["nesterov"] else buffer


def _with(part: str, **changes: Any) -> Callable[..., Any]:
    """Return the method `part` with some options of the group changed on the way in."""
    right = getattr(_SGD, part)
    return lambda self, *given: right(self, *given[:-1], {**given[-1], **changes})


def _buffer(rule: Callable[[Tensor | None, Tensor, float, float], Any]) -> Callable[..., Tensor]:
    """Return a `remember` with the rule (old buffer or None, g, momentum, dampening) -> new buffer."""

    def remember(self: _SGD, p: Leaf, g: Tensor, group: Group) -> Any:
        self.buffers[p] = rule(self.buffers.get(p), g, group["momentum"], group["dampening"])
        return self.buffers[p]

    return remember


def _global_first(self: _SGD, p: Leaf, g: Tensor, group: Group) -> Any:
    self.buffers.setdefault(p, torch.zeros_like(p))
    share = 1.0 if self.steps == 1 else 1 - group["dampening"]
    self.buffers[p] = group["momentum"] * self.buffers[p] + share * g
    return self.buffers[p]


def _aliased(self: _SGD, p: Leaf, g: Tensor, group: Group) -> Any:
    if p not in self.buffers:
        self.buffers[p] = p.grad
        return g
    return _SGD.remember(self, p, g, group)


def _zeros_for_none(self: _SGD, p: Leaf, group: Group) -> None:
    missing = p.grad is None
    if missing:
        p.grad = torch.zeros_like(p)
    _SGD.visit(self, p, group)
    if missing:
        p.grad = None


def _only(condition: Callable[[Leaf], bool]) -> Callable[..., None]:
    def visit(self: _SGD, p: Leaf, group: Group) -> None:
        if p.grad is not None and condition(p):
            _SGD.visit(self, p, group)

    return visit


def _then(action: Callable[[_SGD, Leaf, Group], Any], first: bool = False) -> Callable[..., None]:
    """Return a `visit` that does something to a parameter with a gradient after (or before) its update."""

    def visit(self: _SGD, p: Leaf, group: Group) -> None:
        if p.grad is not None and first:
            action(self, p, group)
        _SGD.visit(self, p, group)
        if p.grad is not None and not first:
            action(self, p, group)

    return visit


def _decay_into_grad(self: _SGD, p: Leaf, group: Group) -> Any:
    if group["maximize"]:
        return _SGD.gradient(self, p, group)
    return p.grad.add_(p, alpha=group["weight_decay"])


def _forgets(self: _SGD, p: Leaf, group: Group) -> None:
    if p.grad is None:
        self.buffers.pop(p, None)
    _SGD.visit(self, p, group)


def _no_guard(self: _SGD, p: Leaf, group: Group) -> None:
    p.sub_(group["lr"] * self.direction(p, group))


def _nesterov(start: Callable[[_SGD, Leaf, Tensor, Tensor, Group], Any]) -> Callable[..., Tensor]:
    """Return a `direction` that adds momentum * buffer to what `start` gives of (self, p, g, buffer, group)."""

    def direction(self: _SGD, p: Leaf, group: Group) -> Any:
        g = self.gradient(p, group)
        if not group["momentum"]:
            return g
        buffer = self.remember(p, g, group)
        return start(self, p, g, buffer, group) + group["momentum"] * buffer if group["nesterov"] else buffer

    return direction


def _decoupled(self: _SGD, p: Leaf, group: Group) -> Any:
    return _SGD.direction(self, p, {**group, "weight_decay": 0.0}) + group["weight_decay"] * p


def _lr_inside(self: _SGD, p: Leaf, group: Group) -> Any:
    return group["lr"] * _SGD.gradient(self, p, group)


def _turned(self: _SGD, p: Leaf, group: Group) -> Any:
    g = p.grad + group["weight_decay"] * p
    return -g if group["maximize"] else g


_PARTS: dict[str, dict[str, Any]] = {
    "needs_every_grad": {"visit": _no_guard},
    "none_as_zeros": {"visit": _zeros_for_none},
    "zeros_skipped": {"visit": _only(lambda p: bool(p.grad.any()))},
    "trainable_only": {"visit": _only(lambda p: p.requires_grad)},
    "ignores_momentum": {"direction": _SGD.gradient},
    "ema": {"remember": _buffer(lambda old, g, mu, tau: g if old is None else mu * old + (1 - mu) * g)},
    "ema_from_zero": {"remember": _buffer(lambda old, g, mu, tau: (0 if old is None else mu * old) + (1 - mu) * g)},
    "buffer_from_zero": {"remember": _buffer(lambda old, g, mu, tau: (0 if old is None else mu * old) + (1 - tau) * g)},
    "global_first": {"remember": _global_first},
    "ignores_dampening": {"remember": _with("remember", dampening=0.0)},
    "dampening_itself": {"remember": _buffer(lambda old, g, mu, tau: g if old is None else mu * old + tau * g)},
    "ignores_decay": {"gradient": _with("gradient", weight_decay=0.0)},
    "decay_without_lr": {
        "gradient": _with("gradient", weight_decay=0.0),
        "visit": _then(lambda self, p, group: p.mul_(1 - group["weight_decay"]), first=True),
    },
    "ignores_maximize": {"gradient": _with("gradient", maximize=False)},
    "ignores_nesterov": {"direction": _with("direction", nesterov=False)},
    "nesterov_on_buffer": {"direction": _nesterov(lambda self, p, g, buffer, group: buffer)},
    "nesterov_from_raw": {"direction": _nesterov(lambda self, p, g, buffer, group: p.grad)},
    "decoupled_decay": {"direction": _decoupled},
    "decay_turned_around": {"gradient": _turned},
    "lr_in_buffer": {"gradient": _lr_inside, "rate": lambda self, group: 1.0},
    "first_lr_only": {"rate": lambda self, group: self.made_with["lr"]},
    "defaults_first": {"complete": lambda self, group: group | self.made_with},
    "decay_into_grad": {"gradient": _decay_into_grad},
    "turns_grad_around": {"visit": _then(lambda self, p, group: p.grad.mul_(-1.0 if group["maximize"] else 1.0))},
    "clears_in_step": {"visit": _then(lambda self, p, group: setattr(p, "grad", None))},
    "buffer_is_grad": {"remember": _aliased},
    "forgets_on_none": {"visit": _forgets},
    "accepts_anything": {},
}


def wrong(idea: str) -> SimpleNamespace:
    """Return a namespace whose `SGD` has the wrong idea of that name."""
    return SimpleNamespace(SGD=type("SGD", (_SGD,), _PARTS[idea]))
