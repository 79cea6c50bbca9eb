"""One general step with everything else built on it; gradients written into buffers that stay."""

from __future__ import annotations

import numpy as np
import torch


def _step(optimizer, parts):
    """`parts` yields losses whose backward has still to run."""
    optimizer.zero_grad()
    total = 0.0
    for loss in parts:
        torch.autograd.backward(loss)
        total += loss.item()
    optimizer.step()
    return total


def train_step(model, loss_fn, optimizer, x, y):
    return _step(optimizer, (loss_fn(model(inputs), target) for inputs, target in [(x, y)]))


def train_step_in_chunks(model, loss_fn, optimizer, x, y, chunk_size):
    rows = torch.arange(len(x)).split(chunk_size)
    return _step(optimizer, (loss_fn(model(x[r]), y[r]).mul(r.numel()).div(len(x)) for r in rows))


def fit(*args):
    *arguments, epochs = args
    losses: list[float] = []
    while len(losses) < epochs:
        losses += [train_step(*arguments)]
    return losses


def shared_parameter(leaf):
    return torch.nn.parameter.Parameter(torch.as_tensor(leaf.data), requires_grad=True)


def engine_step(compute_loss, backward, leaves, params, optimizer):
    for leaf, param in zip(leaves, params):
        leaf.grad = np.zeros_like(leaf.data)
        param.grad = torch.zeros_like(param)
    loss = compute_loss()
    backward(loss)
    with torch.no_grad():
        for leaf, param in zip(leaves, params):
            param.grad += torch.from_numpy(np.asarray(leaf.grad))
    optimizer.step()
    return loss.data.tolist()


def fit_cubic(engine, backward, make_optimizer, x, y, start, steps):
    features = engine(np.vander(x, 4, increasing=True))
    weights = engine(np.array(start, dtype=np.float64).reshape(4, 1))
    target = y.reshape(-1, 1)
    params = [shared_parameter(weights)]
    optimizer = make_optimizer(params)
    losses = tuple(
        engine_step(lambda: ((features @ weights - target) ** 2).sum(), backward, [weights], params, optimizer)
        for _ in range(steps)
    )
    return losses, params[0].detach().flatten().tolist()
