"""Answers stored as float32 where torch gives float64: right numbers in a narrower dtype, which one concept counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graders.cases import Case
from graders.cases.tensor import TensorProgram, Unbroadcast

Field = Any

PRECISION = 2.0**-17
"""Error that a right answer in float32 may have, relative to the largest number of the case (see `largest`).

float32 keeps 24 bits. Right engines lost up to three of them on the banks of twelve keys; central differences in
float32 lose ten or more, unless the operation is linear.
"""

_FLOATS = ("float16", "float32", "float64")


def floats(field: Field, shape: list[int]) -> Any:
    """Return a field that a worker sent as a numpy array of floats, None where it is none of this shape."""
    import numpy as np

    if type(field) is not dict or field.get("array") != shape:
        return None
    name, data = field.get("dtype"), field.get("data")
    if type(data) is not bytes or name not in _FLOATS:
        return None
    dtype = np.dtype(name).newbyteorder("<")
    fits = len(data) == dtype.itemsize * int(np.prod(shape, dtype=int))
    return np.frombuffer(data, dtype).reshape(shape) if fits else None


def stored(fields: Sequence[Field], truths: Sequence[Field]) -> bool:
    """Return whether some answer to a case is a float32 array where torch gives float64."""
    pairs = zip(fields, truths, strict=False)
    return any(_dtype(mine) == "float32" and _dtype(truth) == "float64" for mine, truth in pairs)


def _dtype(field: Field) -> Any:
    return field.get("dtype") if type(field) is dict else None


def agree_in_float32(actual: Field, expected: Field, size: float) -> bool:
    """Return whether an array holds the numbers of a float64 array as well as float32 can.

    It may be a float64 array itself: where float32 meets float64, numpy gives that.

    Args:
        actual: What the worker sent.
        expected: What torch gives.
        size: The largest number of the case.
    """
    import numpy as np

    if type(expected) is not dict or expected.get("dtype") != "float64":
        return False
    mine, theirs = floats(actual, expected["array"]), floats(expected, expected["array"])
    if mine is None or mine.dtype.itemsize < 4:
        return False
    with np.errstate(all="ignore"):
        close = abs(mine.astype(theirs.dtype) - theirs) <= PRECISION * size
        same = (mine == theirs) | (np.isnan(mine) & np.isnan(theirs))
    return bool(np.where(np.isfinite(theirs), close, same).all())


def largest(truths: Iterable[Field], case: Case) -> float:
    """Return the largest finite number of a case, without its sign: numbers of that size may cancel on the way.

    Args:
        truths: All that torch gives for the case; what is no float64 array does not count.
        case: The case; what it starts from counts as well, and what its steps give.
    """
    import numpy as np

    known = [floats(truth, truth["array"]) for truth in truths if type(truth) is dict and "array" in truth]
    arrays = [numbers for numbers in known if numbers is not None] + _met(case)
    return max((float(abs(each[np.isfinite(each)]).max(initial=0.0)) for each in arrays), default=0.0)


def _met(case: Case) -> list[Any]:
    """Return the arrays that a case starts from, and those that its steps give."""
    import numpy as np

    from graders.players.tensor_engine import index_key, numpy_array
    from graders.players.tensor_rules import RULES

    if isinstance(case, Unbroadcast):
        return [numpy_array(case.grad)]
    if not isinstance(case, TensorProgram):
        return []
    values = [numpy_array(leaf.array) for leaf in case.leaves]
    with np.errstate(all="ignore"):
        for op, operands, params in case.plan:
            told = {"key": index_key(params["key"])} if op == "index" else params
            values.append(np.asarray(RULES[op][0](*(values[index] for index in operands), **told)))
    return [*values, numpy_array(case.upstream), *(np.array(leaf.preload) for leaf in case.leaves if leaf.preload)]
