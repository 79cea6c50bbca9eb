import torch


class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr
        if lr < 0 or not self.params or not all(p.is_leaf for p in self.params):
            raise ValueError

    def zero_grad(self, set_to_none=True):
        for p in self.params:
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad.zero_()

    def step(self):
        step(self)
