"""Wrong ideas about RMSprop and Adam, with what to say to whoever has them."""

from __future__ import annotations

from graders.concepts.optimizer_ideas import shared, wrong

IDEAS = (
    shared("recorded_update", "in_place"),
    wrong(
        "rebinds",
        "Your steps compute something, but the tensors that the model holds keep their values. `p = ...` gives "
        "the name p to another tensor.",
        "in_place",
    ),
    shared("needs_every_grad", "none_skipped"),
    wrong(
        "none_as_zeros",
        "With weight decay your step moves a parameter whose .grad is None, as if its gradient were zeros. None "
        "means: not this one, not in this step.",
        "none_skipped",
        "own_count",
    ),
    wrong(
        "sum_of_squares",
        "You add up squares for ever, as Adagrad does, and the steps die out. RMSprop averages: a share alpha of "
        "the old is left, and 1 - alpha of the new comes in.",
        "square_average",
    ),
    wrong(
        "alpha_swapped",
        "alpha and 1 - alpha have changed places. alpha is the share of the old average that is left.",
        "square_average",
    ),
    wrong(
        "no_root",
        "You divide by the average of the squares. Divide by its root, or a gradient twice as large makes a step "
        "half as long.",
        "square_average",
    ),
    wrong(
        "starts_with_square",
        "Your average starts with the first square. In torch it starts at 0, so the first step is longer than lr.",
        "square_average",
    ),
    wrong(
        "eps_inside",
        "Your eps is under the root. torch takes the root first and then adds eps.",
        "rmsprop_eps",
        "adam_eps",
    ),
    wrong(
        "eps_ignored",
        "eps changes nothing in your steps. It is added to the root, and the gradient is divided by the sum.",
        "rmsprop_eps",
        "adam_eps",
    ),
    wrong(
        "eps_before_correction",
        "You add eps before the root is corrected, so it is scaled by the correction too. Correct first, then "
        "take the root, then add eps.",
        "adam_eps",
    ),
    wrong(
        "ignores_centered",
        "Your steps are the same with and without centered. It takes the square of the averaged gradient from the "
        "averaged square.",
        "centered",
    ),
    wrong(
        "mean_not_squared",
        "You take the averaged gradient itself from the averaged square. Square it first: a variance is the mean "
        "of the squares minus the square of the mean.",
        "centered",
    ),
    wrong(
        "centred_on_now",
        "You take the square of the gradient of now from the average. It is the averaged gradient that is squared.",
        "centered",
    ),
    wrong(
        "momentum_before_scaling",
        "Your buffer takes in raw gradients and is scaled afterwards. In torch each gradient is divided first, "
        "and the buffer takes in the result.",
        "rmsprop_momentum",
    ),
    wrong(
        "ignores_momentum",
        "Your steps do not remember the steps before. With momentum, buffer = momentum * buffer + scaled "
        "gradient, and p goes along the buffer.",
        "rmsprop_momentum",
    ),
    wrong(
        "averaged_buffer",
        "The scaled gradient enters your buffer with 1 - momentum. In torch it enters whole.",
        "rmsprop_momentum",
    ),
    wrong(
        "lr_in_buffer",
        "You multiply by lr before the buffer takes the scaled gradient in. That is the same until lr changes; "
        "torch multiplies at the end.",
        "rmsprop_momentum",
    ),
    wrong(
        "decay_ignored",
        "Weight decay changes nothing in your steps. It adds weight_decay * p to the gradient.",
        "rmsprop_decay",
        "adam_decay",
    ),
    wrong(
        "decoupled_decay",
        "Your decay goes past the averages straight to the parameter, as AdamW does it. Here it joins the "
        "gradient first and is divided like the rest.",
        "rmsprop_decay",
        "adam_decay",
    ),
    wrong(
        "not_corrected",
        "Your averages start at 0 and nothing makes up for it, so the first steps have a wrong length. Divide "
        "each by 1 - beta**t.",
        "first_step",
    ),
    wrong(
        "correction_multiplied",
        "You multiply by 1 - beta**t, which makes the start even smaller. Divide by it.",
        "first_step",
    ),
    wrong(
        "t_from_zero",
        "Your first step has t = 0, and 1 - beta**0 is 0: the step is not a number. The first step has t = 1.",
        "first_step",
    ),
    wrong(
        "first_moment_only",
        "Only the average of the gradients is corrected. The average of the squares starts at 0 just as well.",
        "first_step",
    ),
    wrong(
        "betas_swapped",
        "beta1 and beta2 have changed places. The first one is for the gradients, the second one for their squares.",
        "moments",
    ),
    wrong(
        "no_first_average",
        "Your steps go along the gradient of now. Adam goes along the average of the gradients, with beta1.",
        "moments",
    ),
    wrong("square_of_average", "You average the squares of m. The second average is that of g**2.", "moments"),
    wrong("t_stays_one", "You correct every step as if it were the first. t grows by 1 with each step.", "corrections"),
    wrong(
        "global_count",
        "All parameters share one count of steps, so a late first gradient is not corrected as a first one. Each "
        "parameter counts for itself.",
        "own_count",
    ),
    wrong(
        "counts_parameters",
        "Your t grows with every parameter that is visited. Each parameter counts its own steps.",
        "own_count",
        "groups",
        "together",
    ),
    shared("defaults_first", "groups"),
    shared("accepts_anything", "errors"),
    shared("replaces_storage", "in_place"),
    shared("clears_in_step", "in_place"),
    wrong(
        "scales_the_gradient",
        "After your step .grad holds the scaled gradient. A step only reads it: divide into a new tensor.",
        "in_place",
    ),
    shared("stops_at_none", "none_skipped"),
    wrong(
        "corrected_like_adam",
        "You correct the average for its start at 0. That is Adam; RMSprop leaves it as it is.",
        "square_average",
    ),
    wrong(
        "eps_as_floor",
        "In your steps eps is only a lower limit of the root. torch adds it to the root, however large that is.",
        "rmsprop_eps",
        "adam_eps",
    ),
    wrong(
        "centres_the_gradient",
        "You take the averaged gradient from the gradient. It is squared and taken from the average of the squares.",
        "centered",
    ),
    wrong(
        "adds_the_mean",
        "You add the square of the averaged gradient. A variance is the mean of the squares minus the square of "
        "the mean.",
        "centered",
    ),
    wrong(
        "looks_ahead",
        "Your step goes one buffer further, as Nesterov momentum does. RMSprop goes along the buffer itself.",
        "rmsprop_momentum",
    ),
    shared("decay_grows", "rmsprop_decay", "adam_decay"),
    wrong(
        "decay_without_lr",
        "Your parameters shrink by weight_decay whatever lr is. The decay is part of the gradient, from the beginning.",
        "rmsprop_decay",
        "adam_decay",
    ),
    wrong(
        "second_moment_only",
        "Only the average of the squares is corrected. The average of the gradients starts at 0 just as well.",
        "first_step",
    ),
    wrong(
        "average_of_sizes",
        "You average the sizes of the gradients. Adam averages their squares and takes the root afterwards.",
        "moments",
    ),
    wrong(
        "linear_correction",
        "You correct by 1 - beta * t. The start fades as a power: 1 - beta**t.",
        "moments",
        "corrections",
    ),
    wrong(
        "corrected_once",
        "You correct the first step only. The averages stay too small for a while, and less so with each step: 1 "
        "- beta**t.",
        "corrections",
    ),
    wrong(
        "counts_pauses",
        "Your t grows in steps in which the parameter has no gradient. Such a step is none for this parameter.",
        "own_count",
    ),
    wrong(
        "forgets_in_pauses",
        "A .grad of None makes your optimizer forget averages and count. The parameter is passed over, and its "
        "state waits.",
        "own_count",
    ),
    shared("first_lr_only", "groups"),
    shared("last_group_only", "groups"),
    wrong(
        "no_decay_with_momentum",
        "Where RMSprop has momentum your weight decay is lost. It joins the gradient before everything else.",
        "together",
    ),
    wrong("refuses_zeros", "Your constructors refuse zeros. An lr of 0 and betas of 0 are allowed.", "errors"),
    wrong(
        "any_option",
        "Your constructors accept every number for the options. Negative ones, and betas of 1 or more, make no sense.",
        "errors",
    ),
    wrong(
        "no_check_of_betas",
        "Your Adam accepts a beta of 1. Then nothing new ever enters the average, and the correction divides by 0.",
        "errors",
    ),
    shared("no_check_of_empty", "errors"),
    shared("no_check_of_leaf", "errors"),
)
