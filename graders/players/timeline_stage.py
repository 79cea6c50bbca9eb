"""The stage of a timeline: its tensors, what they are handed to, and how each event changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from torch import Tensor, float64

from graders.cases.timeline import (
    Accumulate,
    Again,
    Another,
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
from graders.players import torch_own as own

Maker = Callable[..., Any]


def parameter(leaf: Leaf) -> Tensor:
    """Return the float64 tensor that `leaf` describes."""
    made = shaped(leaf.values, (len(leaf.values),) if leaf.shape is None else leaf.shape)
    own.require_grad(made, leaf.requires_grad)
    return made if leaf.is_leaf else own.mul(made, 1.0)


def shaped(values: tuple[float, ...], shape: tuple[int, ...]) -> Tensor:
    """Return a float64 tensor that is no view of another one: views refuse some operations in place."""
    flat = own.tensor(values, dtype=float64)
    return flat if len(shape) == 1 else own.clone(own.reshape(flat, shape))


class Stage:
    """The tensors of one timeline while its events happen.

    Attributes:
        params: All tensors, p0, p1, ...
        given: The list that the caller handed over and still holds.
        optimizer: What has `step` and `zero_grad`; None until `build`, and the second one after `Another`.
        gather: The function that `Accumulate` calls, with (losses, params).
    """

    def __init__(self, case: Timeline) -> None:
        self.case = case
        self.params = [parameter(leaf) for leaf in case.params]
        self.given = [self.params[place] for place in case.handed()]
        self.optimizer: Any = None
        self._first: Any = None
        self._make: Maker | None = None
        self.gather: Callable[[list[Tensor], Iterable[Tensor]], Any] | None = None

    def handed_over(self) -> Any:
        """Return the parameters in the form in which the case hands them over."""
        if self.case.form == "generator":
            return (tensor for tensor in self.given)
        if self.case.form == "tensor":
            return self.given[0]
        if self.case.groups:
            held = [[self.params[place] for place in group.params] for group in self.case.groups]
            lazy = self.case.form == "groups of generators"
            given = [(tensor for tensor in params) if lazy else params for params in held]
            return [
                {"params": params, **dict(group.options)} for params, group in zip(given, self.case.groups, strict=True)
            ]
        return self.given

    def build(self, make: Maker) -> Any:
        """Make the optimizer by calling `make` as the case says, and keep it."""
        self._make = make
        self.optimizer = self._first = self._made(self.handed_over())
        return self.optimizer

    def _made(self, params: Any) -> Any:
        assert self._make is not None
        options = dict(self.case.options)
        first = [options.pop("lr")] if "lr" in options else []
        return self._make(params, *first, **options)

    def act(self, event: Event) -> None:
        """Let `event` happen."""
        _ACTS[type(event)](self, event)

    def loss(self, terms: Iterable[Term]) -> Tensor:
        """Return the sum of the terms, a tensor of shape ()."""
        return reduce(own.add, [self._term(*term) for term in terms])

    def _term(self, param: int, coefficients: tuple[float, ...], power: int) -> Tensor:
        tensor = self.params[param]
        weights = shaped(coefficients, own.shape(tensor))
        return own.total(own.mul(weights, tensor if power == 1 else own.pow(tensor, power)))

    def _set_grad(self, event: SetGrad) -> None:
        tensor = self.params[event.param]
        if event.values is None:
            own.set_grad(tensor, None)
            return
        grad = shaped(event.values, own.shape(tensor))
        own.set_grad(tensor, own.require_grad(grad, event.tracked))

    def _edit_grad(self, event: EditGrad) -> None:
        tensor = self.params[event.param]
        values, grad = shaped(event.values, own.shape(tensor)), own.grad(tensor)
        if grad is None:
            own.set_grad(tensor, values)
        else:
            own.copy(grad, values)

    def _put(self, event: Put) -> None:
        tensor = self.params[event.param]
        own.copy(own.detach(tensor), shaped(event.values, own.shape(tensor)))

    def _backward(self, event: Backward) -> None:
        with own.Recording(True):
            loss = self.loss(event.terms)
            if not event.create_graph:
                own.backward(loss)
                return
            reached = [self.params[term.param] for term in event.terms]
            for tensor, grad in zip(reached, own.grads(loss, reached), strict=True):
                own.set_grad(tensor, grad)  # what backward(create_graph=True) does, without its warning

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
        own.require_grad(self.params[event.param], False)

    def _replace(self, event: Replace) -> None:
        self.given[event.place] = self.params[event.param]

    def _another(self, event: Another) -> None:
        self.optimizer = self._made([self.params[place] for place in event.held])

    def _again(self, event: Again) -> None:
        self.optimizer = self._first

    def _accumulate(self, event: Accumulate) -> None:
        assert self.gather is not None
        if event.weights:
            prediction = self.loss(event.losses[0])
            made = {weight: own.mul(own.pow(prediction, 2), weight) for weight in event.weights}
            losses = [made[weight] for weight in event.weights]
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
    Another: Stage._another,
    Again: Stage._again,
}
