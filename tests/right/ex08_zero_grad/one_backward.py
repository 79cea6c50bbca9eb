"""One backward for the sum of all losses; guards first."""

import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if set_to_none:
            p.grad = None
        elif p.grad is not None:
            g = p.grad
            g.detach_()
            g.zero_()


def accumulate(losses, params):
    torch.stack(list(losses)).sum().backward(inputs=list(params))
