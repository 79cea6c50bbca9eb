"""Wrong ideas about RMSprop and Adam, with what to say to whoever has them."""

from __future__ import annotations

from graders.spec import Misconception


def _wrong(idea: str, sentence: str, *concepts: str) -> Misconception:
    return Misconception(idea, sentence, concepts, "wrong", (idea,))


IDEAS = (
    _wrong(
        "recorded_update",
        "Your update is an operation that autograd wants to record, and torch forbids that in place on a leaf. The update is not part of the function being differentiated: say so with no_grad.",
        "in_place",
    ),
    _wrong(
        "rebinds",
        "Your steps compute something, but the tensors that the model holds keep their values. `p = ...` gives the name p to another tensor.",
        "in_place",
    ),
    _wrong(
        "needs_every_grad",
        "Your step computes with a .grad of None and raises. A parameter that the loss did not reach is passed over.",
        "none_skipped",
    ),
    _wrong(
        "none_as_zeros",
        "With weight decay your step moves a parameter whose .grad is None, as if its gradient were zeros. None means: not this one, not in this step.",
        "none_skipped", "own_count",
    ),
    _wrong(
        "sum_of_squares",
        "You add up squares for ever, as Adagrad does, and the steps die out. RMSprop averages: a share alpha of the old is left, and 1 - alpha of the new comes in.",
        "square_average",
    ),
    _wrong(
        "alpha_swapped",
        "alpha and 1 - alpha have changed places. alpha is the share of the old average that is left.",
        "square_average",
    ),
    _wrong(
        "no_root",
        "You divide by the average of the squares. Divide by its root, or a gradient twice as large makes a step half as long.",
        "square_average",
    ),
    _wrong(
        "starts_with_square",
        "Your average starts with the first square. In torch it starts at 0, so the first step is longer than lr.",
        "square_average",
    ),
    _wrong(
        "eps_inside",
        "Your eps is under the root. torch takes the root first and then adds eps.",
        "rmsprop_eps", "adam_eps",
    ),
    _wrong(
        "eps_ignored",
        "eps changes nothing in your steps. It is added to the root, and the gradient is divided by the sum.",
        "rmsprop_eps", "adam_eps",
    ),
    _wrong(
        "eps_before_correction",
        "You add eps before the root is corrected, so it is scaled by the correction too. Correct first, then take the root, then add eps.",
        "adam_eps",
    ),
    _wrong(
        "ignores_centered",
        "Your steps are the same with and without centered. It takes the square of the averaged gradient from the averaged square.",
        "centered",
    ),
    _wrong(
        "mean_not_squared",
        "You take the averaged gradient itself from the averaged square. Square it first: a variance is the mean of the squares minus the square of the mean.",
        "centered",
    ),
    _wrong(
        "centred_on_now",
        "You take the square of the gradient of now from the average. It is the averaged gradient that is squared.",
        "centered",
    ),
    _wrong(
        "momentum_before_scaling",
        "Your buffer takes in raw gradients and is scaled afterwards. In torch each gradient is divided first, and the buffer takes in the result.",
        "rmsprop_momentum",
    ),
    _wrong(
        "ignores_momentum",
        "Your steps do not remember the steps before. With momentum, buffer = momentum * buffer + scaled gradient, and p goes along the buffer.",
        "rmsprop_momentum",
    ),
    _wrong(
        "averaged_buffer",
        "The scaled gradient enters your buffer with 1 - momentum. In torch it enters whole.",
        "rmsprop_momentum",
    ),
    _wrong(
        "lr_in_buffer",
        "You multiply by lr before the buffer takes the scaled gradient in. That is the same until lr changes; torch multiplies at the end.",
        "rmsprop_momentum",
    ),
    _wrong(
        "decay_ignored",
        "Weight decay changes nothing in your steps. It adds weight_decay * p to the gradient.",
        "rmsprop_decay", "adam_decay",
    ),
    _wrong(
        "decoupled_decay",
        "Your decay goes past the averages straight to the parameter, as AdamW does it. Here it joins the gradient first and is divided like the rest.",
        "rmsprop_decay", "adam_decay",
    ),
    _wrong(
        "not_corrected",
        "Your averages start at 0 and nothing makes up for it, so the first steps have a wrong length. Divide each by 1 - beta**t.",
        "first_step",
    ),
    _wrong(
        "correction_multiplied",
        "You multiply by 1 - beta**t, which makes the start even smaller. Divide by it.",
        "first_step",
    ),
    _wrong(
        "t_from_zero",
        "Your first step has t = 0, and 1 - beta**0 is 0: the step is not a number. The first step has t = 1.",
        "first_step",
    ),
    _wrong(
        "first_moment_only",
        "Only the average of the gradients is corrected. The average of the squares starts at 0 just as well.",
        "first_step",
    ),
    _wrong(
        "betas_swapped",
        "beta1 and beta2 have changed places. The first one is for the gradients, the second one for their squares.",
        "moments",
    ),
    _wrong(
        "no_first_average",
        "Your steps go along the gradient of now. Adam goes along the average of the gradients, with beta1.",
        "moments",
    ),
    _wrong(
        "square_of_average",
        "You average the squares of m. The second average is that of g**2.",
        "moments",
    ),
    _wrong(
        "t_stays_one",
        "You correct every step as if it were the first. t grows by 1 with each step.",
        "corrections",
    ),
    _wrong(
        "global_count",
        "All parameters share one count of steps, so a late first gradient is not corrected as a first one. Each parameter counts for itself.",
        "own_count",
    ),
    _wrong(
        "defaults_first",
        "The options that a group sets for itself are lost: all groups end with those of the constructor. A group's own options go before the defaults.",
        "groups",
    ),
    _wrong(
        "accepts_anything",
        "Your constructors accept what no step can use. Such mistakes are cheapest to find when the optimizer is made.",
        "errors",
    ),
)
