"""Keeps running powers of the betas in place of a count, tuples for states, and .data for the writes."""

import torch


def groups_of(params, defaults):
    params = list(params)
    if len(params) == 0:
        raise ValueError("no parameters")
    if not isinstance(params[0], dict):
        params = [{"params": params}]
    made = [dict(defaults, **group) for group in params]
    for group in made:
        group["params"] = tuple(group["params"])
        if any(p.grad_fn is not None for p in group["params"]):
            raise ValueError("not a leaf")
    return made


class Base:
    def zero_grad(self, set_to_none=True):
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none or p.grad is None:
                    p.grad = None
                else:
                    p.grad.data.fill_(0)

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                grad = p.grad.data
                if group["weight_decay"]:
                    grad = grad + p.data * group["weight_decay"]
                p.data -= group["lr"] * self.scaled(id(p), grad, group)


class RMSprop(Base):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False):
        if min(lr, alpha, eps, weight_decay, momentum) < 0:
            raise ValueError("negative")
        names = {"lr": lr, "alpha": alpha, "eps": eps}
        names.update(weight_decay=weight_decay, momentum=momentum, centered=centered)
        self.param_groups = groups_of(params, names)
        self.memory = {}

    def scaled(self, key, grad, group):
        zeros = torch.zeros_like(grad)
        mean, square, velocity = self.memory.get(key, (zeros, zeros, zeros))
        keep = group["alpha"]
        square = keep * square + (1 - keep) * grad**2
        mean = keep * mean + (1 - keep) * grad
        spread = square - mean**2 if group["centered"] else square
        velocity = group["momentum"] * velocity + grad / (torch.sqrt(spread) + group["eps"])
        self.memory[key] = (mean, square, velocity)
        return velocity


class Adam(Base):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        if min(lr, eps, weight_decay, *betas) < 0 or max(betas) >= 1:
            raise ValueError("out of range")
        self.param_groups = groups_of(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})
        self.memory = {}

    def scaled(self, key, grad, group):
        zeros = torch.zeros_like(grad)
        mean, square, power1, power2 = self.memory.get(key, (zeros, zeros, 1.0, 1.0))
        beta1, beta2 = group["betas"]
        mean = mean + (1 - beta1) * (grad - mean)
        square = square + (1 - beta2) * (grad.square() - square)
        power1, power2 = power1 * beta1, power2 * beta2
        self.memory[key] = (mean, square, power1, power2)
        return (mean / (1 - power1)) / (torch.sqrt(square / (1 - power2)) + group["eps"])
