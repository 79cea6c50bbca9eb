"""One class made by two rules: each parameter's history is kept whole, and the averages are computed from it anew."""

import torch


def _rmsprop(history, group):
    keep = group["alpha"]
    velocity = 0.0
    square = mean = torch.zeros_like(history[0])
    for g in history:
        square = square * keep + g * g * (1 - keep)
        mean = mean * keep + g * (1 - keep)
        spread = square - mean * mean * float(group["centered"])
        velocity = velocity * group["momentum"] + g / (spread**0.5 + group["eps"])
    return velocity


def _adam(history, group):
    beta1, beta2 = group["betas"]
    t = len(history)
    mean = sum((1 - beta1) * beta1 ** (t - 1 - i) * g for i, g in enumerate(history)) / (1 - beta1**t)
    square = sum((1 - beta2) * beta2 ** (t - 1 - i) * g**2 for i, g in enumerate(history)) / (1 - beta2**t)
    return mean / (square**0.5 + group["eps"])


class _Remembering:
    rule = None

    def _start(self, params, **options):
        betas = options.get("betas", ())
        numbers = [value for name, value in options.items() if name != "betas"]
        if any(value < 0 for value in (*numbers, *betas)) or any(beta >= 1 for beta in betas):
            raise ValueError(options)
        given = [*params]
        if not given:
            raise ValueError("nothing")
        if torch.is_tensor(given[0]):
            given = [{"params": given}]
        self.param_groups = [{**options, **group, "params": [*group["params"]]} for group in given]
        self.tensors = [p for group in self.param_groups for p in group["params"]]
        if not all(p.is_leaf for p in self.tensors):
            raise ValueError("leaf")
        self.histories = {p: [] for p in self.tensors}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in filter(lambda p: p.grad is not None, group["params"]):
                self.histories[p].append(p.grad + p * group["weight_decay"])
                p.copy_(p - group["lr"] * type(self).rule(self.histories[p], group))

    def zero_grad(self, set_to_none=True):
        for p in self.tensors:
            p.grad = None if set_to_none or p.grad is None else p.grad.zero_()


class RMSprop(_Remembering):
    rule = staticmethod(_rmsprop)

    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False):
        self._start(
            params, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum, centered=centered
        )


class Adam(_Remembering):
    rule = staticmethod(_adam)

    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self._start(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
