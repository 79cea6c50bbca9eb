"""Asks the student's functions about a torch program (ex06, ex07)."""

from __future__ import annotations

from typing import Any

from graders.cases.torch_graph import FUNCTIONS, Graph
from graders.players import torch_own as own
from graders.players.seen import Field, Seen
from graders.players.subject import Absent, Subject, Unusable
from graders.players.torch_build import Built
from graders.players.torch_names import plain


def answer(case: Graph, subject: Subject, seen: Seen) -> None:
    """Note what each function that the case asks says about the given tensors."""
    built = Built(case)
    try:
        for name in case.ask:
            for field in _ask(name, subject, built):
                seen(field)
    finally:
        built.outlive()


def answer_if_any(case: Graph, subject: Subject, seen: Seen) -> None:
    """Note the answers as `answer` does, and "raised" where the call raises, for checks that do not care why."""
    try:
        answer(case, subject, seen)
    except (Absent, NotImplementedError):
        raise
    except Exception:
        seen("raised")


def each(case: Graph, subject: Subject, seen: Seen) -> None:
    """Note the answers about each given tensor, "raised" about the later ones where the call raises."""
    built = Built(case)
    name = case.ask[0]
    function = subject.get(FUNCTIONS.get(name, name))
    for place, root in enumerate(built.given):
        try:
            fields = plain(name, function(root), built)
        except Exception:
            if place == 0:
                raise
            fields = ["raised"]
        for field in fields:
            seen(field)


def unchanged(case: Graph, subject: Subject, seen: Seen) -> None:
    """Note what a function has left of the leaves, and whether it repeats itself, even after a backward.

    Raises:
        Absent: its answer is of a kind that cannot be read, which counts elsewhere.
        RuntimeError: the student's code has freed the graph.
    """
    built = Built(case)
    first, second = _twice(case, subject, built)
    for value in left(built):
        seen(value)
    seen(second == first)
    own.backward(built.given[0])
    seen(_ask(case.ask[0], subject, built) == first)


def untouched(case: Graph, subject: Subject, seen: Seen) -> None:
    """Note whether a function leaves models, optimizer and the graph as it found them, and repeats itself.

    Raises:
        Absent: its answer is of a kind that cannot be read, which counts elsewhere.
        RuntimeError: the student's code has freed the graph.
    """
    built = Built(case)
    before = _state(built)
    first, second = _twice(case, subject, built)
    for old, new in zip(before, _state(built), strict=True):
        seen(new == old)
    own.backward(built.given[0])
    seen(second == first)


def _twice(case: Graph, subject: Subject, built: Built) -> tuple[list[Field], list[Field]]:
    [name] = case.ask
    try:
        first = _ask(name, subject, built)
    except Unusable as error:
        raise Absent(str(error)) from None
    return first, _ask(name, subject, built)


def _ask(name: str, subject: Subject, built: Built) -> list[Field]:
    answered = subject.get(FUNCTIONS.get(name, name))(*built.given)
    return plain(name, answered, built)


def left(built: Built) -> list[Field]:
    """Return numbers, gradient and requires_grad of each leaf."""
    with own.Undisturbed():
        found = [(tensor, own.grad(tensor)) for _, tensor in built.tensors]
        sides = [(_numbers(tensor), _numbers(grad), own.requires_grad(tensor)) for tensor, grad in found]
    return [value for side in sides for value in side]


def _numbers(tensor: Any) -> Any:
    return tensor if tensor is None else own.tolist(tensor)


def _state(built: Built) -> list[Any]:
    """Return every `.grad`, the leaves besides, and the groups of the optimizer that is given, if one is."""
    with own.Undisturbed():
        grads = [_numbers(own.grad(tensor)) for _, tensor in built.tensors]
        leaves = [(own.tolist(tensor), own.requires_grad(tensor)) for _, tensor in built.tensors]
    held = (value.param_groups for value in built.given if hasattr(value, "param_groups"))
    return [grads, leaves, *([[id(one) for one in group["params"]] for group in groups] for groups in held)]
