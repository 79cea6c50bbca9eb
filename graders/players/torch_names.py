"""Names for the nodes and leaves of a case, so that answers made of torch's objects become plain values.

Leaves are told apart by identity. Nodes are named by their leaf, or by the value that they made: so nothing here walks
a graph, and the text of a case can print the same names. What comes in any order is noted in that of the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from graders.cases.torch_graph import CONNECTION
from graders.players import torch_own as own
from graders.players.seen import Field, exact, pair
from graders.players.subject import Unusable
from graders.players.torch_build import Built


def plain(name: str, answer: Any, built: Built) -> list[Field]:
    """Return what the student's function `name` answered as plain fields, one for each label."""
    return _PLAIN[name](answer, built)


def _items(answer: Any) -> list[Any] | None:
    """Return the items of what should be a collection, None when it is not one."""
    if isinstance(answer, (str, bytes, dict, own.TENSOR)) or not isinstance(answer, Iterable):
        return None
    return list(answer)


def _walk(answer: Any, built: Built) -> list[Field]:
    items = _items(answer)
    return [exact(answer) if items is None else [_pair(item) for item in items]]


def _walk_names(answer: Any, built: Built) -> list[Field]:
    items = _items(answer)
    return [exact(answer) if items is None else [exact(_bare(item[1]) if _is_pair(item) else item) for item in items]]


def _count(answer: Any, built: Built) -> list[Field]:
    items = _items(answer)
    return [exact(answer) if items is None else len(items)]


def _pair(item: Any) -> Field:
    return pair(item[0], _bare(item[1])) if _is_pair(item) else exact(item)


def _is_pair(item: Any) -> bool:
    return isinstance(item, (tuple, list)) and len(item) == 2


def _bare(name: Any) -> Any:
    """Return a name without the namespace that `node.name()` puts in front of AccumulateGrad."""
    return name.rsplit("::", 1)[-1] if isinstance(name, str) else name


def node_name(node: Any, built: Built) -> str:
    """Return what a node is called; of what is none, its type."""
    if node is None:
        return "None"
    if not own.is_node(node):
        return type(node).__name__
    return built.node_name(node) or f"{type(node).__name__} of another graph"


def _nodes(answer: Any, built: Built) -> list[Field]:
    items = _items(answer)
    return [exact(answer) if items is None else sorted(node_name(item, built) for item in items)]


def _edges(answer: Any, built: Built) -> list[Field]:
    """Note "from -> to" of every edge, what is none at the end; the output index is judged apart."""
    items = _items(answer)
    if items is None:
        return [exact(answer)]
    ends = [[node_name(end, built) for end in item[:2]] for item in items if _is_edge(item)]
    odd = [exact(item, 1) for item in items if not _is_edge(item)]
    return [sorted(map(" -> ".join, ends)) + odd]


def _is_edge(item: Any) -> bool:
    return isinstance(item, (tuple, list)) and len(item) in (2, 3)


def _edge_outputs(answer: Any, built: Built) -> list[Field]:
    """Note the different outputs that edges lead to, and what is no edge at the end."""
    items = _items(answer)
    if items is None:
        return [exact(answer)]
    ends = {(node_name(item[1], built), *map(_index, item[2:])) for item in items if _is_edge(item)}
    odd = [exact(item, 1) for item in items if not _is_edge(item)]
    return [[pair(*end) for end in sorted(ends, key=str)] + odd]


def _index(index: Any) -> int | str:
    return index if type(index) is int else type(index).__name__


def _tensors(answer: Any, built: Built) -> list[Field]:
    """Note the names of some leaves."""
    items = _items(answer)
    return [exact(answer) if items is None else tensor_names(items, built)]


def tensor_names(items: Iterable[Any], built: Built) -> list[Field]:
    """Return the names of leaves, sorted; of what is none, its type."""
    return sorted(built.name_of(item) or type(item).__name__ for item in items)


def _text(answer: Any, built: Built) -> list[Field]:
    if not isinstance(answer, str):
        return [exact(answer)]
    return [exact("\n".join(text.rstrip() for text in answer.rstrip().split("\n")))]


def _text_names(answer: Any, built: Built) -> list[Field]:
    if not isinstance(answer, str):
        return [exact(answer)]
    return [[exact(_bare(line.split(None, 1)[0])) for line in answer.split("\n") if line and not line.isspace()]]


def _text_count(answer: Any, built: Built) -> list[Field]:
    return [exact(len(answer.splitlines()) if isinstance(answer, str) else answer)]


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


_PLAIN: dict[str, Callable[[Any, Built], list[Field]]] = {
    "walk": _walk,
    "walk_names": _walk_names,
    "walk_count": _count,
    "unique_nodes": _nodes,
    "edges": _edges,
    "edge_outputs": _edge_outputs,
    "leaves": _tensors,
    "node_count": _count,
    "edge_count": _count,
    "leaf_count": _count,
    "format_graph": _text,
    "format_names": _text_names,
    "line_count": _text_count,
    "reached_parameters": _tensors,
    "stepped": _tensors,
    "connection": _connection,
    "isolated": _truth,
}
