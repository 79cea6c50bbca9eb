"""Comparison of what the student's code gave (`actual`) with torch (`expected`), field by field.

Two numbers agree when `|actual - expected| <= atol + rtol * |expected|`, the formula of numpy and torch. It is written
so that NaN agrees with nothing, except where torch itself says NaN.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Field = Any

_BFLOAT16_EPS = 2.0**-7


@dataclass(frozen=True)
class Tolerance:
    """Relative and absolute tolerance."""

    rtol: float = 1e-9
    atol: float = 1e-12


def agree(actual: Field, expected: Field, tolerance: Tolerance) -> bool:
    """Return whether two fields are the same answer.

    Numbers are compared with the tolerance (an int may stand for a float, a bool may not); arrays must have the same
    dtype and shape and agree in each element; lists and tuples item by item; None, bool and str exactly.
    """
    if type(expected) is float:
        if type(actual) is not float and type(actual) is not int:
            return False
        if math.isfinite(expected):
            return abs(actual - expected) <= tolerance.atol + tolerance.rtol * abs(expected)
        return actual == expected or (expected != expected and actual != actual)
    if type(expected) is list:
        return (
            type(actual) is list
            and len(actual) == len(expected)
            and all(agree(mine, theirs, tolerance) for mine, theirs in zip(actual, expected, strict=True))
        )
    if type(expected) is dict and "array" in expected:
        return actual == expected or (type(actual) is dict and _arrays_agree(actual, expected, tolerance))
    if type(expected) is dict and "tuple" in expected:
        return type(actual) is dict and agree(actual.get("tuple"), expected["tuple"], tolerance)
    return type(actual) is type(expected) and bool(actual == expected)


def _arrays_agree(actual: Mapping[str, Any], expected: Mapping[str, Any], tolerance: Tolerance) -> bool:
    if not are_alike(actual, expected):
        return False
    try:
        return not apart(actual, expected, tolerance).any()
    except (ValueError, TypeError):  # the bytes do not fill the shape
        return False


def are_alike(actual: Field, expected: Field) -> bool:
    """Return whether two fields are arrays of one shape and dtype."""
    arrays = type(actual) is dict and type(expected) is dict and "array" in expected
    return arrays and all(actual.get(name) == expected[name] for name in ("array", "dtype"))


def apart(actual: Mapping[str, Any], expected: Mapping[str, Any], tolerance: Tolerance) -> Any:
    """Return the boolean numpy array that is true where the elements of two alike arrays do not agree.

    Raises:
        ValueError, TypeError: a field is not a well-formed array.
    """
    import numpy as np

    mine, theirs = as_numpy(actual), as_numpy(expected)
    if theirs.dtype.kind in "biu":
        return mine != theirs
    eps = _BFLOAT16_EPS if expected["dtype"] == "bfloat16" else float(np.finfo(theirs.dtype).eps)
    rtol = max(tolerance.rtol, 4 * eps)
    mine, theirs = mine.astype(np.float64), theirs.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(mine - theirs) <= tolerance.atol + rtol * np.abs(theirs)
        same = (mine == theirs) | (np.isnan(mine) & np.isnan(theirs))
        return ~np.where(np.isfinite(theirs), close, same)


def as_numpy(field: Mapping[str, Any]) -> Any:
    """Return the numpy array of a tagged array field; bfloat16, which numpy does not have, as float32.

    Raises:
        ValueError, TypeError: the field is not a well-formed array.
    """
    import numpy as np

    if field["dtype"] == "bfloat16":
        upper_halves = np.frombuffer(field["data"], dtype="<u2").astype("<u4") << 16
        return upper_halves.view("<f4").reshape(field["array"])
    dtype = np.dtype(field["dtype"])
    if dtype.kind not in "fiub" or type(field["data"]) is not bytes:
        raise ValueError("not a plain array")
    return np.frombuffer(field["data"], dtype=dtype.newbyteorder("<")).reshape(field["array"])
