import torch


class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is None:
                return
            p = p - self.lr * p.grad

    def zero_grad(self, set_to_none=True):
        for p in self.params:
            p.grad.zero_()
