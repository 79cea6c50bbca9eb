"""Watching a training step from outside: forward passes, losses, backward passes and steps, in the order they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from graders.players import torch_own as own


def forward(rows: int) -> str:
    """Return the event of a forward pass of so many rows."""
    return f"forward of {rows} row{'' if rows == 1 else 's'}"


class Watch:
    """Notes what happens to a model and to an optimizer.

    Args:
        model: Its calls are noted, with their number of rows, and the backward passes that reach its first parameter.
        optimizer: Its steps are noted, with what they find in the gradient of the model's first parameter.
        loss_fn: The loss function to hand to the student through `loss_fn`.

    Attributes:
        events: `"forward of 6 rows"`, `"loss"`, `"backward"` and `"step"`, in time order.
        found: For each step, the positions of the first parameter's elements whose gradient is not zero.
        arguments: What the loss function got, call by call.
    """

    def __init__(
        self, model: nn.Module, optimizer: Any = None, loss_fn: Callable[[Tensor, Tensor], Tensor] | None = None
    ) -> None:
        self.events: list[str] = []
        self.found: list[list[int]] = []
        self.arguments: list[tuple[Any, ...]] = []
        self._loss_fn = loss_fn
        self._first = own.parameters(model)[0]
        own.on_forward(model, self._on_forward)
        own.on_grad(self._first, lambda grad: self.events.append("backward"))
        if optimizer is not None:
            self._step = optimizer.step
            optimizer.step = self._on_step

    def count(self, word: str) -> int:
        """Return how many events begin with `word`."""
        return sum(event.startswith(word) for event in self.events)

    def loss_fn(self, *arguments: Any) -> Any:
        """Call the loss function and note the call."""
        self.events.append("loss")
        self.arguments.append(arguments)
        return self._loss_fn(*arguments) if self._loss_fn else None

    def _on_forward(self, model: nn.Module, inputs: tuple[Any, ...], prediction: Any) -> None:
        self.events.append(forward(len(inputs[0])))

    def _on_step(self, *arguments: Any) -> Any:
        self.events.append("step")
        grad = own.grad(self._first)
        numbers = [] if grad is None else own.flat(own.tolist(grad))
        self.found.append([place for place, number in enumerate(numbers) if number])
        return self._step(*arguments)
