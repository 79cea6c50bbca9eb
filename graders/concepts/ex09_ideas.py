"""Wrong ideas about the SGD step, with what to say to whoever has them."""

from __future__ import annotations

from graders.concepts.optimizer_ideas import wrong

IDEAS = (
    wrong(
        "adds_gradient",
        "Your step goes up the slope, from p to p + lr * p.grad. The gradient points to where the loss grows, so a "
        "step goes the other way.",
        "sign",
    ),
    wrong(
        "ignores_lr",
        "Your step goes by the whole gradient, whatever lr is. The learning rate says which share of it a step takes.",
        "sign",
        "lr_change",
    ),
    wrong(
        "rebinds",
        "After your step the tensors that the model holds are what they were. `p = ...` gives the name p to another "
        "tensor; the model never hears of it.",
        "in_place",
    ),
    wrong(
        "replaces_storage",
        "The numbers are right but lie in new memory: whoever shares the old memory (a view, an optimizer's "
        "buffer, tied weights) still sees the old values. Write into the tensor instead of giving it other data.",
        "in_place",
    ),
    wrong(
        "stops_at_none",
        "The first parameter without a gradient ends your step, and those after it never move. None concerns that "
        "one parameter: go on with the next.",
        "none_skipped",
    ),
    wrong(
        "needs_every_grad",
        "Your step computes with a .grad of None and raises. A parameter that the loss did not reach has no "
        "gradient, and a step passes over it.",
        "none_skipped",
    ),
    wrong(
        "none_as_zeros",
        "Your step turns a .grad of None into zeros. They are different answers: None says that no loss reached "
        "the parameter, zeros say that the slope there is 0.",
        "none_skipped",
    ),
    wrong(
        "clears_in_step",
        "After your step every .grad is None. Clearing is zero_grad's work; a step only reads, so that gradients "
        "can be looked at, or used again.",
        "grad_untouched",
    ),
    wrong(
        "zeroes_in_step",
        "After your step every gradient is filled with zeros. Clearing is zero_grad's work; a step only reads.",
        "grad_untouched",
    ),
    wrong(
        "scales_grad",
        "Your step multiplies .grad itself by the learning rate, so the next step starts from a smaller gradient. "
        "Compute the product without writing it into .grad.",
        "grad_untouched",
    ),
    wrong(
        "recorded_update",
        "Your update is an operation that autograd wants to record, and torch forbids that in place on a leaf. "
        "The update is not part of the function being differentiated: say so with no_grad.",
        "no_history",
    ),
    wrong(
        "grad_mode_left_off",
        "After your step nothing is recorded any more: gradients were switched off and never on again. Use the "
        "form of no_grad that ends by itself.",
        "no_history",
    ),
    wrong(
        "first_lr_only",
        "Your steps keep the learning rate that the optimizer was made with. Schedules change optimizer.lr "
        "between steps, so read it in each step.",
        "lr_change",
    ),
    wrong(
        "zeros_by_default",
        "Your zero_grad() fills gradients with zeros when nothing is said. torch sets them to None by default, "
        "and zeros only with set_to_none=False.",
        "zero_grad",
    ),
    wrong(
        "zeroes_none",
        "Your zero_grad(set_to_none=False) raises when it meets a .grad of None. Before the first backward every "
        ".grad is None, and it stays so.",
        "zero_grad",
    ),
    wrong(
        "keeps_iterator",
        "The parameters are used up after the first time through: model.parameters() is a generator. Keep a list "
        "of what it yields.",
        "generator",
    ),
    wrong(
        "keeps_trainable_only",
        "Your optimizer drops the parameters that do not require gradients when it is made. It should hold what "
        "it was given and, in each step, look only at .grad.",
        "frozen",
    ),
    wrong(
        "looks_at_requires_grad",
        "Your step passes over parameters that do not require gradients. An optimizer looks only at .grad: to "
        "keep a frozen parameter still, clear its gradient.",
        "frozen",
    ),
    wrong(
        "accepts_anything",
        "Your constructor accepts what no step can use: a negative lr, no parameters at all, tensors that are no "
        "leaves. Such mistakes are cheapest to find when the optimizer is made.",
        "errors",
    ),
    wrong(
        "sign_only",
        "Your steps have the same length wherever the gradient is not 0. How far a step goes depends on the size "
        "of the gradient: lr * p.grad.",
        "sign",
        "lr_change",
    ),
    wrong(
        "averages_over_elements",
        "Your steps get shorter the more elements a parameter has. Each element moves by lr times its own gradient.",
        "sign",
        "lr_change",
    ),
    wrong(
        "all_or_nothing",
        "As soon as one parameter has no gradient, none of yours moves. None concerns that one parameter: the "
        "others step as always.",
        "none_skipped",
        given=("in_place",),
    ),
    wrong(
        "replaces_grad",
        "The numbers in .grad stay, but in another tensor: whoever holds the old one is cut off. A step leaves "
        "the attribute .grad alone.",
        "grad_untouched",
    ),
    wrong(
        "freezes",
        "After your step the parameters no longer require gradients, so the next backward does not reach them. "
        "Writing without being recorded is what no_grad is for.",
        "no_history",
    ),
    wrong(
        "lr_of_the_first_step",
        "Your steps keep the learning rate of the first one. Read optimizer.lr in each step.",
        "lr_change",
    ),
    wrong(
        "new_zeros",
        "With set_to_none=False you put a new tensor of zeros in place of the old one. The tensor that is there "
        "stays, and is filled with zeros.",
        "zero_grad",
    ),
    wrong(
        "clears_the_first_only",
        "Your zero_grad clears the first parameter only. Look where its loop ends.",
        "zero_grad",
    ),
    wrong(
        "callers_list",
        "You keep the list of the caller, so a change of that list changes what is optimized. Make a list of your own.",
        "generator",
    ),
    wrong(
        "reads_twice",
        "You go through the parameters twice when the optimizer is made, and a generator is empty the second "
        "time. Make a list first.",
        "generator",
    ),
    wrong(
        "stops_at_frozen",
        "The first frozen parameter ends your step. Whether a parameter requires gradients is no question for an "
        "optimizer; only .grad is.",
        "frozen",
        given=("in_place",),
    ),
    wrong(
        "refuses_frozen",
        "Your constructor refuses parameters that do not require gradients. A frozen leaf is fine; what cannot be "
        "optimized is a tensor that was computed from others.",
        "frozen",
        "errors",
    ),
    wrong(
        "asserts_lr",
        "A negative learning rate raises an AssertionError. In torch it is a ValueError; `python -O` skips assertions.",
        "errors",
    ),
    wrong(
        "asserts_everything",
        "What is wrong with the arguments raises an AssertionError. In torch it is a ValueError; `python -O` skips "
        "assertions.",
        "errors",
    ),
    wrong("any_lr", "Your constructor accepts a negative learning rate, and every step would go up.", "errors"),
    wrong(
        "refuses_zero_lr",
        "Your constructor refuses lr=0. Only a negative learning rate makes no sense; 0 is where a warm-up starts.",
        "errors",
    ),
    wrong(
        "empty_list",
        "Your constructor accepts an empty list of parameters. Most often that is a generator somebody else has "
        "used up: better to say so at once.",
        "errors",
    ),
    wrong(
        "computed_tensors",
        "Your constructor accepts tensors that are no leaves. backward leaves no .grad on them, so no step would "
        "ever move them.",
        "errors",
    ),
)
