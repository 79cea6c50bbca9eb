"""All parameters at once, with torch's list operations, and copy_ for the write."""

import torch


class SGD:
    def __init__(self, params, lr=1e-3):
        params = list(params)
        if not params:
            raise ValueError("optimizer got an empty parameter list")
        if lr < 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if any(not p.is_leaf for p in params):
            raise ValueError("can't optimize a non-leaf Tensor")
        self.param_groups = [{"params": params, "lr": lr}]

    def _with_grads(self, group):
        return [p for p in group["params"] if p.grad is not None]

    def step(self):
        for group in self.param_groups:
            params = self._with_grads(group)
            if not params:
                continue
            with torch.no_grad():
                changes = torch._foreach_mul([p.grad for p in params], group["lr"])
                torch._foreach_sub_(params, changes)

    def zero_grad(self, set_to_none=True):
        for group in self.param_groups:
            for p in self._with_grads(group):
                p.grad = None if set_to_none else p.grad.zero_()
