"""The stage of a timeline: its tensors, what they are handed to, and how each event changes them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from graders.cases.timeline import (
    Accumulate,
    Backward,
    EditGrad,
    Event,
    Freeze,
    Leaf,
    Put,
    Replace,
    SetGrad,
    SetLr,
    Step,
    Term,
    Timeline,
    ZeroGrad,
)

Maker = Callable[..., Any]


def parameter(leaf: Leaf) -> Tensor:
    """Return the float64 tensor that `leaf` describes."""
    made = shaped(leaf.values, (len(leaf.values),) if leaf.shape is None else leaf.shape)
    made.requires_grad_(leaf.requires_grad)
    return made if leaf.is_leaf else made * 1.0


def shaped(values: tuple[float, ...], shape: tuple[int, ...]) -> Tensor:
    """Return a float64 tensor that is no view of another one: views refuse some operations in place."""
    flat = torch.tensor(values, dtype=torch.float64)
    return flat if len(shape) == 1 else flat.reshape(shape).clone()


class Stage:
    """The tensors of one timeline while its events happen.

    Attributes:
        params: All tensors, p0, p1, ...
        given: The list that the caller handed over and still holds.
        optimizer: What has `step` and `zero_grad`; None until `build`.
        gather: The function that `Accumulate` calls, with (losses, params).
    """

    def __init__(self, case: Timeline) -> None:
        self.case = case
        self.params = [parameter(leaf) for leaf in case.params]
        self.given = [self.params[place] for place in case.handed()]
        self.optimizer: Any = None
        self.gather: Callable[[list[Tensor], Iterable[Tensor]], Any] | None = None

    def handed_over(self) -> Any:
        """Return the parameters in the form in which the case hands them over."""
        if self.case.form == "generator":
            return (tensor for tensor in self.given)
        if self.case.form == "tensor":
            return self.given[0]
        if self.case.form == "groups":
            return [
                {"params": [self.params[place] for place in group.params], **dict(group.options)}
                for group in self.case.groups
            ]
        return self.given

    def build(self, make: Maker) -> Any:
        """Make the optimizer by calling `make` as the case says, and keep it."""
        options = dict(self.case.options)
        first = [options.pop("lr")] if "lr" in options else []
        self.optimizer = make(self.handed_over(), *first, **options)
        return self.optimizer

    def act(self, event: Event) -> None:
        """Let `event` happen."""
        _ACTS[type(event)](self, event)

    def loss(self, terms: Iterable[Term]) -> Tensor:
        """Return the sum of the terms, a tensor of shape ()."""
        return functools.reduce(torch.add, [self._term(*term) for term in terms])

    def _term(self, param: int, coefficients: tuple[float, ...], power: int) -> Tensor:
        tensor = self.params[param]
        weights = shaped(coefficients, tensor.shape)
        return (weights * (tensor if power == 1 else tensor**power)).sum()

    def _set_grad(self, event: SetGrad) -> None:
        tensor = self.params[event.param]
        if event.values is None:
            tensor.grad = None
            return
        grad = shaped(event.values, tensor.shape)
        tensor.grad = grad.requires_grad_() if event.tracked else grad

    def _edit_grad(self, event: EditGrad) -> None:
        tensor = self.params[event.param]
        values = shaped(event.values, tensor.shape)
        if tensor.grad is None:
            tensor.grad = values
        else:
            tensor.grad.copy_(values)

    def _put(self, event: Put) -> None:
        tensor = self.params[event.param]
        tensor.detach().copy_(shaped(event.values, tensor.shape))

    def _backward(self, event: Backward) -> None:
        with torch.enable_grad():
            loss = self.loss(event.terms)
            if not event.create_graph:
                loss.backward()
                return
            reached = [self.params[term.param] for term in event.terms]
            for tensor, grad in zip(reached, torch.autograd.grad(loss, reached, create_graph=True), strict=True):
                tensor.grad = grad  # what backward(create_graph=True) does, without its warning

    def _step(self, event: Step) -> None:
        self.optimizer.step()

    def _zero_grad(self, event: ZeroGrad) -> None:
        if event.set_to_none is None:
            self.optimizer.zero_grad()
        else:
            self.optimizer.zero_grad(set_to_none=event.set_to_none)

    def _set_lr(self, event: SetLr) -> None:
        if event.group is not None:
            self.optimizer.param_groups[event.group]["lr"] = event.lr
            return
        self.optimizer.lr = event.lr
        for group in getattr(self.optimizer, "param_groups", ()):
            group["lr"] = event.lr

    def _freeze(self, event: Freeze) -> None:
        self.params[event.param].requires_grad_(False)

    def _replace(self, event: Replace) -> None:
        self.given[event.place] = self.params[event.param]

    def _accumulate(self, event: Accumulate) -> None:
        assert self.gather is not None
        if event.weights:
            prediction = self.loss(event.losses[0])
            losses = [weight * prediction**2 for weight in event.weights]
        else:
            losses = [self.loss(terms) for terms in event.losses]
        self.gather(losses, self.handed_over())


_ACTS: dict[type[Any], Callable[[Stage, Any], None]] = {
    SetGrad: Stage._set_grad,
    EditGrad: Stage._edit_grad,
    Put: Stage._put,
    Backward: Stage._backward,
    Step: Stage._step,
    ZeroGrad: Stage._zero_grad,
    SetLr: Stage._set_lr,
    Freeze: Stage._freeze,
    Replace: Stage._replace,
    Accumulate: Stage._accumulate,
}
