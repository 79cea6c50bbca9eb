"""Classes behind the asked-for functions, as people write them in projects."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn


@dataclass
class Trainer:
    model: nn.Module
    loss_fn: object
    optimizer: torch.optim.Optimizer
    losses: list = field(default_factory=list)

    def step(self, x, y):
        loss = self.loss_fn(self.model(x), y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.losses.append(loss.item())
        return self.losses[-1]

    def chunked(self, x, y, chunk_size):
        self.optimizer.zero_grad()
        sums = []
        for inputs, target in zip(torch.split(x, chunk_size), torch.split(y, chunk_size)):
            part = self.loss_fn(self.model(inputs), target)
            part.backward(gradient=torch.tensor(len(inputs) / len(x), dtype=part.dtype))
            sums.append(part.item() * len(inputs))
        self.optimizer.step()
        return sum(sums) / len(x)


def train_step(model, loss_fn, optimizer, x, y):
    return Trainer(model, loss_fn, optimizer).step(x, y)


def fit(model, loss_fn, optimizer, x, y, epochs):
    trainer = Trainer(model, loss_fn, optimizer)
    for _ in range(epochs):
        trainer.step(x, y)
    return trainer.losses


def train_step_in_chunks(model, loss_fn, optimizer, x, y, chunk_size):
    return Trainer(model, loss_fn, optimizer).chunked(x, y, chunk_size)


class Shared(nn.Parameter):
    """A parameter that remembers its leaf."""


def shared_parameter(leaf):
    return nn.Parameter(torch.from_numpy(leaf.data))


def engine_step(compute_loss, backward, leaves, params, optimizer):
    optimizer.zero_grad()
    for leaf in leaves:
        leaf.grad = 0 * leaf.data
    loss = compute_loss()
    backward(loss)
    for leaf, param in zip(leaves, params):
        param.grad = torch.from_numpy(np.ascontiguousarray(leaf.grad)).clone()
    optimizer.step()
    return float(loss.data)


def fit_cubic(engine, backward, make_optimizer, x, y, start, steps):
    intercept = engine(np.asarray(start[0], dtype=float).reshape(1))
    slopes = engine(np.asarray(start[1:], dtype=float).reshape(3, 1))
    X, Y = engine(np.column_stack((x, x**2, x**3))), engine(y[:, None])
    leaves = (intercept, slopes)
    params = list(map(shared_parameter, leaves))
    optimizer = make_optimizer(params)
    history = []
    for _ in range(steps):
        history.append(
            engine_step(lambda: ((Y - X @ slopes - intercept) ** 2).sum(), backward, leaves, params, optimizer)
        )
    return history, [intercept.data.item(), *slopes.data.ravel().tolist()]
