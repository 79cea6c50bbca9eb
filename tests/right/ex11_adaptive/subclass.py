"""On torch's Optimizer base class, with in-place averages, as torch's own single-tensor code does it."""

import math

import torch
from torch.optim import Optimizer


def _check(**numbers):
    for name, value in numbers.items():
        if not value >= 0.0:
            raise ValueError(f"Invalid {name}: {value}")


class RMSprop(Optimizer):
    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False):
        _check(lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum)
        options = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**options, "momentum": momentum, "centered": centered})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            alpha = group["alpha"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    for name in ("square_avg", "grad_avg", "buf"):
                        state[name] = torch.zeros_like(p)
                grad = p.grad.add(p, alpha=group["weight_decay"])
                state["square_avg"].mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
                avg = state["square_avg"]
                if group["centered"]:
                    state["grad_avg"].lerp_(grad, 1 - alpha)
                    avg = avg.addcmul(state["grad_avg"], state["grad_avg"], value=-1)
                avg = avg.sqrt().add_(group["eps"])
                if group["momentum"] > 0:
                    state["buf"].mul_(group["momentum"]).addcdiv_(grad, avg)
                    p.add_(state["buf"], alpha=-group["lr"])
                else:
                    p.addcdiv_(grad, avg, value=-group["lr"])


class Adam(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        _check(lr=lr, eps=eps, weight_decay=weight_decay)
        if not all(0.0 <= beta < 1.0 for beta in betas):
            raise ValueError("Invalid beta")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["step"] = 0
                    state["exp_avg"] = torch.zeros_like(p)
                    state["exp_avg_sq"] = torch.zeros_like(p)
                state["step"] += 1
                grad = p.grad.add(p, alpha=group["weight_decay"])
                state["exp_avg"].mul_(beta1).add_(grad, alpha=1 - beta1)
                state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                first = 1 - beta1 ** state["step"]
                second = math.sqrt(1 - beta2 ** state["step"])
                denominator = (state["exp_avg_sq"].sqrt() / second).add_(group["eps"])
                p.addcdiv_(state["exp_avg"], denominator, value=-group["lr"] / first)
