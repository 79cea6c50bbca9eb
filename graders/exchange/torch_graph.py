"""What passes between grader and worker besides the plain torch_graph case: the marks of a graph's nodes.

The worker marks each node of an answer with its type and when it was made, `"MulBackward0@3"`. A bank keeps, for each
tensor that is asked about, the marks in the order of the walk; with them, an answer's nodes get their labels,
`"MulBackward0 #0"`, here in the grader. So nothing in the worker walks a graph for us.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from itertools import groupby
from typing import Any

from graders.cases.torch_graph import Graph
from graders.players.brief import short

_Field = Any
_Numbers = Mapping[str, int]


def _kept(case: Graph) -> list[Any]:
    return [*case.wire(), _walks(case)] if _ASKED.keys() & set(case.ask) else case.wire()


@lru_cache(maxsize=256)
def _walks(case: Graph) -> tuple[tuple[str, ...], ...]:
    """Return the marks of the walk from each given tensor (imports torch)."""
    walks: tuple[tuple[str, ...], ...] = import_module("graders.oracles.torch_graph").walks(case)
    return walks


def _received(case: Graph, fields: Sequence[_Field]) -> list[_Field]:
    labelled = [_labelled(case, ask, 0, field) for ask, field in zip(case.ask, fields, strict=False)]
    return labelled + list(fields[len(labelled) :])


def _received_of_each(case: Graph, fields: Sequence[_Field]) -> list[_Field]:
    return [_labelled(case, case.ask[0], place, field) for place, field in enumerate(fields)]


def _labelled(case: Graph, ask: str, place: int, field: _Field) -> _Field:
    label = _ASKED.get(ask)
    if label is None or type(field) is not list or place >= len(case.given):
        return field
    return label(_numbers((case.walks or _walks(case))[place]), field)


@lru_cache(maxsize=1024)
def _numbers(walk: tuple[str, ...]) -> _Numbers:
    return {mark: number for number, mark in enumerate(walk)}


def _nodes(numbers: _Numbers, field: list[_Field]) -> _Field:
    if not all(type(mark) is str for mark in field):
        return field
    return short([_label(numbers, mark) for mark in sorted(field, key=_place(numbers))])


def _edges(numbers: _Numbers, field: list[_Field]) -> _Field:
    if not _are_pairs(field):
        return field
    pairs, odd = field
    place = _place(numbers)
    pairs = sorted(pairs, key=lambda pair: (place(pair[0]), place(pair[1])))
    return short([f"{_label(numbers, begin)} -> {_label(numbers, end)}" for begin, end in pairs] + odd)


def _edge_outputs(numbers: _Numbers, field: list[_Field]) -> _Field:
    if not _are_pairs(field):
        return field
    pairs, odd = field
    place = _place(numbers)
    pairs = sorted(pairs, key=lambda pair: place(pair[0]))
    return [text for text, _ in groupby(f"output {index} of {_label(numbers, end)}" for end, index in pairs)] + odd


def _are_pairs(field: list[_Field]) -> bool:
    """Return whether a field is a list of pairs of strings, and a list of anything."""
    if len(field) != 2 or not all(type(part) is list for part in field):
        return False
    return all(type(pair) is list and len(pair) == 2 and all(type(one) is str for one in pair) for pair in field[0])


def _place(numbers: _Numbers) -> Callable[[str], int]:
    """Return the function that gives the place of a mark in the walk; strangers come last."""
    return lambda mark: numbers.get(mark, len(numbers))


def _label(numbers: _Numbers, mark: str) -> str:
    name, made, _ = mark.partition("@")
    if not made:
        return mark
    return f"{name} #{numbers[mark]}" if mark in numbers else f"{name} of another graph"


_ASKED: dict[str, Callable[[_Numbers, list[_Field]], _Field]] = {
    "unique_nodes": _nodes,
    "edges": _edges,
    "edge_outputs": _edge_outputs,
}
"""Questions about nodes, to what becomes of their answers. Each has one field, and so have those asked before it."""

_PLAYS = ("answer", "answer_if_any", "each")

KEPT: Mapping[str, Callable[..., Any]] = dict.fromkeys(_PLAYS, _kept)

SENT: Mapping[str, Callable[..., Any]] = dict.fromkeys(_PLAYS, Graph.wire)

RECEIVED: Mapping[str, Callable[..., Any]] = {
    "answer": _received,
    "answer_if_any": _received,
    "each": _received_of_each,
}
