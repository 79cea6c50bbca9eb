"""Wrong ideas about what connects losses and optimizers: the right functions with one idea replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from torch import Tensor, nn
from torch.autograd.graph import get_gradient_edge

Reach = Callable[[Any], list[Any]]


def finder(idea: str) -> SimpleNamespace:
    """Return the four functions with one wrong idea."""
    return _IDEAS[idea]()


def _nodes(loss: Any, every_path: bool = False) -> list[Any]:
    """Return the nodes behind a loss, once each or once for every path."""
    found: list[Any] = []
    rest = [get_gradient_edge(loss).node] if loss.requires_grad else []
    while rest:
        node = rest.pop()
        if every_path or node not in found:
            found.append(node)
            rest += [after for after, _ in node.next_functions if after is not None]
    return found


def _leaves(nodes: Iterable[Any], frozen: bool = False) -> list[Any]:
    owners = [node.variable for node in nodes if hasattr(node, "variable")]
    return [leaf for leaf in owners if frozen or leaf.requires_grad]


def _reached(loss: Any) -> list[Any]:
    return _leaves(_nodes(loss))


def _held(optimizer: Any) -> list[Any]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def _same(one: Any, other: Any) -> bool:
    return one is other


def _has(tensors: Iterable[Any], tensor: Any, same: Callable[[Any, Any], bool] = _same) -> bool:
    return any(same(other, tensor) for other in tensors)


def _functions(
    reached: Reach = _reached,
    held: Callable[[Any], list[Any]] = _held,
    same: Callable[[Any, Any], bool] = _same,
    **others: Callable[..., Any],
) -> SimpleNamespace:
    """Return the four functions on top of how leaves are reached, parameters held, and tensors told apart."""

    def connection(loss: Any, optimizer: Any) -> dict[str, list[Any]]:
        found, own = reached(loss), held(optimizer)
        return {
            "updated": [p for p in own if _has(found, p, same)],
            "held_not_reached": [p for p in own if not _has(found, p, same)],
            "reached_not_held": [p for p in found if not _has(own, p, same)],
        }

    def stepped(loss: Any, optimizer: Any) -> list[Any]:
        found = reached(loss)
        return [p for p in held(optimizer) if p.grad is not None or _has(found, p, same)]

    def isolated(loss_a: Any, loss_b: Any) -> bool:
        found_a, found_b = reached(loss_a), reached(loss_b)
        return not any(_has(found_b, leaf, same) for leaf in found_a)

    right = {"reached_parameters": reached, "connection": connection, "stepped": stepped, "isolated": isolated}
    return SimpleNamespace(**{**right, **others})


def _equal(one: Tensor, other: Tensor) -> bool:
    return one is other or (one.shape == other.shape and bool((one == other).all()))


def _in_list(one: Tensor, other: Tensor) -> bool:
    return one is other or bool(one == other)


def _sets(compare: Callable[[set[int], set[int]], bool]) -> Callable[..., bool]:
    return lambda a, b: compare({id(leaf) for leaf in _reached(a)}, {id(leaf) for leaf in _reached(b)})


def _renamed(updated: str, held_not_reached: str, reached_not_held: str) -> Callable[..., dict[str, list[Any]]]:
    def connection(loss: Any, optimizer: Any) -> dict[str, list[Any]]:
        right = _functions().connection(loss, optimizer)
        names = ("updated", "held_not_reached", "reached_not_held")
        return dict(zip(names, (right[updated], right[held_not_reached], right[reached_not_held]), strict=True))

    return connection


def _stepped(touches: Callable[[Any, list[Any]], bool]) -> Callable[..., list[Any]]:
    return lambda loss, optimizer: [p for p in _held(optimizer) if touches(p, _reached(loss))]


def _grad_or_reached(loss: Any, optimizer: Any) -> dict[str, list[Any]]:
    own, found = _held(optimizer), _reached(loss)
    updated = [p for p in own if p.grad is not None or _has(found, p)]
    rest = {"held_not_reached": [p for p in own if not _has(updated, p)]}
    return {"updated": updated, **rest, "reached_not_held": [p for p in found if not _has(own, p)]}


def _by_flag(loss: Any, optimizer: Any) -> dict[str, list[Any]]:
    own, found = _held(optimizer), _reached(loss)
    return {
        "updated": [p for p in own if p.requires_grad],
        "held_not_reached": [p for p in own if not p.requires_grad],
        "reached_not_held": [p for p in found if not _has(own, p)],
    }


def _unguarded(loss: Any) -> list[Any]:
    _ = loss.grad_fn.next_functions
    return _reached(loss)


def _edge_unguarded(loss: Any) -> list[Any]:
    _ = get_gradient_edge(loss)
    return _reached(loss)


def _with_backward(loss: Any) -> list[Any]:
    if loss.requires_grad:
        loss.backward()
    return _reached(loss)


def _parameters(loss: Any) -> list[Any]:
    return [leaf for leaf in _reached(loss) if isinstance(leaf, nn.Parameter)]


def _distinct(loss: Any) -> list[Any]:
    found: list[Any] = []
    for leaf in _reached(loss):
        if not _has(found, leaf, _equal):
            found.append(leaf)
    return found


def _with_frozen(loss: Any) -> list[Any]:
    return _leaves(_nodes(loss), frozen=True)


def _touching_leaves(touch: Callable[[Any], Any]) -> Reach:
    def reached(loss: Any) -> list[Any]:
        found = _reached(loss)
        for leaf in found:
            touch(leaf)
        return found

    return reached


def _freezing(loss: Any, optimizer: Any) -> dict[str, list[Any]]:
    right: dict[str, list[Any]] = _functions().connection(loss, optimizer)
    for parameter in _held(optimizer):
        parameter.requires_grad_(False)
    return right


_IDEAS: Mapping[str, Callable[[], SimpleNamespace]] = {
    "only_parameters": lambda: _functions(_parameters),
    "grad_fn_only": lambda: _functions(lambda loss: _reached(loss) if loss.grad_fn else []),
    "grad_fn_unasked": lambda: _functions(_unguarded),
    "edge_unasked": lambda: _functions(_edge_unguarded),
    "node_is_enough": lambda: _functions(lambda loss: _leaves(_nodes(loss), frozen=True)),
    "one_frozen_spoils_all": lambda: _functions(
        lambda loss: _reached(loss) if len(_reached(loss)) == len(_with_frozen(loss)) else []
    ),
    "leaf_per_path": lambda: _functions(lambda loss: _leaves(_nodes(loss, every_path=True))),
    "common_trunk_overlooked": lambda: _functions(isolated=lambda a, b: True),
    "equal_is_isolated": lambda: _functions(isolated=_sets(lambda a, b: a == b or a.isdisjoint(b))),
    "counts_compared": lambda: _functions(isolated=_sets(lambda a, b: a.isdisjoint(b) and len(a) != len(b))),
    "swapped": lambda: _functions(connection=_renamed("updated", "reached_not_held", "held_not_reached")),
    "all_held_updated": lambda: _functions(
        connection=lambda loss, optimizer: {**_functions().connection(loss, optimizer), "updated": _held(optimizer)}
    ),
    "all_reached_updated": lambda: _functions(
        connection=lambda loss, optimizer: {**_functions().connection(loss, optimizer), "updated": _reached(loss)}
    ),
    "flag_is_enough": lambda: _functions(connection=_by_flag),
    "first_group": lambda: _functions(held=lambda optimizer: optimizer.param_groups[0]["params"]),
    "last_group": lambda: _functions(held=lambda optimizer: optimizer.param_groups[-1]["params"]),
    "by_value": lambda: _functions(same=_equal),
    "by_value_in_connection": lambda: _functions(connection=_functions(same=_equal).connection),
    "by_value_in_isolated": lambda: _functions(isolated=_functions(same=_equal).isolated),
    "never_isolated": lambda: _functions(isolated=lambda a, b: not (_reached(a) and _reached(b))),
    "in_list": lambda: _functions(same=_in_list),
    "in_list_in_connection": lambda: _functions(connection=_functions(same=_in_list).connection),
    "all_held_stepped": lambda: _functions(stepped=_stepped(lambda p, found: True)),
    "grad_now": lambda: _functions(stepped=_stepped(lambda p, found: p.grad is not None)),
    "all_reached_stepped": lambda: _functions(stepped=lambda loss, optimizer: _reached(loss)),
    "forgets_leftovers": lambda: _functions(stepped=_stepped(lambda p, found: _has(found, p))),
    "asks_requires_grad": lambda: _functions(
        stepped=_stepped(lambda p, found: p.requires_grad and (p.grad is not None or _has(found, p)))
    ),
    "old_grad_is_new": lambda: _functions(connection=_grad_or_reached),
    "equal_leaves_once": lambda: _functions(_distinct),
    "connection_counts_frozen": lambda: _functions(connection=_functions(_with_frozen).connection),
    "isolated_counts_frozen": lambda: _functions(isolated=_functions(_with_frozen).isolated),
    "no_graph_no_step": lambda: _functions(
        stepped=lambda loss, optimizer: _functions().stepped(loss, optimizer) if loss.requires_grad else []
    ),
    "clears_grads": lambda: _functions(_touching_leaves(lambda leaf: setattr(leaf, "grad", leaf.detach() * 0))),
    "freezes_held": lambda: _functions(connection=_freezing),
    "runs_backward": lambda: _functions(_with_backward),
}
