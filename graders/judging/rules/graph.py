"""Rules of ex06: answers about torch's graph, looked at from the side that one concept is about.

A wrong order must not cost the concept of empty slots, nor a missing leaf the concept of shared nodes. So each judge
here leaves what is another concept's affair to that one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from graders.cases.torch_graph import FUNCTIONS, Graph
from graders.judging.finding import Left

Fields = Mapping[str, Any]


def _looked_at(expected: Fields, actual: Fields, wrong: Callable[[Any, Any], bool], *others: str) -> list[str]:
    """Return the labels that are wrong in the way that counts here; what differs otherwise is left to `others`."""
    found: list[str] = []
    for label, torchs in expected.items():
        mine = actual.get(label)
        if wrong(mine, torchs):
            found.append(label)
        elif mine != torchs:
            found.append(Left(label, *others))
    return found


def _own(case: Graph) -> tuple[str, ...]:
    """Return the concepts that the function in question has to itself."""
    function = FUNCTIONS.get(case.ask[0], case.ask[0])
    return ("format_graph", "walk") if function == "format_graph" else (function,)


def same_items(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Lists: each item as often as it should be there, in any order."""
    return _looked_at(expected, actual, _differ_in_items, *_own(case))


def same_count(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Numbers of items that must be found within the limits of time and depth."""
    return _looked_at(expected, actual, lambda mine, torchs: mine != torchs)


def not_none(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Numbers of items that must be found within the limits of time and depth: any number but 0."""
    return _looked_at(expected, actual, lambda mine, _: type(mine) is not int or not mine, *_own(case), "shared_once")


def like_the_other(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Answers about two tensors: the first one, unless the second, ordinary one is wrong as well."""
    first, second = expected
    if actual.get(first) == expected[first]:
        return []
    return [first if actual.get(second) == expected[second] else Left(first, *_own(case))]


# Walks: lists of (depth, name).


def listed_names(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Walks: the names in their order."""
    return _looked_at(expected, actual, lambda mine, torchs: _names(mine) != _names(torchs), "depth")


def listed_items(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Walks: each name as often as it should be there, in any order."""
    return _looked_at(expected, actual, _names_missing, "walk", "depth")


def listed_order(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Walks that list each name as often as they should: the order."""

    def wrong(mine: Any, torchs: Any) -> bool:
        return not _names_missing(mine, torchs) and _names(mine) != _names(torchs)

    return _looked_at(expected, actual, wrong, "none_slots", "shared_once", "walk", "depth")


def listed_shared(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Walks of shared nodes that list each name as often as they should: order and depth, unless no depth is right."""

    def wrong(mine: Any, torchs: Any) -> bool:
        depths = not _unlike(mine) and _relative(mine) != _relative(torchs)
        return not _names_missing(mine, torchs) and (_names(mine) != _names(torchs) or depths)

    return _looked_at(expected, actual, wrong, "none_slots", "shared_once", "walk", "depth")


def listed_depths(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Walks whose names stand in the right order: the depths that belong to them, in any order."""

    def wrong(mine: Any, torchs: Any) -> bool:
        return _names(mine) == _names(torchs) and _differ_in_items(mine, torchs)

    return _looked_at(expected, actual, wrong, "none_slots", "shared_once", "walk")


# Indented text.


def line_items(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Lines: how often each begins with its word, in any order; an empty slot that is said to come again is wrong."""

    def wrong(mine: Any, torchs: Any) -> bool:
        return _words_missing(mine, torchs) or bool(_words(mine) and _without_again(mine) != mine)

    return _looked_at(expected, actual, wrong, "walk", "depth", "format_graph")


def line_order(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """The right lines: their order."""

    def wrong(mine: Any, torchs: Any) -> bool:
        return not _words_missing(mine, torchs) and _words(mine) != _words(torchs)

    return _looked_at(expected, actual, wrong, "none_slots", "shared_once", "depth", "format_graph")


def line_start(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Lines, if there are any: the outermost one begins at the margin."""
    return _looked_at(expected, actual, lambda mine, _: _indent(mine) > 0, "walk", "format_graph")


def line_layout(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Lines in the right order: the layout, from the outermost line on."""

    def wrong(mine: Any, torchs: Any) -> bool:
        return _words(mine) == _words(torchs) and _differ_in_items(_dedented(_without_again(mine)), _lines(torchs))

    return _looked_at(expected, actual, wrong, "none_slots", "shared_once", "walk", "depth")


def line_marks(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Lines in the right order: what stands on them, without the indentation."""

    def wrong(mine: Any, torchs: Any) -> bool:
        return bool(_words(mine) == _words(torchs) and _stripped(_without_again(mine)) != _stripped(torchs))

    return _looked_at(expected, actual, wrong, "none_slots", "shared_once", "walk", "depth", "format_graph")


def line_text(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Lines in the right layout, in any order."""
    return _looked_at(
        expected, actual, lambda mine, torchs: _differ_in_items(_dedented(mine), _lines(torchs)), "walk", "depth"
    )


# Nodes, edges and leaves.


def node_items(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Nodes, each once; what is left out or named wrongly on any graph is the affair of `unique_nodes`."""
    root = f" of {case.given[0]}"  # how the tensor's own node ends
    return _looked_at(expected, actual, lambda mine, torchs: _nodes_differ(mine, torchs, root), "unique_nodes")


def edge_items(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Edges, none more often than it should be; their direction and their number are the affair of `edges`."""
    return _looked_at(expected, actual, _edges_differ, "edges")


def output_items(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Output indices with their nodes; where the nodes are wrong, which is the affair of `edges`, the indices alone."""
    return _looked_at(expected, actual, _outputs_differ, "edges")


def leaf_items(case: Graph, expected: Fields, actual: Fields) -> list[str]:
    """Leaves, each once; copies, and leaves that are no Parameter, are the affair of `leaves`."""
    parameters = {step.names[0] for step in case.lines() if step.op in ("param", "linear")}
    known = {name for step in case.lines() for name in step.names}

    def strange(item: Any) -> bool:
        return type(item) is not str or item.split(".")[0] not in known

    def differ(mine: Any, torchs: Any) -> bool:
        if type(mine) is not list or len(mine) == len(torchs) and all(map(strange, mine)):
            return type(mine) is not list
        return mine != torchs and mine != [name for name in torchs if name.split(".")[0] in parameters]

    return _looked_at(expected, actual, differ, "leaves")


def _names_missing(mine: Any, torchs: Any) -> bool:
    return _differ_in_items(_names(mine), _names(torchs))


def _words_missing(mine: Any, torchs: Any) -> bool:
    return _differ_in_items(_words(mine), _words(torchs))


def _nodes_differ(mine: Any, torchs: Any, root: str) -> bool:
    if type(mine) is not list or "None" in mine:
        return True
    types = {_type(name) for name in torchs}
    inner = [name for name in torchs if _type(name) != "AccumulateGrad"]
    return not (
        mine in (torchs, [name for name in torchs if not name.endswith(root)], inner)
        or (len(mine) == len(types) and {_type(name) for name in mine} == types)
        or (len(mine) == len(torchs) and not any("Backward" in item or " of " in item for item in map(str, mine)))
    )


def _edges_differ(mine: Any, torchs: Any) -> bool:
    if type(mine) is not list or not all(type(edge) is str for edge in mine):
        return True
    have, should = (Counter(frozenset(edge.split(" -> ")) for edge in edges) for edges in (mine, torchs))
    inner = {edge for edge in should if not any(_type(end) == "AccumulateGrad" for end in edge)}
    return have.keys() not in (should.keys(), inner) or any(have[edge] > should[edge] for edge in should)


def _outputs_differ(mine: Any, torchs: Any) -> bool:
    if type(mine) is not list or not all(type(item) is dict and item.get("tuple") for item in mine):
        return True
    have, should = ([_inner(item) for item in items] for items in (mine, torchs))
    if {item[0] for item in have} == {item[0] for item in should}:
        return bool(mine != torchs)
    return {item[-1] for item in have} != {item[-1] for item in should}


def _differ_in_items(mine: Any, torchs: Any) -> bool:
    return type(mine) is not list or sorted(map(repr, mine)) != sorted(map(repr, torchs))


def _names(listed: Any) -> Any:
    """Return the names of a walk, None when it is no list."""
    if type(listed) is not list:
        return None
    return [_inner(pair)[-1] for pair in listed]


def _inner(item: Any) -> list[Any]:
    """Return the items of a tuple that was noted as one, anything else as the only item."""
    return item["tuple"] if type(item) is dict and item.get("tuple") else [item]


def _relative(listed: Any) -> Any:
    """Return the depths of a walk below that of its first node, None where there is no walk."""
    depths: list[Any] = [_inner(pair)[0] for pair in listed] if type(listed) is list else [None]
    return [depth - depths[0] for depth in depths] if all(type(depth) is int for depth in depths) else None


def _unlike(listed: Any) -> bool:
    """Return whether the depths of a walk are no depths at all: all the same, or growing from line to line."""
    depths = _relative(listed)
    return depths is None or not any(depths) or all(one < next_one for one, next_one in pairwise(depths))


def _lines(text: Any) -> list[str]:
    """Return the lines of a text; of what is none, nothing."""
    return text.split("\n") if type(text) is str else []


def _words(text: Any) -> Any:
    """Return the first word of every line, None when there is no text."""
    return [line.split()[0] for line in _lines(text) if line.strip()] if type(text) is str else None


def _without_again(text: Any) -> Any:
    """Return a text of which the lines of empty slots do not say that they come again."""
    if type(text) is not str:
        return text
    lines = (line.replace(" (again)", "") if line.split()[:1] == ["None"] else line for line in _lines(text))
    return "\n".join(lines)


def _indent(text: Any) -> int:
    """Return the least number of spaces that a line begins with, 0 when there are no lines."""
    return min((len(line) - len(line.lstrip(" ")) for line in _lines(text) if line.strip()), default=0)


def _dedented(text: Any) -> Any:
    return [line[_indent(text) :] for line in _lines(text)] if _words(text) else None


def _stripped(text: Any) -> Any:
    return [line.strip() for line in _lines(text)]


def _type(name: Any) -> str:
    return str(name).split(" ")[0]
