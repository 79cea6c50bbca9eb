"""Replays cases on arrays: programs on the student's `Tensor`, calls of `unbroadcast`, calls of losses."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from numpy import array, ndarray

from graders.cases.tensor import Array, TensorProgram, Unbroadcast
from graders.players.seen import Seen, dtype_name
from graders.players.subject import Absent, Subject, name_of
from graders.players.tensor_engine import (
    attribute_of_operands,
    build,
    gradient,
    numpy_array,
    operands_of,
    perform,
    reached,
    same,
    shown,
    tensor_class,
    walk_back,
)
from graders.players.tensor_lent import Lent

_LOSSES = frozenset({"loss", "reduction", "share", "sides", "single", "unknown"})
"""Plays of the losses. They need a right `Tensor`, which a worker that judges closures must not hold."""


def __getattr__(name: str) -> Any:
    """Return a play of the losses, whose module is imported when the first of them is asked for."""
    if name in _LOSSES:
        return getattr(import_module("graders.players.tensor_losses"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def closure(case: TensorProgram, subject: Subject, seen: Seen) -> None:
    """Note the result of a program, then every gradient after its closures have run with a given upstream."""
    with Lent(subject):
        for value in _replayed(case, subject):
            seen(value)


def dtypes(case: TensorProgram, subject: Subject, seen: Seen) -> None:
    """Note dtype and shape of the result and of every gradient, whatever their values.

    Raises:
        Absent: the operation is missing or fails altogether, which other concepts count.
    """
    with Lent(subject), _Elsewhere():
        values = list(_replayed(case, subject))
        if isinstance(values[0], str):
            raise Absent(values[0])
    for value in values:
        is_array = type(value) is ndarray
        seen(dtype_name(value.dtype) if is_array else type(value).__name__)
        seen(list(value.shape) if is_array else None)


def extended(case: TensorProgram, subject: Subject, seen: Seen) -> None:
    """Note what an operator does with stretched operands, numbers or arrays, then the same on tensors of full shape.

    What the engine makes of full shapes tells faults of the operator's formula, a matter of another concept: the grader
    takes them off, see `graders.exchange.tensor`.
    """
    with Lent(subject):
        for program in (case, case.plain):
            for value in _replayed(program, subject):
                seen(value)


def operands(case: TensorProgram, subject: Subject, seen: Seen) -> None:
    """Note which leaves the graph leads to from the result.

    Raises:
        Absent: the operation is missing or fails altogether, which other concepts count.
    """
    with _Elsewhere():
        cls = tensor_class(subject)
        nodes = build(case, cls)
        out = perform(case, cls, nodes[:])[-1]
        if not hasattr(out, "_backward"):
            raise Absent(_no_tensor(out))
        found = reached(out)
    named = zip(case.names, nodes, strict=False)
    seen([found[id(node)].format(name) for name, node in named if id(node) in found])


def unbroadcast(case: Unbroadcast, subject: Subject, seen: Seen) -> None:
    """Note what the student's `unbroadcast` returns, and whether it left the gradient as it was."""
    grad = numpy_array(case.grad)
    before = grad.copy()
    seen(shown(subject.get("unbroadcast")(grad, case.shape)))
    seen(same(grad, before))


def memory(case: TensorProgram, subject: Subject, seen: Seen) -> None:
    """Note what an operation leaves alone: its inputs, the upstream gradient, and other tensors' gradients later on.

    The operation runs twice. The second time only its first operand is the same, so only that one's gradient may
    change; when arrays are shared, others change with it.

    Raises:
        Absent: the operation is missing or fails altogether, which other concepts count.
    """
    with Lent(subject):
        with _Elsewhere():
            cls = tensor_class(subject)
            nodes = build(case, cls)
            tensors = nodes[:]
            before = [array(node.data) for node in tensors]
            out = perform(case, cls, nodes)[-1]
            upstream = numpy_array(case.upstream)
            walk_back(out, upstream, tuple(tensors))
        for node, data in zip(tensors, before, strict=True):
            seen(same(node.data, data))
        seen(same(upstream, numpy_array(case.upstream)))
        others = [array(node.grad) for node in tensors[1:]]
        fresh = build(case, cls)
        again = perform(case, cls, [tensors[0], *fresh[1:]])[-1]
        walk_back(again, numpy_array(case.upstream), (tensors[0], *fresh[1:]))
    seen(same(upstream, numpy_array(case.upstream)))
    for node, grad in zip(tensors[1:], others, strict=True):
        seen(same(node.grad, grad))


def tensor_style(case: TensorProgram, subject: Subject, seen: Seen) -> None:
    """Note how the student's engine does the operation of a case, for the text of that case."""
    cls = tensor_class(subject)
    seen(name_of(cls, subject))
    nodes = build(case, cls)
    tensors = [node for node, leaf in zip(nodes, case.leaves, strict=False) if leaf.role == "tensor"]
    seen(attribute_of_operands(tensors[0]))
    leaves = set(map(id, nodes))
    out = perform(case, cls, nodes)[-1]
    seen(len(case.steps) > 1 or any(id(child) not in leaves and operands_of(child) for child in operands_of(out)))
    seen(gradient(case.upstream, out).dtype != case.upstream.dtype)
    seen(getattr(cls(numpy_array(case.leaves[0].array)), "requires_grad", True) is False)
    seen(any(form != "{}" for form in reached(out).values()))
    seen("" if hasattr(out, "_backward") else "objects" if _objects(out) else "other")


class _Elsewhere:
    """Turns any failure of the student's code into `Absent`, for questions to which it is no answer.

    A hole of the stub is no failure: it stays open, and so does every question that needs it.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, Exception) and not isinstance(error, (Absent, NotImplementedError)):
            raise Absent(f"not to be seen here: {type(error).__name__}") from None


def _replayed(case: TensorProgram, subject: Subject) -> Iterator[Any]:
    """Yield the result's data, then the observed gradients; a sentence and None where a step gave no tensor."""
    cls = tensor_class(subject)
    nodes = perform(case, cls, build(case, cls))
    out = nodes[-1]
    if not hasattr(out, "_backward"):
        yield _no_tensor(out)
        yield from (None for _ in case.observed)
        return
    leaves = []
    for node, leaf in zip(nodes, case.leaves, strict=False):
        if leaf.role == "tensor":
            leaves.append(node)
            if leaf.preload is not None:
                node.grad = gradient(Array(leaf.array.shape, leaf.preload, leaf.array.dtype), node)
    yield shown(out.data)
    walk_back(out, gradient(case.upstream, out), tuple(leaves))
    for index in case.observed:
        yield shown(nodes[index].grad)


def _no_tensor(out: Any) -> str:
    return f"{type(out).__name__}{' of objects' if _objects(out) else ''}, not a Tensor"


def _objects(out: Any) -> bool:
    return type(out) is ndarray and out.dtype == object
