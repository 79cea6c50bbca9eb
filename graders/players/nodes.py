"""Our nodes for the student's walk: plain objects with `data`, `grad`, `_prev`, `_op` and a right `_backward`.

A wrong closure of the student's cannot spoil the judgement of the walk, because none is used here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from graders.cases.program import Program, Step
from graders.players.design import OPERANDS, carry_over, design_of, holds
from graders.players.subject import Unusable

Shares = tuple[tuple[Any, float], ...]

_SLOTS = ("data", "grad", "_prev", "_op", "shares", "calls")
_MARK = "__shown__"
"""Attribute of our subclasses of a student's class: the names under which they show the operands."""
_LINK_SLOTS = ("data", "grad", "_prev")
_WORK = 100
"""Readings of operands, or comparisons of nodes, for each node of a watched graph: a linear walk needs about five."""


_TAKES_NOTHING = "the walk hands _backward an argument; the closures here take none and read .grad of their own node"


class TooMuchWork(Exception):
    """A walk over a watched graph did far more than its size asks for."""


class Node:
    """A node of a graph.

    Args:
        data: Its value.
        prev: The operand of each slot.
        op: Name of the operation; empty for a leaf.
        shares: Operand and slope of each slot.
    """

    __slots__ = (*_SLOTS, "__dict__", "__weakref__")

    def __init__(self, data: float, prev: tuple[Any, ...] = (), op: str = "", shares: Shares = ()) -> None:
        self.data = data
        self.grad = 0.0
        self._prev = prev
        self._op = op
        self.shares = shares
        self.calls = 0

    def _backward(self, *given: Any) -> None:
        """Add to the gradient of each operand its slope times the gradient of this node."""
        if given:
            raise Unusable(_TAKES_NOTHING)
        self.calls += 1
        for operand, slope in self.shares:
            operand.grad += slope * self.grad

    def __repr__(self) -> str:
        return f"Node(data={self.data!r}, grad={self.grad!r})"


class Work:
    """Counts what a walk does with the nodes of one graph.

    Args:
        nodes: Number of nodes of the graph.
    """

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes
        self.readings = self.comparisons = _WORK * nodes

    def read(self) -> None:
        """Count that somebody asked a node for its operands."""
        self.readings -= 1
        if self.readings < 0:
            raise TooMuchWork(
                f"operands were read more than {_WORK * self.nodes:,} times in a graph of {self.nodes} nodes"
            )

    def compare(self) -> None:
        """Count that somebody compared two nodes, as `in` does with each element of a list."""
        self.comparisons -= 1
        if self.comparisons < 0:
            raise TooMuchWork(
                f"nodes were compared more than {_WORK * self.nodes:,} times in a graph of {self.nodes} nodes"
            )

    def tampered(self) -> bool:
        """Return whether somebody else has given the counts more room."""
        return max(self.readings, self.comparisons) > _WORK * self.nodes


class Link:
    """A node of a long chain of sums with plain numbers, whose only slope is 1; made to be built quickly.

    Args:
        data: Its value.
        prev: Its one operand; nothing for the leaf at the start.
    """

    __slots__ = (*_LINK_SLOTS, "__dict__", "__weakref__")
    _op = "add"

    def __init__(self, data: float, prev: tuple[Any, ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self._prev = prev

    def _backward(self, *given: Any) -> None:
        """Add the gradient of this node to that of its operand."""
        if given:
            raise Unusable(_TAKES_NOTHING)
        for operand in self._prev:
            operand.grad += self.grad


def is_ours(node: Any) -> bool:
    """Return whether an object is a node made here."""
    return isinstance(node, (Node, Link)) or hasattr(type(node), _MARK)


def plain_class(base: type | None = None) -> type:
    """Return `Node`, or a subclass of the student's class with the fields and `_backward` of `Node`."""
    return Node if base is None else _inheriting(base, Node, _SLOTS)


def link_class(base: type | None = None) -> type:
    """Return `Link`, or a subclass of the student's class with the fields and `_backward` of `Link`."""
    return Link if base is None else _inheriting(base, Link, _LINK_SLOTS)


def counting_members(kind: type) -> tuple[Any, ...]:
    """Return the members by which a class of nodes counts, to tell later whether they were replaced."""
    return tuple(map(vars(kind).get, ("_prev", "__eq__", "__hash__")))


def watched_class(work: Work, base: type | None = None) -> type:
    """Return a class of nodes that count how often operands are read, by a hash as well, and nodes compared."""
    parent = plain_class(base)
    slot = parent.__dict__["_prev"]
    equal: Any = parent.__eq__
    own_equal = None if equal is object.__eq__ else equal

    def operands(self: Any) -> Any:
        work.read()
        return slot.__get__(self)

    def same(self: Any, other: Any) -> Any:
        work.compare()
        return self is other if own_equal is None else own_equal(self, other)

    shown = {name: property(operands) for name in parent.__dict__.get(_MARK, ())}
    members: dict[str, Any] = {"__slots__": (), **shown, "_prev": property(operands, slot.__set__), "__eq__": same}
    members["__hash__"] = parent.__hash__
    return type(parent)("Node", (parent,), members)


@lru_cache(maxsize=8)
def _inheriting(base: type, like: type, slots: tuple[str, ...]) -> type:
    """Return a subclass of the student's class with nodes like ours, which hold what the student's constructor sets.

    Operands and closure are shown under the names that the student's engine has for them.
    """
    design = design_of(base)
    own_start = like.__init__  # type: ignore[misc]

    def start(self: Any, data: float, prev: tuple[Any, ...] = (), *rest: Any) -> None:
        if design.extra:
            carry_over(design.extra, _as_made(base, data, prev if design.grows else ()), self)
        own_start(self, data, prev, *rest)

    names = [name for name in (*OPERANDS[1:], design.operands) if name and not callable(getattr(base, name, None))]
    members: dict[str, Any] = {
        **{name: property(lambda self: self._prev) for name in names},
        "__slots__": slots,
        "__new__": lambda cls, *given: object.__new__(cls),
        "__init__": start,
        _MARK: tuple(names),
        design.closure: like._backward,  # type: ignore[attr-defined]
        "_backward": like._backward,  # type: ignore[attr-defined]
    }
    return type(base)("Node", (base,), members)


def _as_made(base: type, data: float, operands: tuple[Any, ...]) -> Any:
    """Return a node that the student's own code makes: of some operands, where its sum or product keeps those."""
    names = [name for name in (*OPERANDS, design_of(base).operands) if name]
    for combine in (operator.add, operator.mul) if operands else ():
        try:
            made = combine(operands[0], operands[1] if len(operands) > 1 else 1.0)
            if any(holds(getattr(made, name, ()), operands) for name in names):
                return made
        except Exception:  # a wrong operator costs nothing here
            continue
    return base(data)


def build(case: Program, make: Callable[..., Any]) -> list[Any]:
    """Return the nodes of a program: its leaves, then the results of the last round of steps."""
    leaves = [make(value) for value in case.leaves]
    made: list[Any] = []
    for _ in range(case.repeat):
        nodes = [*made[-1:], *leaves[1:]] if made else list(leaves)
        for place, step in enumerate(case.steps):
            numbers = case.worked[place] if case.worked else _sum(step, nodes)
            nodes.append(_node(step, nodes, numbers, make))
        made = nodes[len(leaves) :]
    return leaves + made


def _sum(step: Step, nodes: list[Any]) -> tuple[float, ...]:
    """Return the value of a repeated step, which is a sum, and its slopes."""
    inputs = [nodes[x].data if type(x) is int else x for x in step[1:]]
    return (sum(inputs), 1.0, 1.0)


def _node(step: Step, nodes: list[Any], numbers: tuple[float, ...], make: Callable[..., Any]) -> Any:
    op, *operands = step
    data, *slopes = numbers
    inputs = [nodes[x] for x in operands if type(x) is int]
    return make(data, tuple(inputs), op, tuple(zip(inputs, slopes, strict=False)))


def build_chain(case: Program, make: Callable[..., Any]) -> tuple[Any, Any]:
    """Return the leaf and the last node of a chain of sums with a plain number."""
    start = last = make(case.leaves[0])
    number = case.steps[0][2]
    for _ in range(case.repeat):
        last = make(last.data + number, (last,))
    return start, last
