"""Wrong ideas about clearing and accumulating gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

Params = Iterable[Tensor]


def _to_none(p: Tensor) -> None:
    p.grad = None


def _to_zeros(p: Tensor) -> None:
    if p.grad is not None:
        p.grad = p.grad.detach_().zero_()


def _clear(params: Params, set_to_none: bool = True) -> None:
    for p in params:
        (_to_none if set_to_none else _to_zeros)(p)


def _modes(
    none: Callable[[Tensor], None], zeros: Callable[[Tensor], None], default: bool = True
) -> Callable[..., None]:
    """Return a `zero_grad` that treats each parameter with `none` or `zeros`, by its mode."""

    def zero_grad(params: Params, set_to_none: bool = default) -> None:
        for p in params:
            (none if set_to_none else zeros)(p)

    return zero_grad


def _replace_by_zeros(p: Tensor) -> None:
    if p.grad is not None:
        p.grad = torch.zeros_like(p)


def _fill(p: Any) -> None:
    p.grad.zero_()


def _make_zeros(p: Tensor) -> None:
    if p.grad is None:
        p.grad = torch.zeros_like(p)
    p.grad.zero_()


def _fill_data(p: Tensor) -> None:
    if p.grad is not None:
        p.grad.data.zero_()


def _all_or_nothing(params: Params, set_to_none: bool = True) -> None:
    held = list(params)
    if all(p.grad is not None for p in held):
        _clear(held, set_to_none)


def _and(action: Callable[[Tensor], Any]) -> Callable[..., None]:
    """Return a `zero_grad` that also does something else to each parameter."""

    def zero_grad(params: Params, set_to_none: bool = True) -> None:
        for p in params:
            _clear([p], set_to_none)
            action(p)

    return zero_grad


def _recorded(p: Any) -> None:
    if p.grad is not None:
        p.grad.zero_()


def _detached_only(p: Any) -> None:
    if p.grad is not None:
        (p.grad.detach_() if p.grad.grad_fn is not None else p.grad).zero_()


def _stop_at_none(params: Params, set_to_none: bool = True) -> None:
    for p in params:
        if p.grad is None:
            return
        _clear([p], set_to_none)


def _by_place(params: Any, set_to_none: bool = True) -> None:
    _clear([params[place] for place in range(len(params))], set_to_none)


def _twice(params: Params, set_to_none: bool = True) -> None:
    held = [p for p in params if p.grad is not None]
    _clear([p for p in params if any(p is other for other in held)], set_to_none)


def _trainable(params: Params, set_to_none: bool = True) -> None:
    _clear([p for p in params if p.requires_grad], set_to_none)


_CLEARING: dict[str, Callable[..., None]] = {
    "zeros_always": _modes(_to_zeros, _to_zeros),
    "zeros_by_default": _modes(_to_none, _to_zeros, default=False),
    "local_name": _modes(lambda p: None, lambda p: None),
    "new_zeros": _modes(_to_none, _replace_by_zeros),
    "none_always": _modes(_to_none, _to_none),
    "needs_every_grad": _modes(_to_none, _fill),
    "makes_zeros": _modes(_to_none, _make_zeros),
    "stops_at_none": _stop_at_none,
    "all_or_nothing": _all_or_nothing,
    "needs_a_list": _by_place,
    "reads_twice": _twice,
    "trainable_only": _trainable,
    "zeroes_the_parameter": _and(lambda p: p.data.zero_()),
    "freezes": _and(lambda p: p.requires_grad_(False)),
    "records_the_clearing": _modes(_to_none, _recorded),
    "detaches_only": _modes(_to_none, _detached_only),
    "keeps_history": _modes(_to_none, _fill_data),
}


def _gradients(losses: Sequence[Tensor], params: list[Tensor]) -> list[tuple[Tensor | None, ...]]:
    return [torch.autograd.grad(loss, params, retain_graph=True, allow_unused=True) for loss in losses]


def _combine(
    rule: Callable[[list[Tensor]], Tensor], keep: bool = True, unreached: bool = False
) -> Callable[[Sequence[Tensor], Params], None]:
    """Return an `accumulate` that combines each parameter's gradients by `rule`.

    Args:
        rule: From the gradients of all losses to what is left.
        keep: Whether what was in `.grad` is added.
        unreached: Whether parameters that no loss reaches get zeros.
    """

    def accumulate(losses: Sequence[Tensor], params: Params) -> None:
        held = list(params)
        for p, row in zip(held, zip(*_gradients(losses, held), strict=True), strict=True):
            grads = [g for g in row if g is not None] or ([torch.zeros_like(p)] if unreached else [])
            if grads:
                new = rule(grads)
                p.grad = p.grad + new if keep and p.grad is not None else new

    return accumulate


def _mean(grads: list[Tensor]) -> Tensor:
    return torch.stack(grads).mean(0)


def _sum(grads: list[Tensor]) -> Tensor:
    return torch.stack(grads).sum(0)


def _each_backward(losses: Sequence[Tensor], params: Params, **keywords: Any) -> None:
    for loss in losses:
        loss.backward(**keywords)


def _kept_once(losses: Sequence[Tensor], params: Params) -> None:
    held = list(params)
    for place, loss in enumerate(losses):
        loss.backward(retain_graph=place == 0, inputs=held)


def _all_reached(losses: Sequence[Tensor], params: Params) -> None:
    held = list(params)
    for loss in losses:
        for p, g in zip(held, torch.autograd.grad(loss, held), strict=True):
            p.grad = g if p.grad is None else p.grad + g


_GATHERING: dict[str, Callable[..., None]] = {
    "averages": _combine(_mean),
    "last_loss_only": _combine(lambda grads: grads[-1], keep=False),
    "starts_from_zero": _combine(_sum, keep=False),
    "first_loss_only": _combine(lambda grads: grads[0]),
    "keeps_the_graph_once": _kept_once,
    "frees_the_graph": _each_backward,
    "reaches_everyone": lambda losses, params: _each_backward(losses, params, retain_graph=True),
    "zeros_for_unreached": _combine(_sum, unreached=True),
    "needs_to_be_reached": _all_reached,
}


def wrong(idea: str) -> SimpleNamespace:
    """Return a namespace whose `zero_grad` or `accumulate` has the wrong idea of that name."""
    return SimpleNamespace(zero_grad=_CLEARING.get(idea, _clear), accumulate=_GATHERING.get(idea, _combine(_sum)))
