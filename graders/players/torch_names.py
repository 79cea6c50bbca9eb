"""Names for the nodes and leaves of a case, so that answers made of torch's objects become plain values.

Leaves are told apart by identity. Nodes are noted by their marks (`Built.mark_of`); which of them belong to the graph
behind a tensor, and what they are called there, is worked out in the grader (`graders.exchange.torch_graph`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from graders.players import torch_own as own
from graders.players.brief import runs, short
from graders.players.seen import Field, exact
from graders.players.subject import Unusable
from graders.players.torch_build import Built

MOST = 5_000
"""More nodes or edges than any graph has that is asked about; later ones are not noted."""


def plain(name: str, answer: Any, built: Built) -> list[Field]:
    """Return what the student's function `name` answered as plain fields, one for each label."""
    return _PLAIN[name](answer, built)


def _items(answer: Any) -> list[Any] | None:
    """Return the items of what should be a collection, None when it is not one."""
    if isinstance(answer, (str, bytes, dict, own.TENSOR)) or not isinstance(answer, Iterable):
        return None
    return list(answer)


def _second(item: Any) -> Any:
    """Return the name in a pair of a walk; the shape that all right answers have is read at once."""
    return item[1] if type(item) is tuple and len(item) == 2 and type(item[1]) is str else _pair(item)[-1]


def _walk(answer: Any, built: Built) -> list[Field]:
    items = _items(answer)
    return [exact(answer) if items is None else short([_pair(item) for item in items])]


def _walk_names(answer: Any, built: Built) -> list[Field]:
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


def _mark(item: Any, built: Built) -> str:
    if item is None:
        return "None"
    if not own.is_node(item):
        return f"({type(item).__name__})"
    return built.mark_of(item) or f"{type(item).__name__} of another graph"


def _strangers_last(*marks: str) -> list[tuple[bool, str]]:
    """Return a key that puts marks in an order of their own, so that equal answers are noted alike."""
    return [(False, mark) if "@" in mark else (True, "") for mark in marks]


def _nodes(answer: Any, built: Built) -> list[Field]:
    items = _items(answer)
    if items is None:
        return [exact(answer)]
    return [_within(sorted((_mark(item, built) for item in items), key=_strangers_last))]


def _edges(answer: Any, built: Built) -> list[Field]:
    """Note [from, to] of every edge, and what is none; the output index is judged apart."""
    items = _items(answer)
    if items is None:
        return [exact(answer)]
    pairs = [item for item in items if _is_edge(item)]
    odd = [exact(item, 1) for item in items if not _is_edge(item)]
    marks = [[_mark(item[0], built), _mark(item[1], built)] for item in pairs]
    return [[_within(sorted(marks, key=lambda ends: _strangers_last(*ends))), _within(odd)]]


def _is_edge(item: Any) -> bool:
    return isinstance(item, (tuple, list)) and len(item) in (2, 3)


def _edge_outputs(answer: Any, built: Built) -> list[Field]:
    """Note the different [to, output index] of the edges, or what is no edge."""
    items = _items(answer)
    if items is None:
        return [exact(answer)]
    if not all(isinstance(item, (tuple, list)) and len(item) == 3 for item in items):
        return [[[], [exact(item, 1) for item in items]]]
    marks = [(_mark(item[1], built), str(item[2]), _index(item[2])) for item in items]
    marks.sort(key=lambda mark: (_strangers_last(mark[0]), mark[1]))
    return [[[[node, index] for (node, index), _ in groupby(marks, lambda mark: (mark[0], mark[2]))], []]]


def _within(items: list[Field]) -> list[Field]:
    """Return as many items as can be sent."""
    return items[:MOST]


def _index(value: Any) -> str:
    return str(value) if type(value) is int else f"({type(value).__name__})"


def _tensors(answer: Any, built: Built) -> list[Field]:
    """Note the names of some leaves, in the order in which the leaves were made."""
    items = _items(answer)
    return [exact(answer) if items is None else tensor_names(items, built)]


def tensor_names(items: Iterable[Any], built: Built) -> list[Field]:
    """Return the names of leaves, in the order in which they were made, those of other objects at the end."""
    order = {name: place for place, (name, _) in enumerate(built.tensors)}
    names = [built.name_of(item) or _stranger(item) for item in items]
    return sorted(names, key=lambda name: (order.get(name, len(order)), name))


def _stranger(item: Any) -> str:
    return "another tensor" if isinstance(item, own.TENSOR) else f"({type(item).__name__})"


def _text(answer: Any, built: Built) -> list[Field]:
    if not isinstance(answer, str):
        return [exact(answer)]
    return [short([text.rstrip() for text in answer.rstrip().split("\n")])]


def _text_names(answer: Any, built: Built) -> list[Field]:
    if not isinstance(answer, str):
        return [exact(answer)]
    return [runs([line.split(None, 1)[0] for line in answer.split("\n") if line and not line.isspace()])]


def _connection(answer: Any, built: Built) -> list[Field]:
    """Note the fields of a Connection, of any object or dict with their names, or of a tuple in their order."""
    if type(answer) is tuple and len(answer) == len(CONNECTION):
        answer = dict(zip(CONNECTION, answer, strict=True))
    fields = answer if isinstance(answer, dict) else {name: getattr(answer, name, None) for name in CONNECTION}
    if not any(name in fields and fields[name] is not None for name in CONNECTION):
        raise Unusable(f"connection() gave a {type(answer).__name__}, not a Connection({', '.join(CONNECTION)})")
    return [_tensors(fields.get(name), built)[0] for name in CONNECTION]


def _truth(answer: Any, built: Built) -> list[Field]:
    return [exact(answer)]


CONNECTION = ("updated", "held_not_reached", "reached_not_held")
"""The fields of what `connection` returns."""

_PLAIN: dict[str, Callable[[Any, Built], list[Field]]] = {
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
