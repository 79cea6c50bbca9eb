"""ex08_zero_grad: clearing gradients, and adding up those of several losses."""

from __future__ import annotations

import math
from dataclasses import replace

from graders.cases.timeline import Accumulate, Backward, Event, Leaf, SetGrad, Term, Timeline, ZeroGrad
from graders.concepts.avoids import OPTIMIZERS
from graders.judging.rules.steps import gathered_once
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec


def _case(*params: Leaf, events: tuple[Event, ...]) -> Timeline:
    return Timeline(params, events, maker="")


_W, _B = Leaf((4.0,)), Leaf((5.0,))
_LINE = (Term(0, (3.0,)), Term(1, (1.0,)))

LINE_TWICE = _case(_W, _B, events=(Accumulate((_LINE, _LINE)),))
"""y = w x + b at w = 4, x = 3, b = 5, twice: gradients 6 and 2."""

LINE_AGAIN = _case(_W, _B, events=(Backward(_LINE), Accumulate((_LINE,))))
"""The same, once before and once by `accumulate`."""

LOSS_2 = _case(_W, events=(Accumulate(((Term(0, (3.0,)),),), (1.0, 0.5)),))
"""Two losses on the same prediction: y**2 and y**2 / 2 with y = 3 w."""

SAME_TWICE = _case(_W, events=(Accumulate(((Term(0, (3.0,)),),), (1.0, 1.0)),))
"""The same, y**2 twice: one tensor is a loss in two places."""

EQUAL = _case(_W, _W, events=(Accumulate((_LINE, _LINE)),))
"""Two parameters that hold the same number are two parameters."""

NOTHING_LEFT = _case(_W, Leaf((-12.0,)), events=(Accumulate((_LINE,)),))
"""y = w x + b at w = 4, x = 3, b = -12: the loss is 0, its gradients 3 and 1 are not."""

TWO_BACKWARDS = _case(_W, _B, events=(Backward(_LINE), Backward(_LINE), ZeroGrad()))

OVERFLOWN = tuple(
    _case(_W, _B, events=(SetGrad(0, (value,)), SetGrad(1, (1.0,)), ZeroGrad(False)))
    for value in (math.inf, -math.inf, math.nan)
)
"""Gradients that overflowed are cleared like any others: 0 * inf is nan."""


def _bank(name: str, play: str, draw: str, fixed: tuple[Timeline, ...] = (), **params: object) -> BankSpec:
    return BankSpec(name, "timeline", play, draw, params, fixed)


DEFAULT = _bank("default", "clearing", "cleared", (TWO_BACKWARDS,))
EXPLICIT = _bank("explicit", "clearing", "cleared", modes=(True,))
ZEROS = _bank("zeros", "clearing", "cleared", OVERFLOWN, modes=(False,))
SOME_NONE = _bank(
    "some_none",
    "clearing",
    "without_grads",
    (
        _case(_W, events=(ZeroGrad(False),)),
        *(_case(_W, _B, events=(SetGrad(1, (0.5,)), ZeroGrad(mode))) for mode in (False, None, True)),
        _case(_W, _B, Leaf((1.0, 2.0)), events=(SetGrad(0, (1.0,)), SetGrad(2, (2.0, -1.0)), ZeroGrad(False))),
    ),
)
GENERATOR = _bank("generator", "clearing", "cleared", modes=(None, True, False), form="generator")
GATHERED_ONCE = _bank(
    "gathered_once",
    "gathering",
    "",
    tuple(replace(case, form="generator") for case in (LINE_TWICE, _case(_W, _B, events=(Accumulate((_LINE,) * 3),)))),
)
GIVEN = _bank("given", "clearing", "some_given")
HISTORY = _bank(
    "history", "clearing", "with_history", (_case(_W, events=(SetGrad(0, (2.0,), tracked=True), ZeroGrad(False))),)
)
SUM = _bank("sum", "gathering", "gathered", (LINE_TWICE, EQUAL, NOTHING_LEFT))
ADDED = _bank("added", "gathering", "gathered", (LINE_AGAIN,), before=True)
SHARED = _bank("shared", "gathering", "gathered", (LOSS_2, SAME_TWICE), shared=True)
REACHED = _bank(
    "reached",
    "gathering",
    "partly_reached",
    (
        Timeline((_W, _B), (Accumulate((_LINE,)),), maker="", held=(0,)),
        Timeline((_W, _B), (SetGrad(0, (2.0,)), Accumulate((_LINE,))), maker="", held=(1,)),
        _case(_W, _B, events=(Accumulate((_LINE[:1],)),)),
        _case(_W, _B, events=(SetGrad(0, (2.0,)), Accumulate((_LINE[1:],)))),
    ),
)

_CLEARED = ("*is cleared*",)

EXERCISE = ExerciseSpec(
    "ex08_zero_grad",
    concepts=(
        ConceptSpec(
            "none_mode",
            (
                Check("default", "`zero_grad(params)` sets every .grad to None.", DEFAULT, ("*.grad after*",)),
                Check(
                    "explicit",
                    "`zero_grad(params, set_to_none=True)` sets every .grad to None.",
                    EXPLICIT,
                    ("*.grad after*",),
                ),
            ),
        ),
        ConceptSpec(
            "zero_mode",
            (
                Check(
                    "zeros",
                    "With set_to_none=False every gradient becomes zeros of its own shape.",
                    ZEROS,
                    ("*.grad after*",),
                ),
                Check(
                    "in_place",
                    "With set_to_none=False the tensor that was there stays, and is filled with zeros.",
                    ZEROS,
                    ("*same tensor*", "*the tensor that*"),
                ),
            ),
        ),
        ConceptSpec(
            "none_survives",
            (
                Check(
                    "none",
                    "A .grad that is None stays None in both modes.",
                    SOME_NONE,
                    ("*made up*",),
                    counts_only_with=("none_survives",),
                ),
                Check("others", "Parameters before and after one without a gradient are cleared.", SOME_NONE, _CLEARED),
            ),
        ),
        ConceptSpec(
            "generator",
            (
                Check(
                    "once",
                    "`params` may be a generator: zero_grad reads it once, from end to end.",
                    GENERATOR,
                    _CLEARED,
                ),
                Check(
                    "gathered",
                    "`params` may be a generator in accumulate too, which needs all of it for every loss.",
                    GATHERED_ONCE,
                    rule=gathered_once,
                    counts_only_with=("accumulate", "only_params", "shared_graph"),
                ),
            ),
        ),
        ConceptSpec(
            "only_given",
            (
                Check("given", "All given parameters are cleared, frozen ones too, and no others.", GIVEN, _CLEARED),
                Check(
                    "values",
                    "zero_grad leaves the parameters themselves as they are.",
                    GIVEN,
                    ("p? after*", "p?.requires_grad*"),
                    counts_only_with=("only_given",),
                ),
            ),
        ),
        ConceptSpec(
            "history",
            (
                Check(
                    "detached",
                    "With set_to_none=False a gradient that requires a gradient itself no longer does so afterwards.",
                    HISTORY,
                    ("*.grad.requires_grad*",),
                ),
            ),
        ),
        ConceptSpec(
            "accumulate",
            (
                Check("sum", "accumulate leaves the sum of the gradients of all losses.", SUM, ("*.grad after*",)),
                Check("added", "accumulate adds to the gradients that were there.", ADDED, ("*.grad after*",)),
            ),
        ),
        ConceptSpec(
            "shared_graph",
            (
                Check(
                    "shared", "The losses may be computed from one and the same prediction.", SHARED, ("*.grad after*",)
                ),
                Check(
                    "plain",
                    "The graph is kept for the next loss only: the gradients do not require gradients themselves.",
                    SHARED,
                    ("*.grad.requires_grad*",),
                    counts_only_with=("shared_graph",),
                ),
            ),
        ),
        ConceptSpec(
            "only_params",
            (
                Check(
                    "none",
                    "A parameter that no loss reaches, and a leaf that is not in params, keep a .grad of None.",
                    REACHED,
                    ("*has a gradient*",),
                ),
                Check(
                    "others",
                    "Leaves that are not in params keep their .grad.",
                    REACHED,
                    ("* changes p*",),
                    counts_only_with=("only_params", "accumulate", "shared_graph"),
                ),
            ),
        ),
    ),
    avoids=(*OPTIMIZERS, "torch.nn.Module.zero_grad"),
)
