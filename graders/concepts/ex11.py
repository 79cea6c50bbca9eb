"""ex11_adaptive: RMSprop and Adam, each idea of theirs on its own."""

from __future__ import annotations

from graders.concepts.avoids import BASE_CLASS, OPTIMIZERS
from graders.concepts.ex11_banks import (
    ADAM_ALL,
    ADAM_DECAY,
    ADAM_EPS,
    ADAM_GROUPS,
    ADAM_LISTED,
    ADAM_MISSING,
    ADAM_NUMBERS,
    ADAM_PLAIN,
    BUFFER,
    BUFFER_LR,
    CENTERED,
    CORRECTED,
    FIRST,
    LATE,
    MOMENTS,
    PARAMS,
    PAUSED,
    RMS_ALL,
    RMS_DECAY,
    RMS_EPS,
    RMS_GROUPS,
    RMS_LISTED,
    RMS_MISSING,
    RMS_NUMBERS,
    RMS_PLAIN,
    SQUARE,
)
from graders.judging.rules.steps import values_of_groups
from graders.spec import Check, ConceptSpec, ExerciseSpec

_VALUES = ("p? after*",)
_MOVED = ("* moves p*",)
_FACTS = ("* moves p*", "*memory", "*leaf*", "p?.requires_grad*", "p?.grad after*")

EXERCISE = ExerciseSpec(
    "ex11_adaptive",
    concepts=(
        ConceptSpec(
            "in_place",
            (
                Check(
                    "rmsprop",
                    "RMSprop changes the leaves in place, unrecorded, and only reads .grad.",
                    RMS_PLAIN,
                    _FACTS,
                ),
                Check(
                    "adam", "Adam changes the leaves in place, unrecorded, and only reads .grad.", ADAM_PLAIN, _FACTS
                ),
            ),
        ),
        ConceptSpec(
            "none_skipped",
            (
                Check(
                    "rmsprop", "RMSprop passes over parameters whose .grad is None, and no others.", RMS_MISSING, _MOVED
                ),
                Check("adam", "Adam passes over parameters whose .grad is None, and no others.", ADAM_MISSING, _MOVED),
            ),
        ),
        ConceptSpec(
            "square_average",
            (Check("root", "RMSprop divides by the root of an average of squares that starts at 0.", SQUARE, _VALUES),),
        ),
        ConceptSpec("rmsprop_eps", (Check("outside", "RMSprop adds eps to the root.", RMS_EPS, _VALUES),)),
        ConceptSpec(
            "centered",
            (
                Check(
                    "variance",
                    "With centered, RMSprop subtracts the square of the mean from the mean square.",
                    CENTERED,
                    _VALUES,
                ),
            ),
        ),
        ConceptSpec(
            "rmsprop_momentum",
            (
                Check(
                    "scaled",
                    "buffer = momentum * buffer + scaled gradient, and p moves by lr * buffer.",
                    BUFFER,
                    _VALUES,
                ),
                Check("lr", "A new learning rate acts at once on the whole buffer.", BUFFER_LR, _VALUES),
            ),
        ),
        ConceptSpec(
            "rmsprop_decay",
            (Check("before", "The decay joins the gradient before it is averaged.", RMS_DECAY, _VALUES),),
        ),
        ConceptSpec(
            "first_step", (Check("length", "Without eps every first step of Adam is lr long.", FIRST, _VALUES),)
        ),
        ConceptSpec(
            "moments",
            (Check("direction", "Adam averages g with beta1 and g**2 with beta2.", MOMENTS),),
        ),
        ConceptSpec(
            "corrections", (Check("later", "In step t both averages are divided by 1 - beta**t.", CORRECTED, _VALUES),)
        ),
        ConceptSpec("adam_eps", (Check("outside", "Adam adds eps to the corrected root.", ADAM_EPS, _VALUES),)),
        ConceptSpec(
            "adam_decay", (Check("before", "The decay joins the gradient before it is averaged.", ADAM_DECAY),)
        ),
        ConceptSpec(
            "own_count",
            (
                Check("late", "Each parameter counts its steps from its own first gradient.", LATE, ("p1 after*",)),
                Check(
                    "paused",
                    "A step without a gradient does not count, nor does one of another optimizer.",
                    PAUSED,
                    ("p0 after*",),
                ),
            ),
        ),
        ConceptSpec(
            "groups",
            (
                Check("rmsprop_listed", "param_groups of RMSprop lists parameters and options.", RMS_LISTED),
                Check("adam_listed", "param_groups of Adam lists parameters and options.", ADAM_LISTED),
                Check("rmsprop_lr", "Each group of RMSprop steps with its current learning rate.", RMS_GROUPS, _VALUES),
                Check("adam_lr", "Each group of Adam steps with its current learning rate.", ADAM_GROUPS, _VALUES),
            ),
        ),
        ConceptSpec(
            "together",
            (
                Check(
                    "rmsprop", "All options of RMSprop together follow torch.", RMS_ALL, _VALUES, rule=values_of_groups
                ),
                Check("adam", "All options of Adam together follow torch.", ADAM_ALL, _VALUES, rule=values_of_groups),
            ),
        ),
        ConceptSpec(
            "errors",
            (
                Check(
                    "rmsprop",
                    "An option of RMSprop out of its range raises ValueError; an lr of 0 is allowed.",
                    RMS_NUMBERS,
                ),
                Check(
                    "adam",
                    "An option of Adam out of its range raises ValueError; betas of 0 are allowed.",
                    ADAM_NUMBERS,
                ),
                Check("params", "No parameters, or a tensor that is not a leaf, raise ValueError.", PARAMS),
            ),
        ),
    ),
    avoids=OPTIMIZERS,
    stays=BASE_CLASS,
)
