"""Where an engine of another design keeps its graph, said in words: these exercises read `_prev` of each node.

Found by behaviour: two leaves are added, and the sum and everything that has grown meanwhile are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

from graders.players.design import OPERANDS, attributes, design_of, holds

_READ = "this exercise reads _prev, which holds the operands of each node, and runs _backward of each node"
_COLLECTIONS = (list, tuple, set, frozenset, dict)


@dataclass(frozen=True)
class Keeping:
    """How an engine keeps what a result was made of.

    Attributes:
        kind: The class of its nodes.
        usual: Whether a result has a collection of its operands, or nothing can be said.
        how: Otherwise, what it has in place of one, in words.
        tapes: Names of collections outside the nodes that grow with each result.
    """

    kind: Any
    usual: bool = True
    how: str = ""
    tapes: tuple[str, ...] = ()

    def told(self, walk: Any = None) -> str:
        """Return a sentence about an engine of another design, nothing about one of the course's.

        Args:
            walk: A function that ran no closure: it may go along a tape although nodes remember their operands.
        """
        tapes = _mentioned(self.tapes, walk, self.kind) if self.usual else self.tapes
        how = self.how or (f"a tape, `{tapes[0]}`" if tapes else "")
        return f"your engine keeps {how}; {_READ}" if how else ""


def keeping(kind: Any) -> Keeping:
    """Return how a class of nodes keeps its graph; the usual way where a sum fails, which others count."""
    return _keeping(kind)


@lru_cache(maxsize=16)
def _keeping(kind: Any) -> Keeping:
    try:
        a, b = kind(2.0), kind(3.0)
        before = {name: len(held) for name, held in _growing(kind)}
        found = attributes(a + b)
        grown = tuple(name for name, held in _growing(kind) if len(held) > before.get(name, 0))
    except Exception:
        return Keeping(kind)
    usual = any(_remembers(name, value, (a, b)) for name, value in found.items())
    return Keeping(kind, usual, "" if usual else _how(found, (a, b)), grown)


def _mentioned(names: tuple[str, ...], walk: Any, kind: Any) -> tuple[str, ...]:
    """Return the names of which a part stands in a function, or in one of its file or class that it calls."""
    known = {**getattr(walk, "__globals__", {}), **vars(kind)}
    codes = [getattr(walk, "__code__", None)]
    seen: set[Any] = set()
    found: set[str] = set()
    while codes:
        code = codes.pop()
        if isinstance(code, CodeType) and code not in seen:
            seen.add(code)
            found |= set(code.co_names)
            codes += [item for item in code.co_consts if hasattr(item, "co_names")]
            codes += [getattr(known.get(name), "__code__", None) for name in code.co_names]
    return tuple(name for name in names if found & set(name.split(".")))


def unwrapped(items: Iterable[Any]) -> list[tuple[Any, str]]:
    """Return the nodes of a collection of operands, each with how it stands there: as `{}` or in a pair, `({}, ...)`.

    Numbers and empty slots beside nodes do not count. Where there is no node at all, as in a list of ids, what stands
    there is returned instead, and how it is called.
    """
    found: list[tuple[Any, str]] = []
    for item in items:
        if hasattr(item, "grad"):
            found.append((item, "{}"))
        elif isinstance(item, (tuple, list)):
            form = "({}, ...)" if item and hasattr(item[0], "grad") else "(..., {})"
            found += [(part, form) for part in item if hasattr(part, "grad")]
    return found or [(item, f"{type(item).__name__}, not a node") for item in items if item is not None]


def _how(found: Mapping[str, Any], nodes: tuple[Any, ...]) -> str:
    """Return what attributes of a sum hold its operands, in words."""
    for name, value in found.items():
        if isinstance(value, (tuple, list)) and holds(_inner(value), nodes):
            return f"pairs in {name}"
    single = [name for name, value in found.items() if any(value is node for node in nodes)]
    if single:
        return f"its operands in {' and '.join(single)}"
    for name, value in found.items():
        if hasattr(value, "__dict__") and not callable(value):
            inside = [key for key, held in attributes(value).items() if holds(held, nodes)]
            if inside:
                return f"its operands in {name}.{inside[0]}"
    places = [name for name in (*OPERANDS, design_of(type(nodes[0])).operands) if name and found.get(name)]
    if places and isinstance(found[places[0]], _COLLECTIONS):
        return f"no nodes in {places[0]} but objects of type {type(next(iter(found[places[0]]))).__name__}"
    return ""


def _inner(value: Any) -> list[Any]:
    return [part for item in value if isinstance(item, (tuple, list)) for part in item]


def _remembers(name: str, value: Any, nodes: tuple[Any, ...]) -> bool:
    """Return whether an attribute holds some nodes, or in the usual place others: a composed sum, or copies."""
    if not isinstance(value, _COLLECTIONS):
        return False
    return holds(list(value), nodes) or (name in OPERANDS and any(hasattr(item, "grad") for item in value))


def _growing(kind: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and content of every collection of the class, of its file, and of the objects that these hold."""
    names = getattr(getattr(kind, "__add__", None), "__globals__", {})
    owners = [("", dict(names)), (f"{kind.__name__}.", dict(vars(kind)))]
    for prefix, members in owners:
        for name, value in members.items():
            if name.startswith("__"):
                continue
            if isinstance(value, (list, dict, set)):
                yield prefix + name, value
            elif not isinstance(value, type) and not callable(value):
                for key, held in getattr(value, "__dict__", {}).items():
                    if isinstance(held, (list, dict, set)):
                        yield f"{prefix}{name}.{key}", held
