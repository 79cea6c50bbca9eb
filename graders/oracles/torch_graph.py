"""Truth about torch programs: torch's own graph, walked here, and what torch does when it is let loose (ex06, ex07)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.autograd.graph import Node, get_gradient_edge

from graders.cases.torch_graph import Graph
from graders.cases.torch_ops import labels, promises
from graders.oracles.torch_connection import connection, isolated, reached_parameters, stepped
from graders.players.brief import runs, short
from graders.players.seen import Field
from graders.players.torch_build import Built
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
        truth |= zip(labels(name, case.given), fields, strict=True)
    built.outlive()
    return truth


def each(case: Graph) -> dict[str, Field]:
    """Return the truth about each given tensor by itself."""
    built = Built(case)
    name = case.ask[0]
    pairs = zip(case.given, built.given, strict=True)
    return {labels(name, (given,))[0]: _TRUTHS[name](built, root) for given, root in pairs}


answer_if_any = answer


def unchanged(case: Graph) -> dict[str, Field]:
    """Return five times True for each function: what an onlooker leaves alone."""
    return {promise: True for name in case.ask for promise in promises(name, case.given[0])}


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
    return short([[depth, _name(node)] for depth, node, again in visits(root) if not again])


def _walk_names(built: Built, root: torch.Tensor) -> Field:
    return runs([_name(node) for _, node, again in visits(root) if not again])


def _unique_nodes(built: Built, root: torch.Tensor) -> Field:
    return short(sorted(node_name(node, built) for _, node, again in visits(root) if node is not None and not again))


def _edge_list(root: torch.Tensor) -> Iterator[tuple[Node, Node, int]]:
    for _, node, again in visits(root):
        if node is not None and not again:
            for after, output in node.next_functions:
                if after is not None:
                    yield node, after, output


def _edges(built: Built, root: torch.Tensor) -> Field:
    return short(sorted(f"{node_name(a, built)} -> {node_name(b, built)}" for a, b, _ in _edge_list(root)))


def _edge_outputs(built: Built, root: torch.Tensor) -> Field:
    return sorted({f"output {output} of {node_name(after, built)}" for _, after, output in _edge_list(root)})


def _leaves(built: Built, root: torch.Tensor) -> Field:
    found = [node.variable for _, node, again in visits(root) if _accumulates(node) and not again]
    return tensor_names(found, built)


def _format_graph(built: Built, root: torch.Tensor) -> Field:
    lines = []
    for depth, node, again in visits(root):
        shape = f" {tuple(node.variable.shape)}" if _accumulates(node) else ""
        lines.append(f"{'  ' * depth}{_name(node)}{shape}{' (again)' if again else ''}")
    return short(lines or [""])


def _format_names(built: Built, root: torch.Tensor) -> Field:
    return runs([_name(node) or "None" for _, node, _ in visits(root)])


def _accumulates(node: Any) -> bool:
    return hasattr(node, "variable")


def _name(node: Node | None) -> str | None:
    return None if node is None else type(node).__name__


_TRUTHS: dict[str, Callable[[Built, torch.Tensor], Field]] = {
    "walk": _walk,
    "walk_names": _walk_names,
    "unique_nodes": _unique_nodes,
    "edges": _edges,
    "edge_outputs": _edge_outputs,
    "leaves": _leaves,
    "format_graph": _format_graph,
    "format_names": _format_names,
}
_CONNECTIONS: dict[str, Callable[[Built, Graph], list[Field]]] = {
    "reached_parameters": reached_parameters,
    "connection": connection,
    "isolated": isolated,
    "stepped": stepped,
}
