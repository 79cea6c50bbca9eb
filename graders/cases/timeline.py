"""Timelines: parameters, what they are handed to, and the events in the life of their gradients.

    Timeline(params=(Leaf((1.0, 2.0)),), options=(("lr", 0.5),), events=(SetGrad(0, (1.0, -1.0)), Step()))

Parameters are torch tensors, float64, named p0, p1, ... by their place in `params`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

Option = tuple[str, Any]

OPTIONS: dict[str, tuple[str, ...]] = {
    "SGD": ("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize"),
    "RMSprop": ("lr", "alpha", "eps", "weight_decay", "momentum", "centered"),
    "Adam": ("lr", "betas", "eps", "weight_decay"),
}
"""The options of each optimizer that the exercises ask for."""


class Leaf(NamedTuple):
    """A parameter.

    Attributes:
        values: Its elements in C order.
        shape: Its shape; None for `(len(values),)`.
        requires_grad: False for a frozen parameter.
        is_leaf: False for a tensor computed from another one, which no optimizer may hold.
    """

    values: tuple[float, ...]
    shape: tuple[int, ...] | None = None
    requires_grad: bool = True
    is_leaf: bool = True


class Term(NamedTuple):
    """`(coefficients * p ** power).sum()`, one summand of a loss."""

    param: int
    coefficients: tuple[float, ...]
    power: int = 1


class Group(NamedTuple):
    """One dict of `param_groups`: the parameters in it and the options it sets for itself."""

    params: tuple[int, ...]
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class SetGrad:
    """`p.grad` becomes a new tensor, or None; `tracked` makes it require gradients itself."""

    param: int
    values: tuple[float, ...] | None
    tracked: bool = False


@dataclass(frozen=True, slots=True)
class EditGrad:
    """New numbers are written into the tensor that `p.grad` is."""

    param: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Put:
    """New numbers are written into the parameter itself, as `load_state_dict` does."""

    param: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Backward:
    """`loss.backward()` on the sum of some terms."""

    terms: tuple[Term, ...]
    create_graph: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """`optimizer.step()`."""


@dataclass(frozen=True, slots=True)
class ZeroGrad:
    """`zero_grad(set_to_none=...)`; None leaves the argument out."""

    set_to_none: bool | None = None


@dataclass(frozen=True, slots=True)
class SetLr:
    """A new learning rate, for all groups or for one."""

    lr: float
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Freeze:
    """`p.requires_grad_(False)`."""

    param: int


@dataclass(frozen=True, slots=True)
class Replace:
    """The caller puts parameter `param` where the list it handed over had its item `place`."""

    place: int
    param: int


@dataclass(frozen=True, slots=True)
class Accumulate:
    """`accumulate(losses, params)`.

    With `weights` there is one sum of terms, the prediction that all losses share: loss j is `weights[j] *
    prediction ** 2`. Losses of the same weight are one and the same tensor.
    """

    losses: tuple[tuple[Term, ...], ...]
    weights: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Another:
    """A second optimizer is made, with the same options, of the parameters `held`; it steps and clears from now on."""

    held: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Again:
    """The first optimizer steps and clears again."""


Event = SetGrad | EditGrad | Put | Backward | Step | ZeroGrad | SetLr | Freeze | Replace | Accumulate | Another | Again

_EVENTS: dict[str, type[Any]] = {
    event.__name__: event
    for event in (SetGrad, EditGrad, Put, Backward, Step, ZeroGrad, SetLr, Freeze, Replace, Accumulate, Another, Again)
}


@dataclass(frozen=True, slots=True)
class Timeline:
    """Parameters, the call that takes them, and events in the order of time.

    Attributes:
        params: All parameters, also those that are not handed over at first.
        events: What happens.
        maker: Name of the optimizer class; empty when the parameters go to a plain function.
        options: Keyword arguments of `maker`; `lr` is handed over as the second positional argument.
        held: Places in `params` of what is handed over; None for all.
        form: As what they are handed over: "list", "generator", "groups" (a list of dicts), "groups of generators" or
            "tensor" (the first one alone).
        groups: The dicts when `form` asks for them.
    """

    params: tuple[Leaf, ...]
    events: tuple[Event, ...] = ()
    maker: str = "SGD"
    options: tuple[Option, ...] = ()
    held: tuple[int, ...] | None = None
    form: str = "list"
    groups: tuple[Group, ...] = ()

    def handed(self) -> tuple[int, ...]:
        """Return the places in `params` of what is handed over."""
        return tuple(range(len(self.params))) if self.held is None else self.held

    def wire(self) -> list[Any]:
        """Return the timeline as nested lists; an event becomes its name followed by its fields."""
        events = [
            [type(event).__name__, *(getattr(event, item.name) for item in fields(event))] for event in self.events
        ]
        return [
            _lists(self.params),
            _lists(events),
            self.maker,
            _lists(self.options),
            _lists(self.held),
            self.form,
            _lists(self.groups),
        ]

    def size(self) -> tuple[float, ...]:
        """Return (events, parameters, elements, options, decimals): what a reader has to take in."""
        numbers = list(_numbers(self.wire()))
        options = len(self.options) + sum(len(group.options) for group in self.groups)
        written = sum(len(repr(number)) for number in numbers)
        return (len(self.events), len(self.params), sum(len(leaf.values) for leaf in self.params), options, written)


def decode(wire: list[Any]) -> Timeline:
    """Return the timeline that `Timeline.wire` described."""
    params, events, maker, options, held, form, groups = (_tuples(part) for part in wire)
    return Timeline(
        params=tuple(Leaf(*leaf) for leaf in params),
        events=tuple(_event(*event) for event in events),
        maker=maker,
        options=options,
        held=held,
        form=form,
        groups=tuple(Group(*group) for group in groups),
    )


def _event(name: str, *args: Any) -> Event:
    if name == "Backward":
        terms, create_graph = args
        return Backward(tuple(Term(*term) for term in terms), create_graph)
    if name == "Accumulate":
        losses, weights = args
        return Accumulate(tuple(tuple(Term(*term) for term in loss) for loss in losses), weights)
    event: Event = _EVENTS[name](*args)
    return event


_NO_NUMBERS = {str(value): value for value in (math.inf, -math.inf, math.nan)}
"""Written as words on the wire, since JSON has no numbers for them; one nan only, so that equal cases are equal."""


def _lists(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_lists(item) for item in value]
    return str(value) if type(value) is float and not math.isfinite(value) else value


def _tuples(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(_tuples(item) for item in value)
    return _NO_NUMBERS.get(value, value) if isinstance(value, str) else value


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value
