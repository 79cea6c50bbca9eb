"""Wrong ideas about RMSprop and Adam: another rule for one part of two optimizers that are right otherwise."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from graders.misconceptions.adaptive_parts import Adam, Group, Leaf, Optimizer, RMSprop, State


def _recorded(self: Optimizer) -> None:
    for group in self.param_groups:
        for p in group["params"]:
            p -= self.move(p, group)


def _zeros_for_none(self: Optimizer, p: Leaf, group: Group) -> None:
    missing = p.grad is None
    p.grad = torch.zeros_like(p) if missing else p.grad
    Optimizer.visit(self, p, group)
    p.grad = None if missing else p.grad


def _stops(self: Optimizer) -> None:
    with torch.no_grad():
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    break
                self.visit(p, group)


def _moved_data(self: Optimizer, p: Leaf, group: Group) -> None:
    if p.grad is not None:
        p.data = p.data - self.move(p, group)


def _clears(self: Optimizer, p: Leaf, group: Group) -> None:
    Optimizer.visit(self, p, group)
    p.grad = None


def _visits(self: Adam, state: State) -> int:
    self.visits += 1
    return self.visits


def _forgets(self: Optimizer, p: Leaf, group: Group) -> None:
    if p.grad is None:
        self.states.pop(p, None)
    Optimizer.visit(self, p, group)


def _counts_pauses(self: Optimizer, p: Leaf, group: Group) -> None:
    if p.grad is None and p in self.states:
        self.states[p]["t"] += 1
    Optimizer.visit(self, p, group)


def _like_adam(self: Optimizer, state: State, name: str, new: Tensor, share: float) -> Any:
    count = state[f"{name} t"] = state.get(f"{name} t", 0) + 1
    return Optimizer.average(self, state, name, new, share) / (1 - share**count)


def _sum(self: Optimizer, state: State, name: str, new: Tensor, share: float) -> Any:
    state[name] = state.get(name, 0.0) + new
    return state[name]


def _starts_with(self: Optimizer, state: State, name: str, new: Tensor, share: float) -> Any:
    state.setdefault(name, new)
    return Optimizer.average(self, state, name, new, share)


def _raw_buffer(self: RMSprop, g: Tensor, group: Group, state: State) -> Any:
    square = self.average(state, "square", g * g, group["alpha"])
    held = self.buffer(state, g, group) if group["momentum"] else g
    return held / self.root(square, group["eps"])


def _averaged_buffer(self: RMSprop, state: State, scaled: Tensor, group: Group) -> Any:
    return RMSprop.buffer(self, state, (1 - group["momentum"]) * scaled, group)


def _lr_in_buffer(self: RMSprop, state: State, scaled: Tensor, group: Group) -> Any:
    return RMSprop.buffer(self, state, group["lr"] * scaled, group) / group["lr"]


def _plain_gradient(self: Optimizer, p: Leaf, group: Group) -> Any:
    grad: Tensor = p.grad
    return grad


def _ahead(self: RMSprop, state: State, scaled: Tensor, group: Group) -> Any:
    return scaled + group["momentum"] * RMSprop.buffer(self, state, scaled, group)


def _own_gradient(self: RMSprop, p: Leaf, group: Group) -> Any:
    return RMSprop.gradient(self, p, group) if group["weight_decay"] else p.grad


def _scales_gradient(self: RMSprop, g: Tensor, group: Group, state: State) -> Any:
    return g.copy_(RMSprop.direction(self, g, group, state))


def _centres_gradient(self: RMSprop, g: Tensor, group: Group, state: State) -> Any:
    square = self.average(state, "square", g * g, group["alpha"])
    if group["centered"]:
        g = g - self.average(state, "mean", g, group["alpha"])
    return g / self.root(square, group["eps"])


def _sizes(self: Adam, state: State, g: Tensor, beta1: float, beta2: float) -> tuple[Tensor, Tensor]:
    return self.average(state, "mean", g, beta1), self.average(state, "square", g.abs(), beta2)


def _first_lr(self: Optimizer, group: Group) -> Group:
    return _Stubborn(self.made_with | group)


def _last_only(self: Optimizer, groups: list[Group]) -> None:
    Optimizer.check(self, groups)
    del groups[:-1]


def _no_zero(self: Optimizer, groups: list[Group]) -> None:
    Optimizer.check(self, groups)
    self.refuse("zero", self.made_with["lr"] == 0 or self.made_with.get("betas") == (0.0, 0.0))


class _Stubborn(dict[str, Any]):
    """A group whose entries cannot be changed any more."""

    def __setitem__(self, name: str, value: Any) -> None:
        pass


def _squares_of_mean(self: Adam, state: State, g: Tensor, beta1: float, beta2: float) -> tuple[Tensor, Tensor]:
    mean = self.average(state, "mean", g, beta1)
    return mean, self.average(state, "square", mean * mean, beta2)


def _all(**parts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return parts, parts


def _rms(**parts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return parts, {}


def _adam(**parts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return {}, parts


def _decays_first(self: Optimizer, p: Leaf, group: Group) -> None:
    if p.grad is not None:
        p.mul_(1 - group["weight_decay"])
    Optimizer.visit(self, p, group)


def _decay_unless_momentum(self: Optimizer, p: Leaf, group: Group) -> Any:
    return p.grad if group["momentum"] else Optimizer.gradient(self, p, group)


def _betas_of_one(self: Optimizer, groups: list[Group]) -> None:
    made_with = self.made_with
    self.made_with = {name: (min(*value, 0.0), 0.0) if name == "betas" else value for name, value in made_with.items()}
    Optimizer.check(self, groups)
    self.made_with = made_with


_OPTIONS = ("lr", "alpha", "betas", "eps", "weight_decay", "momentum")

_PARTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "recorded_update": _all(step=_recorded),
    "rebinds": _all(visit=lambda self, p, group: None),
    "needs_every_grad": _all(visit=lambda self, p, group: p.sub_(self.move(p, group))),
    "none_as_zeros": _all(visit=_zeros_for_none),
    "sum_of_squares": _rms(average=_sum),
    "alpha_swapped": _rms(average=lambda self, s, name, new, share: Optimizer.average(self, s, name, new, 1 - share)),
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
    "betas_swapped": _adam(moments=lambda self, state, g, b1, b2: Adam.moments(self, state, g, b2, b1)),
    "no_first_average": _adam(moments=lambda self, state, g, b1, b2: Adam.moments(self, state, g, 0.0, b2)),
    "square_of_average": _adam(moments=_squares_of_mean),
    "t_stays_one": _adam(correction=lambda self, beta, t: 1 - beta),
    "global_count": _adam(count=lambda self, state: self.steps),
    "counts_parameters": _adam(count=_visits),
    "defaults_first": _all(complete=lambda self, group: group | self.made_with),
    "replaces_storage": _all(visit=_moved_data),
    "clears_in_step": _all(visit=_clears),
    "stops_at_none": _all(step=_stops),
    "corrected_like_adam": _rms(average=_like_adam),
    "eps_as_floor": _all(root=lambda self, square, eps: square.sqrt().clamp(min=eps)),
    "scales_the_gradient": _rms(gradient=_own_gradient, direction=_scales_gradient),
    "centres_the_gradient": _rms(direction=_centres_gradient),
    "adds_the_mean": _rms(center=lambda self, square, mean, g: square + mean * mean),
    "looks_ahead": _rms(buffer=_ahead),
    "decay_grows": _all(gradient=lambda self, p, group: p.grad - group["weight_decay"] * p),
    "decay_without_lr": _all(gradient=_plain_gradient, visit=_decays_first),
    "second_moment_only": _adam(
        correction=lambda self, beta, t: 1.0, second_correction=lambda self, beta, t: 1 - beta**t
    ),
    "average_of_sizes": _adam(
        moments=_sizes, corrected_root=lambda self, square, correction, eps: square / correction + eps
    ),
    "linear_correction": _adam(correction=lambda self, beta, t: 1 - beta * t),
    "corrected_once": _adam(correction=lambda self, beta, t: 1 - beta if t == 1 else 1.0),
    "counts_pauses": _adam(visit=_counts_pauses),
    "forgets_in_pauses": _adam(visit=_forgets),
    "first_lr_only": _all(complete=_first_lr),
    "last_group_only": _all(check=_last_only),
    "no_decay_with_momentum": _rms(gradient=_decay_unless_momentum),
    "refuses_zeros": _all(check=_no_zero),
    "any_option": _all(unchecked=_OPTIONS),
    "no_check_of_betas": _all(check=_betas_of_one),
    "no_check_of_empty": _all(unchecked=("empty",)),
    "no_check_of_leaf": _all(unchecked=("leaf",)),
    "accepts_anything": _all(unchecked=(*_OPTIONS, "empty", "leaf")),
}


def wrong(idea: str) -> SimpleNamespace:
    """Return a namespace whose `RMSprop` and `Adam` have the wrong idea of that name."""
    rms, adam = _PARTS[idea]
    return SimpleNamespace(RMSprop=type("RMSprop", (RMSprop,), rms), Adam=type("Adam", (Adam,), adam))
