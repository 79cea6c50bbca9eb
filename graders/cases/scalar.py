"""Scalar programs as cases: from the wire, with the labels of their answers and the snippet that shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graders.cases.notation import INFIX
from graders.cases.program import Program, expression, number_text

__all__ = ["Program", "decode", "graph", "labels", "snippet"]


def decode(wire: Any) -> Program:
    """Return the program that `wire` describes."""
    leaves, steps, preload, passes, repeat, *worked = wire
    known = tuple(map(tuple, worked[0])) if worked else ()
    return Program(tuple(leaves), tuple(map(tuple, steps)), tuple(preload), tuple(map(tuple, passes)), repeat, known)


def labels(case: Program, play: str) -> list[str]:
    """Return the labels of the answers that `play` notes, walking from the result to the leaves."""
    return _LABELS[play](case)


def snippet(case: Program, play: str) -> str:
    """Return Python that replays `case` under the student's own definitions and prints what is compared."""
    if play in ("operation", "numbers", "exponents"):
        return _operation_text(case)
    from graders.cases.scalar_text import backward_text, order_text  # not at the top: a worker must not have it

    return order_text(case) if play == "order" else backward_text(case)


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


def _other_form(case: Program) -> list[str]:
    names = case.names()
    names[1 : len(case.leaves)] = [f"Value({number_text(value)})" for value in case.leaves[1:]]
    written = expression(case.steps[0], names)
    return [f"out.data of {written}", f"a.grad of {written}"]


def _walk_labels(case: Program) -> list[str]:
    names, count = case.names(), len(case.leaves)
    leaves = [f"{name}.grad" for name in names[:count]]
    calls = f"calls of {', '.join(names[count:])}"
    if len(case.passes) == 1:
        return [*(f"{name}.grad" for name in names[: count - 1 : -1]), *leaves, calls]
    passes = [(f"pass {k}: ", root) for k, (root, _) in enumerate(case.passes, 1)]
    return [before + label for before, root in passes for label in (f"{names[root]}.grad", *leaves)] + [calls]


def _operation_text(case: Program) -> str:
    names, count = case.names(), len(case.leaves)
    lines = [f"{name} = Value({value!r})" for name, value in zip(names, case.leaves, strict=False)]
    lines += [f"{name} = {expression(step, names)}" for name, step in zip(names[count:], case.steps, strict=True)]
    for name, grad in zip(names, case.preload, strict=False):
        if grad:
            lines.append(f"{name}.grad = {grad!r}  # what another use of {name} has already added")
    from graders.cases.ops import SCALAR  # not at the top: a worker must not have it

    composed = any(SCALAR[step[0]].composed for step in case.steps)
    for root, upstream in case.passes:
        name = names[root]
        lines += [f"{name}.grad = {upstream!r}", f"run({name})" if composed else f"{name}._backward()"]
    shown = [f"{name}.data" for name in names[count:]] + [f"{name}.grad" for name in names[:count]]
    return "\n".join([*([_RUN] if composed else []), *lines, f"print({', '.join(shown)})"])


_RUN = """\
def run(out):  # the closures of out and of what it is made of, each once
    order = []
    def visit(node):
        if node not in order:
            for child in node._prev:
                visit(child)
            order.append(node)
    visit(out)
    for node in reversed(order):
        node._backward()
"""

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
