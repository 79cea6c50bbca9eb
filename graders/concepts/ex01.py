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
from graders.judging.rules.calls import nudged, nudged_arguments, order_of_error, within_truncation
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
                    counts_only_with=_SLOPES,
                ),
                Check(
                    "order",
                    "With a nudge ten times smaller the error is about a hundred times smaller.",
                    CURVES,
                    rule=order_of_error,
                    counts_only_with=_SLOPES,
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
                    rule=nudged_arguments,
                ),
            ),
        ),
        ConceptSpec(
            "step_size",
            (
                Check(
                    "distance",
                    "The farthest call of `f` is `eps` away from the point; 1e-5 when no `eps` is given.",
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
                    rule=within_truncation,
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
                    labels=("gradient",),
                    rule=nudged,
                ),
                Check(
                    "one_at_a_time",
                    "While one argument is nudged, all others are at the point.",
                    GRADIENTS,
                    labels=("moved at once",),
                    counts_only_with=("full_gradient",),
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
                    "start",
                    "`descend` only reads the starting point, be it a list or a tuple, and returns a new list.",
                    DESCENTS,
                    labels=("xs unchanged", "end is not xs"),
                ),
                Check(
                    "end",
                    "Each step moves all numbers against the slopes measured at one point, as torch's SGD does.",
                    DESCENTS,
                    labels=("end of the descent",),
                    rule=nudged,
                ),
            ),
        ),
    ),
)
