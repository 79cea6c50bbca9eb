"""SGD in exchangeable parts, from which wrong ideas about its options are made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

Group = dict[str, Any]
Leaf = Any
"""A Tensor whose `.grad` is taken for granted."""


class SGD:
    """SGD with all its options, in parts that a wrong idea may exchange one by one.

    Attributes:
        unchecked: What the constructor does not look at: "lr", "momentum", "weight_decay", "nesterov", "dampening",
            "tensor", "empty", "leaf", "twice".
    """

    unchecked: tuple[str, ...] = ()

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
        self.refuse("tensor", isinstance(params, Tensor), TypeError)
        given = list(params)
        groups = given if given and isinstance(given[0], dict) else [{"params": given}]
        self.made_with: Group = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        self.check(groups)
        self.param_groups = [self.complete(group) for group in groups]
        self.buffers: dict[Tensor, Tensor] = {}
        self.steps = 0

    def refuse(self, what: str, bad: bool, kind: type[Exception] = ValueError) -> None:
        """Raise when something is bad and looked at."""
        if bad and what not in self.unchecked:
            raise kind(what)

    def check(self, groups: list[Group]) -> None:
        """Refuse options and parameters that make no sense."""
        option = self.made_with
        for name in ("lr", "momentum", "weight_decay"):
            self.refuse(name, option[name] < 0)
        self.refuse("nesterov", option["nesterov"] and not option["momentum"])
        self.refuse("dampening", option["nesterov"] and option["dampening"] != 0)
        held = [p for group in groups for p in group["params"]]
        self.refuse("empty", not held)
        self.refuse("leaf", not all(p.is_leaf for p in held))
        self.refuse("twice", len(set(held)) < len(held))

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
        """Update one parameter."""
        if p.grad is not None:
            p.sub_(self.rate(group) * self.direction(p, group))

    def rate(self, group: Group) -> float:
        """Return the learning rate."""
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
        """Return what the learning rate is multiplied with."""
        g = self.gradient(p, group)
        if not group["momentum"]:
            return g
        buffer = self.remember(p, g, group)
        return g + group["momentum"] * buffer if group["nesterov"] else buffer
