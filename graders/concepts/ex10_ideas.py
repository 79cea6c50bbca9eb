"""Wrong ideas about the options of SGD, with what to say to whoever has them."""

from __future__ import annotations

from graders.concepts.optimizer_ideas import shared, wrong

IDEAS = (
    shared("needs_every_grad", "none_skipped"),
    wrong(
        "none_as_zeros",
        "You take a .grad of None for zeros, so weight decay and momentum move a parameter that no loss has "
        "reached. None means: not this one, not in this step.",
        "none_skipped",
        "own_buffer",
    ),
    wrong(
        "zeros_skipped",
        "You pass over gradients of zeros as if they were None. Zeros are a gradient: the buffer and the weight "
        "decay still move the parameter, 0.9 becomes 0.81.",
        "zero_gradients",
    ),
    wrong(
        "trainable_only",
        "You pass over parameters that do not require gradients. A step looks only at .grad, so a frozen "
        "parameter with a gradient left over moves on, from 0.8 to 0.42.",
        "none_skipped",
    ),
    wrong(
        "ignores_momentum",
        "Your steps do not remember the past: each is lr times the gradient of now. Momentum keeps a buffer for "
        "each parameter from step to step.",
        "momentum",
    ),
    wrong(
        "ema",
        "You average: the new gradient enters with 1 - momentum. In torch it enters whole, buffer = momentum * "
        "buffer + g, so the steps grow.",
        "momentum",
    ),
    wrong(
        "ema_from_zero",
        "You average from zero: the buffer starts empty and the gradient enters with 1 - momentum. In torch the "
        "buffer starts as the first gradient, and later ones enter whole.",
        "momentum",
    ),
    wrong(
        "buffer_from_zero",
        "Your first step is dampened already. The buffer starts as the first gradient, whole; 1 - dampening comes "
        "in from the second one on.",
        "first_buffer",
    ),
    wrong(
        "global_first",
        "A parameter whose first gradient comes later gets a dampened first buffer from you. Each parameter has a "
        "first step of its own: its buffer starts as its first gradient, whole.",
        "first_buffer",
    ),
    wrong(
        "ignores_dampening",
        "Dampening changes nothing in your steps. From the second gradient on, only 1 - dampening of it enters "
        "the buffer.",
        "dampening",
    ),
    wrong(
        "dampening_itself",
        "You let the share `dampening` of the gradient into the buffer. It says how much stays out: the share "
        "that enters is 1 - dampening.",
        "dampening",
    ),
    wrong(
        "ignores_decay",
        "Weight decay changes nothing in your steps. It adds weight_decay * p to the gradient of p, also without "
        "momentum.",
        "weight_decay",
    ),
    wrong(
        "decay_without_lr",
        "Your parameters shrink by weight_decay whatever lr is. The decay is part of the gradient, so lr scales "
        "it like the rest.",
        "weight_decay",
    ),
    wrong("ignores_maximize", "Your steps go down although maximize is set. It turns the gradient around.", "maximize"),
    wrong(
        "ignores_nesterov",
        "Your steps go along the buffer although nesterov is set. It goes one buffer further: g + momentum * buffer.",
        "nesterov",
    ),
    wrong(
        "nesterov_on_buffer",
        "You go along buffer + momentum * buffer. Nesterov looks ahead from the gradient of now: g + momentum * "
        "buffer. On the first step the two are equal.",
        "nesterov",
    ),
    wrong(
        "decoupled_decay",
        "Your decay goes past the buffer straight to the parameter. In SGD it joins the gradient first, so the "
        "buffer remembers it too; the other way is what AdamW does.",
        "decay_order",
    ),
    wrong(
        "decay_turned_around",
        "With maximize your weight decay makes the weights grow. Only the gradient is turned around; the decay "
        "joins afterwards.",
        "decay_order",
    ),
    wrong(
        "lr_in_buffer",
        "You multiply by lr before the buffer takes the gradient in. That is the same until lr changes: then old "
        "gradients keep their old lr. torch multiplies at the end.",
        "lr_outside",
    ),
    shared("first_lr_only", "lr_outside"),
    wrong(
        "decay_into_grad",
        "Your step writes the weight decay into .grad. Gradients are only read: make a new tensor for the sum.",
        "grad_untouched",
    ),
    wrong(
        "turns_grad_around",
        "With maximize your step negates .grad itself. Gradients are only read: make a new tensor for the "
        "negative one.",
        "grad_untouched",
    ),
    shared("clears_in_step", "grad_untouched"),
    wrong(
        "buffer_is_grad",
        "Your first buffer is the tensor .grad itself, so whoever writes into .grad, as zero_grad does, rewrites "
        "the memory of the optimizer. Copy it.",
        "own_buffer",
    ),
    wrong(
        "forgets_on_none",
        "A .grad of None makes your optimizer forget the buffer. The parameter is passed over, and its buffer waits.",
        "own_buffer",
    ),
    shared("defaults_first", "param_groups"),
    wrong(
        "bare_groups",
        "Your groups lack the options that they were not given. Fill in the defaults: schedules read them there.",
        "param_groups",
    ),
    wrong(
        "nesterov_from_raw",
        "With nesterov you start again from .grad, so the weight decay and maximize are lost for this part. g is "
        "the gradient after both.",
        "together",
    ),
    shared("accepts_anything", "errors"),
    shared("recorded_update", "plain"),
    shared("replaces_storage", "plain"),
    shared("freezes", "plain"),
    shared("replaces_grad", "grad_untouched"),
    shared("stops_at_none", "none_skipped"),
    wrong(
        "one_gradient_back",
        "Your buffer remembers one gradient only. Keep the buffer itself: it holds what is left of all gradients "
        "before.",
        "momentum",
    ),
    wrong(
        "momentum_at_gradient",
        "In your buffer the old part keeps its whole size and the new gradient is scaled by momentum. It is the "
        "other way round.",
        "momentum",
    ),
    wrong(
        "dampens_both",
        "You dampen the old buffer too. Dampening keeps out a share of the new gradient; what is left of the old "
        "is decided by momentum alone.",
        "dampening",
    ),
    wrong(
        "zero_elements_stay",
        "Elements whose gradient is 0 do not move in your steps. Their buffer and their decay still move them.",
        "zero_gradients",
    ),
    shared("decay_grows", "weight_decay"),
    wrong(
        "nesterov_whole_buffer",
        "You look ahead by the whole buffer. What will be left of it in the next step is momentum * buffer, and "
        "that is what nesterov adds to the gradient.",
        "nesterov",
    ),
    wrong(
        "nesterov_without_decay",
        "With nesterov your look ahead starts from a gradient without the decay. g is the gradient after maximize "
        "and decay, everywhere.",
        "together",
    ),
    wrong(
        "no_decay_with_momentum",
        "Where there is momentum your weight decay is lost. It joins the gradient first, and the buffer takes in both.",
        "decay_order",
    ),
    wrong(
        "ahead_into_grad",
        "Your look ahead is written into .grad. Gradients are only read: make a new tensor for the sum.",
        "grad_untouched",
    ),
    wrong(
        "fades_on_none",
        "A .grad of None makes your buffer shrink. The parameter is passed over, and its buffer waits as it is.",
        "own_buffer",
    ),
    wrong(
        "default_lr",
        "All groups get the learning rate of the constructor. It is only the default, for groups that set none of "
        "their own.",
        "param_groups",
    ),
    wrong(
        "first_groups_options",
        "All groups step with the options of the first one. Read each option from the group of the parameter.",
        "param_groups",
    ),
    wrong(
        "first_groups_momentum",
        "All groups step with the momentum of the first one. Read each option from the group of the parameter.",
        "together",
    ),
    wrong(
        "default_decay",
        "All groups step with the weight decay of the constructor. Read each option from the group of the parameter.",
        "together",
    ),
    shared("last_group_only", "param_groups"),
    wrong(
        "refuses_zero",
        "Your constructor refuses lr=0. Only negative numbers make no sense; 0 is where a warm-up starts.",
        "errors",
    ),
    wrong(
        "no_check_of_numbers", "Your constructor accepts negative numbers for lr, momentum and weight_decay.", "errors"
    ),
    wrong(
        "no_check_of_tensor",
        "Your constructor takes a tensor apart as if it were a list of parameters. A tensor alone is the wrong "
        "type: TypeError.",
        "errors",
    ),
    shared("no_check_of_empty", "errors"),
    shared("no_check_of_leaf", "errors"),
    wrong(
        "no_check_of_twice", "Your constructor accepts one parameter in two groups, which would step twice.", "errors"
    ),
    wrong(
        "no_check_of_dampening",
        "Your constructor accepts nesterov together with dampening, which exclude each other.",
        "errors",
    ),
    wrong(
        "no_check_of_nesterov",
        "Your constructor accepts nesterov without momentum. Without a buffer there is nothing to look ahead along.",
        "errors",
    ),
    wrong("checks_lr_only", "Your constructor looks at lr, but accepts a negative momentum or weight_decay.", "errors"),
    wrong(
        "any_nesterov",
        "Your constructor accepts nesterov with everything. It needs momentum, and no dampening.",
        "errors",
    ),
)
