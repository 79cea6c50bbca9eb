"""The wrong ideas that ex01_finite_differences can name."""

from __future__ import annotations

from graders.spec import Misconception

IDEAS = (
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
        "uneven_sides",
        "You go eps to the right, but only half of it to the left. The errors of both sides cancel when the distances "
        "are equal.",
        ("centred",),
        "quotient",
        (1, -0.5, 1.5),
    ),
    Misconception(
        "both_on_the_right",
        "Both of your values lie to the right of the point. The errors cancel only when it lies in the middle.",
        ("centred",),
        "quotient",
        (1, 0.5, 0.5),
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
        "counts_from_the_end",
        "Your slope belongs to the argument counted from the end. Positions count from the front, starting with 0.",
        ("right_argument",),
        "along",
        ("mirrored",),
    ),
    *(
        Misconception(
            f"slope_{how}_{digits}",
            f"Your slopes keep {digits} {what} only. Return what the division gives: rounding is a matter of printing.",
            ("agrees_with_torch",),
            "imprecise",
            (how, digits),
        )
        for how, what, choices in (("rounded", "decimals", (4, 5, 6, 7, 8)), ("formatted", "digits", (6, 7, 8)))
        for digits in choices
    ),
    Misconception(
        "single_precision",
        "Your slopes have passed through numbers of 32 bits, which hold about seven digits. Keep Python's floats.",
        ("agrees_with_torch",),
        "imprecise",
        ("single",),
    ),
    Misconception(
        "lists_only",
        "Your code asks a tuple for something that only lists have. The point may be either, and is only read.",
        ("inputs_unchanged",),
        "gradients",
        ("copied",),
    ),
    Misconception(
        "returns_the_slopes",
        "You return the slopes of the last step. Where the steps lead is wanted.",
        ("descent",),
        "descents",
        ("slopes",),
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
        ("default", 1e-12),
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
    Misconception(
        "loses_the_sign",
        "Your slopes are never negative. A function that falls to the right has a negative slope.",
        ("slope",),
        "unsigned",
    ),
    Misconception(
        "never_nudges",
        "Your slope is 0 wherever you look, as if both points were one. Two names for one list are still one list.",
        ("slope", "step_size"),
        "quotient",
        (0, 0, 2),
    ),
    Misconception(
        "relative_nudge",
        "You scale the nudge with the argument. That is a sound habit, but here `eps` is the distance itself.",
        ("step_size",),
        "nudging",
        ("relative",),
    ),
    *(
        Misconception(
            f"default_{eps:g}",
            f"Your default nudge is {eps:g}. It should be 1e-05, where a centred difference of floats is about best.",
            ("step_size",),
            "nudging",
            ("default", eps),
        )
        for eps in (1e-2, 1e-3, 1e-4, 1e-6, 1e-7, 1e-8)
    ),
    Misconception(
        "one_slope_short",
        "Your gradient lacks the slope of the last argument.",
        ("full_gradient",),
        "gradients",
        ("short",),
    ),
    Misconception(
        "first_slope_repeated",
        "All your slopes are those of the first argument. Say which argument is to be nudged each time.",
        ("full_gradient",),
        "gradients",
        ("repeated",),
    ),
    Misconception(
        "sum_of_slopes",
        "You add up the slopes. A gradient keeps them apart, one number for each argument.",
        ("full_gradient",),
        "gradients",
        ("summed",),
    ),
    Misconception(
        "puts_back_in_place",
        "You nudge the caller's own list and put the number back. A tuple cannot be changed at all: work on a copy.",
        ("inputs_unchanged",),
        "gradients",
        ("restored",),
    ),
    Misconception(
        "descends_in_place",
        "You move the numbers of the caller's own list. Who called you still needs the starting point.",
        ("descent",),
        "descents",
        ("in_place",),
    ),
    Misconception(
        "returns_the_start_itself",
        "When there is no step to take you return the caller's own list. Return a copy, as in every other case.",
        ("descent",),
        "descents",
        ("alias",),
    ),
    Misconception(
        "one_step_too_many",
        "You take one step more than `steps` says.",
        ("descent",),
        "descents",
        ("extra",),
    ),
)
