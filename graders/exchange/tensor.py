"""What passes between grader and worker besides the plain tensor case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from graders.cases.tensor import TensorProgram
from graders.exchange.tensor_losses import both_sides, on_top, one_sample, several_samples
from graders.judging.single import PRECISION, floats, largest, stored

SENT: Mapping[str, Callable[..., Any]] = {}


def without_faults(case: TensorProgram, fields: Sequence[Any]) -> list[Any]:
    """Return what an operator does with stretched operands, numbers or arrays, apart from faults of its formula.

    The engine has also computed the same on tensors of full shape. What is wrong there is a matter of the operator's
    own concept and is taken off, so that only what happens to the other operands is left to see.

    Args:
        case: One operation.
        fields: Result and gradients, then those of `case.plain`, as the worker sent them. Fields of another form than
            arrays are left as they are.
    """
    given = list(fields)
    count = 1 + len(case.observed)
    if len(given) != count + 1 + len(case.plain.observed):
        return given
    values, own = given[:count], given[count:]
    slots = (0, *(case.plain.observed.index(index) + 1 for index in case.observed))
    truths, scale = _right(case)
    allowed = PRECISION * scale if stored(own, [truth for truth, _ in truths]) else None
    return [
        value if own[slot] == truth else _corrected(value, own[slot], truth, shape, allowed)
        for value, slot, (truth, shape) in zip(values, slots, truths, strict=True)
    ]


@lru_cache(maxsize=4096)
def _right(case: TensorProgram) -> tuple[list[tuple[Any, tuple[int, ...]]], float]:
    """Return what the operation gives on tensors of full shape with each field's shape in `case`, and the largest."""
    import numpy as np

    from graders.players.seen import array
    from graders.players.tensor_engine import numpy_array
    from graders.players.tensor_rules import RULES

    op, operands, params = case.plan[0]
    arrays = [numpy_array(leaf.array) for leaf in case.plain.leaves]
    forward, backward = RULES[op]
    with np.errstate(all="ignore"):
        out = forward(*arrays, **params)
        grads = backward(numpy_array(case.upstream), out, *arrays, **params)
    right = [out, *(grads[operands.index(index)] for index in case.observed)]
    shapes = [out.shape, *(case.leaves[index].array.shape for index in case.observed)]
    truths = [array(np.asarray(value)) for value in right]
    return list(zip(truths, shapes, strict=True)), largest(truths, case.plain)


def _corrected(value: Any, own: Any, truth: Any, shape: tuple[int, ...], allowed: float | None) -> Any:
    """Return a field without what the engine's answer for full shapes has too much.

    Args:
        value: The field.
        own: The answer for full shapes.
        truth: What is right there.
        shape: Shape of the field.
        allowed: Error of an engine that stores float32; None for any other, which must keep the dtype.
    """
    import numpy as np

    from graders.players.seen import array
    from graders.players.tensor_lent import unbroadcast

    right = floats(truth, truth["array"])
    mine, answer = floats(own, truth["array"]), floats(value, list(shape))
    if mine is None or answer is None or (allowed is None and mine.dtype != right.dtype):
        return value
    with np.errstate(all="ignore"):
        fault = mine - right
        if bool((abs(fault) <= (1e-12 + 1e-9 * abs(right) if allowed is None else allowed)).all()):
            return value
        left = np.asarray(answer - unbroadcast(fault, shape))
    return array(left if allowed is None else left.astype(answer.dtype))


RECEIVED: Mapping[str, Callable[..., Any]] = {
    "extended": without_faults,
    "single": one_sample,
    "reduction": several_samples,
    "sides": both_sides,
    "share": on_top,
}
