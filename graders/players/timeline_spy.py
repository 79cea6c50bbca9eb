"""Hearing what a step computes: the new values of a parameter that did not move.

A step that computes the right values and then loses them (`p = p - lr * p.grad`) leaves the parameter as it was. To
keep that mistake apart from a wrong formula, the values that were meant for the parameter are looked for. Those were
computed from the parameter's own numbers; a norm of its gradient or a learning rate of its shape were not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from torch import Tensor

from graders.players import torch_own as own
from graders.players.timeline_watch import Before

_NUMBERLESS = ("__get__", "__set__", "requires_grad_")
"""Calls that look at a tensor or set something on it, and compute nothing from its numbers."""

_TAKES_OUT = frozenset({"numpy", "__array__", "tolist", "item", "__float__"})
"""Calls that hand a tensor's numbers to other code; a tensor made of numbers after that may hold what came of them."""


class _Call(NamedTuple):
    name: str
    operands: list[Tensor]
    results: list[Tensor]

    @property
    def in_place(self) -> bool:
        return self.name == "__setitem__" or (self.name.endswith("_") and not self.name.endswith("__"))


class Spy:
    """Notes the calls of torch while it listens; see `torch_own.Listening`.

    Parameters must have different shapes, and gradients must not be zero.

    Args:
        were: The parameters before the step.
    """

    def __init__(self, were: Sequence[Before]) -> None:
        self._were = were
        self._calls: list[_Call] = []
        self._met: set[int] = set()
        self._homes = [{was.address} for was in were]

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        named = kwargs or {}
        name = getattr(func, "__name__", "")
        if name in _NUMBERLESS or name.startswith("new_") or name.endswith("_like"):
            return func(*args, **named)
        operands = [*_tensors(args), *_tensors(named.values())]
        self._meet(operands)
        result = func(*args, **named)
        results = [*_tensors((result,))] or ([*_tensors(args[:1])] if name == "__setitem__" else [])
        self._met.update(map(own.address, results))
        self._calls.append(_Call(name, operands, results))
        return result

    def meant_for(self, place: int) -> Tensor | None:
        """Return the last tensor that could have become the new value of a parameter which did not move.

        None when there is none, when the step wrote in place after all, and when there was no gradient.

        Args:
            place: The parameter's place among all.
        """
        was, found = self._were[place], None
        if was.grad is None:
            return None
        for call in self._descendants(self._homes[place]):
            for result in call.results:
                address = own.address(result)
                if address == was.address and call.in_place:
                    return None
                alike = own.shape(result) == was.shape and own.is_floating_point(result)
                if alike and address not in (was.address, own.address(was.grad)):
                    found = result
        return found

    def _meet(self, operands: Iterable[Tensor]) -> None:
        """Look at tensors from before the step: a copy of a parameter that the student keeps stands for it."""
        for operand in operands:
            address = own.address(operand)
            if address in self._met:
                continue
            self._met.add(address)
            for was, homes in zip(self._were, self._homes, strict=True):
                if operand is not was.grad and own.shape(operand) == was.shape and own.tolist(operand) == was.numbers:
                    homes.add(address)

    def _descendants(self, homes: Iterable[int]) -> Iterator[_Call]:
        """Yield the calls whose results were computed from the numbers at some places, and from what came of them."""
        places = set(homes)
        taken_out = False
        for call in self._calls:
            if any(own.address(operand) in places for operand in call.operands):
                taken_out = taken_out or call.name in _TAKES_OUT
            elif call.operands or not taken_out:
                continue
            places.update(map(own.address, call.results))
            yield call


def _tensors(values: Iterable[Any]) -> Iterator[Tensor]:
    """Yield the tensors among some values and in lists of them."""
    for value in values:
        if isinstance(value, own.TENSOR):
            yield value
        elif type(value) in (list, tuple):
            yield from _tensors(value)
