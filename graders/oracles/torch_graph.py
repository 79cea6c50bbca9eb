"""Truth about torch programs: torch's own graph, walked here, and what torch does when it is let loose (ex06, ex07)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.autograd.graph import Node, get_gradient_edge

from graders.cases.torch_graph import Graph
from graders.cases.torch_ops import FUNCTIONS
from graders.oracles.torch_connection import connection, isolated, reached_parameters, stepped
from graders.players.brief import runs, short
from graders.players.seen import Field
from graders.players.torch_build import Built
from graders.players.torch_names import CONNECTION, tensor_names

Visit = tuple[int, Any, bool]
"""Depth, node (None for an empty slot), and whether the node was listed before."""


def answer(case: Graph) -> dict[str, Field]:
    """Return the truth for each question of the case."""
    built = Built(case)
    truth: dict[str, Field] = {}
    for name in case.ask:
        connect = _CONNECTIONS.get(name)
        fields = connect(built, case) if connect else [_TRUTHS[name](built, built.given[0])]
        truth |= zip(_labels(name, case.given), fields, strict=True)
    built.outlive()
    return truth


def each(case: Graph) -> dict[str, Field]:
    """Return the truth about each given tensor by itself."""
    built = Built(case)
    name = case.ask[0]
    pairs = zip(case.given, built.given, strict=True)
    return {_labels(name, (given,))[0]: _TRUTHS[name](built, root) for given, root in pairs}


answer_if_any = answer


def unchanged(case: Graph) -> dict[str, Field]:
    """Return five times True for each function: what an onlooker leaves alone."""
    loss = case.given[0]
    promises = (
        "{0} says the same when it is called again",
        "{0} leaves every .grad as it was",
        "{0} leaves every value, every requires_grad and the optimizer as they were",
        f"{loss}.backward() still runs after {{0}}",
        f"{{0}} says the same after {loss}.backward()",
    )
    return {promise.format(name): True for name in case.ask for promise in promises}


def walks(case: Graph) -> tuple[tuple[str, ...], ...]:
    """Return the marks of the nodes behind each given tensor, in the order of their numbers.

    Raises:
        AssertionError: a node that the graph has was not made by the case's own lines; a fault of the case.
    """
    built = Built(case)
    marks = tuple(tuple(built.mark_of(node) or "" for node in numbered(root)) for root in built.given)
    assert all(map(all, marks)), case
    return marks


def numbered(root: torch.Tensor) -> dict[Node, int]:
    """Return the number of each node of the graph behind `root`, in the order of the walk, slot by slot."""
    nodes = (node for _, node, again in visits(root) if node is not None and not again)
    return {node: number for number, node in enumerate(nodes)}


def label(node: Node, number: int) -> str:
    """Return what a node is called: its type and its number."""
    return f"{type(node).__name__} #{number}"


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


def _labels(name: str, given: Sequence[str]) -> list[str]:
    call = f"{FUNCTIONS.get(name, name)}({', '.join(given)})"
    if name == "connection":
        return [f"{call}.{field}" for field in CONNECTION]
    return [f"{_SIDES[name]} {call}" if name in _SIDES else call]


def _walk(built: Built, root: torch.Tensor) -> Field:
    return short([[depth, _name(node)] for depth, node, again in visits(root) if not again])


def _walk_names(built: Built, root: torch.Tensor) -> Field:
    return runs([_name(node) for _, node, again in visits(root) if not again])


def _unique_nodes(built: Built, root: torch.Tensor) -> Field:
    return short([label(node, number) for node, number in numbered(root).items()])


def _edge_list(root: torch.Tensor) -> list[tuple[int, int, int, str, str]]:
    numbers = numbered(root)
    found = []
    for _, node, again in visits(root):
        if node is not None and not again:
            for after, output in node.next_functions:
                if after is not None:
                    ends = numbers[node], numbers[after]
                    found.append((*ends, output, label(node, ends[0]), label(after, ends[1])))
    return sorted(found)


def _edges(built: Built, root: torch.Tensor) -> Field:
    return short([f"{begin} -> {end}" for *_, begin, end in _edge_list(root)])


def _edge_outputs(built: Built, root: torch.Tensor) -> Field:
    found = {(number, str(output)): end for _, number, output, _, end in _edge_list(root)}
    return [f"output {output} of {end}" for (_, output), end in sorted(found.items())]


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


_SIDES = {"walk_names": "the names in", "format_names": "the names in", "edge_outputs": "the output indices in"}

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
