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
    name: str, bank: BankSpec, loss: str, rules: tuple[Rule, Rule] = (value_of_one, gradient_of_one)
) -> ConceptSpec:
    return ConceptSpec(
        name,
        (
            Check("value", f"{loss} of one sample is torch's number.", bank, ("loss.data",), rule=rules[0]),
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


def _reduction(name: str, says: str) -> ConceptSpec:
    """Return the concept of one reduction, judged on the student's own losses of single samples."""
    return ConceptSpec(
        name,
        tuple(
            Check(
                loss,
                f"{loss}: {says}",
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
        _formula("l1", FORMULAS["l1_loss"], "l1_loss"),
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
                    "Its gradient is 0, as in torch.",
                    TIES,
                    ("pred.grad",),
                    2.0,
                    rule=gradient_of_special,
                ),
            ),
        ),
        _formula("mse", FORMULAS["mse_loss"], "mse_loss"),
        _formula("cross_entropy", FORMULAS["cross_entropy"], "cross_entropy"),
        ConceptSpec(
            "stability",
            (
                *_formula("stability", LARGE, "cross_entropy with scores of 1000", _SPECIAL).checks,
                Check(
                    "rows",
                    "Each row is kept in range by itself: scores of 1000 in one row leave the others as they are.",
                    LARGE_ROWS,
                    rule=rows_in_range,
                    counts_only_with=("stability",),
                ),
            ),
        ),
        _reduction("mean", "the default is the mean over all elements, for cross_entropy over all rows."),
        _reduction("sum", 'reduction="sum" is the sum of what each sample gives alone.'),
        _reduction("none", 'reduction="none" keeps what each sample gives alone, in its place.'),
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
                    f"{loss}: a target that is a Tensor receives the opposite gradient.",
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
                    f"{loss} adds its share to what pred.grad holds, and leaves prediction and target as they were.",
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
