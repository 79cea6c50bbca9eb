"""ex01_finite_differences: slopes by nudging, and gradient descent with them."""

from __future__ import annotations

from graders.concepts.avoids import ARRAYS
from graders.concepts.ex01_banks import (
    ARGUMENTS,
    BOTTOMS,
    CURVES,
    DESCENTS,
    GRADIENTS,
    INPUTS,
    LINES,
    NUDGES,
    SMOOTH,
)
from graders.spec import Check, ConceptSpec, ExerciseSpec

_SLOPES = ("slope", "right_argument", "step_size", "agrees_with_torch")

EXERCISE = ExerciseSpec(
    "ex01_finite_differences",
    avoids=ARRAYS,
    concepts=(
        ConceptSpec(
            "slope",
            (Check("lines", "On a straight line the slope is the change of f divided by the distance.", LINES),),
        ),
        ConceptSpec(
            "centred",
            (
                Check(
                    "bottom",
                    "At the bottom of a parabola both sides are equally high, so the slope is 0.",
                    BOTTOMS,
                    beside=_SLOPES,
                ),
                Check(
                    "order",
                    "A nudge ten times smaller makes the error about a hundred times smaller.",
                    CURVES,
                    judge="order_of_error",
                    beside=_SLOPES,
                ),
            ),
        ),
        ConceptSpec(
            "right_argument",
            (
                Check(
                    "arguments",
                    "Only the argument numbered `arg` is nudged; the others stay as given.",
                    ARGUMENTS,
                    judge="nudged_arguments",
                ),
            ),
        ),
        ConceptSpec(
            "step_size",
            (
                Check(
                    "distance",
                    "`f` is called `eps` away from the point, to each side; 1e-5 away when no `eps` is given.",
                    NUDGES,
                ),
            ),
        ),
        ConceptSpec(
            "agrees_with_torch",
            (
                Check(
                    "curves",
                    "On smooth functions the slope agrees with torch's gradient in nine digits or so.",
                    SMOOTH,
                    judge="within_truncation",
                ),
            ),
        ),
        ConceptSpec(
            "full_gradient",
            (
                Check(
                    "gradient",
                    "One slope for each argument, in the order of the arguments.",
                    GRADIENTS,
                    judges=("gradient",),
                    judge="nudged",
                ),
                Check(
                    "one_at_a_time",
                    "While one argument is nudged, all others are at the point.",
                    GRADIENTS,
                    judges=("number of arguments*",),
                    beside=("full_gradient",),
                ),
            ),
        ),
        ConceptSpec(
            "inputs_unchanged",
            (Check("gradient", "`numerical_gradient` only reads the point, be it a list or a tuple.", INPUTS),),
        ),
        ConceptSpec(
            "descent",
            (
                Check(
                    "end",
                    "Each step moves all numbers against the slopes measured at one point, as torch's SGD does.",
                    DESCENTS,
                    judges=("end*",),
                    judge="nudged",
                ),
                Check(
                    "start",
                    "`descend` returns a list of its own and leaves the starting point alone.",
                    DESCENTS,
                    judges=("descend*",),
                ),
            ),
        ),
    ),
)
