"""Wrong ideas about RMSprop and Adam, with what to say to whoever has them."""

from __future__ import annotations

from graders.spec import Misconception


def _wrong(idea: str, sentence: str, *concepts: str) -> Misconception:
    return Misconception(idea, sentence, concepts, "wrong", (idea,))


IDEAS = (
    _wrong(
        "recorded_update",
        "Your update is an operation that autograd wants to record, and torch forbids that in place on a leaf. "
        "The update is not part of the function being differentiated: say so with no_grad.",
        "in_place",
    ),
    _wrong(
        "rebinds",
        "Your steps compute something, but the tensors that the model holds keep their values. `p = ...` gives "
        "the name p to another tensor.",
        "in_place",
    ),
    _wrong(
        "needs_every_grad",
        "Your step computes with a .grad of None and raises. A parameter that the loss did not reach is passed over.",
        "none_skipped",
    ),
    _wrong(
        "none_as_zeros",
        "With weight decay your step moves a parameter whose .grad is None, as if its gradient were zeros. None "
        "means: not this one, not in this step.",
        "none_skipped",
        "own_count",
    ),
    _wrong(
        "sum_of_squares",
        "You add up squares for ever, as Adagrad does, and the steps die out. RMSprop averages: a share alpha of "
        "the old is left, and 1 - alpha of the new comes in.",
        "square_average",
    ),
    _wrong(
        "alpha_swapped",
        "alpha and 1 - alpha have changed places. alpha is the share of the old average that is left.",
        "square_average",
    ),
    _wrong(
        "no_root",
        "You divide by the average of the squares. Divide by its root, or a gradient twice as large makes a step "
        "half as long.",
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
        "rmsprop_eps",
        "adam_eps",
    ),
    _wrong(
        "eps_ignored",
        "eps changes nothing in your steps. It is added to the root, and the gradient is divided by the sum.",
        "rmsprop_eps",
        "adam_eps",
    ),
    _wrong(
        "eps_before_correction",
        "You add eps before the root is corrected, so it is scaled by the correction too. Correct first, then "
        "take the root, then add eps.",
        "adam_eps",
    ),
    _wrong(
        "ignores_centered",
        "Your steps are the same with and without centered. It takes the square of the averaged gradient from the "
        "averaged square.",
        "centered",
    ),
    _wrong(
        "mean_not_squared",
        "You take the averaged gradient itself from the averaged square. Square it first: a variance is the mean "
        "of the squares minus the square of the mean.",
        "centered",
    ),
    _wrong(
        "centred_on_now",
        "You take the square of the gradient of now from the average. It is the averaged gradient that is squared.",
        "centered",
    ),
    _wrong(
        "momentum_before_scaling",
        "Your buffer takes in raw gradients and is scaled afterwards. In torch each gradient is divided first, "
        "and the buffer takes in the result.",
        "rmsprop_momentum",
    ),
    _wrong(
        "ignores_momentum",
        "Your steps do not remember the steps before. With momentum, buffer = momentum * buffer + scaled "
        "gradient, and p goes along the buffer.",
        "rmsprop_momentum",
    ),
    _wrong(
        "averaged_buffer",
        "The scaled gradient enters your buffer with 1 - momentum. In torch it enters whole.",
        "rmsprop_momentum",
    ),
    _wrong(
        "lr_in_buffer",
        "You multiply by lr before the buffer takes the scaled gradient in. That is the same until lr changes; "
        "torch multiplies at the end.",
        "rmsprop_momentum",
    ),
    _wrong(
        "decay_ignored",
        "Weight decay changes nothing in your steps. It adds weight_decay * p to the gradient.",
        "rmsprop_decay",
        "adam_decay",
    ),
    _wrong(
        "decoupled_decay",
        "Your decay goes past the averages straight to the parameter, as AdamW does it. Here it joins the "
        "gradient first and is divided like the rest.",
        "rmsprop_decay",
        "adam_decay",
    ),
    _wrong(
        "not_corrected",
        "Your averages start at 0 and nothing makes up for it, so the first steps have a wrong length. Divide "
        "each by 1 - beta**t.",
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
        "All parameters share one count of steps, so a late first gradient is not corrected as a first one. Each "
        "parameter counts for itself.",
        "own_count",
    ),
    _wrong(
        "defaults_first",
        "The options that a group sets for itself are lost: all groups end with those of the constructor. A "
        "group's own options go before the defaults.",
        "groups",
    ),
    _wrong(
        "accepts_anything",
        "Your constructors accept what no step can use. Such mistakes are cheapest to find when the optimizer is made.",
        "errors",
    ),
    _wrong(
        "replaces_storage",
        "The parameters lie in new memory after your step: whoever shares the old memory still sees the old "
        "values. Write into the tensor instead of giving it other data.",
        "in_place",
    ),
    _wrong(
        "clears_in_step",
        "After your step every .grad is None. Clearing is zero_grad's work; a step only reads.",
        "in_place",
    ),
    _wrong(
        "stops_at_none",
        "The first parameter without a gradient ends your step for its group. None concerns that one parameter: "
        "go on with the next.",
        "none_skipped",
    ),
    _wrong(
        "corrected_like_adam",
        "You correct the average for its start at 0. That is Adam; RMSprop leaves it as it is.",
        "square_average",
    ),
    _wrong(
        "eps_as_floor",
        "In your steps eps is only a lower limit of the root. torch adds it to the root, however large that is.",
        "rmsprop_eps",
        "adam_eps",
    ),
    _wrong(
        "centres_the_gradient",
        "You take the averaged gradient from the gradient. It is squared and taken from the average of the squares.",
        "centered",
    ),
    _wrong(
        "adds_the_mean",
        "You add the square of the averaged gradient. A variance is the mean of the squares minus the square of "
        "the mean.",
        "centered",
    ),
    _wrong(
        "looks_ahead",
        "Your step goes one buffer further, as Nesterov momentum does. RMSprop goes along the buffer itself.",
        "rmsprop_momentum",
    ),
    _wrong(
        "decay_grows",
        "Your weight decay makes the weights grow. It is added to the gradient, and the step takes that away from "
        "the parameter.",
        "rmsprop_decay",
        "adam_decay",
    ),
    _wrong(
        "decay_without_lr",
        "Your parameters shrink by weight_decay whatever lr is. The decay is part of the gradient, from the beginning.",
        "rmsprop_decay",
        "adam_decay",
    ),
    _wrong(
        "second_moment_only",
        "Only the average of the squares is corrected. The average of the gradients starts at 0 just as well.",
        "first_step",
    ),
    _wrong(
        "average_of_sizes",
        "You average the sizes of the gradients. Adam averages their squares and takes the root afterwards.",
        "moments",
    ),
    _wrong(
        "linear_correction",
        "You correct by 1 - beta * t. The start fades as a power: 1 - beta**t.",
        "moments",
        "corrections",
    ),
    _wrong(
        "corrected_once",
        "You correct the first step only. The averages stay too small for a while, and less so with each step: 1 "
        "- beta**t.",
        "corrections",
    ),
    _wrong(
        "counts_pauses",
        "Your t grows in steps in which the parameter has no gradient. Such a step is none for this parameter.",
        "own_count",
    ),
    _wrong(
        "forgets_in_pauses",
        "A .grad of None makes your optimizer forget averages and count. The parameter is passed over, and its "
        "state waits.",
        "own_count",
    ),
    _wrong(
        "first_lr_only",
        "Your steps keep the learning rates that the groups were made with. Schedules write into param_groups, so "
        "read them from there in each step.",
        "groups",
    ),
    _wrong(
        "last_group_only",
        "Only the last group is optimized. Each group belongs in param_groups.",
        "groups",
    ),
    _wrong(
        "no_decay_with_momentum",
        "Where RMSprop has momentum your weight decay is lost. It joins the gradient before everything else.",
        "together",
    ),
    _wrong(
        "refuses_zeros",
        "Your constructors refuse zeros. An lr of 0 and betas of 0 are allowed.",
        "errors",
    ),
    _wrong(
        "any_option",
        "Your constructors accept every number for the options. Negative ones, and betas of 1 or more, make no sense.",
        "errors",
    ),
    _wrong(
        "no_check_of_betas",
        "Your Adam accepts a beta of 1. Then nothing new ever enters the average, and the correction divides by 0.",
        "errors",
    ),
    _wrong(
        "no_check_of_empty",
        "Your constructors accept an empty list of parameters. Most often that is a generator somebody else has "
        "used up: better to say so at once.",
        "errors",
    ),
    _wrong(
        "no_check_of_leaf",
        "Your constructors accept tensors that are no leaves. backward leaves no .grad on them, so no step would "
        "ever move them.",
        "errors",
    ),
)
