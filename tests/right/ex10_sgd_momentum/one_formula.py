"""No branches: options that are off are zeros in one formula. Buffers by id, lists by index."""

import torch

DEFAULTS = ("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize")


class SGD:
    def __init__(self, params, lr=0.001, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False):
        if isinstance(params, torch.Tensor):
            raise TypeError("params is one tensor")
        values = (lr, momentum, dampening, weight_decay, nesterov, maximize)
        if min(lr, momentum, weight_decay) < 0:
            raise ValueError("negative")
        if nesterov and not (momentum and not dampening):
            raise ValueError("nesterov")
        params = list(params)
        if params == []:
            raise ValueError("empty")
        self.param_groups = []
        seen = set()
        for group in params if type(params[0]) is dict else [{"params": params}]:
            full = dict(zip(DEFAULTS, values, strict=True))
            full.update(group)
            full["params"] = list(group["params"])
            for p in full["params"]:
                if not p.is_leaf or id(p) in seen:
                    raise ValueError("not a leaf, or twice")
                seen.add(id(p))
            self.param_groups.append(full)
        self.memory = {}

    def zero_grad(self, set_to_none=True):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None if set_to_none or p.grad is None else p.grad.zero_()

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            lr, mu, tau, wd, ahead, up = (group[name] for name in DEFAULTS)
            for p in (p for p in group["params"] if p.grad is not None):
                g = (1 - 2 * up) * p.grad + wd * p
                old, share = self.memory.get(id(p), (torch.zeros_like(p), 1.0))
                buffer = mu * old + share * g
                self.memory[id(p)] = (buffer, 1.0 - tau) if mu else (old, share)
                p -= lr * (ahead * g + (mu if ahead else 1.0) * buffer)
