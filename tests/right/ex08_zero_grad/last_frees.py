"""Clears by an early return, and runs backward loss by loss with the last one freeing the graph."""


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is None or set_to_none:
            p.grad = None
            continue
        p.grad.detach_()
        p.grad.zero_()


def accumulate(losses, params):
    params = list(params)
    pending = list(losses)
    while pending:
        loss = pending.pop(0)
        loss.backward(retain_graph=len(pending) > 0, inputs=params)
