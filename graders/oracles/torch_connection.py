"""Truth about losses and optimizers: torch.autograd.grad says who is reached, a real step says who moves (ex07)."""

from __future__ import annotations

from collections.abc import Iterable

import torch

from graders.cases.torch_graph import Graph
from graders.players.seen import Field
from graders.players.torch_build import Built
from graders.players.torch_names import tensor_names

_DECAY = 0.377
"""With weight decay every parameter that step() does not skip moves, even one whose new gradient is zero."""


def reached_parameters(built: Built, case: Graph) -> list[Field]:
    """Return the names of the leaves that backward() from the loss would give a new gradient."""
    return [tensor_names(reached(built, built.given[0]), built)]


def connection(built: Built, case: Graph) -> list[Field]:
    """Return the names of those held and reached, held only, reached only; proved on a real backward and step.

    Raises:
        AssertionError: a real step moves other parameters than the graph says; a fault of the case.
    """
    loss, optimizer = built.given
    found, own = reached(built, loss), held(optimizer)
    both = _common(own, found)
    assert tensor_names(both, built) == moved(case, keep_grads=False), case
    return [tensor_names(part, built) for part in (both, _without(own, found), _without(found, own))]


def stepped(built: Built, case: Graph) -> list[Field]:
    """Return the names of those that `loss.backward(); optimizer.step()` moves, gradients left over included.

    Raises:
        AssertionError: a real step moves other parameters than the graph and the gradients say.
    """
    loss, optimizer = built.given
    found = reached(built, loss)
    touched = [tensor for tensor in held(optimizer) if tensor.grad is not None or _contains(found, tensor)]
    assert tensor_names(touched, built) == moved(case, keep_grads=True), case
    return [tensor_names(touched, built)]


def isolated(built: Built, case: Graph) -> list[Field]:
    """Return whether no leaf is reached from both losses."""
    loss_a, loss_b = built.given
    return [not _common(reached(built, loss_a), reached(built, loss_b))]


def reached(built: Built, loss: torch.Tensor) -> list[torch.Tensor]:
    """Return the leaves for which torch.autograd.grad has a gradient."""
    leaves = [tensor for _, tensor in built.tensors if tensor.requires_grad]
    if not loss.requires_grad or not leaves:
        return []
    grads = torch.autograd.grad(loss, leaves, allow_unused=True, retain_graph=True)
    return [leaf for leaf, grad in zip(leaves, grads, strict=True) if grad is not None]


def held(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    """Return the parameters of all groups."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def moved(case: Graph, keep_grads: bool) -> list[Field]:
    """Return the names of the leaves that change when a rebuilt case runs backward() and step().

    Args:
        case: The case, with a loss and an optimizer given.
        keep_grads: Whether the gradients that the case has left over are still there.
    """
    built = Built(case)
    loss, optimizer = built.given
    for group in optimizer.param_groups:
        group["weight_decay"] = _DECAY
    if not keep_grads:
        for _, tensor in built.tensors:
            tensor.grad = None
    before = [tensor.detach().clone() for _, tensor in built.tensors]
    if loss.requires_grad:
        loss.backward()
    optimizer.step()
    pairs = zip(before, built.tensors, strict=True)
    return tensor_names((tensor for earlier, (_, tensor) in pairs if not torch.equal(earlier, tensor)), built)


def _contains(tensors: Iterable[torch.Tensor], tensor: torch.Tensor) -> bool:
    return any(other is tensor for other in tensors)


def _common(tensors: Iterable[torch.Tensor], others: list[torch.Tensor]) -> list[torch.Tensor]:
    return [tensor for tensor in tensors if _contains(others, tensor)]


def _without(tensors: Iterable[torch.Tensor], others: list[torch.Tensor]) -> list[torch.Tensor]:
    return [tensor for tensor in tensors if not _contains(others, tensor)]
