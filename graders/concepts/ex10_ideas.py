"""Wrong ideas about the options of SGD, with what to say to whoever has them."""

from __future__ import annotations

from graders.spec import Misconception


def _wrong(idea: str, sentence: str, *concepts: str) -> Misconception:
    return Misconception(idea, sentence, concepts, "wrong", (idea,))


IDEAS = (
    _wrong(
        "needs_every_grad",
        "Your step computes with a .grad of None and raises. A parameter that the loss did not reach is passed over.",
        "none_skipped",
    ),
    _wrong(
        "none_as_zeros",
        "You take a .grad of None for zeros, so weight decay and momentum move a parameter that no loss has "
        "reached. None means: not this one, not in this step.",
        "none_skipped",
        "own_buffer",
    ),
    _wrong(
        "zeros_skipped",
        "You pass over gradients of zeros as if they were None. Zeros are a gradient: the buffer and the weight "
        "decay still move the parameter, 0.9 becomes 0.81.",
        "zero_gradients",
    ),
    _wrong(
        "trainable_only",
        "You pass over parameters that do not require gradients. A step looks only at .grad, so a frozen "
        "parameter with a gradient left over moves on, from 0.8 to 0.42.",
        "none_skipped",
    ),
    _wrong(
        "ignores_momentum",
        "Your steps do not remember the past: each is lr times the gradient of now. Momentum keeps a buffer for "
        "each parameter from step to step.",
        "momentum",
    ),
    _wrong(
        "ema",
        "You average: the new gradient enters with 1 - momentum. In torch it enters whole, buffer = momentum * "
        "buffer + g, so the steps grow.",
        "momentum",
    ),
    _wrong(
        "ema_from_zero",
        "You average from zero: the buffer starts empty and the gradient enters with 1 - momentum. In torch the "
        "buffer starts as the first gradient, and later ones enter whole.",
        "momentum",
    ),
    _wrong(
        "buffer_from_zero",
        "Your first step is dampened already. The buffer starts as the first gradient, whole; 1 - dampening comes "
        "in from the second one on.",
        "first_buffer",
    ),
    _wrong(
        "global_first",
        "A parameter whose first gradient comes later gets a dampened first buffer from you. Each parameter has a "
        "first step of its own: its buffer starts as its first gradient, whole.",
        "first_buffer",
    ),
    _wrong(
        "ignores_dampening",
        "Dampening changes nothing in your steps. From the second gradient on, only 1 - dampening of it enters "
        "the buffer.",
        "dampening",
    ),
    _wrong(
        "dampening_itself",
        "You let the share `dampening` of the gradient into the buffer. It says how much stays out: the share "
        "that enters is 1 - dampening.",
        "dampening",
    ),
    _wrong(
        "ignores_decay",
        "Weight decay changes nothing in your steps. It adds weight_decay * p to the gradient of p, also without "
        "momentum.",
        "weight_decay",
    ),
    _wrong(
        "decay_without_lr",
        "Your parameters shrink by weight_decay whatever lr is. The decay is part of the gradient, so lr scales "
        "it like the rest.",
        "weight_decay",
    ),
    _wrong(
        "ignores_maximize",
        "Your steps go down although maximize is set. It turns the gradient around.",
        "maximize",
    ),
    _wrong(
        "ignores_nesterov",
        "Your steps go along the buffer although nesterov is set. It goes one buffer further: g + momentum * buffer.",
        "nesterov",
    ),
    _wrong(
        "nesterov_on_buffer",
        "You go along buffer + momentum * buffer. Nesterov looks ahead from the gradient of now: g + momentum * "
        "buffer. On the first step the two are equal.",
        "nesterov",
    ),
    _wrong(
        "decoupled_decay",
        "Your decay goes past the buffer straight to the parameter. In SGD it joins the gradient first, so the "
        "buffer remembers it too; the other way is what AdamW does.",
        "decay_order",
    ),
    _wrong(
        "decay_turned_around",
        "With maximize your weight decay makes the weights grow. Only the gradient is turned around; the decay "
        "joins afterwards.",
        "decay_order",
    ),
    _wrong(
        "lr_in_buffer",
        "You multiply by lr before the buffer takes the gradient in. That is the same until lr changes: then old "
        "gradients keep their old lr. torch multiplies at the end.",
        "lr_outside",
    ),
    _wrong(
        "first_lr_only",
        "Your steps keep the learning rate that the optimizer was made with. Schedules write into param_groups, "
        "so read it from there in each step.",
        "lr_outside",
    ),
    _wrong(
        "decay_into_grad",
        "Your step writes the weight decay into .grad. Gradients are only read: make a new tensor for the sum.",
        "grad_untouched",
    ),
    _wrong(
        "turns_grad_around",
        "With maximize your step negates .grad itself. Gradients are only read: make a new tensor for the "
        "negative one.",
        "grad_untouched",
    ),
    _wrong(
        "clears_in_step",
        "After your step every .grad is None. Clearing is zero_grad's work; a step only reads.",
        "grad_untouched",
    ),
    _wrong(
        "buffer_is_grad",
        "Your first buffer is the tensor .grad itself, so whoever writes into .grad, as zero_grad does, rewrites "
        "the memory of the optimizer. Copy it.",
        "own_buffer",
    ),
    _wrong(
        "forgets_on_none",
        "A .grad of None makes your optimizer forget the buffer. The parameter is passed over, and its buffer waits.",
        "own_buffer",
    ),
    _wrong(
        "defaults_first",
        "The options that a group sets for itself are lost: all groups end with those of the constructor. A "
        "group's own options go before the defaults.",
        "param_groups",
    ),
    _wrong(
        "nesterov_from_raw",
        "With nesterov you start again from .grad, so the weight decay and maximize are lost for this part. g is "
        "the gradient after both.",
        "together",
    ),
    _wrong(
        "accepts_anything",
        "Your constructor accepts what no step can use. Such mistakes are cheapest to find when the optimizer is made.",
        "errors",
    ),
    _wrong(
        "recorded_update",
        "Your update is an operation that autograd wants to record, and torch forbids that in place on a leaf. "
        "Say with no_grad that the update is not part of the function.",
        "plain",
    ),
    _wrong(
        "replaces_storage",
        "The numbers are right but lie in new memory: whoever shares the old memory still sees the old values. "
        "Write into the tensor instead of giving it other data.",
        "plain",
    ),
    _wrong(
        "freezes",
        "After your step the parameters no longer require gradients, so the next backward does not reach them. "
        "Writing without being recorded is what no_grad is for.",
        "plain",
    ),
    _wrong(
        "replaces_grad",
        "The numbers in .grad stay, but in another tensor: whoever holds the old one is cut off. A step leaves "
        "the attribute .grad alone.",
        "grad_untouched",
    ),
    _wrong(
        "stops_at_none",
        "The first parameter without a gradient ends your step for its group. None concerns that one parameter: "
        "go on with the next.",
        "none_skipped",
    ),
    _wrong(
        "one_gradient_back",
        "Your buffer remembers one gradient only. Keep the buffer itself: it holds what is left of all gradients "
        "before.",
        "momentum",
    ),
    _wrong(
        "momentum_at_gradient",
        "In your buffer the old part keeps its whole size and the new gradient is scaled by momentum. It is the "
        "other way round.",
        "momentum",
    ),
    _wrong(
        "dampens_both",
        "You dampen the old buffer too. Dampening keeps out a share of the new gradient; what is left of the old "
        "is decided by momentum alone.",
        "dampening",
    ),
    _wrong(
        "zero_elements_stay",
        "Elements whose gradient is 0 do not move in your steps. Their buffer and their decay still move them.",
        "zero_gradients",
    ),
    _wrong(
        "decay_grows",
        "Your weight decay makes the weights grow. It is added to the gradient, and the step takes that away from "
        "the parameter.",
        "weight_decay",
    ),
    _wrong(
        "nesterov_whole_buffer",
        "You look ahead by the whole buffer. What will be left of it in the next step is momentum * buffer, and "
        "that is what nesterov adds to the gradient.",
        "nesterov",
    ),
    _wrong(
        "nesterov_without_decay",
        "With nesterov your look ahead starts from a gradient without the decay. g is the gradient after maximize "
        "and decay, everywhere.",
        "together",
    ),
    _wrong(
        "no_decay_with_momentum",
        "Where there is momentum your weight decay is lost. It joins the gradient first, and the buffer takes in both.",
        "decay_order",
    ),
    _wrong(
        "ahead_into_grad",
        "Your look ahead is written into .grad. Gradients are only read: make a new tensor for the sum.",
        "grad_untouched",
    ),
    _wrong(
        "fades_on_none",
        "A .grad of None makes your buffer shrink. The parameter is passed over, and its buffer waits as it is.",
        "own_buffer",
    ),
    _wrong(
        "default_lr",
        "All groups get the learning rate of the constructor. It is only the default, for groups that set none of "
        "their own.",
        "param_groups",
    ),
    _wrong(
        "first_groups_options",
        "All groups step with the options of the first one. Read each option from the group of the parameter.",
        "param_groups",
    ),
    _wrong(
        "first_groups_momentum",
        "All groups step with the momentum of the first one. Read each option from the group of the parameter.",
        "together",
    ),
    _wrong(
        "default_decay",
        "All groups step with the weight decay of the constructor. Read each option from the group of the parameter.",
        "together",
    ),
    _wrong(
        "last_group_only",
        "Only the last group is optimized. Each group belongs in param_groups.",
        "param_groups",
    ),
    _wrong(
        "refuses_zero",
        "Your constructor refuses lr=0. Only negative numbers make no sense; 0 is where a warm-up starts.",
        "errors",
    ),
    _wrong(
        "no_check_of_numbers",
        "Your constructor accepts negative numbers for lr, momentum and weight_decay.",
        "errors",
    ),
    _wrong(
        "no_check_of_tensor",
        "Your constructor takes a tensor apart as if it were a list of parameters. A tensor alone is the wrong "
        "type: TypeError.",
        "errors",
    ),
    _wrong(
        "no_check_of_empty",
        "Your constructor accepts an empty list of parameters. Most often that is a generator somebody else has "
        "used up: better to say so at once.",
        "errors",
    ),
    _wrong(
        "no_check_of_leaf",
        "Your constructor accepts tensors that are no leaves. backward leaves no .grad on them, so no step would "
        "ever move them.",
        "errors",
    ),
    _wrong(
        "no_check_of_twice",
        "Your constructor accepts one parameter in two groups, which would step twice.",
        "errors",
    ),
    _wrong(
        "no_check_of_dampening",
        "Your constructor accepts nesterov together with dampening, which exclude each other.",
        "errors",
    ),
    _wrong(
        "no_check_of_nesterov",
        "Your constructor accepts nesterov without momentum. Without a buffer there is nothing to look ahead along.",
        "errors",
    ),
    _wrong(
        "checks_lr_only",
        "Your constructor looks at lr, but accepts a negative momentum or weight_decay.",
        "errors",
    ),
    _wrong(
        "any_nesterov",
        "Your constructor accepts nesterov with everything. It needs momentum, and no dampening.",
        "errors",
    ),
)
