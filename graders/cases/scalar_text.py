"""Graphs as Python text: a small class of nodes with right closures, the graph, and the student's walk over it."""

from __future__ import annotations

from graders.cases.program import Program, Step, expression
from graders.cases.slopes import worked

_NODE = """\
class Node:  # operands: (node, slope) for each slot
    def __init__(self, data, *operands):
        self.data, self.grad, self._operands = data, 0.0, operands
        self._prev = tuple(node for node, slope in operands)

    def _backward(self):
        for node, slope in self._operands:
            node.grad += slope * self.grad
"""


def backward_text(case: Program) -> str:
    """Return the text of a graph and of the backward calls on it."""
    names = case.names()
    lines = _graph(case, names)
    lines += [f"{name}.grad = {grad!r}" for name, grad in zip(names, case.preload, strict=False) if grad]
    for root, given in case.passes:
        name = names[0] if case.repeat > 1 else names[root]
        argument = "" if given is None else f", {given!r}"
        lines.append(f"backward({name}{argument})  # {name}.backward({argument[2:]}) where yours is a method")
    count = len(case.leaves)
    shown = ["start"] if case.repeat > 1 else [*names[: count - 1 : -1], *names[:count]]
    return "\n".join([_NODE, *lines, f"print({', '.join(f'{name}.grad' for name in shown)})"])


def order_text(case: Program) -> str:
    """Return the text of a graph and of the order asked for it."""
    names = case.names()
    root = names[case.passes[0][0]]
    listed = ", ".join(f"id({name}): '{name}'" for name in names)
    lines = [f"names = {{{listed}}}", f"print([names[id(node)] for node in topological_order({root})])"]
    return "\n".join([_NODE, *_graph(case, names), *lines])


def _graph(case: Program, names: list[str]) -> list[str]:
    count = len(case.leaves)
    lines = [f"{name} = Node({value!r})" for name, value in zip(names, case.leaves, strict=False)]
    if case.repeat == 1:
        steps = zip(case.steps, names[count:], worked(case), strict=True)
        return lines + [f"{name} = {_node(step, names, *numbers)}" for step, name, numbers in steps]
    body = [f"    {name} = {_moving(step, names)}" for step, name in zip(case.steps, names[count:], strict=True)]
    moved = f"    {names[0]} = {names[-1]}"
    return [*lines, f"start = {names[0]}", f"for _ in range({case.repeat}):", *body, moved]


def _node(step: Step, names: list[str], out: float, *slopes: float) -> str:
    """Return the call that makes a step's node, its slopes written out, with the expression as a comment."""
    nodes = [names[i] for i in step[1:] if isinstance(i, int)]
    pairs = [f"({name}, {slope!r})" for name, slope in zip(nodes, slopes, strict=True)]
    return f"Node({', '.join([repr(out), *pairs])})  # {expression(step, names)}"


def _moving(step: Step, names: list[str]) -> str:
    """Return the call for a step in a loop; only sums, whose slopes are always 1, are repeated."""
    if step[0] != "add":
        raise ValueError(f"a repeated step must be a sum, not {step[0]}")
    data = " + ".join(f"{names[x]}.data" if isinstance(x, int) else repr(x) for x in step[1:])
    pairs = [f"({names[x]}, 1.0)" for x in step[1:] if isinstance(x, int)]
    return f"Node({', '.join([data, *pairs])})"
