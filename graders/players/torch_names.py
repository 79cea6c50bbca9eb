"""Names for the nodes and leaves of a case, so that answers made of torch's objects become plain values.

Nodes are numbered in the order of the walk from the loss, slot by slot, and told apart by identity; so are leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import torch
from torch.autograd.graph import Node, get_gradient_edge

from graders.players.seen import Field, exact
from graders.players.subject import Unusable
from graders.players.torch_build import Built

LONG = 200
"""Answers with more items are noted in brief."""


def numbered(root: torch.Tensor) -> dict[Node, int]:
    """Return the number of each node of the graph behind `root`."""
    numbers: dict[Node, int] = {}
    rest = [get_gradient_edge(root).node] if root.requires_grad else []
    while rest:
        node = rest.pop()
        if node not in numbers:
            numbers[node] = len(numbers)
            rest += [after for after, _ in reversed(node.next_functions) if after is not None]
    return numbers


def plain(name: str, answer: Any, built: Built, root: Any) -> list[Field]:
    """Return what the student's function `name` answered about `root` as plain fields, one for each label."""
    return _PLAIN[name](answer, built, root)


def label(node: Node, number: int) -> str:
    """Return what a node is called: its type and its number."""
    return f"{type(node).__name__} #{number}"


def runs(names: list[Any]) -> list[Field]:
    """Return names as they are, or, when there are many, as "50000 times NegBackward0" of each run."""
    if len(names) <= LONG:
        return [_bare(name) for name in names]
    return [f"{sum(1 for _ in group)} times {_bare(name)}" for name, group in groupby(names)][:LONG]


def short(labels: list[Any]) -> Field:
    """Return a list as it is, or, when it is long, its length, its first and its last items."""
    return labels if len(labels) <= LONG else [f"{len(labels)} items", *labels[:3], "...", *labels[-3:]]


def _items(answer: Any) -> list[Any] | None:
    """Return the items of what should be a collection, None when it is not one."""
    if isinstance(answer, (str, bytes, dict, torch.Tensor)) or not isinstance(answer, Iterable):
        return None
    return list(answer)


def _second(item: Any) -> Any:
    """Return the name in a pair of a walk; the shape that all right answers have is read at once."""
    return item[1] if type(item) is tuple and len(item) == 2 and type(item[1]) is str else _pair(item)[-1]


def _bare(name: Any) -> Any:
    """Return a name without the namespace that `node.name()` puts in front of AccumulateGrad."""
    return name.rsplit("::", 1)[-1] if isinstance(name, str) else exact(name)


def _walk(answer: Any, built: Built, root: Any) -> list[Field]:
    items = _items(answer)
    return [exact(answer) if items is None else short([_pair(item) for item in items])]


def _walk_names(answer: Any, built: Built, root: Any) -> list[Field]:
    items = _items(answer)
    return [exact(answer) if items is None else runs([_second(item) for item in items])]


def _pair(item: Any) -> list[Any]:
    if isinstance(item, (tuple, list)) and len(item) == 2:
        depth, name = item
        known = (
            name.rsplit("::", 1)[-1] if isinstance(name, str) else exact(name)
        )  # node.name() says torch::autograd::...
        return [depth if type(depth) is int else exact(depth), known]
    return [exact(item)]


class _NodeNames:
    """What the nodes of the graph behind a tensor are called."""

    def __init__(self, root: torch.Tensor) -> None:
        self._numbers = numbered(root)

    def __call__(self, item: Any) -> str:
        if not isinstance(item, Node):
            return "None" if item is None else f"({type(item).__name__})"
        return label(item, self._numbers[item]) if item in self._numbers else f"{type(item).__name__} of another graph"

    def number(self, item: Any) -> int:
        """Return the place of a node in the walk; strangers come last."""
        return self._numbers.get(item, len(self._numbers)) if isinstance(item, Node) else len(self._numbers)


def _nodes(answer: Any, built: Built, root: Any) -> list[Field]:
    items = _items(answer)
    if items is None:
        return [exact(answer)]
    name = _NodeNames(root)
    return [short([name(item) for item in sorted(items, key=name.number)])]


def _edges(answer: Any, built: Built, root: Any) -> list[Field]:
    """Note (from, to) of every edge, in the order of the numbers; the output index is judged apart."""
    items = _items(answer)
    if items is None:
        return [exact(answer)]
    name = _NodeNames(root)
    pairs = [item for item in items if isinstance(item, (tuple, list)) and len(item) in (2, 3)]
    odd = [exact(item, 1) for item in items if not (isinstance(item, (tuple, list)) and len(item) in (2, 3))]
    pairs.sort(key=lambda item: (name.number(item[0]), name.number(item[1])))
    return [short([f"{name(item[0])} -> {name(item[1])}" for item in pairs] + odd)]


def _edge_outputs(answer: Any, built: Built, root: Any) -> list[Field]:
    """Note the different (output index, to) of the edges, in order."""
    items = _items(answer)
    if items is None:
        return [exact(answer)]
    if not all(isinstance(item, (tuple, list)) and len(item) == 3 for item in items):
        return [[exact(item, 1) for item in items]]
    name = _NodeNames(root)
    items.sort(key=lambda item: (name.number(item[1]), str(item[2])))
    return [[text for text, _ in groupby(f"output {_index(item[2])} of {name(item[1])}" for item in items)]]


def _index(value: Any) -> str:
    return str(value) if type(value) is int else f"({type(value).__name__})"


def _tensors(answer: Any, built: Built, root: Any) -> list[Field]:
    """Note the names of some leaves, in the order in which the leaves were made."""
    items = _items(answer)
    return [exact(answer) if items is None else tensor_names(items, built)]


def tensor_names(items: Iterable[Any], built: Built) -> list[Field]:
    """Return the names of leaves, in the order in which they were made, those of other objects at the end."""
    order = {name: place for place, (name, _) in enumerate(built.tensors)}
    names = [built.name_of(item) or _stranger(item) for item in items]
    return sorted(names, key=lambda name: (order.get(name, len(order)), name))


def _stranger(item: Any) -> str:
    return "another tensor" if isinstance(item, torch.Tensor) else f"({type(item).__name__})"


def _text(answer: Any, built: Built, root: Any) -> list[Field]:
    if not isinstance(answer, str):
        return [exact(answer)]
    return [short([text.rstrip() for text in answer.rstrip().split("\n")])]


def _text_names(answer: Any, built: Built, root: Any) -> list[Field]:
    if not isinstance(answer, str):
        return [exact(answer)]
    return [runs([line.split(None, 1)[0] for line in answer.split("\n") if line and not line.isspace()])]


def _connection(answer: Any, built: Built, root: Any) -> list[Field]:
    """Note the fields of a Connection, of any object or dict with their names, or of a tuple in their order."""
    if type(answer) is tuple and len(answer) == len(CONNECTION):
        answer = dict(zip(CONNECTION, answer, strict=True))
    fields = answer if isinstance(answer, dict) else {name: getattr(answer, name, None) for name in CONNECTION}
    if not any(name in fields and fields[name] is not None for name in CONNECTION):
        raise Unusable(f"connection() gave a {type(answer).__name__}, not a Connection({', '.join(CONNECTION)})")
    return [_tensors(fields.get(name), built, root)[0] for name in CONNECTION]


def _truth(answer: Any, built: Built, root: Any) -> list[Field]:
    return [exact(answer)]


CONNECTION = ("updated", "held_not_reached", "reached_not_held")
"""The fields of what `connection` returns."""

_PLAIN: dict[str, Callable[[Any, Built, Any], list[Field]]] = {
    "walk": _walk,
    "walk_names": _walk_names,
    "unique_nodes": _nodes,
    "edges": _edges,
    "edge_outputs": _edge_outputs,
    "leaves": _tensors,
    "format_graph": _text,
    "format_names": _text_names,
    "reached_parameters": _tensors,
    "stepped": _tensors,
    "connection": _connection,
    "isolated": _truth,
}
