"""The banks of ex05: single samples for the formulas, batches for the reductions."""

from __future__ import annotations

from typing import Any

from graders.banks.references import losses
from graders.cases.tensor import Array, LossCall
from graders.concepts.ex04_arrays import filled
from graders.spec import BankSpec

LOSSES = ("l1_loss", "mse_loss", "cross_entropy")
_UP = filled((), 2.0)


def _bank(name: str, draw: str, *fixed: LossCall, play: str = "loss", **params: Any) -> BankSpec:
    return BankSpec(name, "tensor", play, draw, params, fixed, reference=losses)


def _classes(*target: int) -> Array:
    return Array((len(target),), tuple(map(float, target)), "int64")


_FORMULAS = {
    "l1_loss": (
        LossCall("l1_loss", filled((1,), 2.0), filled((1,), 0.5), _UP),
        LossCall("l1_loss", filled((1,), 0.5), filled((1,), 2.0), _UP),
    ),
    "mse_loss": (
        LossCall("mse_loss", filled((1,), 2.0), filled((1,), 0.5), _UP),
        LossCall("mse_loss", filled((1,), 0.5), filled((1,), 2.0), _UP),
    ),
    "cross_entropy": (
        LossCall("cross_entropy", filled((1, 2), 1.0, 1.0), _classes(0), _UP),
        LossCall("cross_entropy", filled((1, 3), 1.0, 2.0, 0.5), _classes(1), _UP),
    ),
}
FORMULAS = {loss: _bank(loss, "loss_calls", *_FORMULAS[loss], play="single", loss=loss) for loss in LOSSES}
TIES = _bank("l1_tie", "ties", LossCall("l1_loss", filled((1,), 1.0), filled((1,), 1.0), _UP), play="single")
LARGE = _bank(
    "cross_entropy_large",
    "loss_calls",
    LossCall("cross_entropy", filled((1, 2), 1000.0, 0.0), _classes(0), _UP),
    LossCall("cross_entropy", filled((1, 2), 1000.0, -1000.0), _classes(1), _UP),
    play="single",
    loss="cross_entropy",
    large=True,
)
LARGE_ROWS = _bank(
    "cross_entropy_large_rows",
    "loss_calls",
    LossCall("cross_entropy", filled((2, 2), 1000.0, 0.0, 1.0, 1.0), _classes(0, 0), _UP),
    LossCall("cross_entropy", filled((2, 2), 1.0, 2.0, -1000.0, -1000.0), _classes(0, 1), _UP),
    loss="cross_entropy",
    large=True,
    single=False,
)

_BATCH = {
    "l1_loss": (filled((2,), 2.0, 3.0), filled((2,), 1.0, 1.0)),
    "mse_loss": (filled((2,), 2.0, 3.0), filled((2,), 1.0, 1.0)),
    "cross_entropy": (filled((2, 2), 1.0, 2.0, 0.5, -1.0), _classes(0, 1)),
}
_ALONE = {loss: (calls[0].pred, calls[0].target) for loss, calls in _FORMULAS.items()}
_SQUARE = (filled((2, 2), 2.0, 3.0, 4.0, 6.0), filled((2, 2), 1.0, 1.0, 1.0, 1.0))


def _reduced(loss: str, reduction: str) -> BankSpec:
    none = reduction == "none"
    fixed = [LossCall(loss, *_BATCH[loss], filled((2,), 1.0, -2.0) if none else _UP, reduction)]
    if loss != "cross_entropy":
        fixed.append(LossCall(loss, *_SQUARE, filled((2, 2), 1.0, -2.0, 3.0, 0.5) if none else _UP, reduction))
    fixed.append(LossCall(loss, *_ALONE[loss], filled((1,), 2.0) if none else _UP, reduction))
    return _bank(f"{loss}_{reduction}", "reductions_of", *fixed, play="reduction", loss=loss, reduction=reduction)


REDUCTIONS = {reduction: {loss: _reduced(loss, reduction) for loss in LOSSES} for reduction in ("mean", "sum", "none")}
UNKNOWN = {
    loss: BankSpec(
        f"{loss}_unknown",
        "tensor",
        "unknown",
        fixed=tuple(LossCall(loss, *_BATCH[loss], _UP, name) for name in ("average", "batchmean", "Mean")),
        reference=losses,
    )
    for loss in LOSSES
}
HELD = {
    loss: _bank(
        f"{loss}_held",
        "loss_calls",
        LossCall(loss, *_BATCH[loss], _UP, None, "array", (1.0,) * len(_BATCH[loss][0].data)),
        play="share",
        loss=loss,
        single=False,
        held=True,
    )
    for loss in LOSSES
}
SIDES = {
    loss: _bank(
        f"{loss}_sides",
        "loss_calls",
        LossCall(loss, *_BATCH[loss], _UP, None, "tensor"),
        play="sides",
        loss=loss,
        single=False,
        role="tensor",
    )
    for loss in LOSSES[:2]
}
