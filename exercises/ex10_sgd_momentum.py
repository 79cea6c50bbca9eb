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

import torch  # noqa: F401 (your code needs it)
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
        # TODO: check the options, and make param_groups: a list of dicts with all options in each.
        raise NotImplementedError

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
        # TODO: the lines from above, for each parameter that has a gradient. Where does its buffer live between steps?
        raise NotImplementedError
