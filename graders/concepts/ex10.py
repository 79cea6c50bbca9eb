"""ex10_sgd_momentum: each option of SGD alone, then what they do together."""

from __future__ import annotations

from graders.concepts.avoids import BASE_CLASS, OPTIMIZERS
from graders.concepts.ex10_banks import (
    AHEAD,
    BAD_NESTEROV,
    BAD_NUMBERS,
    BAD_PARAMS,
    DAMPENING,
    DECAY,
    DECAY_MAXIMIZE,
    DECAY_MOMENTUM,
    EDITED,
    FIRST,
    GROUP_LR,
    GROUP_NEW_LR,
    GROUP_OPTIONS,
    LATE,
    LISTED,
    MAXIMIZE,
    MISSING,
    MOMENTUM,
    NEW_LR,
    OUTSIDE,
    PAUSED,
    PLAIN,
    READ_ONLY,
    STILL,
    TOGETHER,
    ZEROS,
)
from graders.spec import Check, ConceptSpec, ExerciseSpec

_VALUES = ("p? after*",)
_MOVED = ("* moves p*",)

EXERCISE = ExerciseSpec(
    "ex10_sgd_momentum",
    concepts=(
        ConceptSpec(
            "plain",
            (
                Check("rule", "Without options a step is p - lr * p.grad.", PLAIN, _VALUES),
                Check(
                    "facts",
                    "A step called outside torch.no_grad() changes the parameters in place, and they stay leaves.",
                    PLAIN,
                    ("*memory", "*leaf*", "p?.requires_grad*"),
                    counts_only_with=("plain", "none_skipped", "zero_gradients"),
                ),
            ),
        ),
        ConceptSpec(
            "none_skipped",
            (
                Check(
                    "none",
                    "A parameter whose .grad is None stays, whatever the options, and the others still move.",
                    MISSING,
                    _MOVED,
                ),
                Check("frozen", "A frozen parameter that has a gradient moves.", STILL, _MOVED),
            ),
        ),
        ConceptSpec(
            "momentum",
            (
                Check(
                    "buffer", "The buffer becomes momentum * buffer + g, and a step goes along it.", MOMENTUM, _VALUES
                ),
            ),
        ),
        ConceptSpec(
            "first_buffer",
            (
                Check("undamped", "The first buffer is the first gradient, not dampened.", FIRST, _VALUES),
                Check("late", "Each parameter has a first gradient of its own.", LATE, ("p1 after*",)),
            ),
        ),
        ConceptSpec(
            "dampening",
            (
                Check(
                    "later",
                    "From the second step on the gradient enters the buffer with 1 - dampening.",
                    DAMPENING,
                    _VALUES,
                ),
            ),
        ),
        ConceptSpec("weight_decay", (Check("alone", "weight_decay * p is added to the gradient.", DECAY, _VALUES),)),
        ConceptSpec("maximize", (Check("alone", "With maximize a step goes up the slope.", MAXIMIZE, _VALUES),)),
        ConceptSpec(
            "nesterov", (Check("ahead", "With nesterov a step goes along g + momentum * buffer.", AHEAD, _VALUES),)
        ),
        ConceptSpec(
            "decay_order",
            (
                Check("before", "The decay joins the gradient before the buffer takes it in.", DECAY_MOMENTUM, _VALUES),
                Check("after", "maximize turns the gradient around, not the decay.", DECAY_MAXIMIZE, _VALUES),
            ),
        ),
        ConceptSpec(
            "zero_gradients",
            (
                Check(
                    "moves", "Zeros are a gradient: the buffer and the decay still move the parameter.", ZEROS, _VALUES
                ),
            ),
        ),
        ConceptSpec(
            "lr_outside",
            (
                Check("now", "Each step uses the learning rate that its group has then.", NEW_LR, _VALUES),
                Check("outside", "A new learning rate acts at once on the whole buffer.", OUTSIDE, _VALUES),
            ),
        ),
        ConceptSpec(
            "grad_untouched",
            (
                Check(
                    "read",
                    "With every option a step leaves .grad as it was.",
                    READ_ONLY,
                    ("p?.grad after*", "*same tensor*"),
                    counts_only_with=("plain", "none_skipped", "momentum", "weight_decay", "maximize", "nesterov"),
                ),
            ),
        ),
        ConceptSpec(
            "own_buffer",
            (
                Check(
                    "alias",
                    "The buffer keeps its numbers, whatever is written into .grad or another optimizer does.",
                    EDITED,
                    _VALUES,
                ),
                Check("paused", "While .grad is None the buffer waits unchanged.", PAUSED, ("p0 after*",)),
            ),
        ),
        ConceptSpec(
            "param_groups",
            (
                Check("listed", "param_groups lists the parameters and the options of each group.", LISTED),
                Check("lr", "Each group steps with its own learning rate.", GROUP_LR, _VALUES),
                Check("changed", "The learning rate of one group may be changed alone.", GROUP_NEW_LR, _VALUES),
            ),
        ),
        ConceptSpec(
            "together",
            (
                Check("products", "Options in any combination follow torch.", TOGETHER, _VALUES),
                Check("groups", "Each group goes by all options of its own.", GROUP_OPTIONS, _VALUES),
            ),
        ),
        ConceptSpec(
            "errors",
            (
                Check(
                    "numbers", "A negative lr, momentum or weight_decay raises ValueError; 0 is allowed.", BAD_NUMBERS
                ),
                Check("nesterov", "nesterov without momentum or with dampening raises ValueError.", BAD_NESTEROV),
                Check(
                    "params",
                    "No parameters, no leaf, or one in two groups raise ValueError, a tensor alone TypeError.",
                    BAD_PARAMS,
                ),
            ),
        ),
    ),
    avoids=OPTIMIZERS,
    stays=BASE_CLASS,
)
