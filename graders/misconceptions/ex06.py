"""Wrong ideas about torch's graph: the right walkers with the functions of one idea replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

from torch import Tensor, nn
from torch.autograd.graph import get_gradient_edge

Visit = tuple[int, Any, bool]
"""Depth, node or None, and whether the node was visited before."""
Walker = Callable[[Tensor], Iterable[Visit]]
Functions = dict[str, Callable[[Tensor], Any]]


def walkers(idea: str, only: str = "") -> SimpleNamespace:
    """Return the five functions with one wrong idea in all those that it concerns, or in a single one."""
    wrong = _IDEAS[idea]
    return SimpleNamespace(**{**_functions(_visits), **{n: f for n, f in wrong.items() if not only or n == only}})


def _visits(tensor: Tensor, slots: int = -1, queue: bool = False, remembers: str = "opened") -> Iterator[Visit]:
    """Yield every visit below the tensor's node.

    Args:
        tensor: Where to start.
        slots: -1 puts the first slot on top of the stack, 1 the last.
        queue: Whether to go level by level.
        remembers: Which nodes count as met: those "opened", those "pushed" onto the stack, or "none".
    """
    rest: list[tuple[int, Any]] = [(0, _root(tensor))] if tensor.requires_grad else []
    seen: set[Any] = set()
    while rest:
        depth, node = rest.pop(0 if queue else -1)
        again = remembers == "opened" and node in seen
        yield depth, node, again
        if node is None or again:
            continue
        seen.add(node)
        for after, _ in node.next_functions[:: 1 if queue else slots]:
            if remembers != "pushed" or after not in seen:
                rest.append((depth + 1, after))
                if remembers == "pushed" and after is not None:
                    seen.add(after)


def _children_first(tensor: Tensor) -> Iterator[Visit]:
    """Yield every visit after those below it."""
    rest = [(0, _root(tensor), False)] if tensor.requires_grad else []
    seen: set[Any] = set()
    while rest:
        depth, node, closing = rest.pop()
        if node is None or closing or node in seen:
            yield depth, node, not closing and node is not None
            continue
        seen.add(node)
        rest.append((depth, node, True))
        rest += [(depth + 1, after, False) for after, _ in reversed(node.next_functions)]


def _root(tensor: Tensor) -> Any:
    return get_gradient_edge(tensor).node


def _functions(visits: Walker) -> Functions:
    """Return the five functions, right but for the walk under them."""

    def nodes(tensor: Tensor) -> list[Any]:
        return [node for _, node, again in visits(tensor) if node is not None and not again]

    return {
        "walk": partial(_walk, visits),
        "unique_nodes": nodes,
        "edges": lambda tensor: [(node, *slot) for node in nodes(tensor) for slot in node.next_functions if slot[0]],
        "leaves": lambda tensor: [node.variable for node in nodes(tensor) if hasattr(node, "variable")],
        "format_graph": partial(_text, visits),
    }


def _walk(visits: Walker, tensor: Tensor, none: str | None = None) -> list[tuple[int, str | None]]:
    return [(depth, none if node is None else _name(node)) for depth, node, again in visits(tensor) if not again]


def _text(
    visits: Walker,
    tensor: Tensor,
    none: str = "None",
    again_mark: str = " (again)",
    indent: str = "  ",
    shape: Callable[[Tensor], str] = lambda leaf: f" {tuple(leaf.shape)}",
) -> str:
    lines = []
    for depth, node, again in visits(tensor):
        name = none if node is None else _name(node)
        of_leaf = shape(node.variable) if hasattr(node, "variable") else ""
        lines.append(indent * depth + name + of_leaf + (again_mark if again else ""))
    return "\n".join(lines)


def _name(node: Any) -> str:
    return type(node).__name__


def _only(visits: Walker, keep: Callable[[Visit], Any]) -> Walker:
    return lambda tensor: filter(keep, visits(tensor))


def _crashes_on_none(tensor: Tensor) -> Iterator[Visit]:
    for depth, node, again in _visits(tensor):
        _ = node.next_functions
        yield depth, node, again


def _none_once(tensor: Tensor) -> Iterator[Visit]:
    met = False
    for depth, node, again in _visits(tensor):
        yield depth, node, again if node is not None else met
        met = met or node is None


def _recursive(tensor: Tensor) -> Iterator[Visit]:
    seen: set[Any] = set()

    def visit(depth: int, node: Any) -> Iterator[Visit]:
        again = node in seen
        yield depth, node, again
        if node is not None and not again:
            seen.add(node)
            for after, _ in node.next_functions:
                yield from visit(depth + 1, after)

    return visit(0, _root(tensor)) if tensor.requires_grad else iter(())


def _last_depths(tensor: Tensor) -> Iterator[Visit]:
    last = {node: depth for depth, node, _ in _visits(tensor)}
    for depth, node, again in _visits(tensor):
        yield depth if node is None else last[node], node, again


def _empty_slots_last(tensor: Tensor) -> Iterator[Visit]:
    rest, seen = [(0, _root(tensor))] if tensor.requires_grad else [], set()
    while rest:
        depth, node = rest.pop()
        yield depth, node, node in seen
        if node is not None and node not in seen:
            seen.add(node)
            after = [(depth + 1, child) for child, _ in reversed(node.next_functions)]
            rest += sorted(after, key=lambda visit: visit[1] is not None)


def _touching_leaves(touch: Callable[[Tensor], Any]) -> Walker:
    def visits(tensor: Tensor) -> Iterator[Visit]:
        for depth, node, again in _visits(tensor):
            yield depth, node, again
            if hasattr(node, "variable"):
                touch(node.variable)

    return visits


def _first_none_ends(tensor: Tensor) -> Iterator[Visit]:
    for visit in _visits(tensor):
        if visit[1] is None:
            return
        yield visit


def _from_grad_fn(tensor: Tensor) -> Iterator[Visit]:
    return iter(()) if tensor.grad_fn is None else _visits(tensor)


def _grad_fn_unasked(tensor: Tensor) -> Iterator[Visit]:
    _ = tensor.grad_fn.next_functions  # type: ignore[union-attr]
    return _visits(tensor)


def _slots_of(tensor: Tensor) -> Iterator[tuple[Any, int, Any, int]]:
    for node in _functions(_visits)["unique_nodes"](tensor):
        for position, (after, output) in enumerate(node.next_functions):
            yield node, position, after, output


def _edges(edge: Callable[..., tuple[Any, ...]], none: bool = False) -> Functions:
    return {"edges": lambda tensor: [edge(*slot) for slot in _slots_of(tensor) if none or slot[2] is not None]}


def _once(items: Iterable[Any], key: Callable[[Any], Any]) -> list[Any]:
    found: dict[Any, Any] = {}
    for item in items:
        found.setdefault(key(item), item)
    return list(found.values())


def _leaves(change: Callable[[list[Tensor]], list[Any]]) -> Functions:
    return {"leaves": lambda tensor: change(_functions(_visits)["leaves"](tensor))}


def _nodes(change: Callable[[list[Any]], list[Any]]) -> Functions:
    return {"unique_nodes": lambda tensor: change(_functions(_visits)["unique_nodes"](tensor))}


def _forgetful() -> Functions:
    """Return functions that remember the nodes of earlier calls, as a mutable default argument does."""

    def remember(tensor: Tensor, seen: set[Any]) -> Iterator[Visit]:
        for depth, node, again in _visits(tensor):
            if node not in seen:
                yield depth, node, again
                if node is not None:
                    seen.add(node)

    return {name: _functions(partial(remember, seen=set()))[name] for name in _functions(_visits)}


def _with_backward(tensor: Tensor) -> Iterator[Visit]:
    if tensor.requires_grad and tensor.dim() == 0:
        tensor.backward()
    return _visits(tensor)


_IDEAS: Mapping[str, Functions] = {
    "sorted_by_depth": {"walk": lambda tensor: sorted(_walk(_visits, tensor), key=lambda pair: pair[0])},
    "empty_slots_last": _functions(_empty_slots_last),
    "last_depth": {"walk": partial(_walk, _last_depths)},
    "counts_lines": {"walk": lambda tensor: [(i, name) for i, (_, name) in enumerate(_walk(_visits, tensor))]},
    "none_once": _functions(_none_once),
    "none_among_nodes": {"unique_nodes": lambda t: list(dict.fromkeys(node for _, node, _ in _visits(t)))},
    "recursive": _functions(_recursive),
    "names_for_nodes": _nodes(lambda nodes: [_name(node) for node in nodes]),
    "nodes_for_leaves": {
        "leaves": lambda t: [n for n in _functions(_visits)["unique_nodes"](t) if hasattr(n, "variable")]
    },
    "no_shape": {"format_graph": partial(_text, _visits, shape=lambda leaf: "")},
    "four_spaces": {"format_graph": partial(_text, _visits, indent="    ")},
    "torch_size": {"format_graph": partial(_text, _visits, shape=lambda leaf: f" {leaf.shape}")},
    "clears_grads": _functions(_touching_leaves(lambda leaf: setattr(leaf, "grad", leaf.detach() * 0))),
    "freezes_leaves": _functions(_touching_leaves(lambda leaf: leaf.requires_grad_(False))),
    "level_order": _functions(partial(_visits, queue=True)),
    "last_slot_first": _functions(partial(_visits, slots=1)),
    "children_first": _functions(_children_first),
    "prints_tree": _functions(partial(_visits, remembers="none")),
    "marked_when_pushed": _functions(partial(_visits, remembers="pushed")),
    "drops_none": _functions(_only(_visits, lambda visit: visit[1] is not None)),
    "crashes_on_none": _functions(_crashes_on_none),
    "first_none_ends": _functions(_first_none_ends),
    "none_type": {
        "walk": partial(_walk, _visits, none="NoneType"),
        "format_graph": partial(_text, _visits, none="NoneType"),
    },
    "none_text": {"walk": partial(_walk, _visits, none="None")},
    "none_is_leaf": {"walk": partial(_walk, _visits, none="AccumulateGrad")},
    "edge_to_none": _edges(lambda node, position, after, output: (node, after, output), none=True),
    "edges_once": {"edges": lambda t: _once(_functions(_visits)["edges"](t), lambda edge: edge)},
    "edges_without_leaves": {
        "edges": lambda t: [e for e in _functions(_visits)["edges"](t) if not hasattr(e[1], "variable")]
    },
    "edges_backwards": _edges(lambda node, position, after, output: (after, node, output)),
    "slot_for_output": _edges(lambda node, position, after, output: (node, after, position)),
    "output_zero": _edges(lambda node, position, after, output: (node, after, 0)),
    "no_output": _edges(lambda node, position, after, output: (node, after)),
    "one_per_type": _nodes(lambda nodes: _once(nodes, type)),
    "without_leaves": _nodes(lambda nodes: [node for node in nodes if not hasattr(node, "variable")]),
    "without_root": _nodes(lambda nodes: nodes[1:]),
    "only_parameters": _leaves(lambda leaves: [leaf for leaf in leaves if isinstance(leaf, nn.Parameter)]),
    "leaves_by_value": _leaves(lambda leaves: _once(leaves, lambda leaf: tuple(leaf.flatten().tolist()))),
    "copies": _leaves(lambda leaves: [leaf.detach() for leaf in leaves]),
    "lists_every_meeting": _functions(lambda tensor: [(depth, node, False) for depth, node, _ in _visits(tensor)]),
    "depth_from_one": _functions(lambda tensor: [(depth + 1, *visit) for depth, *visit in _visits(tensor)]),
    "never_deeper": _functions(lambda tensor: [(0, *visit) for _, *visit in _visits(tensor)]),
    "none_beside_its_node": _functions(lambda t: [(depth - (node is None), node, a) for depth, node, a in _visits(t)]),
    "root_none": _functions(lambda tensor: _visits(tensor) if tensor.grad_fn else [(0, None, False)]),
    "edge_unasked": _functions(lambda tensor: [visit for _ in (_root(tensor),) for visit in _visits(tensor)]),
    "no_again": {"format_graph": partial(_text, _visits, again_mark="")},
    "grad_fn_only": _functions(_from_grad_fn),
    "grad_fn_unasked": _functions(_grad_fn_unasked),
    "remembers_calls": _forgetful(),
    "runs_backward": _functions(_with_backward),
}
