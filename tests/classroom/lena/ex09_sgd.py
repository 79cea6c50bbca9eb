import torch


class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        if lr < 0 or not self.params:
            raise ValueError("lr must not be negative and there must be parameters")

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
            p -= self.lr * p.grad
            p.grad.zero_()

    def zero_grad(self, set_to_none=True):
        for p in self.params:
            p.grad = None if set_to_none else torch.zeros_like(p)
