"""ex09_sgd: the step reads `.grad` and changes the leaf in place."""

from __future__ import annotations

import math

from graders.cases.timeline import (
    Again,
    Another,
    Backward,
    Event,
    Freeze,
    Leaf,
    Replace,
    SetGrad,
    SetLr,
    Step,
    Term,
    Timeline,
    ZeroGrad,
)
from graders.concepts.avoids import BASE_CLASS, OPTIMIZERS
from graders.judging.rules.steps import moves, new_values, sizes
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec


def _sgd(lr: float, *params: Leaf, events: tuple[Event, ...], held: tuple[int, ...] | None = None) -> Timeline:
    return Timeline(params, events, options=(("lr", lr),), held=held)


HUNDRED_X = _sgd(0.001, Leaf((1.0, 2.0)), events=(Backward((Term(0, (100.0, 100.0)),)), Step()))
"""y = 100 x summed: [1, 2] becomes [0.9, 1.9]."""

Z = _sgd(0.1, Leaf((1.0,), ()), Leaf((2.0,)), events=(Backward((Term(0, (3.0,), 2), Term(1, (1.0,), 3))), Step()))
"""z = 3x**2 + y**3 at (1, 2): gradients 6 and 12, then 0.4 and 0.8."""

LEFT_OVER = _sgd(0.1, Leaf((1.0,)), events=(Backward((Term(0, (2.0,)),)), Freeze(0), Step()))
"""Frozen after backward, but its gradient of 2 is still there: 1 becomes 0.8."""

SWAPPED = _sgd(
    0.5,
    Leaf((1.0,)),
    Leaf((1.0, 1.0)),
    events=(Replace(0, 1), SetGrad(0, (2.0,)), SetGrad(1, (2.0, 2.0)), Step()),
    held=(0,),
)
"""A parameter replaced after the optimizer was built: the old tensor moves, the new one does not."""

OVERFLOWN = tuple(
    _sgd(0.1, Leaf((1.0,)), events=(SetGrad(0, (value,)), ZeroGrad(False))) for value in (math.inf, math.nan)
)
"""Gradients that overflowed are cleared like any others: 0 * inf is nan."""

BY_DEFAULT = tuple(_sgd(0.1, Leaf((1.0,)), events=(SetGrad(0, (value,)), ZeroGrad())) for value in (2.0, -1.0))
"""Cleared with nothing said: the gradients are None."""

LR_SET = (
    _sgd(0.1, Leaf((1.0,)), events=(SetGrad(0, (1.0,)), SetLr(0.01), Step())),
    _sgd(0.5, Leaf((2.0,)), events=(SetGrad(0, (1.0,)), SetLr(0.25), Step())),
)
"""The learning rate is another one before the first step."""

FROZEN_CLEARED = tuple(
    _sgd(0.1, Leaf((1.0,)), events=(SetGrad(0, (2.0,)), Freeze(0), ZeroGrad(mode))) for mode in (None, False)
)
"""Frozen after the optimizer was made: a gradient that is left over is cleared too."""

ONE_WITHOUT = (
    _sgd(0.5, Leaf((1.0,)), Leaf((1.0, 1.0)), events=(SetGrad(0, (1.0,)), Step())),
    _sgd(0.5, Leaf((1.0,)), Leaf((1.0, 1.0)), events=(SetGrad(1, (1.0, 1.0)), Step())),
)
"""One of two parameters has no gradient: the second, or the first."""

TWINS = _sgd(0.5, *(Leaf((1.0, 2.0)),) * 2, events=(SetGrad(0, (1.0, -1.0)), SetGrad(1, (2.0, 0.5)), Step()))
"""Two parameters of one shape with the same numbers: both move."""

TWO_OPTIMIZERS = _sgd(
    0.5,
    *(Leaf((1.0,)), Leaf((2.0, 1.0))),
    events=(Another((1,)), Again(), SetGrad(0, (1.0,)), SetGrad(1, (1.0, 2.0)), Step()),
    held=(0,),
)
"""An optimizer of another parameter is made; the first one still steps with its own."""

UNTOUCHED = (
    _sgd(0.1, Leaf((1.0,)), events=(ZeroGrad(False),)),
    _sgd(0.1, Leaf((1.0,)), Leaf((1.0, 1.0)), events=(ZeroGrad(False),)),
)
"""Cleared to zeros before the first backward: every gradient is None, and stays so."""

EMPTY = Timeline((Leaf((1.0,)),), options=(("lr", 0.1),), held=())
EMPTY_TOO = Timeline((Leaf((1.0,)),), options=(("lr", 0.5),), held=())
COMPUTED = Timeline((Leaf((1.0,), is_leaf=False),), options=(("lr", 0.1),))
COMPUTED_LAST = Timeline((Leaf((1.0,)), Leaf((2.0,), is_leaf=False)), options=(("lr", 0.1),))
PLAIN = Timeline((Leaf((1.0,)),), options=(("lr", 0.1),))
FROZEN = Timeline((Leaf((1.0,), requires_grad=False),), options=(("lr", 0.1),))


def _bank(name: str, play: str, draw: str, fixed: tuple[Timeline, ...] = (), **params: object) -> BankSpec:
    return BankSpec(name, "timeline", play, draw, params, fixed)


RULE = _bank("rule", "update", "updates", (HUNDRED_X, Z))
IN_PLACE = _bank("in_place", "in_place", "updates", (TWINS,), most=2, steps=(1, 2), by=("set",))
UNUSED = _bank("unused", "update", "unused", ONE_WITHOUT)
OUTSIDE = _bank("outside", "outside", "updates", most=2, steps=(1, 2), by=("backward",))
NEW_LR = _bank("new_lr", "update", "new_lr", LR_SET)
CLEARED = _bank("cleared", "clear", "cleared_optimizer", (*OVERFLOWN, *BY_DEFAULT, *FROZEN_CLEARED))
FIRST = _bank("cleared_first", "clear", "cleared_optimizer", UNTOUCHED, first=True)
ONCE = _bank("generator", "update", "from_generator")
REPLACED = _bank("replaced", "update", "replaced", (SWAPPED, TWO_OPTIMIZERS))
FROZEN_LEAF = _bank("frozen", "update", "updates", (LEFT_OVER,), most=3, by=("set",), frozen=True)
LRS = BankSpec(
    "lr_errors",
    "timeline",
    "construct",
    "constructions",
    {"maker": "SGD", "options": tuple((("lr", lr),) for lr in (-0.5, -0.001, 0.0, 0.5))},
)
NOTHING = BankSpec("empty_errors", "timeline", "construct", fixed=(EMPTY, EMPTY_TOO, PLAIN))
LEAVES = BankSpec("leaf_errors", "timeline", "construct", "holders", fixed=(COMPUTED, COMPUTED_LAST, PLAIN, FROZEN))

_STEPS = ("sign", "in_place", "lr_change", "generator")

EXERCISE = ExerciseSpec(
    "ex09_sgd",
    concepts=(
        ConceptSpec(
            "sign",
            (
                Check(
                    "value",
                    "A step takes each parameter from p to p - lr * p.grad.",
                    RULE,
                    ("p? after*",),
                    rule=new_values,
                ),
            ),
        ),
        ConceptSpec(
            "in_place",
            (
                Check("moves", "A step changes the tensor that the model holds.", IN_PLACE, ("* moves p*",)),
                Check(
                    "memory",
                    "A step leaves a parameter at its place in memory, and its dtype as it is.",
                    IN_PLACE,
                    ("*place in memory", "p?.dtype*"),
                    counts_only_with=("in_place",),
                ),
            ),
        ),
        ConceptSpec(
            "none_skipped",
            (
                Check(
                    "skipped",
                    "A parameter whose .grad is None stays as it is, and the others still move.",
                    UNUSED,
                    ("* moves p*",),
                    rule=moves,
                    counts_only_with=_STEPS,
                ),
                Check(
                    "stays_none",
                    "A .grad that was None is still None after the step.",
                    UNUSED,
                    ("*made up*",),
                    counts_only_with=_STEPS,
                ),
            ),
        ),
        ConceptSpec(
            "grad_untouched",
            (
                Check(
                    "values",
                    "A step leaves the numbers in .grad as they are.",
                    RULE,
                    ("p?.grad after*",),
                    counts_only_with=_STEPS,
                ),
                Check(
                    "object",
                    "p.grad is the same tensor before and after a step.",
                    RULE,
                    ("*same tensor*",),
                    counts_only_with=_STEPS,
                ),
            ),
        ),
        ConceptSpec(
            "no_history",
            (
                Check(
                    "outside",
                    "Called outside torch.no_grad(), a step leaves parameters that are leaves and require gradients.",
                    OUTSIDE,
                    ("*is a leaf*", "p?.requires_grad*"),
                    counts_only_with=_STEPS,
                ),
                Check(
                    "recording",
                    "After a step autograd records as before.",
                    OUTSIDE,
                    ("*recorded*", "*after backward*"),
                    counts_only_with=_STEPS,
                ),
            ),
        ),
        ConceptSpec(
            "lr_change",
            (
                Check(
                    "size",
                    "Each step uses the learning rate that optimizer.lr has then.",
                    NEW_LR,
                    ("size of*",),
                    rule=sizes,
                ),
            ),
        ),
        ConceptSpec(
            "zero_grad",
            (
                Check(
                    "cleared",
                    "zero_grad sets None, or with set_to_none=False fills the same tensor with zeros.",
                    CLEARED,
                ),
                Check(
                    "first",
                    "zero_grad may be called before any backward, and None stays None.",
                    FIRST,
                    counts_only_with=("zero_grad",),
                ),
            ),
        ),
        ConceptSpec(
            "generator",
            (
                Check(
                    "generator",
                    "The parameters may come from a generator, and every step sees them.",
                    ONCE,
                    ("* moves p*",),
                    rule=moves,
                ),
                Check(
                    "replaced",
                    "The optimizer holds the tensors it was given, whatever the caller's list holds later.",
                    REPLACED,
                    ("* moves p*",),
                    rule=moves,
                ),
            ),
        ),
        ConceptSpec(
            "frozen",
            (
                Check(
                    "moves",
                    "A parameter that does not require gradients moves when a .grad is left over.",
                    FROZEN_LEAF,
                    ("* moves p*",),
                    rule=moves,
                    counts_only_with=_STEPS,
                ),
            ),
        ),
        ConceptSpec(
            "errors",
            (
                Check("lr", "A negative lr raises ValueError, and lr=0 does not.", LRS),
                Check("empty", "An empty list of parameters raises ValueError.", NOTHING),
                Check("leaf", "A tensor that is not a leaf raises ValueError, a frozen leaf does not.", LEAVES),
            ),
        ),
    ),
    avoids=OPTIMIZERS,
    stays=BASE_CLASS,
)
