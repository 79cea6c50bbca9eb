"""RMSprop and Adam: each element of each parameter gets a step size of its own.

Why it matters
    One learning rate has to do for all weights, but their gradients may differ a thousandfold: what is right for one is
    far too little for another. RMSprop and Adam remember how large the gradients of each element have been, and divide
    by that. So every element moves at about the same pace, as the picture pictures/axes.svg shows, and the size of the
    loss hardly matters any more: multiply it by 1000, and the steps stay the same.

What to write
    The classes `RMSprop` and `Adam`, with the options of `torch.optim` that are listed in their docstrings. For each
    parameter p that has a gradient, element by element (averages start at zeros, t counts the steps of p from 1):

        g = p.grad + weight_decay * p

        RMSprop    v = alpha * v + (1 - alpha) * g**2
                   s = v; centered: m = alpha * m + (1 - alpha) * g, and s = v - m**2
                   d = g / (sqrt(s) + eps)
                   momentum: buffer = momentum * buffer + d, from zeros on; then d = buffer
                   p = p - lr * d

        Adam       m = beta1 * m + (1 - beta1) * g
                   v = beta2 * v + (1 - beta2) * g**2
                   p = p - lr * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + eps)

    Do not use `torch.optim`.

An example
    The first step of Adam on gradients of 0.001 and of 1000, with lr = 0.1: m is 0.1 * g, v is 0.001 * g**2. Divided by
    0.1 and by 0.001 they are g and g**2 again, and g / sqrt(g**2) is 1. Both elements move by 0.1.

Try your code
    $ python -i exercises/ex11_adaptive.py
    >>> p = torch.tensor([5.0, 5.0], requires_grad=True)
    >>> p.grad = torch.tensor([0.001, 1000.0])
    >>> Adam([p], lr=0.1).step()
    >>> p
    tensor([4.9000, 4.9000], requires_grad=True)

Not asked here
    amsgrad, maximize, `foreach`, `fused`, closures handed to `step`, sparse gradients, `state_dict`.

Often said, and wrong
    "eps goes under the root, it is there against a division by zero."  Here it is added to the root.
    "The first steps of Adam are small, because its averages start at zeros."  Dividing by 1 - beta**t undoes exactly
    that: without eps the first step of every element is lr long.
    "t counts the calls of step()."  It counts, for each parameter, the steps in which that parameter had a gradient.
    "weight_decay in Adam is the decay of AdamW."  Here it joins the gradient and is divided like the rest.

Read more, in torch's documentation
    torch.optim.RMSprop, torch.optim.Adam
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

Group = dict[str, Any]
State = dict[str, Any]


class _Optimizer:
    """What both have in common: parameter groups, a state for each parameter, and the loop of a step."""

    def __init__(self, params: Iterable[Tensor] | Iterable[Group], **defaults: Any) -> None:
        for name, value in defaults.items():
            for number in value if name == "betas" else (value,):
                if number < 0.0 or (name == "betas" and number >= 1.0):
                    raise ValueError(f"{name} is out of its range: {value}")
        self.param_groups = [defaults | group for group in _as_groups(params)]
        self._states: dict[Tensor, State] = {}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of all parameters: to None, or to zeros in the same tensor, where None stays None."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p.grad = None
                elif p.grad is not None:
                    p.grad.zero_()

    def step(self) -> None:
        """Update every parameter that has a gradient once, in place and unrecorded. Gradients stay as they are."""
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        g = p.grad + group["weight_decay"] * p
                        p.sub_(group["lr"] * self._direction(g, group, self._states.setdefault(p, {})))

    def _direction(self, g: Tensor, group: Group, state: State) -> Tensor:
        """Return what lr is multiplied with, and bring the state of the parameter up to date."""
        raise NotImplementedError


class RMSprop(_Optimizer):
    """Gradient descent divided by the root of an average of squared gradients.

    Attributes:
        param_groups: A list of dicts, each with `"params"` and all options; steps read the options from here.

    Args:
        params: Tensors, or dicts with a list in `"params"` and any of the options for these alone; any iterable.
        lr: Learning rate.
        alpha: Share of the averages that is left after a step.
        eps: Added to the root.
        weight_decay: Share of the parameter that is added to its gradient.
        momentum: Share of the buffer that is left after a step; 0 switches the buffer off.
        centered: Whether the square of the averaged gradient is taken from the averaged square.

    Raises:
        ValueError: An option is negative, there are no parameters, or one of them is not a leaf.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        super().__init__(
            params, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum, centered=centered
        )

    def _direction(self, g: Tensor, group: Group, state: State) -> Tensor:
        """Return the scaled gradient, or the buffer of scaled gradients. Source: torch.optim.RMSprop."""
        spread = _average(state, "square", g * g, group["alpha"])
        if group["centered"]:
            mean = _average(state, "mean", g, group["alpha"])
            spread = spread - mean * mean
        scaled = g / (spread.sqrt() + group["eps"])
        if group["momentum"] == 0.0:
            return scaled
        state["buffer"] = group["momentum"] * state.get("buffer", 0.0) + scaled
        return state["buffer"]


class Adam(_Optimizer):
    """Averaged gradient divided by the root of the averaged square, both corrected for their start at zeros.

    Attributes:
        param_groups: A list of dicts, each with `"params"` and all options; steps read the options from here.

    Args:
        params: Tensors, or dicts with a list in `"params"` and any of the options for these alone; any iterable.
        lr: Learning rate.
        betas: Shares of the averages of g and of g**2 that are left after a step, each at least 0 and below 1.
        eps: Added to the root.
        weight_decay: Share of the parameter that is added to its gradient.

    Raises:
        ValueError: An option is out of its range, there are no parameters, or one of them is not a leaf.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def _direction(self, g: Tensor, group: Group, state: State) -> Tensor:
        """Return the corrected average over the corrected root. Source: torch.optim.Adam."""
        state["t"] = state.get("t", 0) + 1
        beta1, beta2 = group["betas"]
        mean = _average(state, "mean", g, beta1) / (1.0 - beta1 ** state["t"])
        square = _average(state, "square", g * g, beta2) / (1.0 - beta2 ** state["t"])
        return mean / (square.sqrt() + group["eps"])


def _average(state: State, name: str, new: Tensor, share: float) -> Tensor:
    """Return the running average `name` with `new` in it, of which `share` is old."""
    state[name] = share * state.get(name, 0.0) + (1.0 - share) * new
    return state[name]


def _as_groups(params: Iterable[Tensor] | Iterable[Group]) -> list[Group]:
    """Return one dict for each group, with lists of their own."""
    given = list(params)
    if not given:
        raise ValueError("there are no parameters to optimize")
    groups = given if isinstance(given[0], dict) else [{"params": given}]
    groups = [{**group, "params": list(group["params"])} for group in groups]
    if not all(p.is_leaf for group in groups for p in group["params"]):
        raise ValueError("only leaves can be optimized: backward() leaves no .grad on other tensors")
    return groups
