"""What the reports of a class say together: exercises, concepts, the ideas that students hold, answers alike."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations
from statistics import correlation, median

from graders.render.concept import shown_check
from graders.render.summary import by_concept
from graders.report import CheckResult, ConceptResult, Counterexample, ExerciseResult, NamedMisconception, Report

_FEW = 4
_FEW_SHARE = 0.02
"""An answer is rare up to this many students, or this share of the class."""

_ALIKE = 2
"""Concepts with equal rare answers from which on two students are listed."""

_MOST_PAIRS = 60


@dataclass(frozen=True)
class Item:
    """One concept over the whole class.

    Attributes:
        exercise: Id of its exercise.
        concept: Its result for one student; id, title and points are those of all.
        passed: How many passed.
        facility: Share of its points that the class earned, 0 to 1.
        discrimination: See `discrimination`.
    """

    exercise: str
    concept: ConceptResult
    passed: int
    facility: float
    discrimination: float | None


@dataclass
class Idea:
    """A wrong idea that was named, and who holds it.

    Attributes:
        exercise: Id of the exercise.
        id: Of the idea.
        sentence: The sentence that its holders were shown.
        concepts: Ids of the concepts for which it was named.
        holders: Student ids.
        example: The shortest failing case among the holders.
    """

    exercise: str
    id: str
    sentence: str
    concepts: list[str] = field(default_factory=list)
    holders: list[str] = field(default_factory=list)
    example: Counterexample | None = None


@dataclass(frozen=True)
class Pair:
    """Two students with equal wrong answers. `same_files` says that all of their files are equal."""

    students: tuple[str, str]
    concepts: tuple[str, ...]
    same_files: bool


def begun(reports: Sequence[Report]) -> list[str]:
    """Return the exercises of which somebody handed in something, in teaching order."""
    known: dict[str, bool] = {}
    for report in reports:
        for exercise in report.exercises:
            known[exercise.id] = known.get(exercise.id, False) or exercise.status not in ("not_started", "skipped")
    return [name for name, written in known.items() if written]


def idle(reports: Sequence[Report]) -> list[str]:
    """Return the other exercises of the reports, in teaching order."""
    written = set(begun(reports))
    known = dict.fromkeys(exercise.id for report in reports for exercise in report.exercises)
    return [name for name in known if name not in written]


def share(score: float, most: float) -> float:
    """Return a share of points as a number from 0 to 1, whatever a report holds."""
    part = score / most if most else 0.0
    return min(max(part, 0.0), 1.0) if math.isfinite(part) else 0.0


def middle(reports: Sequence[Report]) -> tuple[float, float]:
    """Return mean and median of the percents, 0 for an empty class."""
    percents = [100 * share(report.score, report.max_score) for report in reports]
    return (sum(percents) / len(percents), median(percents)) if percents else (0.0, 0.0)


def items(reports: Sequence[Report], shown: Sequence[str]) -> list[Item]:
    """Return one row for each concept of some exercises, in teaching order."""
    others: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for report in reports:
        score = report.score
        for exercise, concept in report.concepts():
            others[exercise.id, concept.id].append(score - concept.score)
    return [
        Item(
            exercise.id,
            concept,
            passed=sum([result.status == "passed" for result in results]),
            facility=share(earned, 1.0),
            discrimination=discrimination([one.score for one in results], others[exercise.id, concept.id]),
        )
        for exercise, concept, results, earned in by_concept(reports)
        if exercise.id in shown
    ]


def discrimination(own: Sequence[float], others: Sequence[float]) -> float | None:
    """Return the correlation of a concept's points with the points of all other concepts, -1 to 1; None if undefined.

    Where a concept gives all of its points or none, this is the point-biserial correlation. The concept is left out of
    the sum, since it would correlate with itself.

    Source: S. Henrysson, "Correction of item-total correlations in item analysis", Psychometrika 28 (1963), 211-218.

    Args:
        own: The points of each student in the concept.
        others: Their points in all other concepts.
    """
    try:
        found = correlation(own, others)
    except (ValueError, OverflowError, ZeroDivisionError):
        return None
    return found if math.isfinite(found) else None


def ideas(reports: Sequence[Report]) -> list[Idea]:
    """Return the wrong ideas that were named, those of most students first."""
    found: dict[tuple[str, str], Idea] = {}
    for report in reports:
        for exercise, concept, check, named in _named(report):
            idea = found.setdefault((exercise.id, named.id), Idea(exercise.id, named.id, named.sentence))
            if concept.id not in idea.concepts:
                idea.concepts.append(concept.id)
            if report.student_id not in idea.holders[-1:]:  # reports come one student after the other
                idea.holders.append(report.student_id)
            case = check.counterexample
            if case and (idea.example is None or len(case.snippet) < len(idea.example.snippet)):
                idea.example = case
    return sorted(found.values(), key=lambda idea: -len(idea.holders))


def rare_limit(count: int) -> int:
    """Return how many of a class of `count` students may share an answer that still counts as rare."""
    return max(_FEW, int(_FEW_SHARE * count))


def alike(reports: Sequence[Report]) -> list[Pair]:
    """Return the pairs of students who share rare wrong answers in several concepts, those with most first.

    Two answers are equal when the same smallest case gave the same values at every node. Answers that a known idea
    explains do not count: everybody who holds it gives them.
    """
    givers: defaultdict[tuple[str, str, bytes], dict[int, None]] = defaultdict(dict)
    for number, report in enumerate(reports):
        for exercise, concept in report.concepts():
            check = shown_check(concept)
            if check and check.counterexample and not any(one.misconception for one in concept.checks):
                with suppress(ValueError):  # an integer too long to be written is compared with none
                    givers[exercise.id, concept.id, _digest(check.counterexample)][number] = None
    shared: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for (exercise_id, concept_id, _), numbers in givers.items():
        if 2 <= len(numbers) <= rare_limit(len(reports)):
            for pair in combinations(numbers, 2):
                shared[pair].append(f"{exercise_id}.{concept_id}")
    most = sorted((pair for pair in shared if len(shared[pair]) >= _ALIKE), key=lambda pair: (-len(shared[pair]), pair))
    return [_pair(reports[a], reports[b], shared[a, b]) for a, b in most[:_MOST_PAIRS]]


def _pair(one: Report, other: Report, addresses: Sequence[str]) -> Pair:
    same = one.submission_sha256 == other.submission_sha256
    return Pair((one.student_id, other.student_id), tuple(addresses), same)


def _digest(found: Counterexample) -> bytes:
    text = repr((found.kind, found.case, found.snippet, found.actual))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()


def _named(report: Report) -> Iterator[tuple[ExerciseResult, ConceptResult, CheckResult, NamedMisconception]]:
    for exercise, concept in report.concepts():
        for check in concept.checks:
            if check.misconception and check.status not in ("passed", "skipped"):
                yield exercise, concept, check, check.misconception


def histogram(shares: Sequence[float], bins: int = 10) -> list[int]:
    """Return how many shares lie in each of equal parts of 0 to 1; 1 belongs to the last one."""
    counts = Counter(min(int(one * bins), bins - 1) for one in shares)
    return [counts[number] for number in range(bins)]
