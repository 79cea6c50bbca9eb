"""A subclass of torch's Optimizer with a step of its own."""

import torch


class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr):
        if lr < 0:
            raise ValueError("Invalid learning rate")
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                p.add_(p.grad, alpha=-group["lr"])
