"""Replays calls of the student's losses on the grader's own `Tensor`."""

from __future__ import annotations

from typing import Any

from numpy import add, array, asarray, empty, isfinite, nan, ndarray, zeros

from graders.cases.tensor import LossCall
from graders.players.seen import Seen
from graders.players.subject import Absent, Subject
from graders.players.tensor_engine import every, numpy_array, same, shown, walk_back
from graders.players.tensor_reference import Tensor


def loss(case: LossCall, subject: Subject, seen: Seen) -> None:
    """Note the loss and the gradient of the prediction."""
    pred, target, result = _called(case, subject)
    seen(_data(result))
    _back(result, case, pred, target)
    seen(shown(pred.grad))


def single(case: LossCall, subject: Subject, seen: Seen) -> None:
    """Note the loss of one sample and the gradient of the prediction, then both under the other reductions.

    They are the same for one sample. Where another reduction raises, which counts elsewhere, the first answer stays.
    """
    data, grad = _one(case, subject, None)
    seen(data)
    seen(grad)
    others = []
    for name in ("sum", "none"):
        try:
            others.append(_one(case, subject, name))
        except Exception:  # whatever it is, the reduction's own concept meets it too
            others.append((data, grad))
    seen(_stacked([value for value, _ in others], ()))
    seen(_stacked([slopes for _, slopes in others], case.pred.shape))


def _one(case: LossCall, subject: Subject, name: str | None) -> tuple[Any, Any]:
    pred, target, result = _loss_of(case, subject, numpy_array(case.pred), numpy_array(case.target), name)
    data = _data(result)
    _back(result, case, pred, target)
    return data, shown(pred.grad)


def _stacked(answers: list[Any], shape: tuple[int, ...]) -> Any:
    """Return arrays in one, nan in the place of what is no array of that shape."""
    fitting = [one if type(one) is ndarray and one.shape == shape else _full(shape, nan) for one in answers]
    return asarray(fitting, "float64")


def sides(case: LossCall, subject: Subject, seen: Seen) -> None:
    """Note the gradients of prediction and target, then that of the prediction in a call with a plain array.

    The last one tells faults of the loss's formula, a matter of another concept.
    """
    alone = LossCall(case.loss, case.pred, case.target, case.upstream, case.reduction, "array", case.preload)
    plain, _, result = _called(alone, subject)
    _back(result, alone, plain, None)
    pred, target, result = _called(case, subject)
    _back(result, case, pred, target)
    for node in (pred, target, plain):
        seen(shown(node.grad))


def reduction(case: LossCall, subject: Subject, seen: Seen) -> None:
    """Note the loss of several samples and its gradient, then the losses of the samples alone and their gradients.

    By the latter a wrong formula, a matter of another concept, is told from a wrong reduction.

    Raises:
        Absent: the loss has no number or slope to compare with; other concepts count that.
    """
    pred, target = numpy_array(case.pred), numpy_array(case.target)
    whole, grad = _valued(case, subject, pred, target, numpy_array(case.upstream), case.reduction)
    seen(asarray(whole))
    seen(grad)
    values, grads = _alone(case, subject, pred, target)
    if not (every(isfinite(values)) and every(isfinite(grads)) and every(values) and every(grads)):
        raise Absent(f"{case.loss} of a single sample leaves nothing to compare with")
    seen(values)
    seen(grads)


def _alone(case: LossCall, subject: Subject, pred: Any, target: Any) -> tuple[Any, Any]:
    """Return the losses of the single samples, and the gradient of the whole prediction that they make up."""
    ups = case.upstream.data
    alone = zip(*_singles(case, pred, target), ups if len(ups) > 1 else ups * pred.size, strict=False)
    each = [_valued(case, subject, one, its, array(up), case.reduction) for one, its, up in alone]
    values = array([float(add.reduce(value, axis=None)) for value, _ in each])
    shares = [number for _, one in each for number in asarray(one, "float64").ravel().tolist()]
    return values, array(shares).reshape(pred.shape)


def share(case: LossCall, subject: Subject, seen: Seen) -> None:
    """Note the gradient of a prediction that held one before, that of a fresh one, and what the loss leaves alone.

    Raises:
        Absent: the loss sends nan; other concepts count that.
    """
    fresh, target, result = _called(case, subject)
    fresh.grad = zeros(case.pred.shape)
    _back(result, case, fresh, target)
    own = shown(fresh.grad)
    pred, target, result = _called(case, subject)
    pred.grad = array(case.preload).reshape(case.pred.shape)
    _back(result, case, pred, target)
    if type(own) is ndarray and not every(isfinite(own)):
        raise Absent(f"{case.loss} sends no number that could be added")
    seen(shown(pred.grad))
    seen(own)
    seen(same(pred.data, numpy_array(case.pred)))
    seen(same(target.data if case.role == "tensor" else target, numpy_array(case.target)))


def unknown(case: LossCall, subject: Subject, seen: Seen) -> None:
    """Note the type of the exception that an unknown reduction raises."""
    try:
        _called(case, subject)
    except NotImplementedError:
        raise  # a hole of the stub
    except Exception as error:  # any type may be wrong, and which one is the answer
        seen("ValueError" if isinstance(error, ValueError) else type(error).__name__)
    else:
        seen("nothing raised")


def _called(case: LossCall, subject: Subject) -> tuple[Any, Any, Any]:
    """Return prediction, target and the student's loss of a case."""
    pred, target = numpy_array(case.pred), numpy_array(case.target)
    return _loss_of(case, subject, pred, target, case.reduction)


def _loss_of(case: LossCall, subject: Subject, pred: Any, target: Any, name: str | None) -> tuple[Any, Any, Any]:
    """Return prediction, target and the student's loss of some arrays; a reduction of None is left out."""
    function = subject.get(case.loss)
    pred, target = Tensor(pred), Tensor(target) if case.role == "tensor" else target
    return pred, target, function(pred, target) if name is None else function(pred, target, reduction=name)


def _singles(case: LossCall, pred: Any, target: Any) -> tuple[list[Any], list[Any]]:
    """Return the samples, each as a batch of one: rows of logits, elements otherwise."""
    if case.loss != "cross_entropy":
        pred, target = pred.reshape(-1), target.reshape(-1)
    size = len(pred)
    return [pred[n : n + 1] for n in range(size)], [target[n : n + 1] for n in range(size)]


def _valued(
    case: LossCall, subject: Subject, pred: Any, target: Any, upstream: Any, name: str | None
) -> tuple[Any, Any]:
    """Return the loss of some arrays under a reduction, and the gradient of the prediction."""
    pred, target, result = _loss_of(case, subject, pred, target, name)
    if not hasattr(result, "_backward"):
        return nan, _full(pred.data.shape, nan)
    value = array(result.data)
    walk_back(result, _fitted(upstream, value.shape), (pred,))
    return value, shown(pred.grad)


def _fitted(upstream: Any, shape: tuple[int, ...]) -> Any:
    """Return the upstream gradient in the shape that a loss really has, when it can be stretched or shrunk to it."""
    if upstream.size == 1:
        return _full(shape, upstream.item())
    return upstream


def _full(shape: tuple[int, ...], number: float) -> Any:
    filled = empty(shape)
    filled.fill(number)
    return filled


def _back(result: Any, case: LossCall, pred: Any, target: Any) -> None:
    if hasattr(result, "_backward"):
        upstream = _fitted(numpy_array(case.upstream), asarray(result.data).shape)
        walk_back(result, upstream, (pred, target) if case.role == "tensor" else (pred,))


def _data(result: Any) -> Any:
    """Return the loss of one sample; that it was not reduced to shape `()` is a matter of the reductions."""
    if not hasattr(result, "_backward"):
        return f"{type(result).__name__}, not a Tensor"
    data = shown(result.data)
    return data.reshape(()) if type(data) is ndarray and data.shape == (1,) else data
