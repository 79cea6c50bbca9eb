"""Find out what connects a loss to an optimizer.

Why it matters
    They never meet. The loss leads, through its graph, to leaves; the optimizer holds a list of tensors. Where the same
    *object* is at the end of a path and in the list, `backward()` writes its `.grad` and `step()` reads it. All the
    rest follows: who is updated, who is forgotten, and whether two losses disturb each other.

What to write
    `reached_parameters`, `connection`, `stepped` and `isolated`. They only look: no `.grad`, no value and no flag may
    change, and a later `backward()` must still run. Do not call `backward()` or `torch.autograd.grad` to find something
    out: read the graph, as in ex06, from `torch.autograd.graph.get_gradient_edge(loss).node` along `next_functions`.
    You may import your own ex06_graph_walkers if you hand it in too.

    "Parameter" means here any leaf that backward could write to: an nn.Parameter, or a tensor made with
    `requires_grad=True`.

An example
    Equal numbers are not the same object. A set of tensors compares objects; `==` compares numbers.

    >>> import torch
    >>> a, b = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    >>> bool(a == b), a is b, a in {b}
    (True, False, False)

Try your code
    $ python -i exercises/ex07_connection.py
    >>> reached_parameters(a * b) == [a, b] or reached_parameters(a * b) == [b, a]
    True

Not asked here
    Hooks, custom autograd functions.

Often said, and wrong
    "backward on a detached prediction leaves .grad at None."  It raises. There is nothing to walk.
    "The optimizer does not move frozen parameters."  `step()` never looks at `requires_grad`, only at `.grad`. A frozen
    parameter with a gradient left over still moves.
    "After `.to()`, `.double()` or `load_state_dict()` the optimizer must be rebuilt."  Those keep the Parameter
    objects. A new nn.Parameter, `load_state_dict(..., assign=True)` and a deepcopy are other objects, unknown to the
    optimizer.
    "A new loss function is tied to another model."  A second loss on the same prediction reaches the same parameters.
    "The optimizer holds the model."  It holds what `parameters()` gave when it was built. A module in a plain list is
    not registered, so its parameters were never handed over.

Read more, in torch's documentation
    torch.Tensor.detach; torch.nn.Module.parameters; torch.optim.Optimizer.add_param_group
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor
from torch.autograd.graph import get_gradient_edge
from torch.optim import Optimizer


class Connection(NamedTuple):
    """Who is connected: lists of tensors, the objects themselves, each once, in any order.

    Attributes:
        updated: Held by the optimizer, and backward from the loss gives them a new gradient.
        held_not_reached: Held by the optimizer, but backward from the loss does not come to them.
        reached_not_held: Backward from the loss gives them a new gradient, but no one will read it.
    """

    updated: list[Tensor]
    held_not_reached: list[Tensor]
    reached_not_held: list[Tensor]


def reached_parameters(loss: Tensor) -> list[Tensor]:
    """Return the leaves that `loss.backward()`, called now, would give a gradient: each once, in any order.

    A gradient of zeros is a gradient. A leaf that was frozen after the loss was computed still has its node in the
    graph, but gets nothing. A loss that does not require grad reaches nothing.
    """
    found: list[Tensor] = []
    seen = set()
    stack = [get_gradient_edge(loss).node] if loss.requires_grad else []
    while stack:
        node = stack.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable") and node.variable.requires_grad:
            found.append(node.variable)
        stack += [after for after, _ in node.next_functions]
    return found


def connection(loss: Tensor, optimizer: Optimizer) -> Connection:
    """Return who of the reached and the held parameters is which; gradients that are there already do not matter."""
    reached, held = _by_identity(reached_parameters(loss)), _by_identity(_held(optimizer))
    return Connection(
        updated=[parameter for key, parameter in held.items() if key in reached],
        held_not_reached=[parameter for key, parameter in held.items() if key not in reached],
        reached_not_held=[parameter for key, parameter in reached.items() if key not in held],
    )


def stepped(loss: Tensor, optimizer: Optimizer) -> list[Tensor]:
    """Return the parameters that step() does not skip when `loss.backward(); optimizer.step()` is run now.

    There is no zero_grad in between, so a gradient that an earlier backward has left over counts as well. A loss that
    reaches nothing adds nothing; step() alone still moves whoever has a gradient left over.
    """
    reached = _by_identity(reached_parameters(loss))
    return [parameter for parameter in _held(optimizer) if id(parameter) in reached or parameter.grad is not None]


def isolated(loss_a: Tensor, loss_b: Tensor) -> bool:
    """Return whether no parameter would get a gradient from both losses."""
    return _by_identity(reached_parameters(loss_a)).keys().isdisjoint(_by_identity(reached_parameters(loss_b)))


def _held(optimizer: Optimizer) -> list[Tensor]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def _by_identity(tensors: list[Tensor]) -> dict[int, Tensor]:
    """Return the tensors under their ids; `==` would compare numbers, and equal numbers do not make one parameter."""
    return {id(tensor): tensor for tensor in tensors}
