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
    mode = draw(st.sampled_from(modes))
    params = draw(leaves(1, 3))
    events = _grads(draw, params, range(len(params)))
    return _clearing(params, [*events, ZeroGrad(mode)], form=form)


@st.composite
def without_grads(draw: DrawFn) -> Timeline:
    """Return timelines in which some gradients, or all, are None; mostly one after None is not."""
    mode, count = draw(st.sampled_from((False, None, True))), draw(st.integers(1, 3))
    without = draw(st.integers(0, count - 1))
    used = [place for place in range(count) if place != without and draw(st.booleans())]
    params = draw(leaves(count, count))
    return _clearing(params, [*_grads(draw, params, used), ZeroGrad(mode)])


@st.composite
def some_given(draw: DrawFn) -> Timeline:
    """Return timelines in which only some parameters are given, frozen ones among them; all have gradients."""
    mode, count = draw(st.sampled_from((None, True, False))), draw(st.integers(2, 3))
    held = draw(st.sets(st.integers(0, count - 1), min_size=1))
    grads = [draw(st.booleans()) for _ in range(count)]
    params = draw(leaves(count, count))
    params = tuple(leaf._replace(requires_grad=grad) for leaf, grad in zip(params, grads, strict=True))
    events = _grads(draw, params, range(count))
    return _clearing(params, [*events, ZeroGrad(mode)], tuple(sorted(held)))


@st.composite
def with_history(draw: DrawFn) -> Timeline:
    """Return timelines in which gradients were recorded themselves when they are filled with zeros."""
    tracked = draw(st.lists(st.booleans(), min_size=1, max_size=2))
    params = draw(leaves(len(tracked), len(tracked)))
    events: list[Event] = []
    for place, leaf in enumerate(params):
        row = draw(nonzero(len(leaf.values)))
        if tracked[place]:
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
    count = draw(st.integers(2, 3))
    params = draw(leaves(1, 2))
    events = _grads(draw, params, range(len(params))) if before else []
    everything = range(len(params))
    if shared:
        prediction = draw(_terms(params, everything))
        weights = tuple(draw(nonzero_number()) for _ in range(count))
        return _clearing(params, [*events, Accumulate((prediction,), weights)])
    losses = tuple(draw(_terms(params, everything)) for _ in range(count))
    return _clearing(params, [*events, Accumulate(losses)])


@st.composite
def partly_reached(draw: DrawFn) -> Timeline:
    """Return timelines of one loss that reaches a leaf which was not given, or misses a given one."""
    places = range(draw(st.integers(2, 3)))
    given = draw(st.sets(st.sampled_from(places), min_size=1))
    reached = draw(st.sets(st.sampled_from(places), min_size=1).filter(lambda reached: reached != given))
    params = draw(leaves(len(places), len(places)))
    events = _grads(draw, params, draw(st.sets(st.sampled_from(places))))
    loss = draw(_terms(params, sorted(reached)))
    return _clearing(params, [*events, Accumulate((loss,))], tuple(sorted(given)))


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
