"""The one answer that the worker of ex04 holds: `unbroadcast`, lent to closures so that a fault in theirs counts once.

It answers the concept `unbroadcast`, which is judged while nothing is lent. A file that gets hold of it through the
frames above its own functions has that concept for nothing; the table of attacks says so.
"""

from __future__ import annotations

from typing import Any

from numpy import add, asarray, may_share_memory, ones

from graders.players.subject import Subject


def unbroadcast(grad: Any, shape: tuple[int, ...]) -> Any:
    """Return `grad` summed over every axis along which an array of `shape` was stretched."""
    wide = grad.shape if hasattr(grad, "shape") else asarray(grad).shape
    if wide == shape:
        return grad
    lead = len(wide) - len(shape)
    axes = tuple(range(lead)) + tuple(n + lead for n, side in enumerate(shape) if side == 1)
    return add.reduce(grad, axis=axes, keepdims=True).reshape(shape)


def _copied(grad: Any, shape: tuple[int, ...]) -> Any:
    found = unbroadcast(grad, shape)
    return found.copy() if found is grad and hasattr(grad, "copy") else found


class Lent:
    """Lends the student's file the grader's `unbroadcast`, so that a fault in theirs costs that concept alone.

    Nothing happens when the file defines no such function. What needs no sum comes back as it is, or as a copy, as the
    student's own does: whether two gradients share memory is seen in the student's whole code.
    """

    def __init__(self, subject: Subject) -> None:
        own = getattr(subject.module(), "unbroadcast", None)
        names = getattr(own, "__globals__", None)
        self._names = names if names is not None and names.get("unbroadcast") is own else None
        self._own = own

    def __enter__(self) -> None:
        if self._names is not None:
            self._names["unbroadcast"] = unbroadcast if self._hands_on() else _copied

    def _hands_on(self) -> bool:
        """Return whether the student's own gives an array that needs no sum back without copying it."""
        probe = ones(2)
        try:
            return bool(may_share_memory(self._own(probe, (2,)), probe))  # type: ignore[misc]
        except Exception:  # whatever it is, the function's own concept meets it too
            return False

    def __exit__(self, *exception: object) -> None:
        if self._names is not None:
            self._names["unbroadcast"] = self._own
