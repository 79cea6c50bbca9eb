"""Models, losses and optimizers of training cases, built with torch for the player and for the oracle alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from graders.cases.training import Learner, Rows, Training

DTYPE = torch.float64


class Line(nn.Module):
    """`weight * x + bias` with two parameters of shape (1,)."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1, dtype=DTYPE))
        self.bias = nn.Parameter(torch.zeros(1, dtype=DTYPE))

    def forward(self, x: Tensor) -> Tensor:
        """Return the prediction, of the shape of `x`."""
        return self.weight * x + self.bias


class Cut(nn.Module):
    """A model whose prediction is cut from its parameters."""

    def __init__(self, inner: nn.Module, how: str) -> None:
        super().__init__()
        self.inner = inner
        self.how = how
        if how == "frozen":
            inner.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the prediction without its history."""
        if self.how == "no_grad":
            with torch.no_grad():
                return self.inner(x)  # type: ignore[no-any-return]
        prediction: Tensor = self.inner(x)
        return prediction.detach()


def model_of(learner: Learner, cut: str = "") -> nn.Module:
    """Return the model with its parameters set."""
    first = len(learner.params[0])
    model: nn.Module
    if learner.model == "line":
        model = Line()
    elif learner.model == "net":
        hidden = len(learner.params[1])
        model = nn.Sequential(nn.Linear(first // hidden, hidden), nn.Tanh(), nn.Linear(hidden, 1)).to(DTYPE)
    else:
        linear = nn.Linear(first, 1, dtype=DTYPE)
        model = nn.Sequential(linear, nn.Flatten(0, 1)) if learner.model == "cubic" else linear
    for parameter, values in zip(model.parameters(), learner.params, strict=True):
        parameter.data = torch.tensor(values, dtype=DTYPE).reshape(parameter.shape)
    return Cut(model, cut) if cut else model


def pinball(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean of 0.75 times the shortfalls and 0.25 times the excesses: not symmetric in its arguments."""
    difference = target - prediction
    return torch.maximum(0.75 * difference, -0.25 * difference).mean()


def loss_of(name: str) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the loss function of that name."""
    losses: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
        "l1": nn.L1Loss(),
        "mse": nn.MSELoss(),
        "mse_sum": nn.MSELoss(reduction="sum"),
        "huber": nn.HuberLoss(),
        "pinball": pinball,
    }
    return losses[name]


def optimizer_of(learner: Learner, model: nn.Module) -> Any:
    """Return the learner's optimizer over all parameters of the model."""
    return getattr(torch.optim, learner.optimizer)(model.parameters(), **dict(learner.options))


def rows(values: Rows) -> Tensor:
    """Return rows as a tensor of shape (n, k)."""
    return torch.tensor(values, dtype=DTYPE)


def data_of(case: Training) -> tuple[Tensor, Tensor]:
    """Return features and targets; the targets of a flattened model have shape (n,)."""
    y = rows(case.y)
    return rows(case.x), y.flatten() if case.learner.model == "cubic" else y


def set_stale(model: nn.Module, value: float | None) -> None:
    """Leave a gradient from before in every parameter; None leaves none."""
    for parameter in model.parameters():
        parameter.grad = None if value is None else torch.full_like(parameter, value)


def named(model: nn.Module) -> Sequence[tuple[str, Tensor]]:
    """Return the parameters with their names, those nearest to the loss first."""
    return list(model.named_parameters())[::-1]
