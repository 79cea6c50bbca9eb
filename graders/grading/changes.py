"""Who has other points than before, from what to what, and why.

course    points, titles of concepts, limits or requirements in course.yml
grader    leafgrad itself, or the prepared cases
key       the key of the cases
hand-in   files, or the time at which they came
policy    dates, rules for late work, extensions, overrides, attempts
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from graders.grading.policy import share_of
from graders.report import AssignmentResult, ConceptResult, Report, final_of, rounded
from graders.submission.model import safe_name

_MOST = 3
"""Concepts that are told of each student; reports have all of them."""

Concepts = Mapping[str, ConceptResult]


@dataclass(frozen=True)
class Change:
    """What changed for one student.

    Attributes:
        before: Report before the run.
        after: Report after it.
        why: Kinds, see the docstring of this module; at least one.
        details: Short texts on what is this student's alone.
    """

    before: Report
    after: Report
    why: tuple[str, ...]
    details: tuple[str, ...]

    @property
    def student_id(self) -> str:
        """Who it is."""
        return self.after.student_id


def changes(before: Mapping[str, Report], after: Sequence[Report]) -> list[Change]:
    """Return a change for each student whose score, maximum, final score or any concept's points differ.

    Args:
        before: Name of a report's file to the report before the run.
        after: Reports after it. Who has none before is new, and no change.
    """
    found = []
    for report in after:
        old = before.get(safe_name(report.student_id))
        if old is not None and old != report and _points(old) != _points(report):
            found.append(_change(old, report))
    return found


def course_changes(changed: Sequence[Change]) -> list[str]:
    """Return `"ex02_closures: mul 2 → 3, div 2 → 3"` for each exercise with concepts that are worth other points."""
    told: dict[str, dict[str, None]] = {}
    for change in changed:
        old = _concepts(change.before)
        for exercise, concept in change.after.concepts():
            before = old.get(f"{exercise.id}.{concept.id}")
            if before is not None and before.max_score != concept.max_score:
                worth = f"{concept.id} {before.max_score:g} → {concept.max_score:g}"
                told.setdefault(exercise.id, {})[worth] = None
    return [f"{exercise}: {', '.join(concepts)}" for exercise, concepts in told.items()]


def _points(report: Report) -> tuple[object, ...]:
    each = [(exercise.id, concept.id, concept.score, concept.max_score) for exercise, concept in report.concepts()]
    return report.score, report.max_score, final_of(report), tuple(each)


def _change(old: Report, new: Report) -> Change:
    before, after = _concepts(old), _concepts(new)
    earned = [name for name, now in after.items() if name in before and _earned_otherwise(before[name], now)]
    why: dict[str, None] = {}
    details: list[str] = []
    if any(name not in after or before[name].max_score != after[name].max_score for name in before):
        why["course"] = None
    if after.keys() - before.keys():
        why["course"] = None
        details.append(_more(len(after.keys() - before.keys())))
    if earned:
        why[_of_grading(old, new, earned)] = None
    for kind, text in (*_of_assignments(old, new), *_of_overrides(before, new)):
        why[kind] = None
        details.append(text)
    return Change(old, new, tuple(why) or ("policy",), (*details, *_told(earned, before, after)))


def _of_grading(old: Report, new: Report, earned: Sequence[str]) -> str:
    """Return why answers are judged otherwise than before; the first that differs decides."""
    if old.submission_sha256 != new.submission_sha256:
        return "hand-in"
    if old.key_id != new.key_id:
        return "key"
    before = {one.id: one.attempt for one in old.assignments}
    if any(before.get(one.id, one.attempt) != one.attempt for one in new.assignments):
        return "policy"
    exercises = {name.partition(".")[0] for name in earned}
    cases = [{one.id: one.cases for one in report.exercises if one.id in exercises} for report in (old, new)]
    return "grader" if old.grader_version != new.grader_version or cases[0] != cases[1] else "course"


def _of_assignments(old: Report, new: Report) -> Iterator[tuple[str, str]]:
    """Yield kind and text for each assignment of which lateness takes another share than before."""
    before = {one.id: one for one in old.assignments}
    for one in new.assignments:
        was = before.get(one.id)
        if was is None:
            if one.penalty:
                yield "policy", f"{one.id} {_lateness(one)}"
        elif (one.attempt, one.attempts) != (was.attempt, was.attempts) and one.attempt != one.attempts:
            yield "policy", f"{one.id}: attempt {one.attempt} of {one.attempts} counts"
        elif _lost(one) != _lost(was):
            moved = one.submitted_at != was.submitted_at
            reason = f" ({one.extension})" if one.extension and one.due != was.due else ""
            yield "hand-in" if moved else "policy", f"{one.id} {_lateness(was)}, now {_lateness(one)}{reason}"


def _of_overrides(before: Concepts, new: Report) -> Iterator[tuple[str, str]]:
    """Yield kind and text for points that somebody gave, or took back, once for each exercise and reason."""
    given: dict[tuple[str, str], list[ConceptResult]] = {}
    for exercise, concept in new.concepts():
        was = before.get(f"{exercise.id}.{concept.id}")
        if was is not None and (was.override, was.score) == (concept.override, concept.score):
            continue
        if concept.override is not None:
            given.setdefault((exercise.id, concept.override), []).append(concept)
        elif was is not None and was.override is not None:
            yield "policy", f"{exercise.id}.{concept.id} no longer given {was.score:g}"
    for (name, reason), concepts in given.items():
        points = rounded(math.fsum(concept.score for concept in concepts))
        what = f".{concepts[0].id}" if len(concepts) == 1 else f", {len(concepts)} concepts"
        yield "policy", f"{name}{what}: {points:g} given: {reason}"


def _told(earned: Sequence[str], before: Concepts, after: Concepts) -> Iterator[str]:
    for name in islice(earned, _MOST):
        yield f"{name} {before[name].status} → {after[name].status}"
    if len(earned) > _MOST:
        yield _more(len(earned) - _MOST)


def _more(count: int) -> str:
    return f"{count} concept{'' if count == 1 else 's'} more"


def _lateness(one: AssignmentResult) -> str:
    return f"{one.days_late} day{'' if one.days_late == 1 else 's'} late" if one.days_late else "on time"


def _lost(one: AssignmentResult) -> float:
    return round(one.penalty / one.score, 6) if one.score else 0.0


def _earned_otherwise(was: ConceptResult, now: ConceptResult) -> bool:
    if was.status != now.status:
        return True
    if was.share is not None and was.share == now.share:
        return False
    return round(share_of(was), 9) != round(share_of(now), 9)


def _concepts(report: Report) -> dict[str, ConceptResult]:
    return {f"{exercise.id}.{concept.id}": concept for exercise, concept in report.concepts()}
