"""ex01_finite_differences: slopes by nudging, and gradient descent with them."""

from __future__ import annotations

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
from graders.spec import Check, ConceptSpec, ExerciseSpec, Misconception

EXERCISE = ExerciseSpec(
    "ex01_finite_differences",
    concepts=(
        ConceptSpec(
            "slope",
            (Check("lines", "On a straight line the slope is the change of f divided by the distance.", LINES),),
        ),
        ConceptSpec(
            "centred",
            (
                Check("bottom", "At the bottom of a parabola both sides are equally high, so the slope is 0.", BOTTOMS),
                Check(
                    "order",
                    "A nudge ten times smaller makes the error about a hundred times smaller.",
                    CURVES,
                    judge="order_of_error",
                ),
            ),
        ),
        ConceptSpec(
            "right_argument",
            (Check("arguments", "Only the argument numbered `arg` is nudged; the others stay as given.", ARGUMENTS),),
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
                    judges=("end",),
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
    misconceptions=(
        Misconception(
            "one_sided",
            "Your two values are f(x + eps) and f(x): a slope seen from one side, wrong by about eps/2 times the "
            "curvature. Step to both sides and those errors cancel.",
            ("centred",),
            "quotient",
            (1, 0, 1),
        ),
        Misconception(
            "one_sided_below",
            "Your two values are f(x) and f(x - eps): a slope seen from one side, wrong by about eps/2 times the "
            "curvature. Step to both sides and those errors cancel.",
            ("centred",),
            "quotient",
            (0, -1, 1),
        ),
        Misconception(
            "divides_by_eps",
            "Your slopes are twice as steep as they are. From x - eps to x + eps is a distance of two nudges.",
            ("slope",),
            "quotient",
            (1, -1, 1),
        ),
        Misconception(
            "reversed_difference",
            "Your slopes have the opposite sign. A function that rises to the right has a positive slope.",
            ("slope",),
            "quotient",
            (-1, 1, 2),
        ),
        Misconception(
            "no_division",
            "You return how much f changed. A slope is that change for each unit of distance.",
            ("slope",),
            "undivided",
        ),
        Misconception(
            "always_first",
            "You nudge the first argument whatever `arg` says, so every slope is that of the first argument.",
            ("right_argument",),
            "along",
            ("first",),
        ),
        Misconception(
            "nudges_all",
            "You nudge all arguments together, which adds up all their slopes. Hold every argument still but one.",
            ("right_argument",),
            "along",
            ("all",),
        ),
        Misconception(
            "counts_from_one",
            "Your slope belongs to the argument before the one that was asked for. Positions count from 0.",
            ("right_argument",),
            "along",
            ("previous",),
        ),
        Misconception(
            "ignores_eps",
            "You nudge by the same distance whatever `eps` the caller asks for.",
            ("step_size",),
            "nudging",
            ("fixed",),
        ),
        Misconception(
            "half_nudge",
            "You move by eps/2 to each side. Here `eps` is the distance to each side, so the points are 2*eps apart.",
            ("step_size",),
            "nudging",
            ("half",),
        ),
        Misconception(
            "tiny_default",
            "Your default nudge is 1e-12. That is not more exact: the two values then agree in nearly all their "
            "digits, and rounding is most of what is left.",
            ("step_size",),
            "nudging",
            ("tiny",),
        ),
        Misconception(
            "fixed_divisor",
            "You nudge by `eps` but divide by a distance that belongs to the default one.",
            ("slope",),
            "nudging",
            ("divisor",),
        ),
        Misconception(
            "precedence",
            "`change / 2 * eps` divides by 2 and then multiplies by eps. Put the distance in parentheses.",
            ("slope",),
            "precedence",
        ),
        Misconception(
            "nudges_in_place",
            "You nudge the caller's own numbers. Taking the nudge off again does not always give back the same float, "
            "and a tuple cannot be changed at all.",
            ("inputs_unchanged",),
            "gradients",
            ("in_place",),
        ),
        Misconception(
            "leaves_the_nudge",
            "When you nudge an argument, the ones before it are still nudged. Put each back, or start from a copy.",
            ("full_gradient",),
            "gradients",
            ("left",),
        ),
        Misconception(
            "only_the_first_slope",
            "You return one slope only. A gradient has one number for each argument.",
            ("full_gradient",),
            "gradients",
            ("first",),
        ),
        Misconception(
            "reversed_gradient",
            "Your slopes are right but in the opposite order of the arguments.",
            ("full_gradient",),
            "gradients",
            ("reversed",),
        ),
        Misconception(
            "uphill",
            "You add the slope, so you walk uphill. The slope points to where f grows: go against it.",
            ("descent",),
            "descents",
            ("uphill",),
        ),
        Misconception(
            "one_by_one",
            "You move one number before you measure the slope of the next. Measure the whole gradient at one point, "
            "then move all numbers together.",
            ("descent",),
            "descents",
            ("sequential",),
        ),
        Misconception(
            "measured_once",
            "You measure the gradient only at the start. After a step you stand elsewhere, and the slopes are others.",
            ("descent",),
            "descents",
            ("stale",),
        ),
        Misconception(
            "ignores_lr",
            "You move by the whole slope. The learning rate says how much of it to go.",
            ("descent",),
            "descents",
            ("no_lr",),
        ),
        Misconception(
            "one_step_only",
            "You take one step, whatever `steps` says.",
            ("descent",),
            "descents",
            ("once",),
        ),
    ),
)
