"""What one check finds in one observation: passed, failed at some labels, or something that another concept counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from graders import observation
from graders.cases import Case
from graders.judging.compare import Field, Tolerance, agree
from graders.judging.single import agree_in_float32, largest, stored
from graders.observation import Observation
from graders.spec import Check


@lru_cache(maxsize=8192)
def judged(patterns: tuple[str, ...], labels: tuple[str, ...]) -> tuple[int, ...]:
    """Return the positions of the labels that match one of the patterns."""
    return tuple(
        position for position, label in enumerate(labels) if any(fnmatchcase(label, pattern) for pattern in patterns)
    )


class Left(str):
    """A label whose answer is wrong, where a rule leaves that to other concepts.

    Args:
        label: The label.
        *to: Ids of concepts of the exercise. One of them must have lost something, or the answer is lost where it was
            found.
    """

    to: tuple[str, ...]

    def __new__(cls, label: str, *to: str) -> Left:
        """Return the label, with the concepts."""
        made = super().__new__(cls, label)
        made.to = to
        return made


@dataclass(frozen=True)
class Finding:
    """What one check finds in one observation.

    Attributes:
        status: `"passed"`, `"failed"`, `"left"` (a wrong answer that other concepts count), `"skipped"` (what the
            check looks at is missing, and other concepts or none at all count that), or the status of the observation
            when that decided.
        wrong: Labels that disagree, walking from the loss; the first is where the two part.
        to: What is left or skipped is counted by one concept of each of these groups.
    """

    status: str
    wrong: tuple[str, ...] = ()
    to: tuple[tuple[str, ...], ...] = ()

    def here(self, counted: Callable[[str], bool]) -> Finding:
        """Return the finding when `counted` tells whether a concept has lost something.

        What nobody else counts is a failure of this check; `to` then holds the concepts that passed.
        """
        passed = tuple(group for group in self.to if not any(map(counted, group)))
        if not passed:
            return self
        return Finding("failed" if self.status == "left" else observation.ABSENT, self.wrong, passed)


NO_FAILURE = frozenset({"passed", "left", "skipped"})
"""Statuses of findings that cost nothing."""

_PASSED = Finding("passed")


def find(
    check: Check, case: Callable[[], Case], expected: Mapping[str, Field], seen: Observation, tolerance: Tolerance
) -> Finding:
    """Return what `check` finds when torch gives `expected` and the student's code gave `seen`.

    Args:
        case: Returns the case, which few checks look at.
    """
    fields = seen.fields
    if seen.status == observation.OK and _equal(fields, list(expected.values())):
        return _PASSED
    labels = tuple(expected)
    concerned = judged(check.labels, labels)
    missing = tuple(labels[position] for position in concerned if position >= len(fields))
    if seen.status == observation.ABSENT and (check.absent or check.optional):
        return Finding("skipped", missing, () if check.optional else (_owners(check, case()),))
    if seen.status != observation.OK and missing:
        return Finding(seen.status, missing)
    if check.rule:
        wrong = tuple(check.rule(case(), dict(expected), dict(zip(labels, fields, strict=False))))
    else:
        wrong = tuple(_wrong(check, case, concerned, expected, fields, tolerance))
    here = tuple(label for label in wrong if not isinstance(label, Left))
    if here:
        return Finding("failed", here)
    left = tuple(dict.fromkeys(label.to for label in wrong if isinstance(label, Left)))
    return Finding("left", tuple(map(str, wrong)), left) if left else _PASSED


def _owners(check: Check, case: Case) -> tuple[str, ...]:
    """Return the concepts that count what is absent in a case: those of its own operations, where the check asks so."""
    return check.owners(case) if check.owners else check.absent


def _equal(fields: Sequence[Field], values: Sequence[Field]) -> bool:
    """Return whether all fields are equal to torch's, which saves looking at each; lists may hide True for 1."""
    if fields != values:
        return False
    kinds = list(map(type, values))
    return list not in kinds and kinds == list(map(type, fields))


def _wrong(
    check: Check,
    case: Callable[[], Case],
    concerned: Sequence[int],
    expected: Mapping[str, Field],
    fields: Sequence[Field],
    tolerance: Tolerance,
) -> Iterator[str]:
    labels, truths = tuple(expected), tuple(expected.values())
    narrow = bool(check.dtype) and stored(fields, truths)
    for position in concerned:
        label = labels[position]
        if position >= len(fields):
            yield label
        elif not agree(fields[position], expected[label], tolerance):
            left = narrow and agree_in_float32(fields[position], truths[position], largest(truths, case()))
            yield Left(label, *check.dtype) if left else label
