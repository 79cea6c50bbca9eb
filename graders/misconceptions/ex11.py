"""Wrong ideas about RMSprop and Adam: another rule for one part of two optimizers that are right otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

Group = dict[str, Any]
State = dict[str, Any]
Leaf = Any
"""A Tensor whose `.grad` is taken for granted."""


class _Base:
    """Groups, states and the loop; `visit(p, group)` treats one parameter, `direction` is the rule."""

    defaults: Group = {}

    def __init__(self, params: Iterable[Any], lr: float = 0.01, **options: Any) -> None:
        given = list(params)
        groups = given if given and isinstance(given[0], dict) else [{"params": given}]
        self.made_with = {"lr": lr, **self.defaults, **options}
        self.param_groups = [self.complete(group) for group in groups]
        self.states: dict[Tensor, State] = {}
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
            p.sub_(self.move(p, group))

    def move(self, p: Leaf, group: Group) -> Any:
        g = self.gradient(p, group)
        step: Tensor = group["lr"] * self.direction(g, group, self.states.setdefault(p, {}))
        return step + self.decay(p, group)

    def gradient(self, p: Leaf, group: Group) -> Any:
        return p.grad + group["weight_decay"] * p

    def decay(self, p: Leaf, group: Group) -> Any:
        return 0.0

    def average(self, state: State, name: str, new: Tensor, share: float) -> Any:
        result: Tensor = share * state.get(name, 0.0) + (1 - share) * new
        state[name] = result
        return result

    def root(self, square: Tensor, eps: float) -> Any:
        return square.sqrt() + eps

    def direction(self, g: Tensor, group: Group, state: State) -> Any:
        raise NotImplementedError


class _RMSprop(_Base):
    defaults = {"alpha": 0.99, "eps": 1e-8, "weight_decay": 0.0, "momentum": 0.0, "centered": False}

    def direction(self, g: Tensor, group: Group, state: State) -> Any:
        square = self.average(state, "square", g * g, group["alpha"])
        if group["centered"]:
            square = self.center(square, self.average(state, "mean", g, group["alpha"]), g)
        scaled = g / self.root(square, group["eps"])
        return self.buffer(state, scaled, group) if group["momentum"] else scaled

    def center(self, square: Tensor, mean: Tensor, g: Tensor) -> Any:
        return square - mean * mean

    def buffer(self, state: State, scaled: Tensor, group: Group) -> Any:
        state["buffer"] = group["momentum"] * state.get("buffer", 0.0) + scaled
        return state["buffer"]


class _Adam(_Base):
    defaults = {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}

    def direction(self, g: Tensor, group: Group, state: State) -> Any:
        state["t"] = state.get("t", 0) + 1
        t = self.count(state)
        beta1, beta2 = group["betas"]
        mean, square = self.moments(state, g, beta1, beta2)
        mean = mean / self.correction(beta1, t)
        return mean / self.corrected_root(square, self.second_correction(beta2, t), group["eps"])

    def count(self, state: State) -> int:
        return int(state["t"])

    def moments(self, state: State, g: Tensor, beta1: float, beta2: float) -> tuple[Tensor, Tensor]:
        return self.average(state, "mean", g, beta1), self.average(state, "square", g * g, beta2)

    def correction(self, beta: float, t: int) -> Any:
        return 1 - beta**t

    def second_correction(self, beta: float, t: int) -> Any:
        return self.correction(beta, t)

    def corrected_root(self, square: Tensor, correction: Any, eps: float) -> Any:
        return self.root(square / correction, eps)


def _recorded(self: _Base) -> None:
    for group in self.param_groups:
        for p in group["params"]:
            p -= self.move(p, group)


def _zeros_for_none(self: _Base, p: Leaf, group: Group) -> None:
    missing = p.grad is None
    p.grad = torch.zeros_like(p) if missing else p.grad
    _Base.visit(self, p, group)
    p.grad = None if missing else p.grad


def _sum(self: _Base, state: State, name: str, new: Tensor, share: float) -> Any:
    state[name] = state.get(name, 0.0) + new
    return state[name]


def _starts_with(self: _Base, state: State, name: str, new: Tensor, share: float) -> Any:
    state.setdefault(name, new)
    return _Base.average(self, state, name, new, share)


def _raw_buffer(self: _RMSprop, g: Tensor, group: Group, state: State) -> Any:
    square = self.average(state, "square", g * g, group["alpha"])
    held = self.buffer(state, g, group) if group["momentum"] else g
    return held / self.root(square, group["eps"])


def _averaged_buffer(self: _RMSprop, state: State, scaled: Tensor, group: Group) -> Any:
    return _RMSprop.buffer(self, state, (1 - group["momentum"]) * scaled, group)


def _lr_in_buffer(self: _RMSprop, state: State, scaled: Tensor, group: Group) -> Any:
    return _RMSprop.buffer(self, state, group["lr"] * scaled, group) / group["lr"]


def _plain_gradient(self: _Base, p: Leaf, group: Group) -> Any:
    grad: Tensor = p.grad
    return grad


def _squares_of_mean(self: _Adam, state: State, g: Tensor, beta1: float, beta2: float) -> tuple[Tensor, Tensor]:
    mean = self.average(state, "mean", g, beta1)
    return mean, self.average(state, "square", mean * mean, beta2)


def _all(**parts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return parts, parts


def _rms(**parts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return parts, {}


def _adam(**parts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return {}, parts


_PARTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "recorded_update": _all(step=_recorded),
    "rebinds": _all(visit=lambda self, p, group: None),
    "needs_every_grad": _all(visit=lambda self, p, group: p.sub_(self.move(p, group))),
    "none_as_zeros": _all(visit=_zeros_for_none),
    "sum_of_squares": _rms(average=_sum),
    "alpha_swapped": _rms(average=lambda self, s, name, new, share: _Base.average(self, s, name, new, 1 - share)),
    "no_root": _rms(root=lambda self, square, eps: square + eps),
    "starts_with_square": _rms(average=_starts_with),
    "eps_inside": _all(root=lambda self, square, eps: (square + eps).sqrt()),
    "eps_ignored": _all(root=lambda self, square, eps: square.sqrt()),
    "eps_before_correction": _adam(
        corrected_root=lambda self, square, correction, eps: self.root(square, eps) / correction**0.5
    ),
    "ignores_centered": _rms(center=lambda self, square, mean, g: square),
    "mean_not_squared": _rms(center=lambda self, square, mean, g: square - mean),
    "centred_on_now": _rms(center=lambda self, square, mean, g: square - g * g),
    "momentum_before_scaling": _rms(direction=_raw_buffer),
    "ignores_momentum": _rms(buffer=lambda self, state, scaled, group: scaled),
    "averaged_buffer": _rms(buffer=_averaged_buffer),
    "lr_in_buffer": _rms(buffer=_lr_in_buffer),
    "decay_ignored": _all(gradient=_plain_gradient),
    "decoupled_decay": _all(
        gradient=_plain_gradient, decay=lambda self, p, group: group["lr"] * group["weight_decay"] * p
    ),
    "not_corrected": _adam(correction=lambda self, beta, t: 1.0),
    "correction_multiplied": _adam(correction=lambda self, beta, t: 1 / (1 - beta**t)),
    "t_from_zero": _adam(correction=lambda self, beta, t: torch.tensor(1 - beta ** (t - 1))),
    "first_moment_only": _adam(second_correction=lambda self, beta, t: 1.0),
    "betas_swapped": _adam(moments=lambda self, state, g, b1, b2: _Adam.moments(self, state, g, b2, b1)),
    "no_first_average": _adam(moments=lambda self, state, g, b1, b2: _Adam.moments(self, state, g, 0.0, b2)),
    "square_of_average": _adam(moments=_squares_of_mean),
    "t_stays_one": _adam(correction=lambda self, beta, t: 1 - beta),
    "global_count": _adam(count=lambda self, state: self.steps),
    "defaults_first": _all(complete=lambda self, group: group | self.made_with),
    "accepts_anything": _all(),
}


def wrong(idea: str) -> SimpleNamespace:
    """Return a namespace whose `RMSprop` and `Adam` have the wrong idea of that name."""
    rms, adam = _PARTS[idea]
    return SimpleNamespace(RMSprop=type("RMSprop", (_RMSprop,), rms), Adam=type("Adam", (_Adam,), adam))
