"""Answers on losses, each with a mark where it is wrong for a reason that another concept counts.

The worker also sends what tells the reason: the loss under the other reductions, of each sample alone, or with another
target. It ends here, so that a report shows nothing but the call and what the call gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from graders.cases.tensor import LossCall
from graders.judging.compare import Tolerance, agree, are_alike
from graders.judging.single import floats

_MARK = "elsewhere"
_NEAR = Tolerance()


class _Truth(NamedTuple):
    """What is right for one call, as arrays: loss, gradient, and the loss of each sample and its gradient."""

    value: Any
    grad: Any
    values: Any
    grads: Any


def is_elsewhere(field: Any) -> bool:
    """Return whether a wrong answer is one that another concept counts."""
    return isinstance(field, Mapping) and _MARK in field


def one_sample(case: LossCall, fields: Sequence[Any]) -> list[Any]:
    """Return loss and gradient of one sample, marked where they are right under another reduction.

    Args:
        case: The call.
        fields: Loss and gradient, then those under the other reductions, each stacked in one array.
    """
    if len(fields) != 4:
        return list(fields)
    right = _right(case)
    return [
        _marked(mine) if not agree(mine, _field(truth), _NEAR) and _holds(others, truth) else mine
        for mine, others, truth in zip(fields[:2], fields[2:], (right.value, right.grad), strict=True)
    ]


def several_samples(case: LossCall, fields: Sequence[Any]) -> list[Any]:
    """Return loss and gradient of a batch, marked where those of its samples alone are wrong by the same factor.

    Args:
        case: The call.
        fields: Loss and gradient, then the losses of the samples alone and their gradients.
    """
    if len(fields) != 4:
        return list(fields)
    right = _right(case)
    value, grad, values, grads = fields
    whole = case.reduction != "none"
    if right.values.size == 1 and _same_number(value, right.value):
        value = _field(right.value)  # the shape is judged where there are more samples
    return [
        _marked(value) if _by_the_same_factor(value, values, right.value, right.values, whole) else value,
        _marked(grad) if _by_the_same_factor(grad, grads, right.grad, right.grads) else grad,
    ]


def both_sides(case: LossCall, fields: Sequence[Any]) -> list[Any]:
    """Return the gradients of prediction and target, marked where they are what the formula makes of them.

    Args:
        case: The call.
        fields: Both gradients, then that of the prediction where the target is an array.
    """
    if len(fields) != 3:
        return list(fields)
    truth = _right(case).grad
    pred, target, plain = fields
    mine = floats(plain, list(truth.shape))
    if mine is None or not agree(pred, plain, _NEAR):
        return [pred, target]
    if agree(plain, _field(truth), _NEAR):
        return [pred, target]
    return [_marked(pred), _marked(target) if agree(target, _field(-mine), _NEAR) else target]


def on_top(case: LossCall, fields: Sequence[Any]) -> list[Any]:
    """Return the gradient of a prediction that held one before, marked where it is the sum of that and the loss's own.

    Args:
        case: The call.
        fields: The gradient, that of a fresh prediction, and whether prediction and target are unchanged.
    """
    if len(fields) != 4:
        return list(fields)
    total, own, *unchanged = fields
    mine = floats(own, list(case.pred.shape))
    if mine is None:
        return [total, *unchanged]
    from graders.players.tensor_engine import numpy_array

    held = numpy_array(type(case.pred)(case.pred.shape, case.preload or (), case.pred.dtype))
    added = agree(total, _field(held + mine), _NEAR) and not agree(total, _field(held + _right(case).grad), _NEAR)
    return [_marked(total) if added else total, *unchanged]


@lru_cache(maxsize=4096)
def _right(case: LossCall) -> _Truth:
    import numpy as np

    from graders.banks.references import losses
    from graders.players.tensor_engine import numpy_array, walk_back
    from graders.players.tensor_reference import Tensor

    loss = getattr(losses(), case.loss)
    found = []
    for reduction in (case.reduction or "mean", "none"):
        pred = Tensor(numpy_array(case.pred))
        out = loss(pred, numpy_array(case.target), reduction=reduction)
        upstream = numpy_array(case.upstream)
        walk_back(out, np.broadcast_to(upstream, out.data.shape).copy() if upstream.size == 1 else upstream, (pred,))
        found += [np.asarray(out.data), np.asarray(pred.grad)]
    value, grad, values, grads = found
    return _Truth(value, grad, values.reshape(-1), grads)


def _field(value: Any) -> Any:
    import numpy as np

    from graders.players.seen import array

    return array(np.asarray(value, "float64"))


def _marked(field: Any) -> Any:
    known = isinstance(field, dict)
    return {**(field if known else {"odd": type(field).__name__, "repr": str(field)}), _MARK: True}


def _holds(others: Any, truth: Any) -> bool:
    """Return whether one of the stacked arrays is right."""
    stacked = floats(others, [2, *truth.shape])
    return stacked is not None and any(agree(_field(one), _field(truth), _NEAR) for one in stacked)


def _same_number(mine: Any, truth: Any) -> bool:
    found = floats(mine, mine.get("array", [])) if isinstance(mine, dict) else None
    return found is not None and found.size == 1 and agree(_field(found.reshape(truth.shape)), _field(truth), _NEAR)


def _by_the_same_factor(mine: Any, own: Any, truth: Any, truths: Any, add_up: bool = False) -> bool:
    """Return whether an answer is wrong, but relates to the answers for the samples alone as it should.

    Args:
        mine: The answer.
        own: The answers for the samples.
        truth: What is right in the place of `mine`.
        truths: What is right in the place of `own`.
        add_up: Whether it relates to the sum of them.
    """
    import numpy as np

    right = _field(truth)
    whole, alone = floats(mine, list(truth.shape)), floats(own, list(truths.shape))
    if whole is None or alone is None or not are_alike(mine, right) or agree(mine, right, _NEAR):
        return False
    bases = (alone.sum(), truths.sum()) if add_up else (alone.reshape(truth.shape), truths.reshape(truth.shape))
    with np.errstate(all="ignore"):
        return agree(_field(whole / bases[0]), _field(truth / bases[1]), _NEAR)
