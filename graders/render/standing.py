"""Where a class stands: the numbers that the terminal shows, without the reports that they were counted from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from graders.render.summary import by_concept
from graders.report import Report, Status, final_of

MOST_MARKS = 24
"""A class of up to this many students is shown as one mark for each student and concept."""


@dataclass(frozen=True)
class StudentRow:
    """One student: points of the report, and how many concepts have which status, the most frequent first."""

    student_id: str
    score: float
    max_score: float
    final: float
    percent: float
    counts: dict[Status, int]
    passed: bool


@dataclass(frozen=True)
class ConceptRow:
    """One concept: how many passed of how many, the mean share of its points, and in a small class each status."""

    exercise: str
    id: str
    max_score: float
    passed: int
    students: int
    share: float
    statuses: tuple[Status, ...]


@dataclass(frozen=True)
class Standing:
    """A graded class.

    Attributes:
        students: In the order of the reports.
        concepts: In teaching order.
        ideas: Id, sentence and number of holders of each named wrong idea, the most frequent first.
        idle: Exercises of which nobody handed in anything, in teaching order.
        signals: How many students have a signal.
    """

    students: list[StudentRow]
    concepts: list[ConceptRow]
    ideas: list[tuple[str, str, int]]
    idle: list[str]
    signals: int


def standing_of(reports: Sequence[Report]) -> Standing:
    """Return where a class stands."""
    few = len(reports) <= MOST_MARKS
    concepts = [
        ConceptRow(
            exercise.id,
            concept.id,
            concept.max_score,
            sum(result.status == "passed" for result in results),
            len(results),
            share,
            tuple(result.status for result in results) if few else (),
        )
        for exercise, concept, results, share in by_concept(reports)
    ]
    signals = sum(bool(report.signals) for report in reports)
    return Standing(list(map(_student, reports)), concepts, _ideas(reports), _not_started(reports), signals)


def _student(report: Report) -> StudentRow:
    counts = Counter(concept.status for _, concept in report.concepts())
    return StudentRow(
        report.student_id,
        report.score,
        report.max_score,
        final_of(report),
        report.percent,
        dict(counts.most_common()),
        not counts.keys() - {"passed"},
    )


def _not_started(reports: Sequence[Report]) -> list[str]:
    begun = {exercise.id for report in reports for exercise in report.exercises if exercise.status != "not_started"}
    known = dict.fromkeys(exercise.id for report in reports for exercise in report.exercises)
    return [exercise for exercise in known if exercise not in begun]


def _ideas(reports: Sequence[Report]) -> list[tuple[str, str, int]]:
    found: Counter[str] = Counter()
    sentences: dict[str, str] = {}
    for report in reports:
        named = [check.misconception for _, c in report.concepts() for check in c.checks if check.misconception]
        own = {misconception.id: misconception.sentence for misconception in named}
        sentences |= own
        found.update(own.keys())
    return [(name, sentences[name], count) for name, count in found.most_common()]
