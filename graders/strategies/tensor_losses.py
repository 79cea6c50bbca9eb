"""Calls of losses: predictions beside targets, ties, large logits, and batches for the reductions."""

from __future__ import annotations

from hypothesis import strategies as st

from graders.cases.tensor import Array, LossCall
from graders.strategies.tensor_arrays import GRID, POSITIVE, arrays, divisors, numbers, preloads, upstreams

_LARGE = (-1000.0, 0.0, 999.0, 1000.0, 200.0)
_LEVELS = (0.0, -1000.0, 1.0, -2000.0)
"""What the other rows' scores lie around, when one row's lie around 1000."""
_CLASSES = st.integers(2, 4)


@st.composite
def loss_calls(
    draw: st.DrawFn,
    loss: str,
    single: bool = True,
    role: str = "array",
    reduction: str | None = None,
    held: bool = False,
    large: bool = False,
) -> LossCall:
    """Calls with values that differ.

    Args:
        loss: Name of the function.
        single: Whether there is one sample only, so that no reduction matters.
        role: What the target is, `"array"` or `"tensor"`.
        reduction: Passed on; None leaves the default.
        held: Whether `pred.grad` holds something beforehand.
        large: Whether logits are as large as 1e3.
    """
    count = 1 if single else draw(st.integers(2, 3))
    pred, target = draw(_logits(count, large)) if loss == "cross_entropy" else draw(_pairs((count,)))
    preload = draw(preloads(pred.shape)) if held else None
    result = _samples(loss, pred) if reduction == "none" else ()
    return LossCall(loss, pred, target, draw(upstreams(result)), reduction, role, preload)


@st.composite
def ties(draw: st.DrawFn) -> LossCall:
    """L1 losses of one prediction that equals its target."""
    pred = draw(arrays((1,), numbers(GRID)))
    return LossCall("l1_loss", pred, pred, draw(upstreams(())))


@st.composite
def reductions_of(draw: st.DrawFn, loss: str, reduction: str) -> LossCall:
    """Batches whose predictions all lie above their targets, so that no sum of single losses vanishes.

    The mean is asked for by name or by default.
    """
    if loss == "cross_entropy":
        pred, target = draw(_logits(draw(st.integers(2, 3)), False))
    else:
        shape = draw(st.sampled_from(((2,), (3,), (2, 2), (2, 3))))
        target = draw(arrays(shape, numbers()))
        above = draw(arrays(shape, numbers(POSITIVE, 0.1, 2.0)))
        pred = Array(shape, tuple(low + gap for low, gap in zip(target.data, above.data, strict=True)))
    result = _samples(loss, pred) if reduction == "none" else ()
    given = draw(st.sampled_from((None, "mean"))) if reduction == "mean" else reduction
    return LossCall(loss, pred, target, draw(upstreams(result)), given)


def _samples(loss: str, pred: Array) -> tuple[int, ...]:
    return pred.shape[:1] if loss == "cross_entropy" else pred.shape


@st.composite
def _pairs(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[Array, Array]:
    target = draw(arrays(shape, numbers()))
    gaps = draw(arrays(shape, divisors()))
    return Array(shape, tuple(low + off for low, off in zip(target.data, gaps.data, strict=True))), target


@st.composite
def _logits(draw: st.DrawFn, count: int, large: bool) -> tuple[Array, Array]:
    """Scores and classes; large scores are 1000, one far below it as a rule, and others, in any order.

    Of several rows only one has large scores: those of the others lie close together, far below.
    """
    classes = draw(_CLASSES)
    if large and count > 1:
        levels = draw(st.permutations((1000.0, *(draw(st.sampled_from(_LEVELS)) for _ in range(count - 1)))))
        near = draw(arrays((count, classes), GRID))
        scores = tuple(levels[place // classes] + score for place, score in enumerate(near.data))
        pred = Array((count, classes), scores)
    elif large:
        rest = draw(st.tuples(*[st.sampled_from(_LARGE)] * (classes - 1)))
        pred = Array((1, classes), tuple(draw(st.permutations((1000.0, *rest)))))
    else:
        pred = draw(arrays((count, classes), numbers()))
    target = tuple(float(draw(st.integers(0, classes - 1))) for _ in range(count))
    return pred, Array((count,), target, "int64")
