"""ex05_losses: the student's losses on the grader's `Tensor`."""

from __future__ import annotations

from graders.concepts.avoids import DERIVATIVES
from graders.concepts.ex05_banks import FORMULAS, HELD, LARGE, LARGE_ROWS, LOSSES, REDUCTIONS, SIDES, TIES, UNKNOWN
from graders.judging.rules.losses import (
    FORMULA,
    apart_from_formula,
    gradient_of_one,
    gradient_of_special,
    reduced,
    rows_in_range,
    value_of_one,
    value_of_special,
)
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec, Rule

_SPECIAL = (value_of_special, gradient_of_special)
_FORMULA = {loss: (concept,) for loss, concept in FORMULA.items()}


def _formula(
    name: str, bank: BankSpec, says: str, rules: tuple[Rule, Rule] = (value_of_one, gradient_of_one)
) -> ConceptSpec:
    return ConceptSpec(
        name,
        (
            Check("value", says, bank, ("loss.data",), rule=rules[0]),
            Check(
                "gradient",
                "The prediction receives the loss's slope times loss.grad.",
                bank,
                ("pred.grad",),
                2.0,
                rule=rules[1],
            ),
        ),
    )


def _reduction(name: str, says: str, rows: str = "") -> ConceptSpec:
    """Return the concept of one reduction, which takes the student's own losses of single samples; `rows` says what
    it is for cross_entropy, where that differs."""
    return ConceptSpec(
        name,
        tuple(
            Check(
                loss,
                f"{loss}: {rows if rows and loss == 'cross_entropy' else says}",
                REDUCTIONS[name][loss],
                absent=_FORMULA[loss],
                rule=reduced,
                counts_only_with=_FORMULA[loss],
            )
            for loss in LOSSES
        ),
    )


EXERCISE = ExerciseSpec(
    "ex05_losses",
    avoids=DERIVATIVES,
    supplies={
        "ex04_tensor_closures": "graders.players.tensor_reference",
        "given_tensor": "graders.players.tensor_given",
    },
    concepts=(
        _formula("l1", FORMULAS["l1_loss"], "l1_loss of one sample is torch's number."),
        ConceptSpec(
            "l1_tie",
            (
                Check(
                    "value",
                    "A prediction that equals its target has no L1 loss.",
                    TIES,
                    ("loss.data",),
                    rule=value_of_special,
                ),
                Check(
                    "gradient",
                    "The gradient is 0 where a prediction equals its target, as in torch.",
                    TIES,
                    ("pred.grad",),
                    2.0,
                    rule=gradient_of_special,
                ),
            ),
        ),
        _formula("mse", FORMULAS["mse_loss"], "mse_loss of one sample is torch's number."),
        _formula("cross_entropy", FORMULAS["cross_entropy"], "cross_entropy of one sample is torch's number."),
        ConceptSpec(
            "stability",
            (
                *_formula(
                    "stability", LARGE, "One sample with scores of 1000: the loss is torch's number.", _SPECIAL
                ).checks,
                Check(
                    "rows",
                    "Each row is kept in range by itself: scores of 1000 in one row leave the others as they are.",
                    LARGE_ROWS,
                    rule=rows_in_range,
                    counts_only_with=("stability",),
                ),
            ),
        ),
        _reduction("mean", "the default is the mean over all elements.", "the default is the mean over the rows."),
        _reduction("sum", 'reduction="sum" is the sum of the losses of all samples.'),
        _reduction("none", 'reduction="none" keeps the loss of each sample, in its place.'),
        ConceptSpec(
            "reduction_name",
            tuple(
                Check(
                    loss,
                    f"{loss} raises ValueError for a reduction that does not exist.",
                    UNKNOWN[loss],
                    absent=_FORMULA[loss],
                )
                for loss in LOSSES
            ),
        ),
        ConceptSpec(
            "target",
            tuple(
                Check(
                    loss,
                    f"{loss}: a target that is a Tensor receives the opposite of pred's gradient.",
                    bank,
                    absent=_FORMULA[loss],
                    rule=apart_from_formula,
                    counts_only_with=_FORMULA[loss],
                )
                for loss, bank in SIDES.items()
            ),
        ),
        ConceptSpec(
            "accumulates",
            tuple(
                Check(
                    loss,
                    f"{loss} adds its gradient to what pred.grad holds, and leaves pred and target as they were.",
                    HELD[loss],
                    absent=_FORMULA[loss],
                    rule=apart_from_formula,
                    counts_only_with=_FORMULA[loss],
                )
                for loss in LOSSES
            ),
        ),
    ),
)
