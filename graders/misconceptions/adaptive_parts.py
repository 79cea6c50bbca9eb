"""RMSprop and Adam in exchangeable parts, from which wrong ideas about them are made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

Group = dict[str, Any]
State = dict[str, Any]
Leaf = Any
"""A Tensor whose `.grad` is taken for granted."""


class Optimizer:
    """Groups, states and the loop.

    Attributes:
        defaults: Options and their defaults.
        unchecked: What the constructor does not look at: names of options, "empty", "leaf".
    """

    defaults: Group = {}
    unchecked: tuple[str, ...] = ()

    def __init__(self, params: Iterable[Any], *lr: float, **options: Any) -> None:
        given = list(params)
        groups = given if given and isinstance(given[0], dict) else [{"params": given}]
        self.made_with = {**self.defaults, **dict(zip(("lr",), lr, strict=False)), **options}
        self.check(groups)
        self.param_groups = [self.complete(group) for group in groups]
        self.states: dict[Tensor, State] = {}
        self.steps = 0

    def refuse(self, what: str, bad: bool) -> None:
        """Raise when something is bad and looked at."""
        if bad and what not in self.unchecked:
            raise ValueError(what)

    def check(self, groups: list[Group]) -> None:
        """Refuse options and parameters that make no sense."""
        for name, value in self.made_with.items():
            numbers = value if name == "betas" else (value,)
            self.refuse(name, min(numbers) < 0 or (name == "betas" and max(numbers) >= 1))
        held = [p for group in groups for p in group["params"]]
        self.refuse("empty", not held)
        self.refuse("leaf", not all(p.is_leaf for p in held))

    def complete(self, group: Group) -> Group:
        """Return a group with all options."""
        return self.made_with | group

    def step(self) -> None:
        """Visit every parameter."""
        self.steps += 1
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    self.visit(p, group)

    def visit(self, p: Leaf, group: Group) -> None:
        """Update one parameter that has a gradient."""
        if p.grad is not None:
            p.sub_(self.move(p, group))

    def move(self, p: Leaf, group: Group) -> Any:
        """Return what is taken away from a parameter."""
        g = self.gradient(p, group)
        step: Tensor = group["lr"] * self.direction(g, group, self.states.setdefault(p, {}))
        return step + self.decay(p, group)

    def gradient(self, p: Leaf, group: Group) -> Any:
        """Return the gradient with the decay in it."""
        return p.grad + group["weight_decay"] * p

    def decay(self, p: Leaf, group: Group) -> Any:
        """Return a decay that goes past the averages."""
        return 0.0

    def average(self, state: State, name: str, new: Tensor, share: float) -> Any:
        """Return a running average with `new` in it."""
        result: Tensor = share * state.get(name, 0.0) + (1 - share) * new
        state[name] = result
        return result

    def root(self, square: Tensor, eps: float) -> Any:
        """Return what the gradient is divided by."""
        return square.sqrt() + eps

    def direction(self, g: Tensor, group: Group, state: State) -> Any:
        """Return what the learning rate is multiplied with."""
        raise NotImplementedError


class RMSprop(Optimizer):
    """RMSprop in parts."""

    defaults = {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0.0, "momentum": 0.0, "centered": False}

    def direction(self, g: Tensor, group: Group, state: State) -> Any:
        """Return what the learning rate is multiplied with."""
        square = self.average(state, "square", g * g, group["alpha"])
        if group["centered"]:
            square = self.center(square, self.average(state, "mean", g, group["alpha"]), g)
        scaled = g / self.root(square, group["eps"])
        return self.buffer(state, scaled, group) if group["momentum"] else scaled

    def center(self, square: Tensor, mean: Tensor, g: Tensor) -> Any:
        """Return the variance."""
        return square - mean * mean

    def buffer(self, state: State, scaled: Tensor, group: Group) -> Any:
        """Return the momentum buffer with a scaled gradient in it."""
        state["buffer"] = group["momentum"] * state.get("buffer", 0.0) + scaled
        return state["buffer"]


class Adam(Optimizer):
    """Adam in parts.

    Attributes:
        visits: For wrong ideas that count visits of parameters.
    """

    visits = 0
    defaults = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}

    def direction(self, g: Tensor, group: Group, state: State) -> Any:
        """Return what the learning rate is multiplied with."""
        state["t"] = state.get("t", 0) + 1
        t = self.count(state)
        beta1, beta2 = group["betas"]
        mean, square = self.moments(state, g, beta1, beta2)
        mean = mean / self.correction(beta1, t)
        return mean / self.corrected_root(square, self.second_correction(beta2, t), group["eps"])

    def count(self, state: State) -> int:
        """Return t."""
        return int(state["t"])

    def moments(self, state: State, g: Tensor, beta1: float, beta2: float) -> tuple[Tensor, Tensor]:
        """Return both averages."""
        return self.average(state, "mean", g, beta1), self.average(state, "square", g * g, beta2)

    def correction(self, beta: float, t: int) -> Any:
        """Return what an average is divided by."""
        return 1 - beta**t

    def second_correction(self, beta: float, t: int) -> Any:
        """Return what the average of squares is divided by."""
        return self.correction(beta, t)

    def corrected_root(self, square: Tensor, correction: Any, eps: float) -> Any:
        """Return what the corrected average is divided by."""
        return self.root(square / correction, eps)
