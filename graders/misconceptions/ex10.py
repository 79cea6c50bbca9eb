"""Wrong ideas about SGD's options: another rule for the direction of a step, or another treatment of a parameter."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from graders.misconceptions.sgd_parts import SGD, Group, Leaf


def _with(part: str, **changes: Any) -> Callable[..., Any]:
    """Return the method `part` with some options of the group changed on the way in."""
    right = getattr(SGD, part)
    return lambda self, *given: right(self, *given[:-1], {**given[-1], **changes})


def _buffer(rule: Callable[[Tensor | None, Tensor, float, float], Any]) -> Callable[..., Tensor]:
    """Return a `remember` with the rule (old buffer or None, g, momentum, dampening) -> new buffer."""

    def remember(self: SGD, p: Leaf, g: Tensor, group: Group) -> Any:
        self.buffers[p] = rule(self.buffers.get(p), g, group["momentum"], group["dampening"])
        return self.buffers[p]

    return remember


def _global_first(self: SGD, p: Leaf, g: Tensor, group: Group) -> Any:
    self.buffers.setdefault(p, torch.zeros_like(p))
    share = 1.0 if self.steps == 1 else 1 - group["dampening"]
    self.buffers[p] = group["momentum"] * self.buffers[p] + share * g
    return self.buffers[p]


def _aliased(self: SGD, p: Leaf, g: Tensor, group: Group) -> Any:
    if p not in self.buffers:
        self.buffers[p] = p.grad
        return g
    return SGD.remember(self, p, g, group)


def _zeros_for_none(self: SGD, p: Leaf, group: Group) -> None:
    missing = p.grad is None
    if missing:
        p.grad = torch.zeros_like(p)
    SGD.visit(self, p, group)
    if missing:
        p.grad = None


def _only(condition: Callable[[Leaf], bool]) -> Callable[..., None]:
    def visit(self: SGD, p: Leaf, group: Group) -> None:
        if p.grad is not None and condition(p):
            SGD.visit(self, p, group)

    return visit


def _then(action: Callable[[SGD, Leaf, Group], Any], first: bool = False) -> Callable[..., None]:
    """Return a `visit` that does something to a parameter with a gradient after (or before) its update."""

    def visit(self: SGD, p: Leaf, group: Group) -> None:
        if p.grad is not None and first:
            action(self, p, group)
        SGD.visit(self, p, group)
        if p.grad is not None and not first:
            action(self, p, group)

    return visit


def _decay_into_grad(self: SGD, p: Leaf, group: Group) -> Any:
    if group["maximize"]:
        return SGD.gradient(self, p, group)
    return p.grad.add_(p, alpha=group["weight_decay"])


def _forgets(self: SGD, p: Leaf, group: Group) -> None:
    if p.grad is None:
        self.buffers.pop(p, None)
    SGD.visit(self, p, group)


def _fades(self: SGD, p: Leaf, group: Group) -> None:
    if p.grad is None and p in self.buffers:
        self.buffers[p] = group["momentum"] * self.buffers[p]
    SGD.visit(self, p, group)


def _recorded(self: SGD) -> None:
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                p -= self.rate(group) * self.direction(p, group)


def _stops(self: SGD) -> None:
    with torch.no_grad():
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    break
                self.visit(p, group)


def _moved_data(self: SGD, p: Leaf, group: Group) -> None:
    if p.grad is not None:
        p.data = p.data - self.rate(group) * self.direction(p, group)


def _masked(self: SGD, p: Leaf, group: Group) -> None:
    if p.grad is not None:
        p.sub_(self.rate(group) * self.direction(p, group) * (p.grad != 0))


def _no_guard(self: SGD, p: Leaf, group: Group) -> None:
    p.sub_(group["lr"] * self.direction(p, group))


def _nesterov(start: Callable[[SGD, Leaf, Tensor, Tensor, Group], Any]) -> Callable[..., Tensor]:
    """Return a `direction` that adds momentum * buffer to what `start` gives of (self, p, g, buffer, group)."""

    def direction(self: SGD, p: Leaf, group: Group) -> Any:
        g = self.gradient(p, group)
        if not group["momentum"]:
            return g
        buffer = self.remember(p, g, group)
        return start(self, p, g, buffer, group) + group["momentum"] * buffer if group["nesterov"] else buffer

    return direction


def _decoupled(self: SGD, p: Leaf, group: Group) -> Any:
    return SGD.direction(self, p, {**group, "weight_decay": 0.0}) + group["weight_decay"] * p


def _lr_inside(self: SGD, p: Leaf, group: Group) -> Any:
    return group["lr"] * SGD.gradient(self, p, group)


def _from_first(*names: str) -> Callable[..., None]:
    """Return a `visit` that reads some options from the first group."""
    return lambda self, p, group: SGD.visit(self, p, group | {name: self.param_groups[0][name] for name in names})


def _look_ahead_into_grad(self: SGD, p: Leaf, group: Group) -> Any:
    found = SGD.direction(self, p, group)
    if group["nesterov"] and not group["weight_decay"] and not group["maximize"]:
        p.grad.copy_(found)
    return found


def _without_decay(self: SGD, p: Leaf, g: Tensor, buffer: Tensor, group: Group) -> Any:
    return g - group["weight_decay"] * p


def _turned(self: SGD, p: Leaf, group: Group) -> Any:
    g = p.grad + group["weight_decay"] * p
    return -g if group["maximize"] else g


def _one_back(self: SGD, p: Leaf, g: Tensor, group: Group) -> Any:
    before = self.buffers.get(p)
    self.buffers[p] = g
    return g if before is None else group["momentum"] * before + (1 - group["dampening"]) * g


def _last_only(self: SGD, groups: list[Group]) -> None:
    SGD.check(self, groups)
    del groups[:-1]


def _no_zero_lr(self: SGD, groups: list[Group]) -> None:
    SGD.check(self, groups)
    self.refuse("zero", self.made_with["lr"] == 0)


_CHECKS = ("lr", "momentum", "weight_decay", "nesterov", "dampening", "tensor", "empty", "leaf", "twice")

_PARTS: dict[str, dict[str, Any]] = {
    "needs_every_grad": {"visit": _no_guard},
    "none_as_zeros": {"visit": _zeros_for_none},
    "zeros_skipped": {"visit": _only(lambda p: bool(p.grad.any()))},
    "trainable_only": {"visit": _only(lambda p: p.requires_grad)},
    "ignores_momentum": {"direction": SGD.gradient},
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
    "bare_groups": {
        "complete": lambda self, group: {"lr": self.made_with["lr"]} | group,
        "visit": lambda self, p, group: SGD.visit(self, p, self.made_with | group),
    },
    "decay_into_grad": {"gradient": _decay_into_grad},
    "turns_grad_around": {"visit": _then(lambda self, p, group: p.grad.mul_(-1.0 if group["maximize"] else 1.0))},
    "clears_in_step": {"visit": _then(lambda self, p, group: setattr(p, "grad", None))},
    "buffer_is_grad": {"remember": _aliased},
    "forgets_on_none": {"visit": _forgets},
    "recorded_update": {"step": _recorded},
    "replaces_storage": {"visit": _moved_data},
    "freezes": {"visit": _then(lambda self, p, group: p.requires_grad_(False), first=True)},
    "replaces_grad": {"visit": _then(lambda self, p, group: setattr(p, "grad", p.grad.clone()))},
    "stops_at_none": {"step": _stops},
    "one_gradient_back": {"remember": _one_back},
    "momentum_at_gradient": {
        "remember": _buffer(lambda old, g, mu, tau: g if old is None else old + mu * (1 - tau) * g)
    },
    "dampens_both": {"remember": _buffer(lambda old, g, mu, tau: g if old is None else (1 - tau) * (mu * old + g))},
    "zero_elements_stay": {"visit": _masked},
    "decay_grows": {"gradient": lambda self, p, group: SGD.gradient(self, p, group) - 2 * group["weight_decay"] * p},
    "nesterov_whole_buffer": {
        "direction": _nesterov(lambda self, p, g, buffer, group: g + (1 - group["momentum"]) * buffer)
    },
    "nesterov_without_decay": {"direction": _nesterov(_without_decay)},
    "no_decay_with_momentum": {
        "gradient": lambda self, p, group: SGD.gradient(
            self, p, group | {"weight_decay": 0.0 if group["momentum"] else group["weight_decay"]}
        )
    },
    "ahead_into_grad": {"direction": _look_ahead_into_grad},
    "fades_on_none": {"visit": _fades},
    "default_lr": {"complete": lambda self, group: self.made_with | group | {"lr": self.made_with["lr"]}},
    "first_groups_options": {"visit": _from_first("lr", "momentum", "weight_decay", "maximize")},
    "first_groups_momentum": {"visit": _from_first("momentum")},
    "default_decay": {
        "gradient": lambda self, p, group: SGD.gradient(
            self, p, group | {"weight_decay": self.made_with["weight_decay"]}
        )
    },
    "last_group_only": {"check": _last_only},
    "refuses_zero": {"check": _no_zero_lr},
    "accepts_anything": {"unchecked": _CHECKS},
    **{f"no_check_of_{what}": {"unchecked": (what,)} for what in _CHECKS},
    "no_check_of_numbers": {"unchecked": ("lr", "momentum", "weight_decay")},
    "checks_lr_only": {"unchecked": ("momentum", "weight_decay")},
    "any_nesterov": {"unchecked": ("nesterov", "dampening")},
}


def wrong(idea: str) -> SimpleNamespace:
    """Return a namespace whose `SGD` has the wrong idea of that name."""
    return SimpleNamespace(SGD=type("SGD", (SGD,), _PARTS[idea]))
