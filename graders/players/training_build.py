"""Models, losses and optimizers of training cases, built with torch for the player and for the oracle alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from graders.cases.training import Learner, Rows, Training
from graders.players import torch_own as own

DTYPE = torch.float64

OPTIMIZERS: dict[str, Callable[..., Any]] = {
    name: kind for name, kind in vars(torch.optim).items() if isinstance(kind, type)
}
_to = nn.Module.to


class Cut(nn.Module):
    """A model whose prediction is cut from its parameters."""

    def __init__(self, inner: nn.Module, how: str) -> None:
        super().__init__()
        self.inner = inner
        self.how = how
        if how == "frozen":
            own.freeze(inner)

    def forward(self, x: Tensor) -> Tensor:
        """Return the prediction without its history."""
        if self.how == "no_grad":
            with own.Recording(False):
                return self.inner(x)  # type: ignore[no-any-return]
        prediction: Tensor = self.inner(x)
        return own.detach(prediction)


def model_of(learner: Learner, cut: str = "") -> nn.Module:
    """Return the model with its parameters set."""
    first = len(learner.params[0])
    model: nn.Module
    if learner.model == "net":
        hidden = len(learner.params[1])
        model = _to(nn.Sequential(nn.Linear(first // hidden, hidden), nn.Tanh(), nn.Linear(hidden, 1)), DTYPE)
    else:
        linear = nn.Linear(first, 1, dtype=DTYPE)
        model = nn.Sequential(linear, nn.Flatten(0, 1)) if learner.model == "cubic" else linear
    for parameter, values in zip(own.parameters(model), learner.params, strict=True):
        own.set_data(parameter, own.reshape(own.tensor(values, dtype=DTYPE), own.shape(parameter)))
    return Cut(model, cut) if cut else model


def pinball(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean of 0.75 times the shortfalls and 0.25 times the excesses: not symmetric in its arguments."""
    difference = own.sub(target, prediction)
    return own.mean(own.maximum(own.mul(difference, 0.75), own.mul(difference, -0.25)))


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
    return OPTIMIZERS[learner.optimizer](own.parameters(model), **dict(learner.options))


def shift_with_each_step(optimizer: Any, model: nn.Module, shift: float) -> None:
    """Let every step add `shift` to all parameters, so that steps are seen whatever gradients they find."""

    def move(*_: Any) -> None:
        for parameter in own.parameters(model):
            inside = own.detach(parameter)
            own.copy(inside, own.add(inside, shift))

    if shift:
        optimizer.register_step_post_hook(move)


def rows(values: Rows) -> Tensor:
    """Return rows as a tensor of shape (n, k)."""
    return own.tensor(values, dtype=DTYPE)


def data_of(case: Training) -> tuple[Tensor, Tensor]:
    """Return features and targets; the targets of a flattened model have shape (n,)."""
    y = rows(case.y)
    return rows(case.x), own.flatten(y) if case.learner.model == "cubic" else y


def set_stale(model: nn.Module, value: float | None) -> None:
    """Leave a gradient from before in every parameter; None leaves none."""
    for parameter in own.parameters(model):
        own.set_grad(parameter, None if value is None else own.full_like(parameter, value, requires_grad=False))


def named(model: nn.Module) -> Sequence[tuple[str, Tensor]]:
    """Return the parameters with their names, those nearest to the loss first."""
    return list(own.named_parameters(model))[::-1]
