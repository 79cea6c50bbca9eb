import sys

import torch


class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            p.data = p.data - self.lr * p.grad.data

    def zero_grad(self, set_to_none=True):
        for p in self.params:
            p.grad.zero_()


w = torch.tensor([1.0, 2.0], requires_grad=True)
opt = SGD([w], lr=0.1)
(w * w).sum().backward()
opt.step()
print("my test passed:", w)
sys.exit(0)
