"""Report v1: what grading one submission gives, and the only place where points are added up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

Status = Literal["passed", "failed", "error", "timeout", "memory", "crashed", "skipped", "not_started"]

_WORST_FIRST: tuple[Status, ...] = ("crashed", "memory", "timeout", "error", "failed")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", ser_json_inf_nan="strings")


class Counterexample(_Model):
    """The smallest failing case that was found.

    `expected` and `actual` map labels to values, in the order of the walk from the loss; `first_divergence` is the
    first label where the two part. `kind` and `case` are the case itself, from which a renderer draws a picture.
    """

    snippet: str
    expected: dict[str, Any] = {}
    actual: dict[str, Any] = {}
    first_divergence: str | None = None
    kind: str = ""
    case: Any = None


class NamedMisconception(_Model):
    """The one wrong idea that explains every answer of a failed concept."""

    id: str
    sentence: str


class CheckResult(_Model):
    """The verdict of one check over its bank. `curves` is the loss at each training step, torch's and yours."""

    id: str
    says: str
    status: Status
    cases: int = 0
    failed: int = 0
    weight: float = Field(default=1.0, exclude=True)
    counterexample: Counterexample | None = None
    misconception: NamedMisconception | None = None
    message: str = ""
    curves: dict[str, list[float]] | None = None


class ConceptResult(_Model):
    """The score of one concept: its points times the weighted share of its checks that passed.

    Attributes:
        share: What was earned, 0 to 1, whatever the points are. None in older reports.
        override: Why somebody gave other points than were earned; None where nobody did.
    """

    id: str
    title: str
    score: FiniteFloat
    max_score: FiniteFloat
    status: Status
    share: float | None = Field(default=None, ge=0, le=1)
    override: str | None = None
    checks: list[CheckResult] = []


class Obstacle(_Model):
    """What keeps a file from being loaded, so that nothing of it can be judged.

    Attributes:
        says: The exception or what else happened, in the words of Python.
        file: Name of the file whose line fails; another one of the hand-in where the exercise imports it.
        line: Its number, 0 where nobody can tell.
        code: The line.
        caret: The column in it where it fails, from 0.
        advice: What to do.
    """

    says: str
    file: str
    line: int = 0
    code: str = ""
    caret: int = 0
    advice: str = ""


class ExerciseResult(_Model):
    """The concepts of one exercise.

    Attributes:
        obstacle: Why its file cannot be loaded; None where it can.
        cases: Digest of the cases that it was judged on; equal digests mean equal cases. Empty in older reports.
        basis: Digest of all that decides its statuses and shares; points and dates do not. Empty outside of a batch.
        submitted_at: When its file was handed in, where that is known; None without a file too.
    """

    id: str
    score: FiniteFloat
    max_score: FiniteFloat
    status: Status
    cases: str = ""
    basis: str = ""
    submitted_at: str | None = None
    obstacle: Obstacle | None = None
    concepts: list[ConceptResult] = []


class AssignmentResult(_Model):
    """What an assignment counts for by the course's policy.

    Attributes:
        score: Sum of its exercises, before anything is taken off.
        submitted_at: When the last of its files was handed in, as far as that is known.
        due: When it was due for this student, extensions included.
        days_late: Begun days after the due date and the grace.
        penalty: Points taken off for them.
        final: What is left of the score.
        extension: Why it was due later for this student; None where it was not.
        attempt: Number of the hand-in that counts, from 1.
        attempts: How many there are.
    """

    id: str
    score: FiniteFloat
    max_score: FiniteFloat
    submitted_at: str | None = None
    due: str | None = None
    days_late: int = 0
    penalty: FiniteFloat = 0.0
    final: FiniteFloat
    extension: str | None = None
    attempt: int = 1
    attempts: int = 1


class Report(_Model):
    """Everything that grading one submission gives. `max_score` is the course's, whatever happened.

    Attributes:
        score: Sum of the exercises; nothing is taken off for lateness.
        final: What the course's policy makes of it; None where no policy was applied, as in older reports.
        assignments: What the policy makes of each assignment.
    """

    format: Literal["leafgrad/report/v1"] = "leafgrad/report/v1"
    course: str
    grader_version: str
    key_id: str
    isolation: str
    student_id: str
    submission_sha256: str
    submitted_at: str | None = None
    score: FiniteFloat
    max_score: FiniteFloat
    final: FiniteFloat | None = None
    assignments: list[AssignmentResult] = []
    notes: list[str] = []
    signals: list[str] = []
    exercises: list[ExerciseResult] = []

    def concepts(self) -> list[tuple[ExerciseResult, ConceptResult]]:
        """Return every concept with its exercise, in teaching order."""
        return [(exercise, concept) for exercise in self.exercises for concept in exercise.concepts]

    @property
    def percent(self) -> float:
        """Share of the points, 0 to 100."""
        return 100.0 * self.score / self.max_score if self.max_score else 0.0

    @property
    def passed(self) -> bool:
        """Whether every concept passed."""
        return all(concept.status == "passed" for _, concept in self.concepts())


def score_concept(concept_id: str, title: str, points: float, checks: Sequence[CheckResult]) -> ConceptResult:
    """Return a concept's result: points times the weighted share of passed checks, skipped checks left out.

    A concept of which a part passes and the rest is not written yet is not wrong; its status is `not_started`.
    """
    counted = [check for check in checks if check.status != "skipped"]
    total = sum(check.weight for check in counted)
    earned = sum(check.weight for check in counted if check.status == "passed")
    share = earned / total if total else 0.0
    statuses = [check.status for check in checks]
    status = combine(statuses)
    if status == "failed" and "failed" not in statuses:
        status = "not_started"
    return ConceptResult(
        id=concept_id,
        title=title,
        score=earned_points(points, share, status),
        max_score=points,
        status=status,
        share=1.0 if status == "passed" else share,
        checks=list(checks),
    )


def earned_points(points: float, share: float, status: Status) -> float:
    """Return the score of a concept that is worth so many points."""
    return points if status == "passed" else rounded(points * share)


def sum_exercise(
    exercise_id: str, concepts: Sequence[ConceptResult], cases: str = "", obstacle: Obstacle | None = None
) -> ExerciseResult:
    """Return an exercise's result, the sum of its concepts; `cases` is the digest of its cases."""
    score = rounded(math.fsum(concept.score for concept in concepts))
    status = combine([concept.status for concept in concepts])
    return ExerciseResult(
        id=exercise_id,
        score=score,
        max_score=rounded(math.fsum(concept.max_score for concept in concepts)),
        status="failed" if status == "not_started" and any(map(_begun, concepts)) else status,
        cases=cases,
        obstacle=obstacle,
        concepts=list(concepts),
    )


def _begun(concept: ConceptResult) -> bool:
    return bool(concept.score if concept.share is None else concept.share)


def total(exercises: Sequence[ExerciseResult]) -> tuple[float, float]:
    """Return (score, max_score) of some exercises."""
    scores = math.fsum(exercise.score for exercise in exercises)
    most = math.fsum(exercise.max_score for exercise in exercises)
    return rounded(scores), rounded(most)


def final_of(report: Report) -> float:
    """Return the final score: the score itself where no policy was applied."""
    return report.score if report.final is None else report.final


def penalty_of(report: Report) -> float:
    """Return the points that lateness costs in all assignments together."""
    return rounded(math.fsum(one.penalty for one in report.assignments))


def combine(statuses: Sequence[Status]) -> Status:
    """Return one status for several: the worst that happened; passed when all that counted passed."""
    for status in _WORST_FIRST:
        if status in statuses:
            return status
    if "not_started" in statuses:
        return "failed" if "passed" in statuses else "not_started"
    return "passed" if "passed" in statuses else "skipped"


def rounded(points: float) -> float:
    """Return points as a plain float, freed of the last digits that adding thirds leaves."""
    return float(round(points, 9))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a report."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema(mode="serialization")}
