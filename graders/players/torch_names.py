"""Names for the nodes and leaves of a case, so that answers made of torch's objects become plain values.

Leaves are told apart by identity. Nodes are named by their leaf, or by their number in the order of making: so nothing
here walks a graph, and the text of a case can print the same names. What comes in any order is noted in that of the
names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from graders.cases.torch_graph import CONNECTION
from graders.players import torch_own as own
from graders.players.brief import runs, short
from graders.players.seen import Field, exact
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


def _second(item: Any) -> Any:
    """Return the name in a pair of a walk; the shape that all right answers have is read at once."""
    if type(item) is tuple and len(item) == 2 and type(item[1]) is str:
        return item[1]
    pair = _pair(item)
    return pair[-1] if type(pair) is list and pair else pair


def _walk(answer: Any, built: Built) -> list[Field]:
    items = _items(answer)
    return [exact(answer) if items is None else short([_pair(item) for item in items])]


def _walk_names(answer: Any, built: Built) -> list[Field]:
    items = _items(answer)
    return [exact(answer) if items is None else runs([_second(item) for item in items])]


def _pair(item: Any) -> Any:
    if isinstance(item, (tuple, list)) and len(item) == 2:
        depth, name = item
        known = (
            name.rsplit("::", 1)[-1] if isinstance(name, str) else exact(name)
        )  # node.name() says torch::autograd::...
        return [depth if type(depth) is int else exact(depth), known]
    return exact(item)


def node_name(node: Any, built: Built) -> str:
    """Return what a node is called, or what stands in the place of one."""
    if node is None:
        return "None"
    if not own.is_node(node):
        return f"({type(node).__name__})"
    return built.node_name(node) or f"{type(node).__name__} of another graph"


def _nodes(answer: Any, built: Built) -> list[Field]:
    items = _items(answer)
    return [exact(answer) if items is None else short(sorted(node_name(item, built) for item in items))]


def _edges(answer: Any, built: Built) -> list[Field]:
    """Note "from -> to" of every edge, what is none at the end; the output index is judged apart."""
    items = _items(answer)
    if items is None:
        return [exact(answer)]
    ends = [[node_name(end, built) for end in item[:2]] for item in items if _is_edge(item)]
    odd = [exact(item, 1) for item in items if not _is_edge(item)]
    return [short(sorted(map(" -> ".join, ends)) + odd)]


def _is_edge(item: Any) -> bool:
    return isinstance(item, (tuple, list)) and len(item) in (2, 3)


def _edge_outputs(answer: Any, built: Built) -> list[Field]:
    """Note the different outputs that edges lead to, and what is no edge at the end."""
    items = _items(answer)
    if items is None:
        return [exact(answer)]
    edges = [item for item in items if _is_edge(item)]
    odd = [exact(item, 1) for item in items if not _is_edge(item)]
    return [sorted({f"output {_index(edge)} of {node_name(edge[1], built)}" for edge in edges}) + odd]


def _index(edge: Any) -> str:
    index = edge[2] if len(edge) > 2 else None
    return str(index) if index is None or type(index) is int else f"({type(index).__name__})"


def _tensors(answer: Any, built: Built) -> list[Field]:
    """Note the names of some leaves."""
    items = _items(answer)
    return [exact(answer) if items is None else tensor_names(items, built)]


def tensor_names(items: Iterable[Any], built: Built) -> list[Field]:
    """Return the names of leaves, sorted."""
    return sorted(built.name_of(item) or _stranger(item) for item in items)


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
