"""Replays single operations on the student's engine (ex02)."""

from __future__ import annotations

from typing import Any

from graders.cases.program import Program, expression
from graders.cases.scalar import boxed, unboxed
from graders.players.design import attributes, design_of, operands_of
from graders.players.engine import apply, below, children, engine_class, form_of, push
from graders.players.seen import Field, Seen, number
from graders.players.subject import Absent, Subject, Unusable, name_of


def operation(case: Program, subject: Subject, seen: Seen) -> None:
    """Note the value of each result, the leaves it remembers, and the gradient that its closure adds to each leaf.

    Raises:
        Unusable: after all that, since the operation has changed an operand: its slopes are those of another place.
    """
    leaves, before = _replayed(case, subject, seen)
    for name, leaf, was in zip(case.names(), leaves, before, strict=False):
        now = number(leaf.data)
        if type(was) is type(now) is float and now != was and was == was:
            text = expression(case.steps[0], case.names())
            raise Unusable(
                f"the operand {name} of {text} has changed: {name}.data was {_six(was)}, now it is {_six(now)}"
            )


def _six(number: float) -> str:
    """Return a number with six figures, a whole one with its point."""
    text = f"{number:.6g}"
    return f"{text}.0" if text.lstrip("-").isdigit() else text


def _replayed(case: Program, subject: Subject, seen: Seen) -> tuple[list[Any], list[Field]]:
    """Note what an operation shows; return its operands, and which numbers they held before."""
    make = engine_class(subject)
    leaves = [make(value) for value in case.leaves]
    nodes, before = list(leaves), [number(leaf.data) for leaf in leaves]
    for step in case.steps:
        out = apply(step, nodes, subject)
        nodes.append(out)
        seen(number(out.data))
    names = case.names()
    known = {id(leaf): name for leaf, name in zip(leaves, names, strict=False)}
    orders = []
    for root, _ in case.passes:
        order, met = below(nodes[root], known)
        orders.append(order)
        seen(met)
    for leaf, grad in zip(leaves, case.preloads(), strict=True):
        if case.preload or case.steps[0][0] != "add" or not _is_number(leaf.grad):
            leaf.grad = grad  # a sum alone tells with which gradient a new value starts
    for order, (root, upstream) in zip(orders, case.passes, strict=True):
        if order:
            push(order, float(upstream or 0.0))
        else:  # the operator handed back its operand
            nodes[root].grad += upstream
    for leaf in leaves:
        seen(number(leaf.grad))
    return leaves, before


def _is_number(value: Any) -> bool:
    return type(number(value)) is float


def numbers(case: Program, subject: Subject, seen: Seen) -> None:
    """Note value and gradient of an operation with a plain number, then of the same with `Value(number)`."""
    _note_two(case, boxed(case), 1, subject, seen)


def exponents(case: Program, subject: Subject, seen: Seen) -> None:
    """Note value and gradients of `a ** b`, then value and slope of `a` with a plain number for `b`."""
    _note_two(case, unboxed(case), 2, subject, seen)


def _note_two(case: Program, own: Program, grads: int, subject: Subject, seen: Seen) -> None:
    """Note the judged form, then the student's own other form of it, whose faults another concept counts.

    Only when both fail alike after the forward value is the failure itself noted, since then it belongs to the other
    concept. It does not where an exponent is due its gradient, which the other form does not have.
    """
    noted, error = _attempt(case, subject)
    other, other_error = _attempt(own, subject)
    for field in noted[: 1 + grads]:
        seen(field)
    alike = type(error) is type(other_error) and grads == 1
    if error is not None and (not alike or not noted or isinstance(error, _OPEN)):
        raise error
    while len(seen) < 1 + grads:
        seen(type(error).__name__)
    for position in range(2):
        seen(other[position] if position < len(other) else type(other_error).__name__)


def engine_style(case: Program, subject: Subject, seen: Seen) -> None:
    """Note how the student's engine does the operation of a case, for the text of that case."""
    make = engine_class(subject)
    closure, operands = design_of(make).closure, operands_of(make)
    leaf = attributes(make(1.0))
    seen(name_of(make, subject))
    seen(operands)
    seen(closure)
    seen(form_of(case.steps[0][0], make, subject))
    seen(leaf.get(closure, 0) is None or leaf.get(operands, 0) is None)
    leaves = [make(value) for value in case.leaves]
    out = apply(case.steps[0], list(leaves), subject)
    order, met = below(out, {id(leaf): str(i) for i, leaf in enumerate(leaves)})
    seen(sum(1 for node in order if node is out or list(children(node))) > 1)
    seen(not order)
    seen(not all(name.isdigit() for name in met))
    seen(_raises(order))


def _raises(order: list[Any]) -> bool:
    """Return whether the closures of a result raise."""
    try:
        push(order, 1.0) if order else None
    except Exception:
        return True
    return False


_OPEN = (NotImplementedError, Absent)


def _attempt(case: Program, subject: Subject) -> tuple[list[Any], Exception | None]:
    """Return what one form shows, value first, then the gradients, and what it raised."""
    seen = Seen()
    try:
        _replayed(case, subject, seen)
    except Exception as error:  # judged beside the other form
        return seen[:1], error
    return [seen[0], *seen[2:]], None
