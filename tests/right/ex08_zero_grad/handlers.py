"""With an early detach of the gradient object and a dictionary of handlers."""

import torch


def _none(p):
    p.grad = None


def _zeros(p):
    with torch.no_grad():
        p.grad.requires_grad_(False) if p.grad.is_leaf else p.grad.detach_()
        p.grad[...] = 0.0


def zero_grad(params, set_to_none=True):
    handler = {True: _none, False: _zeros}[bool(set_to_none)]
    for p in filter(lambda t: t.grad is not None, params):
        handler(p)


def accumulate(losses, params):
    inputs = list(params)
    while_open = iter(losses)
    for loss in while_open:
        torch.autograd.backward(loss, inputs=inputs, retain_graph=True)
