"""From what was earned to what counts: points, overrides, attempts and lateness, as one pure function.

Reports keep what was earned as a share and a status for each concept, which no points and no date can change. `settle`
makes scores of them, as often as the policy changes, and settling what is settled changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from graders.course.course import Assignment, Concept, Course
from graders.course.granted import NOTHING, Extension, Granted, Override
from graders.errors import UsageError
from graders.grading.late import days_late, extended, penalty
from graders.report import AssignmentResult, ConceptResult, ExerciseResult, Report, earned_points, rounded, total
from graders.submission.times import format_time, read_time

_FINEST = 1000
"""Largest denominator of a share in a report of the old form, which holds points only: weights are few and simple."""


class Valued:
    """Concepts in the points of a course; one that many reports share is valued once, and stays shared."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[ConceptResult, Concept | None, ConceptResult]] = {}

    def at(self, concept: ConceptResult, known: Concept | None) -> ConceptResult:
        """Return a concept as `_worth` makes it."""
        place = id(concept), id(known)
        if place not in self._known:
            self._known[place] = concept, known, _worth(concept, known)  # to keep them keeps their ids
        return self._known[place][2]


def settle(
    attempts: Sequence[Report], course: Course, granted: Granted = NOTHING, valued: Valued | None = None
) -> Report:
    """Return the report that counts.

    Args:
        attempts: What each hand-in of a student earned, the last one last; its head stands over the result.
        course: Points, what is dropped, dates, the rules for late work and for several attempts.
        granted: Extensions and overrides.
        valued: Of this course, where many reports are settled.
    """
    last, valued = attempts[-1], valued or Valued()
    reports = [_at_points(report, course, valued) for report in attempts]
    exercises = {exercise.id: exercise for exercise in reports[-1].exercises}
    extensions = granted.extensions.get(last.student_id, ())
    counted: dict[str, int] = {}
    own = _own_exercises(course, exercises)
    for assignment in course.assignments:
        names = own[assignment.id]
        if names and assignment.attempts == "best":
            counted[assignment.id], best = _best(reports, assignment, names, extensions)
            exercises |= best
    overridden = _with_overrides(list(exercises.values()), granted.overrides.get(last.student_id, ()))
    settled = {exercise.id: exercise for exercise in overridden}
    results = []
    for assignment in course.assignments:
        if names := own[assignment.id]:
            place = counted.get(assignment.id, len(attempts) - 1)
            parts = [settled[name] for name in names]
            result = _assignment(assignment, parts, attempts[place].submitted_at, extensions)
            results.append(result.model_copy(update={"attempt": place + 1, "attempts": len(attempts)}))
    score, most = total(overridden)
    final = _final(course, results, score, most)
    changed = {"score": score, "max_score": most, "exercises": overridden, "assignments": results, "final": final}
    return last.model_copy(update=changed)


def share_of(concept: ConceptResult) -> float:
    """Return what was earned, 0 to 1; out of the points where the report is of the old form."""
    if concept.status == "passed":
        return 1.0
    if concept.share is not None:
        return concept.share
    if not concept.max_score:
        return 0.0
    share = Fraction(concept.score / concept.max_score).limit_denominator(_FINEST)
    return float(min(max(share, Fraction(0)), Fraction(1)))


def _at_points(report: Report, course: Course, valued: Valued) -> Report:
    """Return a report in the points of course.yml; what the course does not have any more keeps its own."""
    exercises = []
    for exercise in report.exercises:
        known = _concepts(course, exercise.id)
        concepts = [valued.at(concept, known.get(concept.id)) for concept in exercise.concepts]
        same = all(new is old for new, old in zip(concepts, exercise.concepts, strict=True))
        exercises.append(exercise if same else _summed(exercise, concepts))
    return report.model_copy(update={"exercises": exercises})


def _concepts(course: Course, exercise: str) -> dict[str, Concept]:
    try:
        return {concept.id: concept for concept in course.exercise(exercise).concepts}
    except UsageError:
        return {}


def _worth(concept: ConceptResult, known: Concept | None) -> ConceptResult:
    points, title = (known.worth, known.title) if known else (concept.max_score, concept.title)
    share = share_of(concept)
    score = earned_points(points, share, concept.status)
    before = (concept.score, concept.max_score, concept.share, concept.override, concept.title)
    if before == (score, points, share, None, title):
        return concept
    changed = {"title": title, "score": score, "max_score": points, "share": share, "override": None}
    return concept.model_copy(update=changed)


def _summed(exercise: ExerciseResult, concepts: list[ConceptResult]) -> ExerciseResult:
    score = rounded(math.fsum(concept.score for concept in concepts))
    most = rounded(math.fsum(concept.max_score for concept in concepts))
    return exercise.model_copy(update={"concepts": concepts, "score": score, "max_score": most})


def _with_overrides(exercises: list[ExerciseResult], overrides: Sequence[Override]) -> list[ExerciseResult]:
    made = []
    for exercise in exercises:
        concepts = exercise.concepts
        for override in overrides:
            if override.exercise == exercise.id:
                concepts = _overridden(concepts, override)
        made.append(exercise if concepts is exercise.concepts else _summed(exercise, concepts))
    return made


def _overridden(concepts: list[ConceptResult], override: Override) -> list[ConceptResult]:
    """Return concepts with the points that somebody gave; those for a whole exercise are spread by their points."""
    chosen = [concept for concept in concepts if override.concept in ("", concept.id)]
    most = math.fsum(concept.max_score for concept in chosen)
    left, points = override.points, {}
    for concept in chosen:
        part = left if concept is chosen[-1] else rounded(override.points * concept.max_score / most if most else 0.0)
        points[concept.id] = min(max(rounded(part), 0.0), concept.max_score)
        left -= points[concept.id]
    return [
        concept.model_copy(update={"score": points[concept.id], "override": override.reason})
        if concept.id in points
        else concept
        for concept in concepts
    ]


def _own_exercises(course: Course, there: Iterable[str]) -> dict[str, list[str]]:
    """Return assignment to those of its exercises that are there and stand in no assignment before it."""
    own: dict[str, list[str]] = {}
    left = set(there)
    for assignment in course.assignments:
        own[assignment.id] = [name for name in dict.fromkeys(assignment.exercises) if name in left]
        left -= set(own[assignment.id])
    return own


def _best(
    attempts: Sequence[Report], assignment: Assignment, names: Sequence[str], extensions: Sequence[Extension]
) -> tuple[int, dict[str, ExerciseResult]]:
    """Return place and exercises of the attempt with the highest final score, of equal ones the last."""
    whole = {exercise.id: exercise for exercise in attempts[-1].exercises}
    found: list[tuple[float, int, dict[str, ExerciseResult]]] = []
    for place, report in enumerate(attempts):
        own = {exercise.id: exercise for exercise in report.exercises if exercise.id in names}
        parts = {name: own.get(name, whole[name]) for name in names}
        result = _assignment(assignment, list(parts.values()), report.submitted_at, extensions)
        found.append((result.final, place, parts))
    _, place, parts = max(found, key=lambda one: one[:2])
    return place, parts


def _assignment(
    assignment: Assignment, exercises: Sequence[ExerciseResult], whole: str | None, extensions: Sequence[Extension]
) -> AssignmentResult:
    """Return what an assignment counts for; `whole` is the time of the hand-in, where its files have none."""
    score, most = total(exercises)
    times = [when for one in exercises if one.submitted_at and (when := read_time(one.submitted_at))]
    handed_in = max(times, default=read_time(whole) if whole and _timeless(exercises) else None)
    due, extension = extended(assignment, extensions)
    seconds = (handed_in - due).total_seconds() if due and handed_in else 0.0
    lost = rounded(penalty(assignment.late, score, seconds))
    return AssignmentResult(
        id=assignment.id,
        score=score,
        max_score=most,
        submitted_at=_text(handed_in),
        due=_text(due),
        days_late=days_late(assignment.late, seconds),
        penalty=lost,
        final=rounded(score - lost),
        extension=None if extension is None else extension.reason or "extension",
    )


def _timeless(exercises: Sequence[ExerciseResult]) -> bool:
    """Return whether the reports are of the old form, where only the hand-in as a whole has a time."""
    return not any(exercise.basis for exercise in exercises)


def _text(when: datetime | None) -> str | None:
    try:
        return format_time(when) if when else None
    except OverflowError:  # at the edge of the calendar
        return None


def _final(course: Course, results: Sequence[AssignmentResult], score: float, most: float) -> float:
    """Return the final score of the course: its assignments by weight, or its points without the penalties."""
    weights = {one.id: one.weight for one in course.assignments if one.weight}
    if not weights:
        return rounded(score - math.fsum(one.penalty for one in results))
    scored = [one for one in results if one.max_score]
    whole = math.fsum(weights[one.id] for one in scored)
    share = math.fsum(weights[one.id] * one.final / one.max_score for one in scored) / whole if whole else 0.0
    return rounded(share * most)
