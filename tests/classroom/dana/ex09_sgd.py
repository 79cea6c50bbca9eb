import torch


class SGD:
    def __init__(self, params, lr):
        if lr < 0:
            raise ValueError(f"lr is {lr}, it cannot be negative")
        if isinstance(params, torch.Tensor):
            raise TypeError("params must be an iterable of tensors, not one tensor")
        self.params, self.lr = list(params), lr
        if not self.params:
            raise ValueError("no parameters")
        for p in self.params:
            if not p.is_leaf:
                raise ValueError("only leaves can be optimized")

    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p.add_(self.lr * p.grad)

    def zero_grad(self, set_to_none=True):
        for p in self.params:
            if p.grad is None:
                continue
            if set_to_none:
                p.grad = None
            else:
                p.grad = p.grad.detach_()
                p.grad.zero_()
