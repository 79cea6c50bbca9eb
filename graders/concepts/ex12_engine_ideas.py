"""The wrong ideas about torch's optimizers on an engine of one's own that ex12_training_loop can name."""

from __future__ import annotations

from graders.spec import Misconception

ENGINE_IDEAS = (
    Misconception(
        "copied_parameter",
        "Your parameter holds a copy of the numbers: a step moves the copy, and the engine's leaf never hears of "
        "it. Two objects can also look at one memory.",
        ("meeting_point",),
        "parameter",
        ("copy",),
    ),
    *(
        Misconception(
            f"parameter_is_{dtype}",
            f"Your parameter is {dtype} whatever the leaf holds. Other numbers are copied on the way, and then a step "
            "no longer reaches the leaf.",
            ("meeting_point",),
            "parameter",
            (dtype,),
        )
        for dtype in ("float32", "float64")
    ),
    Misconception(
        "flat_parameter",
        "Your parameter has one dimension whatever the leaf has. It should have the leaf's shape, and its memory.",
        ("meeting_point",),
        "parameter",
        ("flat",),
    ),
    Misconception(
        "parameter_without_grad",
        "Your tensor shares the memory, but it does not require a gradient, so nobody can tell that it is trained.",
        ("meeting_point",),
        "parameter",
        ("frozen",),
    ),
    Misconception(
        "engine_grads_left",
        "The engine's leaves still hold the gradients of the step before, and its backward adds to them. Clearing "
        "the parameters does not clear the leaves.",
        ("engine_step",),
        "engine",
        ("zero backward hand step",),
    ),
    Misconception(
        "not_handed_over",
        "The engine's gradients never reach the parameters, and the optimizer reads only the parameters' `.grad`.",
        ("engine_step",),
        "engine",
        ("zero clear backward step",),
    ),
    Misconception(
        "handed_over_twice",
        "The parameters receive twice the gradient of this step. Hand over once what one backward left in the leaves.",
        ("engine_step",),
        "engine",
        ("zero clear backward twice step",),
    ),
    Misconception(
        "data_handed_over",
        "You hand over the leaves' numbers. The optimizer wants their gradients in the parameters' `.grad`.",
        ("engine_step",),
        "engine",
        ("zero clear backward data step",),
    ),
    Misconception(
        "handed_over_too_early",
        "You hand the gradients over before backward has run.",
        ("engine_step",),
        "engine",
        ("zero clear hand backward step",),
    ),
    Misconception(
        "engine_without_step",
        "The parameters have their gradients, but nothing moves: nobody asks the optimizer to step.",
        ("engine_step",),
        "engine",
        ("zero clear backward hand",),
    ),
    Misconception(
        "mean_for_sum",
        "Your loss is the mean of the squared differences. The sum is wanted; its gradients are n times as large.",
        ("cubic_fit",),
        "cubic",
        ("mean",),
    ),
    Misconception(
        "absolute_differences",
        "Your loss sums the absolute differences. The sum of their squares is wanted.",
        ("cubic_fit",),
        "cubic",
        ("abs",),
    ),
    Misconception(
        "one_step_more",
        "You take one step more than was asked for.",
        ("cubic_fit",),
        "cubic",
        ("sum", (1, 2, 3), "one more"),
    ),
    Misconception(
        "powers_reversed",
        "Your coefficients belong to x**3, x**2 and x, in this order. They should come in the order of rising powers.",
        ("cubic_fit",),
        "cubic",
        ("sum", (3, 2, 1)),
    ),
    Misconception(
        "bias_last",
        "Your fit is right, but you return the bias last. It comes first.",
        ("cubic_fit",),
        "cubic",
        ("sum", (1, 2, 3), "bias last"),
    ),
    Misconception(
        "bias_not_trained",
        "Your bias never moves: the optimizer was not given its parameter, or its gradient is not handed over.",
        ("cubic_fit",),
        "cubic",
        ("sum", (1, 2, 3), "fixed bias"),
    ),
    Misconception(
        "curve_after_the_steps",
        "Your curve starts after the first step. The first loss is that of the untouched coefficients.",
        ("cubic_fit",),
        "cubic",
        ("sum", (1, 2, 3), "after"),
    ),
)
