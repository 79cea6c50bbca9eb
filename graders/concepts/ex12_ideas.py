"""The wrong ideas that ex12_training_loop can name: here those about the loop."""

from __future__ import annotations

from graders.concepts.ex12_engine_ideas import ENGINE_IDEAS
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
        "You clear after the step. What was left in `.grad` before your first step still takes part in it, and "
        "nobody can look at this step's gradients afterwards.",
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
    *(
        Misconception(
            f"returns_text{form.replace('.', '_')}",
            "You return text. The loss is wanted as a number, which whoever prints it may format.",
            ("returns_float",),
            "in_order",
            ("zero forward backward step", f"text {form}"),
        )
        for form in ("", ".2f", ".3f", ".4f", ".6f")
    ),
    *(
        Misconception(
            f"rounds_to_{digits}",
            f"You round the loss to {digits} decimals. Return it as it is: rounding is a matter of printing.",
            ("returns_float",),
            "in_order",
            ("zero forward backward step", f"round {digits}"),
        )
        for digits in (2, 3, 4, 6)
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
        "steps_twice",
        "The optimizer steps twice in one call of your function. Once is enough, after backward.",
        ("forward_once",),
        "in_order",
        ("zero step forward backward step",),
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
        "Your code goes on where backward should raise. Catching the error, or `requires_grad_()` on the loss, "
        "only hides that nothing connects this loss to the parameters.",
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
        "running_mean",
        "Each number you return is the mean of all losses so far. The loss of each epoch itself is wanted.",
        ("fit_history",),
        "history",
        ("mean",),
    ),
    Misconception(
        "stops_early",
        "You stop when the loss no longer falls. As many epochs as were asked for are to be run.",
        ("fit_history",),
        "history",
        ("early",),
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
        "one_epoch_short",
        "You train one epoch less than was asked for.",
        ("fit_history",),
        "history",
        ("short",),
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
        "one_backward",
    ),
    Misconception(
        "size_taken_for_count",
        "You cut the batch into `chunk_size` chunks. It is the largest number of rows in a chunk.",
        ("accumulation",),
        "chunks",
        ("share", "once", "once", "count"),
    ),
    Misconception(
        "all_rows_at_once",
        "All rows go through the model at once. A batch that does not fit into memory would not fit this way either.",
        ("accumulation",),
        "chunks",
        ("share", "once", "once", "none"),
    ),
    Misconception(
        "drops_the_rest",
        "You leave out the last rows when they do not fill a chunk. They belong to the batch.",
        ("accumulation",),
        "chunks",
        ("share", "once", "once", "full"),
    ),
    Misconception(
        "nominal_share",
        "You weight every chunk by `chunk_size`, the last one too, which may be shorter. Count its rows.",
        ("chunk_weighting",),
        "chunks",
        ("nominal",),
    ),
    Misconception(
        "weights_only_the_report",
        "You weight the number that you return, but not the loss that goes backward: the gradients know nothing of it.",
        ("chunk_weighting",),
        "chunks",
        ("report",),
    ),
    Misconception(
        "reports_the_last_chunk",
        "Your gradients are right, but the loss you return is the last chunk's. The mean over all rows is wanted.",
        ("chunk_weighting",),
        "chunks",
        ("last",),
    ),
    Misconception(
        "unweighted_chunks",
        "You add the mean losses of the chunks as they are, so k chunks give a gradient about k times too big. A "
        "chunk counts by its share of the rows.",
        ("chunk_weighting",),
        "chunks",
        ("one",),
    ),
    Misconception(
        "equal_chunks",
        "You weight all chunks equally, which is right only when they are equally long. A chunk of 6 rows and one "
        "of 2 are 6/8 and 2/8 of the batch.",
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
    *ENGINE_IDEAS,
)
