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

import torch  # noqa: F401 (your code needs it)
from torch import Tensor

Group = dict[str, Any]


class RMSprop:
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
        # TODO: the lines from above, element by element; tensors do that by themselves. Averages live between steps.
        raise NotImplementedError


class Adam:
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
        # TODO: keep both averages and the count of each parameter, and move it along the corrected ones. What both
        # classes share may move to a class or function of its own.
        raise NotImplementedError
