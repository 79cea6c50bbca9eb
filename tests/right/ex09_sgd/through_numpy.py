"""Writes through the numpy view of each parameter, and copies."""

import torch


class SGD:
    def __init__(self, params, lr):
        self.params = [*params]
        self.lr = lr
        problems = [lr < 0, not self.params, any(not p.is_leaf for p in self.params)]
        if any(problems):
            raise ValueError(problems)

    def step(self):
        active = filter(lambda p: p.grad is not None, self.params)
        for p in active:
            view = p.detach().numpy()
            view[...] = view - self.lr * p.grad.numpy()

    def zero_grad(self, set_to_none=True):
        with torch.no_grad():
            for p in self.params:
                if set_to_none:
                    p.grad = None
                elif p.grad is not None:
                    p.grad.fill_(0.0)
