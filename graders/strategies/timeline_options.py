"""Strategies of timelines for ex10 and ex11: an optimizer with some options switched on, through a few steps."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from graders.cases.timeline import EditGrad, Event, Group, Leaf, Option, Put, SetGrad, SetLr, Step, Timeline
from graders.strategies.timeline_values import leaves, lrs, nonzero


def _share(*simple: float) -> SearchStrategy[float]:
    return st.sampled_from(simple) | st.integers(5, 95).map(lambda count: count / 100)


_DRAWN: dict[str, SearchStrategy[Any]] = {
    "lr": lrs(),
    "momentum": _share(0.9, 0.5),
    "dampening": _share(0.25, 0.5),
    "weight_decay": _share(0.5, 0.1),
    "nesterov": st.just(True),
    "maximize": st.just(True),
    "alpha": _share(0.75, 0.9),
    "eps": _share(0.5, 0.1),
    "centered": st.just(True),
    "betas": st.tuples(_share(0.9, 0.25), _share(0.75, 0.9)),
}
"""Values of each option when it is switched on; the simplest ones differ, and differ from what they leave of 1."""

_ORDER = tuple(_DRAWN)


def _choices(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return every choice of some of the names, small ones first."""
    return [chosen for size in range(len(names) + 1) for chosen in combinations(names, size)]


@st.composite
def _options(
    draw: DrawFn, on: tuple[str, ...], maybe: tuple[str, ...], set_to: tuple[Option, ...]
) -> tuple[Option, ...]:
    chosen = {*on, *(draw(st.sampled_from(_choices(maybe))) if maybe else ())}
    if "nesterov" in chosen and not {"momentum"} <= chosen - {"dampening"}:
        chosen.discard("nesterov")
    if "nesterov" in chosen:
        chosen.discard("dampening")
    drawn = {name: draw(_DRAWN[name]) for name in _ORDER if name in {"lr", *chosen}}
    return tuple((drawn | dict(set_to)).items())


@st.composite
def runs(
    draw: DrawFn,
    maker: str = "SGD",
    on: tuple[str, ...] = (),
    maybe: tuple[str, ...] = (),
    set_to: tuple[Option, ...] = (),
    steps: tuple[int, int] = (2, 3),
    most: int = 1,
    fewest: int = 1,
    first_zero: bool = False,
    new_lr: bool = False,
    several: bool = False,
    put_back: bool = False,
) -> Timeline:
    """Return timelines in which every parameter has a new gradient, without zeros, at each step.

    Args:
        maker: The optimizer.
        on: Options that are switched on.
        maybe: Options that may be.
        set_to: Options with fixed values.
        steps: Fewest and most steps.
        most: Parameters at most.
        fewest: Parameters at least.
        first_zero: Whether the gradients of the first step are zeros.
        new_lr: Whether the learning rate changes before the last step.
        several: Whether each parameter has two elements or more.
        put_back: Whether parameters get their first values back before each step, so that a wrong length of one step
            does not reach the next.
    """
    count = draw(st.integers(*steps))
    options = draw(_options(on, maybe, set_to))
    params = draw(leaves(fewest, most, zeros=False, several=several))
    events: list[Event] = []
    for step in range(count):
        if new_lr and step == count - 1:
            events.append(SetLr(draw(lrs().filter(lambda lr: lr != options[0][1]))))
        for place, leaf in enumerate(params):
            if put_back and step:
                events.append(Put(place, leaf.values))
            row = draw(nonzero(len(leaf.values)))
            events.append(SetGrad(place, tuple(0.0 for _ in row) if first_zero and step == 0 else row))
        events.append(Step())
    return Timeline(params, tuple(events), maker, options)


@st.composite
def late(
    draw: DrawFn,
    maker: str = "SGD",
    on: tuple[str, ...] = (),
    set_to: tuple[Option, ...] = (),
    after: tuple[int, int] = (1, 2),
) -> Timeline:
    """Return timelines in which p1 gets its first gradient some steps after p0; the last step is p1's first.

    Args:
        maker: The optimizer.
        on: Options that are switched on.
        set_to: Options with fixed values.
        after: Fewest and most steps before p1's first gradient.
    """
    before = draw(st.integers(*after))
    params = draw(leaves(2, 2, zeros=False))
    options = draw(_options(on, (), set_to))
    events: list[Event] = []
    for _ in range(before):
        events += [_grad(draw, 0, params[0]), Step()]
    events += [_grad(draw, 0, params[0]), _grad(draw, 1, params[1]), Step()]
    return Timeline(params, tuple(events), maker, options)


@st.composite
def paused(draw: DrawFn, maker: str = "SGD", on: tuple[str, ...] = (), set_to: tuple[Option, ...] = ()) -> Timeline:
    """Return timelines in which p0 has a gradient, then None for a step or two, then a gradient again."""
    pause = draw(st.integers(1, 2))
    params = draw(leaves(1, 1, zeros=False))
    events: list[Event] = [_grad(draw, 0, params[0]), Step(), SetGrad(0, None)]
    events += [Step()] * pause
    events += [_grad(draw, 0, params[0]), Step()]
    return Timeline(params, tuple(events), maker, draw(_options(on, (), set_to)))


@st.composite
def missing(draw: DrawFn, maker: str = "SGD", maybe: tuple[str, ...] = (), set_to: tuple[Option, ...] = ()) -> Timeline:
    """Return timelines in which some parameters have a gradient, some zeros, and at least one has None."""
    count = draw(st.integers(2, 3))
    without = draw(st.integers(0, count - 1))
    used = [draw(st.booleans()) and place != without for place in range(count)]
    options = draw(_options((), maybe, set_to))
    params = draw(leaves(count, count, zeros=False))
    events: list[Event] = [_grad(draw, place, leaf) for place, leaf in enumerate(params) if used[place]]
    return Timeline(params, (*events, Step()), maker, options)


@st.composite
def zeros(draw: DrawFn, maker: str = "SGD", maybe: tuple[str, ...] = ()) -> Timeline:
    """Return timelines of one parameter whose gradient ends as zeros, or as zeros in some elements.

    Args:
        maker: The optimizer.
        maybe: Options, of which one is switched on.
    """
    on = (draw(st.sampled_from(maybe)),)
    params = draw(leaves(1, 1, zeros=False))
    row = draw(nonzero(len(params[0].values)))
    kept = draw(st.just(0) | st.integers(0, len(row) - 1))
    last = SetGrad(0, tuple(value if place < kept else 0.0 for place, value in enumerate(row)))
    return Timeline(params, (SetGrad(0, row), Step(), last, Step()), maker, draw(_options(on, (), ())))


@st.composite
def edited(draw: DrawFn, maker: str = "SGD", on: tuple[str, ...] = (), maybe: tuple[str, ...] = ()) -> Timeline:
    """Return timelines in which other numbers are written into the tensor that `.grad` is, between steps."""
    times = draw(st.integers(1, 2))
    params = draw(leaves(1, 1, zeros=False))
    size = len(params[0].values)
    events: list[Event] = [_grad(draw, 0, params[0]), Step()]
    for _ in range(times):
        events += [EditGrad(0, draw(nonzero(size))), Step()]
    return Timeline(params, tuple(events), maker, draw(_options(on, maybe, ())))


@st.composite
def grouped(
    draw: DrawFn,
    maker: str = "SGD",
    own: tuple[str, ...] = ("lr",),
    steps: tuple[int, int] = (1, 1),
    on: tuple[str, ...] = (),
    set_to: tuple[Option, ...] = (),
    new_lr: bool = False,
) -> Timeline:
    """Return timelines with two groups; the second, and mostly the first, sets some options for itself.

    Args:
        maker: The optimizer.
        own: Options that a group may set for itself, at least one of them.
        steps: Fewest and most steps.
        on: Options that are switched on for all groups.
        set_to: Options with fixed values.
        new_lr: Whether the learning rate of one group changes before the last step.
    """
    size, count = draw(st.integers(2, 3)), draw(st.integers(*steps))
    cut = draw(st.integers(1, size - 1))
    places = (tuple(range(cut)), tuple(range(cut, size)))
    names = (draw(st.sets(st.sampled_from(own))), draw(st.sets(st.sampled_from(own), min_size=1)))
    groups = tuple(
        Group(held, tuple((name, draw(_DRAWN[name])) for name in _ORDER if name in chosen))
        for held, chosen in zip(places, names, strict=True)
    )
    params = draw(leaves(size, size, zeros=False))
    events: list[Event] = []
    for step in range(count):
        if new_lr and step == count - 1:
            events.append(SetLr(draw(lrs()), draw(st.sampled_from((1, 0)))))
        events += [_grad(draw, place, leaf) for place, leaf in enumerate(params)]
        events.append(Step())
    return Timeline(params, tuple(events), maker, draw(_options(on, (), set_to)), form="groups", groups=groups)


def _grad(draw: DrawFn, place: int, leaf: Leaf) -> SetGrad:
    return SetGrad(place, draw(nonzero(len(leaf.values))))
