"""Comparison of what the student's code gave (`actual`) with torch (`expected`), field by field.

Two numbers agree when `|actual - expected| <= atol + rtol * |expected|`, the formula of numpy and torch. It is written
so that NaN agrees with nothing, except where torch itself says NaN.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import import_module
from typing import Any

from graders import observation
from graders.cases import Case
from graders.observation import Observation
from graders.spec import Check

Field = Any


@dataclass(frozen=True)
class Tolerance:
    """Relative and absolute tolerance."""

    rtol: float = 1e-9
    atol: float = 1e-12


def agree(actual: Field, expected: Field, tolerance: Tolerance) -> bool:
    """Return whether two fields are the same answer.

    Numbers are compared with the tolerance (an int may stand for a float, a bool may not); arrays must have the same
    dtype and shape and agree in each element; lists item by item; None, bool and str exactly.
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
    return type(actual) is type(expected) and bool(actual == expected)


def _arrays_agree(actual: Mapping[str, Any], expected: Mapping[str, Any], tolerance: Tolerance) -> bool:
    if actual.get("array") != expected["array"] or actual.get("dtype") != expected["dtype"]:
        return False
    try:
        mine, theirs = as_numpy(actual), as_numpy(expected)
    except (ValueError, TypeError):  # the bytes do not fill the shape
        return False
    if theirs.dtype.kind in "biu":
        return bool((mine == theirs).all())
    import numpy as np

    rtol = max(tolerance.rtol, 4 * float(np.finfo(theirs.dtype).eps))
    mine, theirs = mine.astype(np.float64), theirs.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(mine - theirs) <= tolerance.atol + rtol * np.abs(theirs)
        same = (mine == theirs) | (np.isnan(mine) & np.isnan(theirs))
        return bool((np.where(np.isfinite(theirs), close, same)).all())


def as_numpy(field: Mapping[str, Any]) -> Any:
    """Return the numpy array of a tagged array field.

    Raises:
        ValueError, TypeError: the field is not a well-formed array.
    """
    import numpy as np

    dtype = np.dtype(field["dtype"])
    if dtype.kind not in "fiub" or type(field["data"]) is not bytes:
        raise ValueError("not a plain array")
    return np.frombuffer(field["data"], dtype=dtype.newbyteorder("<")).reshape(field["array"])


@lru_cache(maxsize=8192)
def judged(patterns: tuple[str, ...], labels: tuple[str, ...]) -> tuple[int, ...]:
    """Return the positions of the labels that match one of the patterns."""
    return tuple(
        position for position, label in enumerate(labels) if any(fnmatchcase(label, pattern) for pattern in patterns)
    )


@dataclass(frozen=True)
class Finding:
    """What one check finds in one observation.

    Attributes:
        status: `"passed"`, `"failed"`, `"skipped"` (the check does not concern this code), or the status of the
            observation when that decided.
        wrong: Labels that disagree, walking from the loss; the first is where the two part.
    """

    status: str
    wrong: tuple[str, ...] = ()


_PASSED, _SKIPPED = Finding("passed"), Finding("skipped")


def find(
    check: Check, case: Case | None, expected: Mapping[str, Field], seen: Observation, tolerance: Tolerance
) -> Finding:
    """Return what `check` finds when torch gives `expected` and the student's code gave `seen`.

    Args:
        case: The case; only checks with a judge of their own look at it.
    """
    fields = seen.fields
    if seen.status == observation.OK and _equal(fields, list(expected.values())):
        return _PASSED
    if seen.status == observation.ABSENT and check.absent == "skip":
        return _SKIPPED
    labels = tuple(expected)
    concerned = judged(check.judges, labels)
    if seen.status != observation.OK and any(position >= len(fields) for position in concerned):
        return Finding(seen.status, tuple(labels[position] for position in concerned if position >= len(fields)))
    if check.judge:
        judge = getattr(import_module("graders.judges"), check.judge)
        wrong = tuple(judge(case, dict(expected), dict(zip(labels, fields, strict=False))))
    else:
        wrong = tuple(_wrong(concerned, labels, expected, fields, tolerance))
    return Finding("failed", wrong) if wrong else _PASSED


def _equal(fields: Sequence[Field], values: Sequence[Field]) -> bool:
    """Return whether all fields are equal to torch's, which saves looking at each; lists may hide True for 1."""
    if fields != values:
        return False
    kinds = list(map(type, values))
    return list not in kinds and kinds == list(map(type, fields))


def _wrong(
    concerned: Sequence[int],
    labels: Sequence[str],
    expected: Mapping[str, Field],
    fields: Sequence[Field],
    tolerance: Tolerance,
) -> Iterator[str]:
    for position in concerned:
        label = labels[position]
        if position >= len(fields) or not agree(fields[position], expected[label], tolerance):
            yield label
