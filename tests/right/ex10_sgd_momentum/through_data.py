"""Older style: .data everywhere, a state object for each parameter, options looked up late."""

import torch


class Slot:
    def __init__(self, tensor, group):
        self.tensor = tensor
        self.group = group
        self.velocity = None

    def update(self):
        t, option = self.tensor, self.group
        if t.grad is None:
            return
        d = t.grad.data.clone()
        if option["maximize"]:
            d.neg_()
        d.add_(t.data, alpha=option["weight_decay"])
        if option["momentum"]:
            if self.velocity is None:
                self.velocity = d.clone()
            else:
                self.velocity.mul_(option["momentum"])
                self.velocity.add_(d, alpha=1 - option["dampening"])
            if option["nesterov"]:
                d.add_(self.velocity, alpha=option["momentum"])
            else:
                d = self.velocity
        t.data.sub_(d * option["lr"])


class SGD:
    def __init__(self, params, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, **rest):
        if torch.is_tensor(params):
            raise TypeError("expected an iterable")
        if lr < 0 or momentum < 0 or weight_decay < 0 or (nesterov and (momentum == 0 or dampening > 0)):
            raise ValueError("options")
        options = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": rest.get("maximize", False),
        }
        params = tuple(params)
        if len(params) == 0:
            raise ValueError("nothing to do")
        if not isinstance(params[0], dict):
            params = ({"params": params},)
        self.param_groups = [{**options, **group, "params": list(group["params"])} for group in params]
        self.slots = [Slot(t, group) for group in self.param_groups for t in group["params"]]
        tensors = [slot.tensor for slot in self.slots]
        if any(t.grad_fn is not None for t in tensors):
            raise ValueError("leaves only")
        if len({id(t) for t in tensors}) < len(tensors):
            raise ValueError("twice")

    def step(self):
        for slot in self.slots:
            slot.update()

    def zero_grad(self, set_to_none=True):
        for slot in self.slots:
            if slot.tensor.grad is not None:
                if set_to_none:
                    slot.tensor.grad = None
                else:
                    slot.tensor.grad.zero_()
