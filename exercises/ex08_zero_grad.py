"""Clearing and accumulating gradients: what happens to `.grad` between two steps.

Why it matters
    The loss and the optimizer meet in one place, the `.grad` of each leaf. `backward()` never replaces what lies there,
    it adds to it. That is what makes several losses work together, and it is why somebody has to clear the place before
    the next round.

What to write
    `zero_grad`    clear the gradients of some parameters in torch's two ways, without torch.optim or Module.zero_grad
    `accumulate`   add the gradients of several losses to what is there

An example
    Two backwards without clearing in between: 3, and 3 more.

    >>> import torch
    >>> w = torch.tensor(2.0, requires_grad=True)
    >>> (3 * w).backward()
    >>> (3 * w).backward()
    >>> w.grad
    tensor(6.)

Try your code
    $ python -i exercises/ex08_zero_grad.py
    >>> zero_grad([w])
    >>> w.grad is None
    True

Not asked here
    Optimizers (ex09 on), averaging over chunks of a batch (ex12), sparse gradients, hooks.

Often said, and wrong
    "zero_grad fills gradients with zeros."  By default it sets them to None. An optimizer skips a parameter whose
    `.grad` is None; zeros are a gradient like any other.
    "zero_grad resets the graph."  The graph is made anew by each forward pass. Only the leaves outlive it, so only
    their `.grad` needs clearing.
    "Calling backward a second time replaces the gradient."  It adds, into the same tensor.
    "A second backward through a shared part always works."  The first one frees what was saved for it.

Read more, in torch's documentation
    torch.optim.Optimizer.zero_grad; torch.Tensor.backward
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from torch import Tensor


def zero_grad(params: Iterable[Tensor], set_to_none: bool = True) -> None:
    """Clear the gradients of `params`, of all of them and of nothing else.

    Args:
        params: Tensors, any iterable; `model.parameters()` is a generator, which can be read only once. Whether they
            require gradients does not matter.
        set_to_none: Whether `.grad` becomes None. Otherwise the tensor that is there is filled with zeros: the same
            object in the same memory, with no autograd history left. A `.grad` of None stays None in both modes.
    """
    # TODO: go through params once. A .grad that is None stays None; with zeros, it stays the same tensor.
    raise NotImplementedError


def accumulate(losses: Sequence[Tensor], params: Iterable[Tensor]) -> None:
    """Add the gradients of every loss to the `.grad` of each parameter, as if `backward()` ran on each loss.

    What was in `.grad` before stays part of the sum. A parameter that no loss reaches keeps its `.grad`, None if it
    was None, and leaves that are not in `params` keep theirs.

    Args:
        losses: Tensors of shape `()`, at least one. They may share parts of their graph, such as one prediction.
        params: Leaves that require gradients, any iterable.
    """
    # TODO: a plain backward() on each loss will not do; look at `inputs` and `retain_graph` of torch.Tensor.backward.
    raise NotImplementedError
