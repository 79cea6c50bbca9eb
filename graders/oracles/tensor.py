"""What torch gives for cases on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from graders.cases.tensor import Array, LossCall, TensorProgram, Unbroadcast, labels
from graders.cases.tensor_ops import apply
from graders.players.seen import Field, array

__all__ = [
    "closure",
    "dtypes",
    "extended",
    "loss",
    "single",
    "memory",
    "operands",
    "reduction",
    "share",
    "sides",
    "unbroadcast",
    "unknown",
]

Truth = dict[str, Field]


def closure(case: TensorProgram) -> Truth | None:
    """Return the result and the gradients on top of what `.grad` held; None outside the domain of the operations."""
    nodes = _run(case)
    out = nodes[-1]
    with torch.no_grad():
        for node, leaf in zip(nodes, case.leaves, strict=False):
            if leaf.preload is not None:
                node.grad = _tensor(Array(leaf.array.shape, leaf.preload, leaf.array.dtype))
    out.backward(_tensor(case.upstream))
    values = [out.detach(), *(nodes[index].grad for index in case.observed)]
    if not all(torch.isfinite(value).all() and value.abs().max() <= 1e6 for value in values if value.numel()):
        return None
    return dict(zip(labels(case, "closure"), map(_field, values), strict=True))


def extended(case: TensorProgram) -> Truth | None:
    """Return the result and the gradients of an operation with stretched operands, numbers or arrays."""
    return closure(case)


def dtypes(case: TensorProgram) -> Truth | None:
    """Return dtype and shape of the result and of every gradient."""
    nodes = _run(case)
    nodes[-1].backward(_tensor(case.upstream))
    found: list[Field] = []
    for value in [nodes[-1], *(nodes[index].grad for index in case.observed)]:
        found += [str(value.dtype).removeprefix("torch."), list(value.shape)]
    return dict(zip(labels(case, "dtypes"), found, strict=True))


def memory(case: TensorProgram) -> Truth:
    """Return that nothing else changes, as in torch, where every gradient has its own memory."""
    return dict.fromkeys(labels(case, "memory"), True)


def operands(case: TensorProgram) -> Truth:
    """Return the leaves to which torch sends a gradient."""
    nodes = _run(case)
    nodes[-1].backward(_tensor(case.upstream))
    found = [name for name, node in zip(case.names, nodes[: len(case.leaves)], strict=False) if node.grad is not None]
    return dict(zip(labels(case, "operands"), [found], strict=True))


def unbroadcast(case: Unbroadcast) -> Truth:
    """Return the gradient that arrives at a tensor of that shape when torch stretches it."""
    leaf = torch.zeros(case.shape, dtype=torch.float64, requires_grad=True)
    leaf.expand(case.grad.shape).backward(_tensor(case.grad))
    return dict(zip(labels(case, "unbroadcast"), [_field(leaf.grad), True], strict=True))


def loss(case: LossCall) -> Truth:
    """Return the loss and the gradient of the prediction."""
    return _loss(case, "loss")


def single(case: LossCall) -> Truth:
    """Return the loss of one sample and its gradient, which are the same however they are reduced."""
    return _loss(case, "single")


def sides(case: LossCall) -> Truth:
    """Return the gradients of prediction and target."""
    pred, target, result = _called(case, case.reduction)
    result.backward(_tensor(case.upstream))
    return dict(zip(labels(case, "sides"), [_field(pred.grad), _field(target.grad)], strict=True))


def reduction(case: LossCall) -> Truth | None:
    """Return the loss and its gradient; None where the loss or gradient of a sample alone is zero."""
    each, _, alone = _called(case, "none")
    alone.backward(_tensor(case.upstream).expand(alone.shape))
    if (alone.detach().abs() < 1e-3).any() or (each.grad.abs() < 1e-3).any():
        return None
    return _loss(case, "reduction")


def share(case: LossCall) -> Truth:
    """Return the gradient on top of what was held beforehand, and that the inputs stay as they are."""
    pred, _, result = _called(case, case.reduction)
    pred.grad = _tensor(Array(case.pred.shape, case.preload or ()))
    result.backward(_tensor(case.upstream))
    return dict(zip(labels(case, "share"), [_field(pred.grad), True, True], strict=True))


def unknown(case: LossCall) -> Truth:
    """Return the type of torch's exception."""
    try:
        _called(case, case.reduction)
        raised = "nothing raised"
    except ValueError:
        raised = "ValueError"
    return dict(zip(labels(case, "unknown"), [raised], strict=True))


def _run(case: TensorProgram) -> list[Any]:
    nodes: list[Any] = []
    for leaf in case.leaves:
        if leaf.role == "number":
            nodes.append(leaf.array.data[0])
        else:
            nodes.append(_tensor(leaf.array).requires_grad_(leaf.role == "tensor"))
    for op, operands, params in case.plan:
        out = apply(op, [nodes[index] for index in operands], params, _key)
        nodes.append(out.values if isinstance(out, torch.return_types.max) else out)
        nodes[-1].retain_grad()
    return nodes


def _loss(case: LossCall, play: str) -> Truth:
    pred, _, result = _called(case, case.reduction)
    result.backward(_tensor(case.upstream))
    return dict(zip(labels(case, play), [_field(result), _field(pred.grad)], strict=True))


def _called(case: LossCall, chosen: str | None) -> tuple[Any, Any, Any]:
    function = getattr(functional, case.loss)
    pred, target = _tensor(case.pred).requires_grad_(), _tensor(case.target)
    if case.role == "tensor":
        target.requires_grad_()
    return pred, target, function(pred, target) if chosen is None else function(pred, target, reduction=chosen)


def _key(items: Any) -> Any:
    return tuple(map(_item, items))


def _item(item: Any) -> Any:
    if item == "...":
        return ...
    if isinstance(item, tuple):
        return slice(*item[1:]) if item[0] == "slice" else torch.tensor(item[1])
    return item


def _tensor(value: Array) -> Any:
    return torch.from_numpy(np.array(value.data, value.dtype).reshape(value.shape))


def _field(value: Any) -> Field:
    return array(value.detach().numpy())
