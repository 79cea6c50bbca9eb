"""Wrong ideas about losses that ex05 can name, and what is said about them."""

from __future__ import annotations

from graders.spec import Misconception


def _formula(name: str, sentence: str, *concepts: str) -> Misconception:
    return Misconception(name, sentence, concepts, "formula", (name,))


_LOSSES = ("l1_loss", "mse_loss", "cross_entropy")
_FORMULAS = (
    _formula("l1_signed", "Errors of opposite sign cancel in your loss. Take the absolute value of each one.", "l1"),
    _formula(
        "l1_flipped", "Your gradient has the wrong sign: above the target the loss grows with the prediction.", "l1"
    ),
    _formula(
        "l1_of_error",
        "Your gradient grows with the error. |x| is equally steep everywhere: only the sign counts.",
        "l1",
    ),
    _formula("tie_one", "A prediction that hits the target gets the slope 1 in your code. torch takes 0.", "l1_tie"),
    _formula(
        "tie_minus_one", "A prediction that hits the target gets the slope -1 in your code. torch takes 0.", "l1_tie"
    ),
    _formula("tie_half", "A prediction that hits the target gets the slope 1/2 in your code. torch takes 0.", "l1_tie"),
    _formula("tie_nan", "At a hit your gradient is 0 / 0, which is nan. torch takes the slope 0 there.", "l1_tie"),
    _formula("mse_without_two", "The slope of a square has a factor 2, which your gradient lacks.", "mse"),
    _formula(
        "mse_half",
        "You halved the squared error. torch's mse_loss does not, so its gradient keeps the factor 2.",
        "mse",
    ),
    _formula(
        "mse_flipped", "Your gradient has the wrong sign: above the target the loss grows with the prediction.", "mse"
    ),
    _formula("mse_cubed", "Your loss and its slope are those of the third power. mse squares the error.", "mse"),
    _formula(
        "ce_first_class",
        "Your loss takes class 0 for the right one in every row. The target tells which class is right.",
        "cross_entropy",
    ),
    _formula(
        "ce_without_target",
        "Your gradient is the softmax alone. The right class gets its share minus one.",
        "cross_entropy",
    ),
    _formula(
        "ce_flipped",
        "Your gradient has the wrong sign: a larger score of a wrong class makes the loss larger.",
        "cross_entropy",
    ),
    _formula(
        "ce_double_softmax",
        "The scores go through softmax twice in your code. cross_entropy takes raw scores and normalises them once.",
        "cross_entropy",
    ),
    _formula(
        "ce_of_probabilities",
        "You took the scores for probabilities. Softmax comes first, then the logarithm.",
        "cross_entropy",
    ),
    _formula(
        "naive_exp",
        "exp(1000) overflows. Take the largest score off each row first: it changes no share.",
        "stability",
    ),
    _formula(
        "shift_by_first",
        "You take the first score off each row. Where another one is far larger exp still overflows: take the largest.",
        "stability",
    ),
    _formula(
        "shift_by_all",
        "You take the largest score of all rows off each row. A row far below it is left with log(0): take its own.",
        "stability",
    ),
    *(
        _formula(
            f"clipped_share_{floor}",
            f"Your shares are kept above {floor}: beyond that the loss stops growing and its gradient is gone. Stay "
            "with log(sum(exp)) minus the score.",
            "stability",
        )
        for floor in ("1e-08", "1e-10", "1e-12", "1e-15")
    ),
    *(
        Misconception(
            f"no_way_back_from_{loss}",
            f"The prediction receives nothing from your {loss}. The result must lead back to pred.",
            (concept,),
            "silent",
            (loss,),
        )
        for concept, loss in (("l1", "l1_loss"), ("mse", "mse_loss"), ("cross_entropy", "cross_entropy"))
    ),
    _formula(
        "log_of_share",
        "A share can be rounded to 0, and its logarithm is -inf. Stay with log(sum(exp)) minus the score.",
        "stability",
    ),
)

_REDUCTIONS = (
    *(
        Misconception(f"{name}_is_{meaning}", sentence, (name,), "renamed", (name, meaning))
        for name, meaning, sentence in (
            ("mean", "sum", "What you call the mean is the sum. Divide by the count."),
            ("mean", "none", "The mean is one number; your code reduces nothing."),
            ("sum", "mean", "What you call the sum is divided by the count."),
            ("sum", "none", "The sum is one number; your code reduces nothing."),
            ("sum", "columns", "Your sum adds up along the first dimension alone. It is one number for all elements."),
            ("none", "flat", "'none' gives one long row in your code. The losses keep the shape of the prediction."),
            ("none", "reversed", "'none' gives the losses in reverse order. Each stays in its sample's place."),
            ("none", "sum", "'none' gives the sum in your code. Each sample should keep its own loss."),
            ("none", "mean", "'none' gives the mean in your code. Each sample should keep its own loss."),
        )
    ),
    *(
        Misconception(
            f"default_is_{reduction}{where}",
            f"Without a reduction, {whose} {gives}. The default is the mean.",
            ("mean",),
            "default",
            (reduction, *losses),
        )
        for reduction, gives in (("sum", "you take the sum"), ("none", "you reduce nothing"))
        for where, whose, losses in (
            ("", "in every loss", ()),
            *((f"_in_{loss}", f"in {loss}", (loss,)) for loss in _LOSSES),
        )
    ),
    Misconception(
        "mean_over_rows",
        "You divided by the number of rows. The mean of l1 and mse is over all elements.",
        ("mean",),
        "counted",
        ("rows",),
    ),
    Misconception(
        "mean_over_scores",
        "You divided by the number of scores. cross_entropy has one loss for each row, so only rows count.",
        ("cross_entropy",),
        "counted",
        ("elements",),
    ),
    Misconception(
        "mean_not_in_gradient",
        "The loss is divided by the count, its gradient is not.",
        ("mean",),
        "counted",
        ("gradient",),
    ),
    Misconception(
        "unknown_accepted",
        "A reduction that does not exist is taken for another one. Raise a ValueError.",
        ("reduction_name",),
        "renamed",
        ("*", "mean"),
    ),
    *(
        Misconception(
            f"unknown_raises_{kind}",
            f"An unknown reduction raises {kind}; torch raises ValueError, which callers look for.",
            ("reduction_name",),
            "refusing",
            (kind,),
        )
        for kind in ("KeyError", "TypeError", "AssertionError", "Exception")
    ),
)

_HABITS = (
    Misconception(
        "target_is_constant",
        "The target's numbers are used, but the Tensor gets nothing. It is an operand like the prediction.",
        ("target",),
        "constant_target",
    ),
    Misconception(
        "target_same_sign",
        "The target receives the same gradient as the prediction. It pulls the other way.",
        ("target",),
        "same_sign",
    ),
    *(
        Misconception(f"{name}_in_{loss}", sentence.format(loss=loss), ("target",), subject, (loss,))
        for loss in _LOSSES[:2]
        for name, subject, sentence in (
            (
                "target_is_constant",
                "constant_target",
                "In {loss} a target that is a Tensor gets nothing. It is an operand like the prediction.",
            ),
            (
                "target_same_sign",
                "same_sign",
                "In {loss} the target receives the same gradient as the prediction. It pulls the other way.",
            ),
        )
    ),
    Misconception(
        "overwrites_grad",
        "Your closure puts its gradient in the place of what was there. Two losses on one prediction need the sum.",
        ("accumulates",),
        "overwriting",
    ),
    *(
        Misconception(
            f"overwrites_grad_in_{loss}",
            f"Your {loss} puts its gradient in the place of what was there. Two losses on one prediction need the sum.",
            ("accumulates",),
            "overwriting",
            (loss,),
        )
        for loss in _LOSSES
    ),
    _formula(
        "shifts_in_place",
        "Your cross_entropy changes the array of the scores that it is given. Compute with a new one.",
        "accumulates",
    ),
)

MISCONCEPTIONS = (*_FORMULAS, *_REDUCTIONS, *_HABITS)
