"""Graphs as Python text: a small class of nodes with right closures, the graph, and the student's walk over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graders.cases.program import Program, Step, expression
from graders.cases.scalar import noted
from graders.cases.slopes import worked

_NODE = """\
class {head}:  # operands: (node, slope) for each slot
    def __init__(self, data, *operands):
        {extra}self.data, self.grad, self.calls = data, 0.0, 0
        self._operands = operands
        self.{operands} = tuple(node for node, slope in operands){bound}

    def {closure}(self):
        self.calls += 1
        for node, slope in self._operands:
            node.grad += slope * self.grad
"""

_LISTED_NODE = """\
class Node:
    def __init__(self, data, *operands):
        self.data, self.grad, self._prev = data, 0.0, operands
"""


@dataclass(frozen=True)
class WalkStyle:
    """How a student's walk is called.

    Attributes:
        base: Name of the class that the nodes inherit from; empty for none.
        method: Whether the walk is a method of the nodes.
        order_method: Whether `topological_order` is one.
        operands: Attribute with the operands of a node.
        closure: Attribute with the closure of a node.
        extra: Whether the constructor of that class sets more than a graph needs.
        seeds: Whether the walk decides by itself what the root starts with.
    """

    base: str = ""
    method: bool = False
    order_method: bool = False
    operands: str = "_prev"
    closure: str = "_backward"
    extra: bool = False
    seeds: bool = True

    def node(self) -> str:
        """Return the class of the nodes."""
        return _NODE.format(
            head=f"Node({self.base})" if self.base else "Node",
            extra="super().__init__(data)\n        " if self.extra else "",
            operands=self.operands,
            bound=f"\n        self.{self.closure} = self._send" if self.extra else "",
            closure="_send" if self.extra else self.closure,
        )

    def call(self, root: str, given: float | None) -> str:
        """Return the call of the walk."""
        if self.method:
            return f"{root}.backward({'' if given is None else repr(given)})"
        return f"backward({root}{'' if given is None else f', {given!r}'})"


def walk_text(case: Program, play: str, style: WalkStyle) -> str:
    """Return the text of a graph, of the backward calls on it, and of the prints of what is noted after each."""
    if case.repeat > 1:
        return _repeated_text(case, play, style)
    names, count = case.names(), len(case.leaves)
    lines = _graph(case, names)
    lines += [f"{name}.grad = {grad!r}" for name, grad in zip(names, case.preload, strict=False) if grad]
    if play == "backward" and not style.seeds:
        roots = dict.fromkeys(names[root] for root, _ in case.passes if root >= count)
        lines += [f"{root}.grad = 1.0  # your walk puts nothing there" for root in roots]
    for number, ((root, given), shown) in enumerate(zip(case.passes, noted(case), strict=True), 1):
        lines.append(style.call(names[root], given))
        head = f"pass {number}: " if len(case.passes) > 1 else ""
        lines += printed([f"{names[node]}.grad" for node in shown], head)
    if case.steps:
        counted = ", ".join(f"{name}.calls" for name in names[count:])
        lines.append(f'print("calls of {", ".join(names[count:])}", [{counted}])')
    return "\n".join([style.node(), *lines])


def order_text(case: Program, style: WalkStyle) -> str:
    """Return the text of a graph and of the order asked for it."""
    names = case.names()
    root = names[case.passes[0][0]]
    listed = ", ".join(f'id({name}): "{name}"' for name in names)
    call = f"{root}.topological_order()" if style.order_method else f"topological_order({root})"
    lines = [f"names = {{{listed}}}", f"order = {call}"]
    lines.append('print("order", [names.get(id(node), "?") for node in order])')
    if style == WalkStyle(seeds=style.seeds):  # nothing but ._prev of a plain node is read
        return "\n".join([_LISTED_NODE, *_graph(case, names, slopes=False), *lines])
    return "\n".join([style.node(), *_graph(case, names), *lines])


_WIDE = 4
"""Values that are printed in one line."""


def printed(values: list[str], head: str = "") -> list[str]:
    """Return prints of some expressions, each named, a few in a line."""
    groups = [values[begin : begin + _WIDE] for begin in range(0, len(values), _WIDE)]
    return [f'print(f"{head}{" ".join(f"{{{value}=}}" for value in group)}")' for group in groups]


def _graph(case: Program, names: list[str], slopes: bool = True) -> list[str]:
    count = len(case.leaves)
    lines = [f"{name} = Node({value!r})" for name, value in zip(names, case.leaves, strict=False)]
    for step, name, numbers in zip(case.steps, names[count:], worked(case), strict=True):
        out, *own = numbers
        lines.append(f"{name} = {_node(step, names, out, own if slopes else None)}")
    return lines


def _node(step: Step, names: list[str], out: float, slopes: Sequence[float] | None) -> str:
    """Return the call that makes a step's node, its slopes written out, with the expression as a comment.

    Args:
        slopes: One for each operand; None leaves them out.
    """
    nodes = [names[i] for i in step[1:] if isinstance(i, int)]
    if slopes is not None:
        nodes = [f"({name}, {slope!r})" for name, slope in zip(nodes, slopes, strict=True)]
    return f"Node({', '.join([repr(out), *nodes])})  # {expression(step, names)}"


def _repeated_text(case: Program, play: str, style: WalkStyle) -> str:
    """Return the text of a long graph of sums, whose slopes are always 1.

    Raises:
        ValueError: it is another graph.
    """
    if len(case.leaves) != 1 or len(case.steps) != 1 or case.steps[0][0] != "add":
        raise ValueError("a repeated program must be one sum on one leaf")
    operands = ["root" if isinstance(x, int) else repr(x) for x in case.steps[0][1:]]
    data = " + ".join(f"{x}.data" if x == "root" else x for x in operands)
    node = ", ".join([data, *("(root, 1.0)" for x in operands if x == "root")])
    lines = [f"root = a = Node({case.leaves[0]!r})", "nodes = []", f"for _ in range({case.repeat}):"]
    lines += [f"    root = Node({node})", "    nodes.append(root)"]
    if play == "chain" and not style.seeds:
        lines.append("root.grad = 1.0  # your walk puts nothing there")
    lines.append(style.call("root", None))
    if play == "chain":
        return "\n".join([style.node(), *(x for x in lines if "nodes" not in x), *printed(["root.grad", "a.grad"])])
    counted = 'print("the number of closures that ran", sum(node.calls > 0 for node in nodes))'
    return "\n".join([style.node(), *lines, counted])
