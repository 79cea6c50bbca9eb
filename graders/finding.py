"""What one check finds in one observation: passed, failed at some labels, or nothing that concerns it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import import_module

from graders import observation
from graders.cases import Case
from graders.compare import Field, Tolerance, agree
from graders.observation import Observation
from graders.spec import Check


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
