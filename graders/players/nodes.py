"""Our nodes for the student's walk: plain objects with `data`, `grad`, `_prev`, `_op` and a right `_backward`.

A wrong closure of the student's cannot spoil the judgement of the walk, because none is used here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from graders.cases.program import FORWARD, Program, Step
from graders.players.engine import CHILDREN
from graders.cases.slopes import SLOPES

_SLOTS = ("data", "grad", "_prev", "_op", "slopes", "calls")
_WORK = 100
"""Readings of operands, or comparisons of nodes, for each node of a watched graph: a linear walk needs about five."""


class TooMuchWork(Exception):
    """A walk over a watched graph did far more than its size asks for."""


class Node:
    """A node of a graph.

    Args:
        data: Its value.
        prev: Its operands, one for each slot.
        op: Name of the operation; empty for a leaf.
        slopes: Slope of each slot.
    """

    __slots__ = (*_SLOTS, "__dict__", "__weakref__")

    def __init__(self, data: float, prev: tuple[Any, ...] = (), op: str = "", slopes: tuple[float, ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self._prev = prev
        self._op = op
        self.slopes = slopes
        self.calls = 0

    def _backward(self) -> None:
        """Add to the gradient of each operand its slope times the gradient of this node."""
        self.calls += 1
        grad = self.grad
        for operand, slope in zip(self._prev, self.slopes, strict=True):
            operand.grad += slope * grad

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
            raise TooMuchWork(f"operands were read {_WORK * self.nodes} times in a graph of {self.nodes} nodes")

    def compare(self) -> None:
        """Count that somebody compared two nodes, as `in` does with each element of a list."""
        self.comparisons -= 1
        if self.comparisons < 0:
            raise TooMuchWork(f"nodes were compared {_WORK * self.nodes} times in a graph of {self.nodes} nodes")


def plain_class(base: type | None = None) -> type:
    """Return `Node`, or the class of its like that inherits the methods of the student's class."""
    return Node if base is None else _inheriting(base)


def watched_class(work: Work, base: type | None = None) -> type:
    """Return a class of nodes whose operands and comparisons are counted."""
    parent = plain_class(base)
    slot = parent.__dict__["_prev"]

    def operands(self: Any) -> Any:
        work.read()
        return slot.__get__(self)

    def same(self: Any, other: Any) -> bool:
        work.compare()
        return self is other

    inherited = {name: property(operands) for name in CHILDREN if name == "_prev" or name in parent.__dict__}
    inherited["_prev"] = property(operands, slot.__set__)
    return type(parent)("Node", (parent,), {"__slots__": (), "__eq__": same, "__hash__": object.__hash__, **inherited})


@lru_cache(maxsize=4)
def _inheriting(base: type) -> type:
    """Return a subclass of the student's class whose instances are made without its `__init__`."""
    members: dict[str, Any] = {
        "__slots__": _SLOTS,
        "__new__": lambda cls, *given: object.__new__(cls),
        "__init__": Node.__init__,
        "_backward": Node._backward,
    }
    for name in CHILDREN[1:]:
        if not callable(getattr(base, name, None)):
            members[name] = property(lambda self: self._prev)
    return type(base)("Node", (base,), members)


def build(case: Program, make: Callable[..., Any]) -> list[Any]:
    """Return the nodes of a program: its leaves, then the results of the last round of steps."""
    leaves = [make(value) for value in case.leaves]
    if case.repeat > 1 and len(case.steps) == 1 and case.steps[0].count(0) == 1 and case.steps[0][0] in _STRAIGHT:
        return [*leaves, _chain(case.steps[0], leaves, case.repeat, make)]
    made: list[Any] = []
    for _ in range(case.repeat):
        nodes = [*made[-1:], *leaves[1:]] if made else list(leaves)
        for step in case.steps:
            nodes.append(_node(step, nodes, make))
        made = nodes[len(leaves) :]
    return leaves + made


_STRAIGHT = frozenset({"add", "neg"})
"""Operations whose slopes do not depend on values, used for chains of many thousand nodes."""


def _node(step: Step, nodes: list[Any], make: Callable[..., Any]) -> Any:
    op, *operands = step
    inputs = [nodes[x].data if type(x) is int else x for x in operands]
    data = FORWARD[op](*inputs)
    x, y = inputs if len(inputs) == 2 else (inputs[0], 0.0)
    used = [i for i, operand in enumerate(operands) if type(operand) is int]
    slopes = SLOPES[op]
    return make(data, tuple(nodes[operands[i]] for i in used), op, tuple(slopes[i](x, y, data) for i in used))


def _chain(step: Step, leaves: list[Any], length: int, make: Callable[..., Any]) -> Any:
    """Return the last node of a long chain of one straight operation with a plain number."""
    op, number = step[0], (*step, 0.0)[2]
    x = leaves[0]
    slopes = (-1.0,) if op == "neg" else (1.0,)
    data = x.data
    for _ in range(length):
        data = -data if op == "neg" else data + number
        x = make(data, (x,), op, slopes)
    return x


def gradients(case: Program, seeds: list[float]) -> list[list[float]]:
    """Return, after each pass, the gradient of every node, when pass k puts `seeds[k]` on its root.

    A program is already in topological order, so no walk is needed. Only for programs without `repeat`.
    """
    nodes = build(case, Node)
    count = len(case.leaves)
    for leaf, grad in zip(nodes, case.preloads(), strict=False):
        leaf.grad = grad
    after = []
    for (root, _), seed in zip(case.passes, seeds, strict=True):
        for node in nodes[count:]:
            node.grad = 0.0
        nodes[root].grad = seed
        for node in reversed(nodes[count:]):
            node._backward()
        after.append([node.grad for node in nodes])
    return after
