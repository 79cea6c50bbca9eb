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
        "You take a .grad of None for zeros, so weight decay and momentum move a parameter that no loss has reached. None means: not this one, not in this step.",
        "none_skipped", "own_buffer",
    ),
    _wrong(
        "zeros_skipped",
        "You pass over gradients of zeros as if they were None. Zeros are a gradient: the buffer and the weight decay still move the parameter, 0.9 becomes 0.81.",
        "zero_gradients",
    ),
    _wrong(
        "trainable_only",
        "You pass over parameters that do not require gradients. A step looks only at .grad, so a frozen parameter with a gradient left over moves on, from 0.8 to 0.42.",
        "none_skipped",
    ),
    _wrong(
        "ignores_momentum",
        "Your steps do not remember the past: each is lr times the gradient of now. Momentum keeps a buffer for each parameter from step to step.",
        "momentum",
    ),
    _wrong(
        "ema",
        "You average: the new gradient enters with 1 - momentum. In torch it enters whole, buffer = momentum * buffer + g, so the steps grow.",
        "momentum",
    ),
    _wrong(
        "ema_from_zero",
        "You average from zero: the buffer starts empty and the gradient enters with 1 - momentum. In torch the buffer starts as the first gradient, and later ones enter whole.",
        "momentum",
    ),
    _wrong(
        "buffer_from_zero",
        "Your first step is dampened already. The buffer starts as the first gradient, whole; 1 - dampening comes in from the second one on.",
        "first_buffer",
    ),
    _wrong(
        "global_first",
        "A parameter whose first gradient comes later gets a dampened first buffer from you. Each parameter has a first step of its own: its buffer starts as its first gradient, whole.",
        "first_buffer",
    ),
    _wrong(
        "ignores_dampening",
        "Dampening changes nothing in your steps. From the second gradient on, only 1 - dampening of it enters the buffer.",
        "dampening",
    ),
    _wrong(
        "dampening_itself",
        "You let the share `dampening` of the gradient into the buffer. It says how much stays out: the share that enters is 1 - dampening.",
        "dampening",
    ),
    _wrong(
        "ignores_decay",
        "Weight decay changes nothing in your steps. It adds weight_decay * p to the gradient of p, also without momentum.",
        "weight_decay",
    ),
    _wrong(
        "decay_without_lr",
        "Your parameters shrink by weight_decay whatever lr is. The decay is part of the gradient, so lr scales it like the rest.",
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
        "You go along buffer + momentum * buffer. Nesterov looks ahead from the gradient of now: g + momentum * buffer. On the first step the two are equal.",
        "nesterov",
    ),
    _wrong(
        "decoupled_decay",
        "Your decay goes past the buffer straight to the parameter. In SGD it joins the gradient first, so the buffer remembers it too; the other way is what AdamW does.",
        "decay_order",
    ),
    _wrong(
        "decay_turned_around",
        "With maximize your weight decay makes the weights grow. Only the gradient is turned around; the decay joins afterwards.",
        "decay_order",
    ),
    _wrong(
        "lr_in_buffer",
        "You multiply by lr before the buffer takes the gradient in. That is the same until lr changes: then old gradients keep their old lr. torch multiplies at the end.",
        "lr_outside",
    ),
    _wrong(
        "first_lr_only",
        "Your steps keep the learning rate that the optimizer was made with. Schedules write into param_groups, so read it from there in each step.",
        "lr_outside",
    ),
    _wrong(
        "decay_into_grad",
        "Your step writes the weight decay into .grad. Gradients are only read: make a new tensor for the sum.",
        "grad_untouched",
    ),
    _wrong(
        "turns_grad_around",
        "With maximize your step negates .grad itself. Gradients are only read: make a new tensor for the negative one.",
        "grad_untouched",
    ),
    _wrong(
        "clears_in_step",
        "After your step every .grad is None. Clearing is zero_grad's work; a step only reads.",
        "grad_untouched",
    ),
    _wrong(
        "buffer_is_grad",
        "Your first buffer is the tensor .grad itself, so whoever writes into .grad, as zero_grad does, rewrites the memory of the optimizer. Copy it.",
        "own_buffer",
    ),
    _wrong(
        "forgets_on_none",
        "A .grad of None makes your optimizer forget the buffer. The parameter is passed over, and its buffer waits.",
        "own_buffer",
    ),
    _wrong(
        "defaults_first",
        "The options that a group sets for itself are lost: all groups end with those of the constructor. A group's own options go before the defaults.",
        "param_groups",
    ),
    _wrong(
        "nesterov_from_raw",
        "With nesterov you start again from .grad, so the weight decay and maximize are lost for this part. g is the gradient after both.",
        "together",
    ),
    _wrong(
        "accepts_anything",
        "Your constructor accepts what no step can use. Such mistakes are cheapest to find when the optimizer is made.",
        "errors",
    ),
)
