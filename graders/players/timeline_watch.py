"""What is noted after an event: the numbers of each parameter and its gradient, and facts of identity as booleans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from torch import Tensor

from graders.cases.timeline_plays import LABELS
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


def _tracked_grad(was: Before, now: After) -> Field:
    return now.grad is not None and bool(own.requires_grad(now.grad))


def _records(was: Before, now: After) -> Field:
    return own.grad_fn(own.mul(now.tensor, 1.0)) is not None


_LOOKS: dict[str, Callable[[Before, After], Field]] = {
    "value": lambda was, now: now.numbers,
    "moved": _moved,
    "direction": _direction,
    "memory": lambda was, now: own.address(now.tensor) == was.address,
    "dtype": lambda was, now: str(own.dtype(now.tensor)),
    "leaf": lambda was, now: own.is_leaf(now.tensor),
    "requires_grad": lambda was, now: own.requires_grad(now.tensor),
    "grad": _grad,
    "same_grad": lambda was, now: now.grad is was.grad,
    "has_grad": lambda was, now: now.grad is not None,
    "no_grad_made": lambda was, now: was.grad is not None or now.grad is None,
    "grad_changed": _grad_changed,
    "cleared": _cleared,
    "old_grad": _old_grad,
    "tracked_grad": _tracked_grad,
    "recording": _records,
    "new_value": lambda was, now: now.numbers,
    "moves": _moved,
    "size": _size,
    "kept": lambda was, now: now.lost is None,
}
"""Name to what is noted, given a parameter before and after the event; of `moves`, `size` and `new_value` what a step
computed, whether or not the parameter holds it."""


def note(
    moment: str, watchers: Sequence[Sequence[str]], were: Sequence[Before], are: Sequence[After]
) -> Iterator[tuple[str, Field]]:
    """Yield (label, field) for each parameter and each of its watchers after the event called `moment`."""
    with own.Undisturbed():
        noted = [
            (LABELS[name].format(moment=moment, p=f"p{place}"), _LOOKS[name](was, now))
            for place, (names, was, now) in enumerate(zip(watchers, were, are, strict=True))
            for name in names
        ]
    yield from noted
