"""What torch gives for training runs: its own loop, its own autograd, its own optimizers, all rows at once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from graders.cases.training import Cubic, Memory, SideBySide, Training
from graders.players.seen import array, exact
from graders.players.training_build import (
    data_of,
    loss_of,
    model_of,
    named,
    optimizer_of,
    rows,
    set_stale,
    shift_with_each_step,
)
from graders.players.training_watch import forward


def steps(case: Training) -> dict[str, Any]:
    """Loss, gradients and parameters after each of torch's steps."""
    return _stepwise(case, watched=True)


def chunked_steps(case: Training) -> dict[str, Any]:
    """The same with all rows at once: chunks must make no difference."""
    return _stepwise(case)


def calls(case: Training) -> dict[str, Any]:
    """What one step takes: one of each."""
    return {
        "calls of model(x)": 1,
        "calls of loss_fn": 1,
        "y is the second argument of loss_fn": True,
        "further calls of backward": 0,
        "further calls of optimizer.step": 0,
    }


def cut_off(case: Training) -> dict[str, Any]:
    """What torch raises when the loss has no graph; the parameters stay."""
    model, (x, y) = model_of(case.learner, case.cut), data_of(case)
    set_stale(model, case.stale)
    try:
        _step(model, loss_of(case.learner.loss), optimizer_of(case.learner, model), x, y)
        raised = None
    except RuntimeError as error:
        raised = type(error).__name__
    return {"error raised": raised, **_params(model)}


def chunk_timeline(case: Training) -> dict[str, Any]:
    """Forward and backward for each chunk, then one step that finds the gradients of all rows."""
    sizes = [len(chunk) for chunk in rows(case.x).split(case.chunk_size)]
    passes = [event for size in sizes for event in (forward(size), "backward")]
    return {
        "order of events": [*passes, "step"],
        "rows in .grad when step runs": [list(range(len(case.x)))],
    }


def turns(case: SideBySide) -> dict[str, Any]:
    """The parameters of both models after each turn."""
    learners = {"a": case.a, "b": case.b}
    models = {name: model_of(learner) for name, learner in learners.items()}
    optimizers = {name: optimizer_of(learner, models[name]) for name, learner in learners.items()}
    x, y = rows(case.x), rows(case.y)
    answers: dict[str, Any] = {}
    for number, (model, loss, optimizer) in enumerate(map(tuple, case.turns), start=1):
        _step(models[model], loss_of(learners[loss].loss), optimizers[optimizer], x, y)
        for name, other in models.items():
            answers |= _params(other, f"turn {number}, {name}.")
    return answers


def history(case: Training) -> dict[str, Any]:
    """The loss before each step, and the parameters after the last."""
    model, (x, y) = model_of(case.learner), data_of(case)
    optimizer, loss_fn = optimizer_of(case.learner, model), loss_of(case.learner.loss)
    shift_with_each_step(optimizer, model, case.shift)
    losses = [_step(model, loss_fn, optimizer, x, y) for _ in range(case.steps)]
    return {"list of losses": losses, **_params(model)}


def meeting_point(case: Memory) -> dict[str, Any]:
    """One set of numbers: what is subtracted from the parameter is subtracted from the leaf."""
    values = np.array(case.data, case.dtype).reshape(case.shape)
    values = values.T if case.transposed else values
    return {
        "parameter.dtype": f"torch.{case.dtype}",
        "the parameter": array(values),
        "the parameter is a leaf that requires a gradient": True,
        "leaf.data after parameter -= 0.5": array(values - np.array(0.5, case.dtype)),
    }


def engine_steps(case: Training) -> dict[str, Any]:
    """The same steps by autograd."""
    x, y = rows(case.x), rows(case.y).flatten()
    weight, bias = (torch.tensor(values, dtype=torch.float64, requires_grad=True) for values in case.learner.params)
    leaves = {"bias": bias, "weight": weight}
    optimizer = getattr(torch.optim, case.learner.optimizer)(list(leaves.values()), **dict(case.learner.options))
    answers: dict[str, Any] = {}
    for number in range(1, case.steps + 1):
        optimizer.zero_grad()
        loss = ((x @ weight + bias - y) ** 2).sum()
        loss.backward()
        optimizer.step()
        answers[f"step {number}, loss"] = loss.item()
        answers |= {f"step {number}, {name}.grad": exact(leaf.grad) for name, leaf in leaves.items()}
        answers |= {f"step {number}, {name}": exact(leaf) for name, leaf in leaves.items()}
    return answers


def cubic(case: Cubic) -> dict[str, Any]:
    """The fit by `nn.Linear`, `nn.MSELoss(reduction="sum")` and an optimizer of torch's."""
    points = np.linspace(-math.pi, math.pi, case.points)
    x, y = torch.from_numpy(points), torch.from_numpy(np.sin(points))
    linear = nn.Linear(3, 1, dtype=torch.float64)
    model = nn.Sequential(linear, nn.Flatten(0, 1))
    bias, *weights = case.start
    linear.bias.data.fill_(bias)
    linear.weight.data.copy_(torch.tensor([weights], dtype=torch.float64))
    optimizer = getattr(torch.optim, case.optimizer)(model.parameters(), **dict(case.options))
    powers = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
    loss_fn = nn.MSELoss(reduction="sum")
    losses = [_step(model, loss_fn, optimizer, powers, y) for _ in range(case.steps)]
    end = [linear.bias.item(), *linear.weight.flatten().tolist()]
    return {"loss curve": array(np.array(losses)), "vector of coefficients": array(np.array(end))}


def _step(model: nn.Module, loss_fn: Any, optimizer: Any, x: Tensor, y: Tensor) -> float:
    optimizer.zero_grad()
    loss: Tensor = loss_fn(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def _stepwise(case: Training, watched: bool = False) -> dict[str, Any]:
    model, (x, y) = model_of(case.learner), data_of(case)
    optimizer, loss_fn = optimizer_of(case.learner, model), loss_of(case.learner.loss)
    set_stale(model, case.stale)
    answers: dict[str, Any] = {}
    for number in range(1, case.steps + 1):
        answers[f"step {number}, loss is a tensor"] = False
        answers[f"step {number}, loss"] = _step(model, loss_fn, optimizer, x, y)
        if watched:
            answers[f"step {number}, backward has run"] = True
        answers |= dict(_grads(model, f"step {number}, "))
        answers |= _params(model, f"step {number}, ")
    return answers


def _grads(model: nn.Module, before: str) -> Iterator[tuple[str, Any]]:
    for name, parameter in named(model):
        yield f"{before}{name}.grad", exact(parameter.grad)


def _params(model: nn.Module, before: str = "") -> dict[str, Any]:
    return {f"{before}{name}": exact(parameter) for name, parameter in named(model)}
