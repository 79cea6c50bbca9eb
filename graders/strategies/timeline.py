"""Strategies of timelines, shaped per concept: which gradients are missing, what changes between two steps."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from graders.cases.timeline import (
    Backward,
    Event,
    Leaf,
    Option,
    Replace,
    SetGrad,
    SetLr,
    Step,
    Term,
    Timeline,
    ZeroGrad,
)
from graders.strategies.timeline_clearing import (
    cleared,
    gathered,
    partly_reached,
    some_given,
    with_history,
    without_grads,
)
from graders.strategies.timeline_options import edited, grouped, late, missing, paused, runs, zeros
from graders.strategies.timeline_values import leaves, lrs, nonzero, values

__all__ = [
    "cleared",
    "cleared_optimizer",
    "constructions",
    "edited",
    "from_generator",
    "gathered",
    "grouped",
    "holders",
    "late",
    "missing",
    "new_lr",
    "partly_reached",
    "paused",
    "replaced",
    "runs",
    "some_given",
    "unused",
    "updates",
    "with_history",
    "without_grads",
    "zeros",
]


@st.composite
def updates(
    draw: DrawFn,
    most: int = 1,
    steps: tuple[int, int] = (1, 1),
    by: tuple[str, ...] = ("set", "backward"),
    frozen: bool = False,
) -> Timeline:
    """Return timelines of SGD in which every parameter has a gradient without zeros at each step.

    Args:
        most: Parameters at most, each of another shape.
        steps: Fewest and most steps.
        by: How gradients come about: `"set"`, `"backward"`.
        frozen: Whether some of the parameters, at least one, do not require gradients; they have a gradient all the
            same.
    """
    count, length, how = draw(st.integers(1, most)), draw(st.integers(*steps)), draw(st.sampled_from(by))
    still = draw(st.integers(0, count - 1)) if frozen else None
    params = draw(leaves(count, count))
    if frozen:
        free = [place != still and draw(st.booleans()) for place in range(count)]
        params = tuple(leaf._replace(requires_grad=grad) for leaf, grad in zip(params, free, strict=True))
    events: list[Event] = []
    for _ in range(length):
        events += [*draw(_gradients(params, how)), Step()]
    return Timeline(params, tuple(events), options=(("lr", draw(lrs())),))


@st.composite
def _gradients(draw: DrawFn, params: tuple[Leaf, ...], by: str) -> list[Event]:
    coefficients = [draw(nonzero(len(leaf.values))) for leaf in params]
    if by == "backward":
        return [Backward(tuple(Term(place, row) for place, row in enumerate(coefficients)))]
    return [SetGrad(place, row) for place, row in enumerate(coefficients)]


@st.composite
def unused(draw: DrawFn, steps: int = 1) -> Timeline:
    """Return timelines in which at least one parameter has no gradient; mostly one after it has."""
    count = draw(st.integers(2, 3))
    without = draw(st.integers(0, count - 1))
    used = [draw(st.booleans()) and place != without for place in range(count)]
    params = draw(leaves(count, count))
    events: list[Event] = []
    for _ in range(steps):
        events += [SetGrad(i, draw(nonzero(len(leaf.values)))) for i, leaf in enumerate(params) if used[i]]
        events.append(Step())
    return Timeline(params, tuple(events), options=(("lr", draw(lrs())),))


@st.composite
def new_lr(draw: DrawFn) -> Timeline:
    """Return timelines in which the learning rate changes before the first step, or between two."""
    between = draw(st.booleans())
    params = draw(leaves(1, 1))
    first, second = draw(st.lists(lrs(), min_size=2, max_size=2, unique=True))
    events: list[Event] = [SetGrad(0, draw(nonzero(len(params[0].values))))]
    if between:
        events += [Step(), SetGrad(0, draw(nonzero(len(params[0].values))))]
    events += [SetLr(second), Step()]
    return Timeline(params, tuple(events), options=(("lr", first),))


@st.composite
def cleared_optimizer(
    draw: DrawFn, modes: tuple[bool | None, ...] = (None, True, False), first: bool = False
) -> Timeline:
    """Return timelines in which `zero_grad` of SGD is called, with gradients everywhere or before there are any."""
    mode = draw(st.sampled_from(modes))
    params = draw(leaves(1, 2))
    events: list[Event] = [] if first else draw(_gradients(params, "set"))
    events.append(ZeroGrad(mode))
    return Timeline(params, tuple(events), options=(("lr", draw(lrs())),))


@st.composite
def from_generator(draw: DrawFn) -> Timeline:
    """Return timelines in which SGD gets a generator and needs its parameters twice."""
    params = draw(leaves(1, 2))
    events = [*draw(_gradients(params, "set")), Step(), *draw(_gradients(params, "set")), Step()]
    return Timeline(params, tuple(events), options=(("lr", draw(lrs())),), form="generator")


@st.composite
def replaced(draw: DrawFn) -> Timeline:
    """Return timelines in which the caller's list gets another parameter after SGD was built."""
    params = draw(leaves(2, 2))
    events = [Replace(0, 1), *draw(_gradients(params, "set")), Step()]
    return Timeline(params, tuple(events), options=(("lr", draw(lrs())),), held=(0,))


@st.composite
def holders(draw: DrawFn) -> Timeline:
    """Return timelines without events, whose parameters are leaves, frozen leaves and computed tensors."""
    kinds = draw(st.lists(st.sampled_from(_KINDS), min_size=1, max_size=3))
    params = draw(leaves(len(kinds), len(kinds)))
    params = tuple(
        leaf._replace(requires_grad=grad, is_leaf=own) for leaf, (grad, own) in zip(params, kinds, strict=True)
    )
    return Timeline(params, options=(("lr", draw(lrs())),))


_KINDS = ((True, True), (True, False), (False, True))
"""(requires_grad, is_leaf)."""


def constructions(maker: str, options: tuple[tuple[Option, ...], ...]) -> SearchStrategy[Timeline]:
    """Return timelines without events, whose options are one of those given."""
    return st.builds(
        lambda chosen, row: Timeline((Leaf(row),), maker=maker, options=chosen), st.sampled_from(options), values(1)
    )
