"""The wrong ideas that ex12_training_loop can name."""

from __future__ import annotations

from graders.spec import Misconception

IDEAS = (
    Misconception(
        "cleared_before_step",
        "You clear the gradients between backward and step: the message is erased before it is read, so nothing moves.",
        ("order",),
        "in_order",
        ("forward backward zero step",),
    ),
    Misconception(
        "never_cleared",
        "Your step uses the sum of all gradients so far: backward adds into `.grad`, and nobody clears it.",
        ("order",),
        "in_order",
        ("forward backward step",),
    ),
    Misconception(
        "cleared_at_the_end",
        "You clear after the step. What was left in `.grad` before your first step still takes part in it, and nobody "
        "can look at this step's gradients afterwards.",
        ("order",),
        "in_order",
        ("forward backward step zero",),
    ),
    Misconception(
        "step_first",
        "You step with the gradients that lay there before this step, and compute the new ones afterwards.",
        ("order",),
        "in_order",
        ("step zero forward backward",),
    ),
    Misconception(
        "no_step_after_backward",
        "After your function the gradients are there, but nothing has moved: backward only fills `.grad`. The "
        "optimizer has to step, and after backward, not before.",
        ("order",),
        "in_order",
        ("zero forward backward",),
    ),
    Misconception(
        "no_backward",
        "No gradient is ever computed: calling the loss function builds the graph, but only backward walks it.",
        ("order",),
        "in_order",
        ("zero forward step",),
    ),
    Misconception(
        "returns_tensor",
        "You return a tensor. The number is wanted: a loss tensor keeps its whole graph alive while anybody holds it.",
        ("returns_float",),
        "in_order",
        ("zero forward backward step", "tensor"),
    ),
    Misconception(
        "returns_nothing",
        "Your function returns nothing.",
        ("returns_float",),
        "in_order",
        ("zero forward backward step", "nothing"),
    ),
    Misconception(
        "loss_after_the_step",
        "You report the loss of the moved parameters. The loss of this step is the one its gradients came from.",
        ("returns_float",),
        "in_order",
        ("zero forward backward step again",),
    ),
    Misconception(
        "second_forward",
        "You run the model twice in one step. The loss that went backward already holds the number to report.",
        ("forward_once",),
        "in_order",
        ("zero forward backward again step",),
    ),
    Misconception(
        "swapped_arguments",
        "You call `loss_fn(y, prediction)`. The prediction comes first; not every loss is symmetric.",
        ("forward_once",),
        "in_order",
        ("zero swapped backward step",),
    ),
    Misconception(
        "calls_forward_method",
        "You call `model.forward(x)`. Calling the model itself, `model(x)`, also runs the hooks that were put on it.",
        ("forward_once",),
        "in_order",
        ("zero unhooked backward step",),
    ),
    Misconception(
        "hides_the_error",
        "Your code goes on where backward should raise. Catching the error, or `requires_grad_()` on the loss, only "
        "hides that nothing connects this loss to the parameters.",
        ("broken_graph",),
        "in_order",
        ("zero forward silenced backward step",),
    ),
    Misconception(
        "losses_after_the_steps",
        "Your losses are those after each step. The first one should be the loss of the untouched parameters.",
        ("fit_history",),
        "history",
        ("after",),
    ),
    Misconception(
        "only_the_last_loss",
        "You return the last loss only. The whole history is wanted, one loss for each epoch.",
        ("fit_history",),
        "history",
        ("last",),
    ),
    Misconception(
        "one_loss_too_many",
        "You write down one loss more than there are epochs.",
        ("fit_history",),
        "history",
        ("extra",),
    ),
    Misconception(
        "clears_in_each_chunk",
        "You clear the gradients for every chunk, so the step finds only the last one's. Gradients add up over "
        "backward calls: clear once, before the first.",
        ("accumulation",),
        "chunks",
        ("share", "each"),
    ),
    Misconception(
        "steps_in_each_chunk",
        "You step after every chunk, so later chunks see parameters that have already moved. Gather first, step once.",
        ("accumulation",),
        "chunks",
        ("share", "once", "each"),
    ),
    Misconception(
        "one_backward_for_all",
        "You add up the losses and go backward once, so the graphs of all chunks are in memory together. Let each "
        "chunk's backward run before the next one enters.",
        ("accumulation",),
        "chunks",
        ("share", "once", "once", "once"),
    ),
    Misconception(
        "unweighted_chunks",
        "You add the mean losses of the chunks as they are, so k chunks give a gradient about k times too big. A chunk "
        "counts by its share of the rows.",
        ("chunk_weighting",),
        "chunks",
        ("one",),
    ),
    Misconception(
        "equal_chunks",
        "You weight all chunks equally, which is right only when they are equally long. A chunk of 6 rows and one of 2 "
        "are 6/8 and 2/8 of the batch.",
        ("chunk_weighting",),
        "chunks",
        ("equal",),
    ),
    Misconception(
        "clears_the_model",
        "You clear the gradients of the model, not those that the optimizer holds. When the two are not the same "
        "parameters, the optimizer steps with gradients left from before.",
        ("two_models",),
        "clears_the_model",
    ),
    Misconception(
        "copied_parameter",
        "Your parameter holds a copy of the numbers: a step moves the copy, and the engine's leaf never hears of it. "
        "Two objects can also look at one memory.",
        ("meeting_point",),
        "parameter",
        ("copy",),
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
        "The engine's leaves still hold the gradients of the step before, and its backward adds to them. Clearing the "
        "parameters does not clear the leaves.",
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
        "powers_reversed",
        "Your coefficients belong to x**3, x**2 and x, in this order. They should come in the order of rising powers.",
        ("cubic_fit",),
        "cubic",
        ("sum", (3, 2, 1)),
    ),
    Misconception(
        "curve_after_the_steps",
        "Your curve starts after the first step. The first loss is that of the untouched coefficients.",
        ("cubic_fit",),
        "cubic",
        ("sum", (1, 2, 3), "after"),
    ),
)
