"""Scalar programs as cases: from the wire, with the labels of their answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graders.cases.notation import INFIX
from graders.cases.program import Program, expression, number_text

__all__ = ["Program", "decode", "graph", "labels"]


def decode(wire: Any) -> Program:
    """Return the program that `wire` describes."""
    leaves, steps, preload, passes, repeat, *worked = wire
    known = tuple(map(tuple, worked[0])) if worked else ()
    return Program(tuple(leaves), tuple(map(tuple, steps)), tuple(preload), tuple(map(tuple, passes)), repeat, known)


def labels(case: Program, play: str) -> list[str]:
    """Return the labels of the answers that `play` notes, walking from the result to the leaves."""
    return _LABELS[play](case)


def graph(case: Program) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return (name, what it holds or does, operands) of each node, for a picture; nothing for a repeated program."""
    if case.repeat > 1:
        return []
    names = case.names()
    drawn: list[tuple[str, str, tuple[int, ...]]] = []
    drawn += [(name, number_text(value), ()) for name, value in zip(names, case.leaves, strict=False)]
    for name, (op, *operands) in zip(names[len(case.leaves) :], case.steps, strict=True):
        numbers = ["" if isinstance(operand, int) else number_text(operand) for operand in operands]
        nodes = tuple(operand for operand in operands if isinstance(operand, int))
        sign = INFIX[op].sign if op in INFIX else str(op)
        drawn.append((name, " ".join([*numbers[:1], sign, *numbers[1:]]).strip(), nodes))
    return drawn


def boxed(case: Program) -> Program:
    """Return the one-step program with a leaf in place of its plain number."""
    (op, *operands), count = case.steps[0], len(case.leaves)
    number = next(x for x in operands if isinstance(x, float))
    step = (op, *(count if isinstance(x, float) else x for x in operands))
    preload = (*case.preload, 0.0) if case.preload else ()
    return Program((*case.leaves, number), (step,), preload, ((count + 1, case.passes[0][1]),))


def unboxed(case: Program) -> Program:
    """Return the one-step program with a plain number in place of its last leaf."""
    (op, *operands), last = case.steps[0], len(case.leaves) - 1
    step = (op, *(case.leaves[last] if x == last else x for x in operands))
    return Program(case.leaves[:last], (step,), case.preload[:last], ((last, case.passes[0][1]),))


def _operation_labels(case: Program) -> list[str]:
    names, count = case.names(), len(case.leaves)
    made = names[count:]
    return [f"{n}.data" for n in made] + [f"{n}._prev" for n in made] + [f"{n}.grad" for n in names[:count]]


def _number_labels(case: Program) -> list[str]:
    return ["out.data", "a.grad", *_other_form(boxed(case))]


def _exponent_labels(case: Program) -> list[str]:
    return ["out.data", "a.grad", "b.grad", *_other_form(unboxed(case))]


def boxed_names(case: Program, kind: str = "Value") -> list[str]:
    """Return the names of the nodes, where every leaf but the first is written as a new `kind`."""
    names = case.names()
    names[1 : len(case.leaves)] = [f"{kind}({number_text(value)})" for value in case.leaves[1:]]
    return names


def _other_form(case: Program) -> list[str]:
    written = expression(case.steps[0], boxed_names(case))
    return [f"out.data of {written}", f"a.grad of {written}"]


def noted(case: Program) -> list[list[int]]:
    """Return for each pass the nodes whose gradients are noted after it: from the root down, then all leaves.

    After the only pass these are all nodes. After one of several they are those that its root depends on, since
    gradients of earlier passes may stand on the others.
    """
    count, size = len(case.leaves), len(case.leaves) + len(case.steps)
    nodes = []
    for root, _ in case.passes:
        reached = set(range(size)) if len(case.passes) == 1 else {root}
        for node in range(size - 1, count - 1, -1):
            if node in reached:
                reached.update(x for x in case.steps[node - count][1:] if isinstance(x, int))
        nodes.append([*sorted((node for node in reached if node >= count), reverse=True), *range(count)])
    return nodes


def _walk_labels(case: Program) -> list[str]:
    names, count = case.names(), len(case.leaves)
    labels = []
    for number, nodes in enumerate(noted(case), 1):
        head = f"pass {number}: " if len(case.passes) > 1 else ""
        labels += [f"{head}{names[node]}.grad" for node in nodes]
    return [*labels, f"calls of {', '.join(names[count:])}"] if case.steps else labels


_LABELS: dict[str, Callable[[Program], list[str]]] = {
    "operation": _operation_labels,
    "numbers": _number_labels,
    "exponents": _exponent_labels,
    "backward": _walk_labels,
    "fresh_root": _walk_labels,
    "order": lambda case: ["order"],
    "chain": lambda case: ["root.grad", "a.grad"],
    "work": lambda case: ["the number of closures that ran"],
}
