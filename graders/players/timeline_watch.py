"""What is noted after an event: the numbers of each parameter and its gradient, and facts of identity as booleans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from graders.players.seen import Field


class Before(NamedTuple):
    """One parameter before an event: a copy of its values, its address, the tensor that `.grad` was, a copy of that."""

    values: Tensor
    address: int
    grad: Tensor | None
    numbers: Tensor | None


class After(NamedTuple):
    """One parameter after it: the tensor, and its new values (the tensor's own, unless `Spy` found others)."""

    tensor: Tensor
    values: Tensor

    @property
    def kept(self) -> bool:
        """Whether the tensor holds the values."""
        return self.values.data_ptr() == self.tensor.data_ptr()


_STILL = 1e-9
"""A smaller move is what rounding leaves where gradients cancel; it has no direction."""


def before(tensor: Tensor) -> Before:
    """Return what has to be remembered of a parameter."""
    grad = tensor.grad
    numbers = None if grad is None else grad.detach().clone()
    return Before(tensor.detach().clone(), tensor.data_ptr(), grad, numbers)


def after(tensor: Tensor) -> After:
    """Return a parameter as it now is."""
    return After(tensor, tensor.detach())


def _values(was: Before, now: After) -> Field:
    return now.values.tolist()


def _moved(was: Before, now: After) -> Field:
    return not torch.equal(now.values, was.values)


def _direction(was: Before, now: After) -> Field:
    move = now.values - was.values
    largest = move.abs().max()
    return (move.new_zeros(move.shape) if largest <= _STILL else move / largest).tolist()


def _grad(was: Before, now: After) -> Field:
    grad = now.tensor.grad
    return None if grad is None else grad.tolist()


def _cleared(was: Before, now: After) -> Field:
    grad = now.tensor.grad
    return grad is None or not bool(grad.any())


def _old_grad(was: Before, now: After) -> Field:
    return None if was.grad is None else was.grad.tolist()


def _grad_changed(was: Before, now: After) -> Field:
    grad = now.tensor.grad
    if grad is None or was.numbers is None:
        return grad is not was.numbers
    return not torch.equal(grad, was.numbers)


def _plain_grad(was: Before, now: After) -> Field:
    grad = now.tensor.grad
    return grad is None or (grad.grad_fn is None and not grad.requires_grad)


_AFTER: dict[str, tuple[str, Callable[[Before, After], Field]]] = {
    "value": ("{p}", _values),
    "moved": ("{p} has moved", _moved),
    "direction": ("direction of {p}'s move", _direction),
    "memory": ("{p} is at the same place in memory", lambda was, now: now.tensor.data_ptr() == was.address),
    "dtype": ("{p}.dtype", lambda was, now: str(now.tensor.dtype)),
    "leaf": ("{p} is a leaf", lambda was, now: now.tensor.is_leaf),
    "requires_grad": ("{p}.requires_grad", lambda was, now: now.tensor.requires_grad),
    "grad": ("{p}.grad", _grad),
    "same_grad": ("{p}.grad is the same tensor", lambda was, now: now.tensor.grad is was.grad),
    "has_grad": ("{p} has a gradient", lambda was, now: now.tensor.grad is not None),
    "no_grad_made": (
        "no gradient is made up for {p}",
        lambda was, now: was.grad is not None or now.tensor.grad is None,
    ),
    "grad_changed": ("{p}.grad has changed", _grad_changed),
    "cleared": ("{p}.grad is cleared", _cleared),
    "old_grad": ("the tensor that {p}.grad was", _old_grad),
    "plain_grad": ("{p}.grad has no history", _plain_grad),
    "recording": ("gradients of {p} are still recorded", lambda was, now: (now.tensor * 1.0).grad_fn is not None),
}
"""What the parameter is after the event."""

_COMPUTED: dict[str, tuple[str, Callable[[Before, After], Field]]] = {
    "new_value": ("the new {p} of {moment}", _values),
    "moves": ("{moment} moves {p}", _moved),
    "size": ("size of {moment}'s move of {p}", lambda was, now: (now.values - was.values).abs().tolist()),
    "kept": ("after {moment}: {p} holds the new values", lambda was, now: now.kept),
}
"""The values that a step computed, and whether the parameter holds them."""

WATCHERS = {name: (f"after {{moment}}: {label}", look) for name, (label, look) in _AFTER.items()} | _COMPUTED
"""Name to label and what is noted, given a parameter before and after the event."""


def note(
    moment: str, watchers: Sequence[Sequence[str]], were: Sequence[Before], are: Sequence[After]
) -> Iterator[tuple[str, Field]]:
    """Yield (label, field) for each parameter and each of its watchers after the event called `moment`."""
    for place, (names, was, now) in enumerate(zip(watchers, were, are, strict=True)):
        for name in names:
            label, look = WATCHERS[name]
            yield label.format(moment=moment, p=f"p{place}"), look(was, now)


class Spy(TorchFunctionMode):
    """Notes the tensors computed while it is entered.

    A step that computes the right values and then loses them (`p = p - lr * p.grad`) leaves the parameter as it
    was. To keep that mistake apart from a wrong formula, `found` gives the values computed last for a parameter
    that did not move. Parameters must have different shapes for that, and gradients must not be zero.
    """

    def __init__(self) -> None:
        super().__init__()
        self._computed: list[Tensor] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, Tensor):
            self._computed.append(result)
        return result

    def found(self, tensor: Tensor, was: Before) -> After:
        """Return `tensor` after the step, with the values that the step computed for it."""
        now = after(tensor)
        if was.grad is None or not torch.equal(now.values, was.values):
            return now
        known = {was.address, was.grad.data_ptr()}
        for computed in reversed(self._computed):
            if computed.shape == tensor.shape and computed.data_ptr() not in known and computed.is_floating_point():
                return After(tensor, computed.detach().clone())
        return now
