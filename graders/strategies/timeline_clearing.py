"""Strategies of timelines for ex08: which gradients there are when they are cleared or added to."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from graders.cases.timeline import Accumulate, Backward, Event, Leaf, SetGrad, Term, Timeline, ZeroGrad
from graders.strategies.timeline_values import leaves, nonzero, nonzero_number

Modes = tuple[bool | None, ...]


@st.composite
def cleared(draw: DrawFn, modes: Modes = (None,), form: str = "list") -> Timeline:
    """Return timelines in which every parameter has a gradient when `zero_grad` is called in one of the modes."""
    params = draw(leaves(1, 3))
    events = _grads(draw, params, range(len(params)))
    return _clearing(params, [*events, ZeroGrad(draw(st.sampled_from(modes)))], form=form)


@st.composite
def without_grads(draw: DrawFn) -> Timeline:
    """Return timelines in which some gradients, or all, are None; mostly one after None is not."""
    params = draw(leaves(1, 3))
    missing = draw(st.sets(st.integers(0, len(params) - 1), min_size=1))
    events = _grads(draw, params, [place for place in range(len(params)) if place not in missing])
    return _clearing(params, [*events, ZeroGrad(draw(st.sampled_from((False, None, True))))])


@st.composite
def some_given(draw: DrawFn) -> Timeline:
    """Return timelines in which only some parameters are given, frozen ones among them; all have gradients."""
    params = draw(leaves(2, 3))
    params = tuple(leaf._replace(requires_grad=draw(st.booleans())) for leaf in params)
    held = draw(st.lists(st.integers(0, len(params) - 1), min_size=1, max_size=len(params), unique=True))
    events = _grads(draw, params, range(len(params)))
    return _clearing(params, [*events, ZeroGrad(draw(st.sampled_from((None, True, False))))], tuple(sorted(held)))


@st.composite
def with_history(draw: DrawFn) -> Timeline:
    """Return timelines in which gradients were recorded themselves when they are filled with zeros."""
    params = draw(leaves(1, 2))
    events: list[Event] = []
    for place, leaf in enumerate(params):
        row = draw(nonzero(len(leaf.values)))
        if draw(st.booleans()):
            events.append(SetGrad(place, row, tracked=True))
        else:
            events.append(Backward((Term(place, row, draw(st.sampled_from((2, 3)))),), create_graph=True))
    return _clearing(params, [*events, ZeroGrad(False)])


@st.composite
def gathered(draw: DrawFn, before: bool = False, shared: bool = False) -> Timeline:
    """Return timelines in which `accumulate` gets two or three losses that reach all parameters.

    Args:
        before: Whether the parameters have gradients already.
        shared: Whether the losses are computed from one prediction.
    """
    params = draw(leaves(1, 2))
    events = _grads(draw, params, range(len(params))) if before else []
    count = draw(st.integers(2, 3))
    everything = range(len(params))
    if shared:
        prediction = draw(_terms(params, everything))
        weights = tuple(draw(nonzero_number()) for _ in range(count))
        return _clearing(params, [*events, Accumulate((prediction,), weights)])
    losses = tuple(draw(_terms(params, everything)) for _ in range(count))
    return _clearing(params, [*events, Accumulate(losses)])


@st.composite
def partly_reached(draw: DrawFn) -> Timeline:
    """Return timelines in which a leaf that was not given is reached, or a given one is not."""
    params = draw(leaves(2, 3))
    places = range(len(params))
    given = draw(st.sets(st.sampled_from(places), min_size=1))
    reached = draw(st.sets(st.sampled_from(places), min_size=1).filter(lambda reached: reached != given))
    events = _grads(draw, params, draw(st.sets(st.sampled_from(places))))
    losses = tuple(draw(_terms(params, sorted(reached))) for _ in range(draw(st.integers(1, 2))))
    return _clearing(params, [*events, Accumulate(losses)], tuple(sorted(given)))


@st.composite
def _terms(draw: DrawFn, params: tuple[Leaf, ...], places: range | list[int]) -> tuple[Term, ...]:
    return tuple(
        Term(place, draw(nonzero(len(params[place].values))), draw(st.sampled_from((1, 2)))) for place in places
    )


def _grads(draw: DrawFn, params: tuple[Leaf, ...], places: range | list[int] | set[int]) -> list[Event]:
    return [SetGrad(place, draw(nonzero(len(params[place].values)))) for place in sorted(places)]


def _clearing(
    params: tuple[Leaf, ...], events: list[Event], held: tuple[int, ...] | None = None, form: str = "list"
) -> Timeline:
    return Timeline(params, tuple(events), maker="", held=held, form=form)
