"""Truth of scalar programs by torch, in float64."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import torch

from graders.cases.ops import SCALAR
from graders.cases.program import Program
from graders.cases.scalar import boxed, labels, noted, unboxed

_OPS = {op.name: attrgetter(op.torch or op.name)(torch) for op in SCALAR.values()}


def operation(case: Program) -> dict[str, Any] | None:
    """Return value, operands and gradients of single operations; None when nothing sensible can be expected."""
    leaves = [_leaf(value) for value in case.leaves]
    nodes = _run(case, leaves)
    grads = list(case.preloads())
    names = case.names()
    operands = []
    for root, upstream in case.passes:
        if upstream is None:
            raise ValueError("an operation is judged with a gradient put on its result")
        for i, grad in enumerate(_grads(nodes[root], leaves, upstream)):
            grads[i] += grad
        step = case.steps[root - len(leaves)]
        operands.append([names[i] for i in sorted({x for x in step[1:] if isinstance(x, int)})])
    fields = [node.item() for node in nodes[len(leaves) :]] + operands + grads
    return dict(zip(labels(case, "operation"), fields, strict=True))


def numbers(case: Program) -> dict[str, Any] | None:
    """Return value and slope of an operation with a plain number, twice: the student's own form has the same truth."""
    return _two(case, boxed(case), 1, "numbers")


def exponents(case: Program) -> dict[str, Any] | None:
    """Return value and both slopes of `a ** b`, then value and slope with a plain exponent."""
    return _two(case, unboxed(case), 2, "exponents")


def backward(case: Program) -> dict[str, Any]:
    """Return the gradients after each backward call, each pass added to the leaves, and how often each closure ran."""
    leaves = [_leaf(value) for value in case.leaves]
    nodes = _run(case, leaves)
    total = list(case.preloads())
    calls = [0] * len(case.steps)
    fields: list[Any] = []
    for (root, given), shown in zip(case.passes, noted(case), strict=True):
        seed = 1.0 if given is None else given
        found = _grads(nodes[root], [nodes[node] for node in shown], seed)
        total = [sum(pair) for pair in zip(total, found[-len(leaves) :], strict=True)]
        fields += [*found[: -len(leaves)], *total]
        for step in _reached(case, root):
            calls[step] += 1
    return dict(zip(labels(case, "backward"), [*fields, *([calls] if case.steps else [])], strict=True))


def fresh_root(case: Program) -> dict[str, Any]:
    """Return the same as `backward`: what the root's gradient was before does not matter."""
    return backward(case)


def chain(case: Program) -> dict[str, Any]:
    """Return the gradients of the last node and of the leaf of a long chain."""
    leaves = [_leaf(value) for value in case.leaves]
    root = _run(case, leaves)[-1]
    return dict(zip(labels(case, "chain"), _grads(root, [root, *leaves], 1.0), strict=True))


def order(case: Program) -> dict[str, Any]:
    """Return one valid order, of many: depth first, slot by slot, operands before their users."""
    count = len(case.leaves)
    listed: list[int] = []

    def visit(node: int) -> None:
        if node not in listed:
            for operand in case.steps[node - count][1:] if node >= count else ():
                if isinstance(operand, int):
                    visit(operand)
            listed.append(node)

    visit(case.passes[0][0])
    names = case.names()
    return {"order": [names[node] for node in listed]}


def work(case: Program) -> dict[str, Any]:
    """Return the number of nodes that have a closure: all are reached."""
    return {"the number of closures that ran": len(case.steps) * case.repeat}


def _reached(case: Program, root: int) -> set[int]:
    """Return the indices of the steps that a root depends on, its own among them."""
    count = len(case.leaves)
    found: set[int] = set()
    rest = [root - count]
    while rest:
        step = rest.pop()
        if step >= 0 and step not in found:
            found.add(step)
            rest += [x - count for x in case.steps[step][1:] if isinstance(x, int)]
    return found


def _two(case: Program, own: Program, grads: int, play: str) -> dict[str, Any]:
    first, second = _shown(case), _shown(own)
    return dict(zip(labels(case, play), first[: 1 + grads] + second[:2], strict=True))


def _shown(case: Program) -> list[float]:
    truth = operation(case) or {}
    return [value for label, value in truth.items() if not label.endswith("._prev")]


def _leaf(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def _run(case: Program, leaves: list[torch.Tensor]) -> list[torch.Tensor]:
    """Return every node: the leaves, then the results of the last round of steps."""
    count = len(leaves)
    nodes = list(leaves)
    for _ in range(case.repeat):
        if len(nodes) > count:
            nodes = [nodes[-1], *leaves[1:]]
        for op, *operands in case.steps:
            nodes.append(_OPS[op](*_operands(nodes, operands)))
    return [*leaves, *nodes[count:]]


def _operands(nodes: list[torch.Tensor], operands: list[Any]) -> list[Any]:
    """Return operands as torch takes them: at least one tensor first, plain numbers as Python floats."""
    return [nodes[x] if isinstance(x, int) else torch.tensor(x, dtype=torch.float64) for x in operands]


def _grads(root: torch.Tensor, inputs: list[torch.Tensor], upstream: float) -> list[float]:
    """Return d root / d input times `upstream` for each input, 0.0 where there is no path."""
    grads = torch.autograd.grad(
        root, inputs, grad_outputs=torch.tensor(upstream, dtype=torch.float64), retain_graph=True, allow_unused=True
    )
    return [0.0 if grad is None else grad.item() for grad in grads]
