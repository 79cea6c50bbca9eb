"""SGD with all its options: a memory for each parameter, and groups of parameters.

Why it matters
    A loss often looks like a ravine: steep from wall to wall, nearly flat along the floor. A step that is small enough
    for the walls is too small for the floor. *Momentum* remembers the gradients of past steps in a *buffer*. Across the
    ravine they point to and fro and cancel; along it they agree and add up. The picture pictures/ravine.svg shows both
    paths. Most surprises of real training loops come from that memory: zeros move a parameter and None does not, and a
    changed learning rate acts on the whole buffer at once.

What to write
    The class `SGD` with the options of `torch.optim.SGD`. One step does, for each parameter p that has a gradient:

        g = p.grad, or -p.grad with maximize
        g = g + weight_decay * p
        with momentum:    buffer = g                                              the first time for this parameter
                          buffer = momentum * buffer + (1 - dampening) * g        from then on
                          g = g + momentum * buffer with nesterov, otherwise g = buffer
        p = p - lr * g, in place

    Do not use `torch.optim`.

An example
    The gradient is 1 in each step, lr is 1, momentum 0.5. The buffer grows towards 2, and so do the steps:

        step      1       2       3       4
        buffer    1       1.5     1.75    1.875
        p = 0    -1      -2.5    -4.25   -6.125

Try your code
    $ python -i exercises/ex10_sgd_momentum.py
    >>> p = torch.tensor(0.0, requires_grad=True)
    >>> optimizer = SGD([p], lr=1.0, momentum=0.5)
    >>> for _ in range(4):
    ...     p.grad = torch.tensor(1.0)
    ...     optimizer.step()
    >>> p
    tensor(-6.1250, requires_grad=True)

Not asked here
    Closures handed to `step`, `foreach`, `fused`, `differentiable`, sparse gradients, `state_dict`,
    `add_param_group`.

Often said, and wrong
    "Zero gradients do nothing."  With momentum or weight decay they still move a parameter; None does not.
    "The buffer starts at zero."  It starts as the first gradient of that parameter, not dampened.
    "Momentum is an average, so the gradient is weighted with 1 - momentum."  Not in torch: its weight is 1 - dampening.
    "lr may be folded into the buffer."  Only as long as it never changes.
    "maximize is a minus sign at the end."  It turns the gradient around, not the weight decay.

Read more, in torch's documentation
    torch.optim.SGD
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

Group = dict[str, Any]


class SGD:
    """Gradient descent with momentum, dampening, weight decay, Nesterov momentum, maximizing, and parameter groups.

    Attributes:
        param_groups: A list of dicts. Each has `"params"`, a list of tensors, and one entry for each option: `"lr"`,
            `"momentum"`, `"dampening"`, `"weight_decay"`, `"nesterov"`, `"maximize"`. Steps read the options from
            here, so that they can be changed between steps.

    Args:
        params: Tensors, or dicts with a list in `"params"` and any of the options for these alone; any iterable, read
            once. Tensors alone make one group.
        lr: Learning rate.
        momentum: Share of the buffer that is left after a step; 0 switches the buffer off.
        dampening: Share of the gradient that does not enter the buffer.
        weight_decay: Share of the parameter that is added to its gradient.
        nesterov: Whether the step is g + momentum * buffer in place of the buffer.
        maximize: Whether the objective is to grow.

    Raises:
        ValueError: `lr`, `momentum` or `weight_decay` is negative; `nesterov` without momentum or with dampening; there
            are no parameters; one of them is not a leaf; one is in two groups.
        TypeError: `params` is a tensor itself.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        for name, value in (("lr", lr), ("momentum", momentum), ("weight_decay", weight_decay)):
            if value < 0.0:
                raise ValueError(f"{name} must not be negative, got {value}")
        if nesterov and (momentum == 0.0 or dampening != 0.0):
            raise ValueError("nesterov needs momentum, and no dampening")
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        self.param_groups = [defaults | group for group in _as_groups(params)]
        self._buffers: dict[Tensor, Tensor] = {}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of all parameters: to None, or to zeros in the same tensor, where None stays None.

        You wrote this in ex09; here it is given, and shows how `param_groups` is read.
        """
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
                        p.sub_(group["lr"] * self._direction(p, group))

    def _direction(self, p: Tensor, group: Group) -> Tensor:
        """Return what a step takes away from p, but for the learning rate. Source: torch.optim.SGD."""
        g = -p.grad if group["maximize"] else p.grad
        if group["weight_decay"] != 0.0:
            g = g + group["weight_decay"] * p
        if group["momentum"] == 0.0:
            return g
        if p in self._buffers:
            buffer = group["momentum"] * self._buffers[p] + (1.0 - group["dampening"]) * g
        else:
            buffer = g.clone()
        self._buffers[p] = buffer
        return g + group["momentum"] * buffer if group["nesterov"] else buffer


def _as_groups(params: Iterable[Tensor] | Iterable[Group]) -> list[Group]:
    """Return one dict for each group, with lists of their own."""
    if isinstance(params, Tensor):
        raise TypeError("params must be an iterable of tensors or dicts, not one tensor")
    given = list(params)
    if not given:
        raise ValueError("there are no parameters to optimize")
    groups = given if isinstance(given[0], dict) else [{"params": given}]
    groups = [{**group, "params": list(group["params"])} for group in groups]
    held = [p for group in groups for p in group["params"]]
    if not all(p.is_leaf for p in held):
        raise ValueError("only leaves can be optimized: backward() leaves no .grad on other tensors")
    if len(set(held)) != len(held):
        raise ValueError("some parameter stands in two groups")
    return groups
