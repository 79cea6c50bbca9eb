"""Wrong ideas that can be met in every optimizer, with what to say to whoever has them."""

from __future__ import annotations

from graders.spec import Misconception

_SHARED = {
    "recorded_update": (
        "Your update is an operation that autograd wants to record, and torch forbids that in place on a leaf. "
        "The update is not part of the function being differentiated: say so with no_grad."
    ),
    "replaces_storage": (
        "The parameters lie in new memory after your step: whoever shares the old memory still sees the old "
        "values. Write into the tensor instead of giving it other data."
    ),
    "freezes": (
        "After your step the parameters no longer require gradients, so the next backward does not reach them. "
        "Writing without being recorded is what no_grad is for."
    ),
    "replaces_grad": (
        "The numbers in .grad stay, but in another tensor: whoever holds the old one is cut off. A step leaves "
        "the attribute .grad alone."
    ),
    "clears_in_step": ("After your step every .grad is None. Clearing is zero_grad's work; a step only reads."),
    "needs_every_grad": (
        "Your step computes with a .grad of None and raises. A parameter that the loss did not reach is passed over."
    ),
    "stops_at_none": (
        "The first parameter without a gradient ends your step for its group. None concerns that one parameter: "
        "go on with the next."
    ),
    "decay_grows": (
        "Your weight decay makes the weights grow. It is added to the gradient, and the step takes that away from "
        "the parameter."
    ),
    "first_lr_only": (
        "Your steps keep the learning rate that the optimizer was made with. Schedules write into param_groups, "
        "so read it from there in each step."
    ),
    "defaults_first": (
        "The options that a group sets for itself are lost: all groups end with those of the constructor. A "
        "group's own options go before the defaults."
    ),
    "last_group_only": ("Only the last group is optimized. Each group belongs in param_groups."),
    "no_check_of_empty": (
        "You accept an empty list of parameters. Most often that is a generator somebody else has used up: better "
        "to say so at once."
    ),
    "no_check_of_leaf": (
        "You accept tensors that are no leaves. backward leaves no .grad on them, so no step would ever move them."
    ),
    "accepts_anything": (
        "You accept what no step can use. Such mistakes are cheapest to find when the optimizer is made."
    ),
}


def wrong(idea: str, sentence: str, *concepts: str, given: tuple[str, ...] = ()) -> Misconception:
    """Return the misconception `idea`, whose implementation `wrong(idea)` gives."""
    return Misconception(idea, sentence, concepts, "wrong", (idea,), given)


def shared(idea: str, *concepts: str) -> Misconception:
    """Return a misconception of every optimizer, with the sentence that serves them all."""
    return wrong(idea, _SHARED[idea], *concepts)
