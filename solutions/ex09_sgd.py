"""The step: read `.grad`, change the leaf in place.

Why it matters
    `backward()` left a gradient in the `.grad` of each parameter: how much the loss grows when the parameter does. The
    optimizer holds the same parameter objects, reads that number, and moves the parameter a little the other way. Here
    you write that second half. It needs no graph and no loss.

What to write
    The class `SGD` with `step` and `zero_grad`, for parameters that are torch tensors. Do not use `torch.optim`.

An example
    Torch records what is done to a leaf, for the next backward. A step is no part of the loss: it must not be recorded.

    >>> import torch
    >>> w = torch.tensor(2.0, requires_grad=True)
    >>> w *= 10.0
    Traceback (most recent call last):
    RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.
    >>> with torch.no_grad():
    ...     w *= 10.0
    >>> w
    tensor(20., requires_grad=True)

Try your code
    $ python -i exercises/ex09_sgd.py
    >>> w = torch.tensor(1.0, requires_grad=True)
    >>> optimizer = SGD([w], lr=0.25)
    >>> (2 * w).backward()      # w.grad is 2
    >>> optimizer.step()
    >>> w
    tensor(0.5000, requires_grad=True)

Not asked here
    Momentum, weight decay and parameter groups (that is ex10), closures handed to `step`, sparse gradients.

Often said, and wrong
    "The optimizer knows the loss."  It has never seen it. It holds tensors and looks at their `.grad`, nothing else.
    "`p = p - lr * p.grad` updates the model."  It makes a new tensor; the model still holds the old one.
    "A gradient of None is a gradient of zeros."  None means that this parameter takes no part in the step.
    "The optimizer checks `requires_grad`."  A frozen parameter with a gradient left over still moves.
    "`step()` clears the gradients."  It leaves them as they are; clearing is `zero_grad`'s work.

Read more, in torch's documentation
    torch.optim; torch.no_grad
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


class SGD:
    """Gradient descent without momentum: each step changes every parameter to `p - lr * p.grad`.

    Args:
        params: The tensors to update, any iterable, read once. The optimizer keeps its own list of them.
        lr: Learning rate, not negative. It may be changed between steps by assigning to `optimizer.lr`.

    Raises:
        ValueError: `lr` is negative, there are no parameters, or one of them is not a leaf.
    """

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        self.params = list(params)
        self.lr = lr
        if lr < 0.0:
            raise ValueError(f"lr must not be negative, got {lr}")
        if not self.params:
            raise ValueError("there are no parameters to optimize")
        if not all(p.is_leaf for p in self.params):
            raise ValueError("only leaves can be optimized: backward() leaves no .grad on other tensors")

    def step(self) -> None:
        """Update the parameters once, from the gradients that lie in their `.grad`.

        The tensors themselves change, so whoever holds them sees the new values. A parameter whose `.grad` is None
        is left alone. Gradients stay as they are, and the update is not recorded by autograd.
        """
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p -= self.lr * p.grad

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of the parameters.

        Args:
            set_to_none: Whether `.grad` becomes None. Otherwise the tensor that is there is filled with zeros, and
                a `.grad` of None stays None.
        """
        for p in self.params:
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad.zero_()
