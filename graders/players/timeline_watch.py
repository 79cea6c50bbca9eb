"""What is noted after an event: the numbers of each parameter and its gradient, and facts of identity as booleans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from torch import Tensor

from graders.players import torch_own as own
from graders.players.seen import Field

Numbers = Any
"""A float or nested lists of floats: the numbers of a tensor, read out."""


class Before(NamedTuple):
    """One parameter before an event: its numbers, shape and address, the tensor that `.grad` was, and its numbers."""

    numbers: Numbers
    shape: tuple[int, ...]
    address: int
    grad: Tensor | None
    grad_numbers: Numbers


@dataclass(frozen=True)
class After:
    """One parameter after it.

    Attributes:
        tensor: The parameter.
        numbers: Its new numbers: its own, or those that a step computed and lost.
        grad: Its gradient.
        lost: The tensor that holds the new numbers when the parameter does not.
    """

    tensor: Tensor
    numbers: Numbers
    grad: Tensor | None
    lost: Tensor | None = None


_STILL = 1e-9
"""A smaller move is what rounding leaves where gradients cancel; it has no direction."""

_RESHAPED = "the shape has changed"


def before(tensor: Tensor) -> Before:
    """Return what has to be remembered of a parameter."""
    grad = own.grad(tensor)
    numbers = None if grad is None else own.tolist(grad)
    return Before(own.tolist(tensor), own.shape(tensor), own.address(tensor), grad, numbers)


def after(tensor: Tensor, lost: Tensor | None = None) -> After:
    """Return a parameter as it now is, perhaps with the tensor that was meant to become its value."""
    return After(tensor, own.tolist(tensor if lost is None else lost), own.grad(tensor), lost)


def _each(change: Callable[[float, float], float], now: Numbers, was: Numbers) -> Numbers:
    """Return what `change` gives for each number and the one before."""
    if type(now) is not list:
        return change(now, was)
    return [_each(change, one, other) for one, other in zip(now, was, strict=True)]


def _moved(was: Before, now: After) -> Field:
    return bool(now.numbers != was.numbers)


def _size(was: Before, now: After) -> Field:
    if own.shape(now.tensor) != was.shape:
        return _RESHAPED
    return _each(lambda new, old: abs(new - old), now.numbers, was.numbers)


def _direction(was: Before, now: After) -> Field:
    if own.shape(now.tensor) != was.shape:
        return _RESHAPED
    move = _each(lambda new, old: new - old, now.numbers, was.numbers)
    sizes = list(map(abs, own.flat(move)))
    largest = next((size for size in sizes if size != size), max(sizes))
    return _each(lambda new, _: 0.0 if largest <= _STILL else new / largest, move, move)


def _grad(was: Before, now: After) -> Field:
    return None if now.grad is None else own.tolist(now.grad)


def _cleared(was: Before, now: After) -> Field:
    return now.grad is None or not any(own.flat(own.tolist(now.grad)))


def _old_grad(was: Before, now: After) -> Field:
    return None if was.grad is None else own.tolist(was.grad)


def _grad_changed(was: Before, now: After) -> Field:
    if now.grad is None or was.grad is None:
        return now.grad is not was.grad
    return bool(own.tolist(now.grad) != was.grad_numbers)


def _plain_grad(was: Before, now: After) -> Field:
    return now.grad is None or (own.grad_fn(now.grad) is None and not own.requires_grad(now.grad))


def _records(was: Before, now: After) -> Field:
    return own.grad_fn(own.mul(now.tensor, 1.0)) is not None


_AFTER: dict[str, tuple[str, Callable[[Before, After], Field]]] = {
    "value": ("{p}", lambda was, now: now.numbers),
    "moved": ("{p} has moved", _moved),
    "direction": ("direction of {p}'s move", _direction),
    "memory": ("{p} is at the same place in memory", lambda was, now: own.address(now.tensor) == was.address),
    "dtype": ("{p}.dtype", lambda was, now: str(own.dtype(now.tensor))),
    "leaf": ("{p} is a leaf", lambda was, now: own.is_leaf(now.tensor)),
    "requires_grad": ("{p}.requires_grad", lambda was, now: own.requires_grad(now.tensor)),
    "grad": ("{p}.grad", _grad),
    "same_grad": ("{p}.grad is the same tensor", lambda was, now: now.grad is was.grad),
    "has_grad": ("{p} has a gradient", lambda was, now: now.grad is not None),
    "no_grad_made": (
        "no gradient is made up for {p}",
        lambda was, now: was.grad is not None or now.grad is None,
    ),
    "grad_changed": ("{p}.grad has changed", _grad_changed),
    "cleared": ("{p}.grad is cleared", _cleared),
    "old_grad": ("the tensor that {p}.grad was", _old_grad),
    "plain_grad": ("{p}.grad has no history", _plain_grad),
    "recording": ("gradients of {p} are still recorded", _records),
}
"""What the parameter is after the event."""

_COMPUTED: dict[str, tuple[str, Callable[[Before, After], Field]]] = {
    "new_value": ("the new {p} of {moment}", lambda was, now: now.numbers),
    "moves": ("{moment} moves {p}", _moved),
    "size": ("size of {moment}'s move of {p}", _size),
    "kept": ("after {moment}: {p} holds the new values", lambda was, now: now.lost is None),
}
"""The values that a step computed, and whether the parameter holds them."""

WATCHERS = {name: (f"after {{moment}}: {label}", look) for name, (label, look) in _AFTER.items()} | _COMPUTED
"""Name to label and what is noted, given a parameter before and after the event."""


def note(
    moment: str, watchers: Sequence[Sequence[str]], were: Sequence[Before], are: Sequence[After]
) -> Iterator[tuple[str, Field]]:
    """Yield (label, field) for each parameter and each of its watchers after the event called `moment`."""
    with own.Undisturbed():
        noted = [
            (WATCHERS[name][0].format(moment=moment, p=f"p{place}"), WATCHERS[name][1](was, now))
            for place, (names, was, now) in enumerate(zip(watchers, were, are, strict=True))
            for name in names
        ]
    yield from noted
