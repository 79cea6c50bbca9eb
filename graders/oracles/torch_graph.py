"""Truth about torch programs: torch's own graph, walked here, and what torch does when it is let loose (ex06, ex07)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.autograd.graph import Node, get_gradient_edge

from graders.cases import torch_ops as texts
from graders.cases.torch_graph import Graph
from graders.oracles.torch_connection import connection, isolated, reached_parameters, stepped
from graders.players.seen import Field, pair
from graders.players.torch_build import Built
from graders.players.torch_graph import left
from graders.players.torch_names import node_name, tensor_names

Visit = tuple[int, Any, bool]
"""Depth, node (None for an empty slot), and whether the node was listed before."""


def answer(case: Graph) -> dict[str, Field]:
    """Return the truth for each question of the case."""
    built = Built(case)
    truth: dict[str, Field] = {}
    for name in case.ask:
        connect = _CONNECTIONS.get(name)
        fields = connect(built, case) if connect else [_TRUTHS[name](built, built.given[0])]
        truth |= zip(texts.labels(name, case.given), fields, strict=True)
    built.outlive()
    return truth


def each(case: Graph) -> dict[str, Field]:
    """Return the truth about each given tensor by itself."""
    built = Built(case)
    name = case.ask[0]
    pairs = zip(case.given, built.given, strict=True)
    return {texts.labels(name, (given,))[0]: _TRUTHS[name](built, root) for given, root in pairs}


answer_if_any = answer


def unchanged(case: Graph) -> dict[str, Field]:
    """Return the leaves as they are, and twice True: what an onlooker leaves alone."""
    call, loss = _call(case), case.given[0]
    return dict(zip(texts.unchanged(case), left(Built(case)), strict=True)) | {
        texts.again(call): True,
        texts.again(call, loss): True,
    }


def untouched(case: Graph) -> dict[str, Field]:
    """Return True for everything that an onlooker leaves alone."""
    return dict.fromkeys([*texts.unchanged(case), texts.again(_call(case))], True)


def _call(case: Graph) -> str:
    [name] = case.ask
    return f"{name}({', '.join(case.given)})"


def visits(root: torch.Tensor) -> Iterator[Visit]:
    """Yield the root and every slot below it, depth first in slot order; a node is opened at its first visit only."""
    listed: set[Node] = set()
    rest: list[tuple[int, Node | None]] = [(0, get_gradient_edge(root).node)] if root.requires_grad else []
    while rest:
        depth, node = rest.pop()
        again = node in listed
        yield depth, node, again
        if node is not None and not again:
            listed.add(node)
            rest += [(depth + 1, after) for after, _ in reversed(node.next_functions)]


def _walk(built: Built, root: torch.Tensor) -> Field:
    return [dict(pair(depth, _name(node))) for depth, node, again in visits(root) if not again]


def _walk_names(built: Built, root: torch.Tensor) -> Field:
    return [_name(node) for _, node, again in visits(root) if not again]


def _walk_count(built: Built, root: torch.Tensor) -> Field:
    return sum(1 for _, _, again in visits(root) if not again)


def _node_list(root: torch.Tensor) -> Iterator[Any]:
    return (node for _, node, again in visits(root) if node is not None and not again)


def _unique_nodes(built: Built, root: torch.Tensor) -> Field:
    return sorted(node_name(node, built) for node in _node_list(root))


def _edge_list(root: torch.Tensor) -> Iterator[tuple[Node, Node, int]]:
    for node in _node_list(root):
        for after, output in node.next_functions:
            if after is not None:
                yield node, after, output


def _edges(built: Built, root: torch.Tensor) -> Field:
    return sorted(f"{node_name(a, built)} -> {node_name(b, built)}" for a, b, _ in _edge_list(root))


def _edge_outputs(built: Built, root: torch.Tensor) -> Field:
    ends = {(node_name(after, built), output) for _, after, output in _edge_list(root)}
    return [dict(pair(*end)) for end in sorted(ends, key=str)]


def _leaves(built: Built, root: torch.Tensor) -> Field:
    return tensor_names((node.variable for node in _node_list(root) if _accumulates(node)), built)


def _format_graph(built: Built, root: torch.Tensor) -> Field:
    lines = []
    for depth, node, again in visits(root):
        shape = f" {tuple(node.variable.shape)}" if _accumulates(node) else ""
        lines.append(f"{'  ' * depth}{_name(node)}{shape}{' (again)' if again else ''}")
    return "\n".join(lines)


def _format_names(built: Built, root: torch.Tensor) -> Field:
    return [_name(node) or "None" for _, node, _ in visits(root)]


def _accumulates(node: Any) -> bool:
    return hasattr(node, "variable")


def _name(node: Node | None) -> str | None:
    return None if node is None else type(node).__name__


_TRUTHS: dict[str, Callable[[Built, torch.Tensor], Field]] = {
    "walk": _walk,
    "walk_names": _walk_names,
    "walk_count": _walk_count,
    "unique_nodes": _unique_nodes,
    "edges": _edges,
    "edge_outputs": _edge_outputs,
    "leaves": _leaves,
    "node_count": lambda built, root: sum(1 for _ in _node_list(root)),
    "edge_count": lambda built, root: sum(1 for _ in _edge_list(root)),
    "leaf_count": lambda built, root: sum(map(_accumulates, _node_list(root))),
    "format_graph": _format_graph,
    "format_names": _format_names,
    "line_count": lambda built, root: sum(1 for _ in visits(root)),
}
_CONNECTIONS: dict[str, Callable[[Built, Graph], list[Field]]] = {
    "reached_parameters": reached_parameters,
    "connection": connection,
    "isolated": isolated,
    "stepped": stepped,
}
