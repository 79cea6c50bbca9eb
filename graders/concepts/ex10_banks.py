"""The timelines and banks of ex10_sgd_momentum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from graders.cases.timeline import (
    Again,
    Another,
    Backward,
    EditGrad,
    Freeze,
    Group,
    Leaf,
    SetGrad,
    Step,
    Term,
    Timeline,
)
from graders.spec import BankSpec

Options = tuple[tuple[str, Any], ...]

_P = Leaf((1.0,))
_PAIR = (Leaf((1.0,)), Leaf((2.0, 3.0)))
_MOMENTUM = (("lr", 0.1), ("momentum", 0.9))
_DECAY = (("lr", 0.1), ("weight_decay", 0.5))


def _bank(name: str, draw: str, *fixed: Timeline, play: str = "options", **params: Any) -> BankSpec:
    return BankSpec(name, "timeline", play, draw, params, fixed)


def _errors(name: str, draw: str, *fixed: Timeline, **params: Any) -> BankSpec:
    return BankSpec(name, "timeline", "construct", draw, params, fixed)


def _made(**given: Any) -> Timeline:
    return Timeline(_PAIR, **{"options": (("lr", 0.1),), **given})


def _refused(name: str, *rows: Mapping[str, Any]) -> BankSpec:
    options = tuple(tuple({"lr": 0.1, **row}.items()) for row in rows)
    fixed = (Timeline((_P,), options=chosen) for chosen in options)
    return _errors(name, "constructions", *fixed, maker="SGD", options=options)


ZEROS_WITH_MOMENTUM = Timeline((_P,), (SetGrad(0, (1.0,)), Step(), SetGrad(0, (0.0,)), Step()), options=_MOMENTUM)
"""A gradient of 1, then zeros: 1, 0.9, 0.81."""

ZEROS_WITH_DECAY = Timeline((_P,), (SetGrad(0, (0.0,)), Step()), options=_DECAY)
"""Weight decay alone moves 1 to 0.95."""

WHOLE_DECAY = Timeline((_P,), (SetGrad(0, (0.5,)), Step()), options=(("lr", 0.1), ("weight_decay", 1.0)))
"""All of the parameter is added: 1 becomes 0.85."""

DEFAULTS = Timeline(_PAIR, (SetGrad(0, (1.0,)), SetGrad(1, (1.0, 2.0)), Step()))
"""No option is given."""

WRITTEN_OVER = Timeline((_P,), (SetGrad(0, (1.0,)), Step(), EditGrad(0, (0.5,)), Step()), options=_MOMENTUM)
"""A gradient of 1, then 0.5 written into the same tensor: the buffer is 0.9 + 0.5."""

NONE_WITH_BOTH = Timeline((_P,), (Step(),), options=(*_MOMENTUM, ("weight_decay", 0.5)))

FROZEN = Timeline(
    (_P,),
    (Backward((Term(0, (2.0,)),)), Step(), Freeze(0), SetGrad(0, (2.0,)), Step()),
    options=_MOMENTUM,
)
"""Frozen, but with a gradient of 2: 1, 0.8, 0.42."""

TWO_GROUPS = Timeline(
    _PAIR,
    (SetGrad(0, (1.0,)), SetGrad(1, (1.0, 2.0)), Step()),
    options=(("lr", 0.1),),
    form="groups",
    groups=(Group((0,), (("lr", 0.5),)), Group((1,))),
)

LAZY_GROUPS = replace(TWO_GROUPS, events=TWO_GROUPS.events * 2, form="groups of generators")
"""As in `{"params": model.parameters()}`: what is read twice must be kept."""

FIRST_WITHOUT = Timeline(_PAIR, (SetGrad(1, (1.0, -0.5)), Step()), options=(*_DECAY, ("momentum", 0.9)))
"""The first parameter has no gradient, the second one has."""


AHEAD_AGAIN = Timeline(
    (_P,),
    (SetGrad(0, (2.0,)), Step(), SetGrad(0, (-0.5,)), Step()),
    options=(("lr", 0.5), ("momentum", 0.25), ("nesterov", True)),
)
"""Nesterov without any other option."""


DAMPENING_ALONE = Timeline(
    (_P,), (SetGrad(0, (1.0,)), Step(), SetGrad(0, (2.0,)), Step()), options=(("lr", 0.1), ("dampening", 0.5))
)
"""Without momentum there is no buffer, and nothing to dampen: 1, 0.9, 0.7."""


TWINS = Timeline(
    (Leaf((1.0, -2.0)),) * 2,
    (SetGrad(0, (0.5, -1.0)), SetGrad(1, (-1.5, 2.0)), Step()) * 2,
    options=(("lr", 0.1), ("momentum", 0.5)),
)
"""Two parameters of one shape with the same numbers, and a buffer for each."""


_BOTH = (SetGrad(0, (0.5,)), SetGrad(1, (-1.5, 2.0)), Step())
ONE_PAUSED = Timeline(_PAIR, (*_BOTH, SetGrad(0, None), *_BOTH[1:], *_BOTH), options=_MOMENTUM)
"""In the second step only the second parameter has a gradient."""

TWO_OPTIMIZERS = Timeline(
    (_P,),
    (SetGrad(0, (1.0,)), Step(), Another((0,)), SetGrad(0, (0.5,)), Step(), Again(), SetGrad(0, (2.0,)), Step()),
    options=_MOMENTUM,
)
"""Two optimizers take turns on one parameter, each with a buffer of its own."""

OWN_OPTIONS = Timeline(
    (Leaf((1.0,)), Leaf((2.0,)), Leaf((-1.0,))),
    (SetGrad(0, (1.0,)), SetGrad(1, (0.5,)), SetGrad(2, (-2.0,)), Step()) * 2,
    options=(("lr", 0.1),),
    form="groups",
    groups=(
        Group((0,), (("momentum", 0.5), ("dampening", 0.25), ("weight_decay", 0.5))),
        Group((1,), (("momentum", 0.9), ("nesterov", True))),
        Group((2,), (("lr", 0.5), ("maximize", True))),
    ),
)
"""Three groups, each with options that the others have not."""


def _products() -> Iterator[Timeline]:
    """Yield three steps with each product of options."""
    rows = ((0.5, -1.0), (-1.5, 2.0), (1.0, 0.5))
    events = tuple(event for row in rows for event in (SetGrad(0, row), Step()))
    memories: tuple[Options, ...] = (
        (),
        (("momentum", 0.5),),
        (("momentum", 0.5), ("dampening", 0.25)),
        (("momentum", 0.5), ("nesterov", True)),
    )
    for memory in memories:
        for decay in ((), (("weight_decay", 0.5),)):
            for upwards in ((), (("maximize", True),)):
                yield Timeline((Leaf((1.0, -2.0)),), events, options=(("lr", 0.1), *memory, *decay, *upwards))


PRODUCTS = tuple(_products())

PLAIN = _bank("plain", "runs", play="plain", steps=(1, 2), most=2)
MISSING = _bank("missing", "missing", NONE_WITH_BOTH, FIRST_WITHOUT, maybe=("momentum", "weight_decay"))
STILL = _bank("frozen", "updates", FROZEN, frozen=True, most=3, by=("set",))
ZEROS = _bank("zeros", "zeros", ZEROS_WITH_MOMENTUM, ZEROS_WITH_DECAY, maybe=("momentum", "weight_decay"))
MOMENTUM = _bank("momentum", "runs", on=("momentum",), steps=(2, 4))
FIRST = _bank("first", "runs", on=("momentum", "dampening"), steps=(1, 1))
LATE = _bank("late", "late", on=("momentum", "dampening"))
DAMPENING = _bank("dampening", "runs", on=("momentum", "dampening"), first_zero=True)
DECAY = _bank("decay", "runs", WHOLE_DECAY, on=("weight_decay",), steps=(1, 2))
MAXIMIZE = _bank("maximize", "runs", on=("maximize",), steps=(1, 2))
AHEAD = _bank("nesterov", "runs", on=("momentum", "nesterov"), steps=(1, 3))
DECAY_MOMENTUM = _bank("decay_momentum", "runs", on=("momentum", "weight_decay"))
DECAY_MAXIMIZE = _bank("decay_maximize", "runs", on=("weight_decay", "maximize"), steps=(1, 2))
NEW_LR = _bank("new_lr", "runs", new_lr=True)
OUTSIDE = _bank("lr_outside", "runs", on=("momentum",), new_lr=True)
READ_ONLY = _bank(
    "read_only", "runs", AHEAD_AGAIN, *PRODUCTS, on=("momentum",), maybe=("weight_decay", "maximize", "nesterov")
)
EDITED = _bank("edited", "edited", WRITTEN_OVER, TWO_OPTIMIZERS, on=("momentum",))
PAUSED = _bank("paused", "paused", ONE_PAUSED, on=("momentum",))
LISTED = _bank(
    "listed",
    "grouped",
    TWO_GROUPS,
    DEFAULTS,
    LAZY_GROUPS,
    play="groups",
    own=("lr", "momentum", "weight_decay", "maximize"),
)
GROUP_LR = _bank("group_lr", "grouped", TWO_GROUPS, LAZY_GROUPS)
GROUP_NEW_LR = _bank("group_new_lr", "grouped", new_lr=True, steps=(1, 2))
EVERYTHING = ("momentum", "dampening", "weight_decay", "nesterov", "maximize")
TOGETHER = _bank("together", "runs", DAMPENING_ALONE, TWINS, *PRODUCTS, maybe=EVERYTHING, steps=(2, 4), most=2)
GROUP_OPTIONS = _bank(
    "group_options", "grouped", OWN_OPTIONS, own=("momentum", "weight_decay", "maximize", "lr"), steps=(2, 3)
)
BAD_NUMBERS = _refused(
    "bad_numbers", {"lr": -0.1}, {"momentum": -0.5}, {"weight_decay": -0.5}, {"lr": 0.0}, {"momentum": 0.5}
)
BAD_NESTEROV = _refused(
    "bad_nesterov",
    {"nesterov": True},
    {"momentum": 0.9, "dampening": 0.5, "nesterov": True},
    {"momentum": 0.9, "nesterov": True},
    {"momentum": 0.9, "dampening": 0.5},
)
BAD_PARAMS = _errors(
    "bad_params",
    "holders",
    _made(held=()),
    _made(held=(), options=(("lr", 0.5),)),
    _made(form="tensor"),
    _made(form="tensor", held=(1,)),
    _made(form="groups", groups=(Group((0,)), Group((1, 0)))),
    _made(form="groups", groups=(Group((0, 1)), Group((1,)))),
    _made(form="groups", groups=(Group((0,)), Group((1,)))),
    _made(form="generator"),
)
