"""The timelines and banks of ex11_adaptive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from graders.cases.timeline import Again, Another, Group, Leaf, SetGrad, Step, Timeline
from graders.spec import BankSpec

Options = tuple[tuple[str, Any], ...]

_NO_EPS = (("eps", 0.0),)
_P = Leaf((1.0,))
_PAIR = (Leaf((1.0,)), Leaf((2.0, 3.0)))
_RMS = ("alpha", "eps", "weight_decay", "momentum", "centered")
_ADAM = ("betas", "eps", "weight_decay")


def _bank(name: str, draw: str, *fixed: Timeline, play: str = "options", **params: Any) -> BankSpec:
    return BankSpec(name, "timeline", play, draw, params, fixed)


def _rms(name: str, draw: str, *fixed: Timeline, **params: Any) -> BankSpec:
    return _bank(f"rmsprop_{name}", draw, *fixed, maker="RMSprop", **params)


def _adam(name: str, draw: str, *fixed: Timeline, **params: Any) -> BankSpec:
    return _bank(f"adam_{name}", draw, *fixed, maker="Adam", **params)


def _numbers(maker: str, *rows: Mapping[str, Any]) -> BankSpec:
    options = tuple(tuple({"lr": 0.1, **row}.items()) for row in rows)
    fixed = tuple(Timeline((_P,), maker=maker, options=chosen) for chosen in options)
    params = {"maker": maker, "options": options}
    return BankSpec(f"{maker.lower()}_errors", "timeline", "construct", "constructions", params, fixed)


def _params(maker: str) -> tuple[Timeline, ...]:
    options = (("lr", 0.1),)
    computed = (_P, Leaf((2.0,), is_leaf=False))
    return (
        Timeline(_PAIR, maker=maker, options=options, held=()),
        Timeline(computed, maker=maker, options=options),
        Timeline(_PAIR, maker=maker, options=options, form="generator"),
        Timeline((_P, Leaf((2.0,), requires_grad=False)), maker=maker, options=options),
    )


def _once(maker: str, *options: tuple[str, Any]) -> Timeline:
    return Timeline((_P,), (SetGrad(0, (0.5,)), Step()), maker, (("lr", 0.1), *options))


def _two_groups(maker: str) -> Timeline:
    groups = (Group((0,), (("lr", 0.5),)), Group((1,)))
    events = (SetGrad(0, (1.0,)), SetGrad(1, (1.0, 2.0)), Step())
    return Timeline(_PAIR, events, maker, (("lr", 0.1),), form="groups", groups=groups)


def _lazy_groups(maker: str) -> Timeline:
    """Return two steps of groups as in `{"params": model.parameters()}`: what is read twice must be kept."""
    case = _two_groups(maker)
    return replace(case, events=case.events * 2, form="groups of generators")


def _products(maker: str, always: Options, *sometimes: tuple[str, Any]) -> Iterator[Timeline]:
    """Yield three steps with `always` and each choice of the other options."""
    rows = ((0.5, -1.0), (-1.5, 2.0), (1.0, 0.5))
    events = tuple(event for row in rows for event in (SetGrad(0, row), Step()))
    for size in range(len(sometimes) + 1):
        for chosen in combinations(sometimes, size):
            yield Timeline((Leaf((1.0, -2.0)),), events, maker, (("lr", 0.1), *always, *chosen))


def _twins(maker: str, *options: tuple[str, Any]) -> Timeline:
    """Return two steps of two parameters of one shape with the same numbers, each with a state of its own."""
    events = (SetGrad(0, (0.5, -1.0)), SetGrad(1, (-1.5, 2.0)), Step()) * 2
    return Timeline((Leaf((1.0, -2.0)),) * 2, events, maker, (("lr", 0.1), *options))


def _one_paused(maker: str, *options: tuple[str, Any]) -> Timeline:
    """Return three steps; in the second one only the second parameter has a gradient."""
    both = (SetGrad(0, (0.5,)), SetGrad(1, (-1.5, 2.0)), Step())
    events = (*both, SetGrad(0, None), *both[1:], *both)
    return Timeline(_PAIR, events, maker, (("lr", 0.1), *options))


def _two_optimizers(maker: str, *options: tuple[str, Any]) -> Timeline:
    """Return steps of two optimizers on one parameter in turn, each with a state of its own."""
    events = (
        SetGrad(0, (1.0,)),
        Step(),
        Another((0,)),
        SetGrad(0, (0.5,)),
        Step(),
        Again(),
        SetGrad(0, (2.0,)),
        Step(),
    )
    return Timeline((_P,), events, maker, (("lr", 0.1), *options))


def _own_options(maker: str, first: Options, second: Options) -> Timeline:
    """Return two steps of two groups that agree in no option."""
    groups = (Group((0,), first), Group((1,), second))
    events = (SetGrad(0, (0.5,)), SetGrad(1, (1.0, -2.0)), Step(), SetGrad(0, (-1.0,)), SetGrad(1, (0.5, 1.0)), Step())
    return Timeline(_PAIR, events, maker, (("lr", 0.1),), form="groups", groups=groups)


def _read_only(maker: str, *options: tuple[str, Any]) -> Timeline:
    """Return two steps with everything that could be added into `.grad`."""
    events = (SetGrad(0, (2.0,)), Step(), SetGrad(0, (-1.5,)), Step())
    return Timeline((_P,), events, maker, (("lr", 0.1), ("weight_decay", 0.5), *options))


def _not_none(maker: str, *options: tuple[str, Any]) -> tuple[Timeline, ...]:
    """Return steps of parameters that are not passed over: one whose gradient is zeros, one that is frozen."""
    given = (("lr", 0.1), ("weight_decay", 0.5), *options)
    zeros = (SetGrad(0, (1.0,)), Step(), SetGrad(0, (0.0,)), Step())
    frozen = (Leaf((1.0,), requires_grad=False),)
    return Timeline((_P,), zeros, maker, given), Timeline(frozen, (SetGrad(0, (2.0,)), Step()), maker, given)


def _first_without(maker: str) -> Timeline:
    """Return a step in which the first parameter has no gradient and the second one has."""
    options = (("lr", 0.1), ("weight_decay", 0.5))
    return Timeline(_PAIR, (SetGrad(1, (1.0, -0.5)), Step()), maker, options)


def _defaults(maker: str) -> Timeline:
    """Return a case in which no option is given."""
    return Timeline(_PAIR, (SetGrad(0, (1.0,)), SetGrad(1, (1.0, 2.0)), Step()), maker)


WHOLE_BUFFER = Timeline(
    (_P,),
    (SetGrad(0, (0.5,)), Step(), SetGrad(0, (0.5,)), Step()),
    "RMSprop",
    (("lr", 0.1), ("alpha", 0.75), *_NO_EPS, ("momentum", 1.0)),
)
"""All of the buffer is left after a step."""

TWO_CENTERED = Timeline(
    (_P,), (SetGrad(0, (2.0,)), Step()), "RMSprop", (("lr", 0.1), ("alpha", 0.75), *_NO_EPS, ("centered", True))
)
"""A gradient of 2: the square of the average is none of the other numbers."""

SQUARE = _rms(
    "square", "runs", _once("RMSprop", ("alpha", 0.75), *_NO_EPS), on=("alpha",), set_to=_NO_EPS, steps=(1, 3)
)
RMS_EPS = _rms(
    "eps",
    "runs",
    _once("RMSprop", ("alpha", 0.0), ("eps", 1.0)),
    on=("eps",),
    set_to=(("alpha", 0.0),),
    steps=(1, 1),
)
CENTERED = _rms("centered", "runs", TWO_CENTERED, on=("alpha", "centered"), set_to=_NO_EPS, steps=(1, 3))
BUFFER = _rms("buffer", "runs", WHOLE_BUFFER, on=("alpha", "momentum"), set_to=_NO_EPS)
BUFFER_LR = _rms("buffer_lr", "runs", on=("alpha", "momentum"), set_to=_NO_EPS, new_lr=True)
RMS_DECAY = _rms("decay", "runs", on=("alpha", "weight_decay"), set_to=_NO_EPS)
RMS_ALL = _rms(
    "together",
    "runs",
    _twins("RMSprop", ("alpha", 0.75), ("eps", 0.5)),
    _two_optimizers("RMSprop", ("alpha", 0.75), ("eps", 0.5), ("momentum", 0.5)),
    _own_options(
        "RMSprop",
        (("alpha", 0.75), ("eps", 0.5), ("weight_decay", 0.5), ("centered", True)),
        (("alpha", 0.5), ("eps", 0.25), ("momentum", 0.5)),
    ),
    *_products(
        "RMSprop", (("alpha", 0.75), ("eps", 0.5)), ("weight_decay", 0.5), ("momentum", 0.5), ("centered", True)
    ),
    on=("alpha", "eps"),
    maybe=_RMS,
    steps=(2, 4),
    most=2,
)
FIRST = _adam(
    "first",
    "runs",
    _once("Adam", ("betas", (0.5, 0.75)), *_NO_EPS),
    on=("betas",),
    set_to=_NO_EPS,
    steps=(1, 1),
)
CANCELLED = Timeline(
    (Leaf((1.0, -0.05)),),
    (SetGrad(0, (1.0, -1.0)), Step(), SetGrad(0, (-0.05, 0.05)), Step()),
    "Adam",
    (("lr", 0.25), ("betas", (0.05, 0.9)), *_NO_EPS),
)
"""The second gradient takes back what the first one left: what moves then is rounding, in no direction."""
AVERAGED = Timeline(
    (Leaf((1.0, 1.0)),),
    (SetGrad(0, (1.0, 1.0)), Step(), SetGrad(0, (1.0, 2.0)), Step()),
    "Adam",
    (("lr", 0.25), ("betas", (0.5, 0.75)), *_NO_EPS),
)
"""Two gradients that differ in one element: which average is of what shows in the second step."""
MOMENTS = _adam("moments", "runs", AVERAGED, CANCELLED, play="moments", on=("betas",), set_to=_NO_EPS, several=True)
CORRECTED = _adam("corrections", "runs", on=("betas",), set_to=_NO_EPS, steps=(2, 4))
ADAM_EPS = _adam("eps", "runs", _once("Adam", ("eps", 1.0)), on=("betas", "eps"), steps=(1, 1))
ADAM_DECAY = _adam(
    "decay", "runs", play="moments", on=("betas", "weight_decay"), set_to=_NO_EPS, several=True, put_back=True
)
LATE = _adam("late", "late", on=("betas",), set_to=_NO_EPS)
PAUSED = _adam(
    "paused",
    "paused",
    _one_paused("Adam", ("betas", (0.5, 0.75)), *_NO_EPS),
    _two_optimizers("Adam", ("betas", (0.5, 0.75)), *_NO_EPS),
    on=("betas",),
    set_to=_NO_EPS,
)
ADAM_ALL = _adam(
    "together",
    "runs",
    _twins("Adam", ("betas", (0.5, 0.75)), ("eps", 0.5)),
    _own_options(
        "Adam",
        (("betas", (0.5, 0.75)), ("eps", 0.5), ("weight_decay", 0.5)),
        (("betas", (0.75, 0.5)), ("eps", 0.25)),
    ),
    *_products("Adam", (("betas", (0.5, 0.75)), ("eps", 0.5)), ("weight_decay", 0.5)),
    on=("betas", "eps"),
    maybe=_ADAM,
    steps=(2, 4),
    most=2,
)
RMS_PLAIN = _rms(
    "plain",
    "runs",
    _read_only("RMSprop", ("momentum", 0.5), ("centered", True)),
    play="plain",
    steps=(1, 2),
    most=2,
)
ADAM_PLAIN = _adam("plain", "runs", _read_only("Adam"), play="plain", steps=(1, 2), most=2)
RMS_MISSING = _rms(
    "missing",
    "missing",
    _first_without("RMSprop"),
    *_not_none("RMSprop", ("momentum", 0.5)),
    maybe=("momentum", "weight_decay"),
)
ADAM_MISSING = _adam("missing", "missing", _first_without("Adam"), *_not_none("Adam"), maybe=("weight_decay",))
RMS_LISTED = _rms(
    "listed",
    "grouped",
    _two_groups("RMSprop"),
    _defaults("RMSprop"),
    _lazy_groups("RMSprop"),
    play="groups",
    own=("lr", "alpha", "centered"),
)
ADAM_LISTED = _adam(
    "listed",
    "grouped",
    _two_groups("Adam"),
    _defaults("Adam"),
    _lazy_groups("Adam"),
    play="groups",
    own=("lr", "betas", "eps"),
)
RMS_GROUPS = _rms("groups", "grouped", set_to=(("alpha", 0.0), *_NO_EPS), new_lr=True)
ADAM_GROUPS = _adam("groups", "grouped", set_to=_NO_EPS, new_lr=True)
RMS_NUMBERS = _numbers(
    "RMSprop", {"lr": -0.1}, {"alpha": -0.5}, {"eps": -0.5}, {"weight_decay": -0.5}, {"momentum": -0.5}, {"lr": 0.0}, {}
)
ADAM_NUMBERS = _numbers(
    "Adam",
    {"lr": -0.1},
    {"betas": (1.0, 0.5)},
    {"betas": (0.5, 1.0)},
    {"betas": (-0.5, 0.5)},
    {"eps": -0.5},
    {"weight_decay": -0.5},
    {"betas": (0.0, 0.0)},
    {},
)
PARAMS = BankSpec("params_errors", "timeline", "construct", fixed=(*_params("RMSprop"), *_params("Adam")))
