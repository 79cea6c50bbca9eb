"""The policy of today on a class that is graded: reports, tables and pages anew, without any hand-in and any worker."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from graders.course.course import Course
from graders.course.granted import Granted
from graders.errors import UsageError, not_written
from graders.grading.attention import Attention, late
from graders.grading.batch import BatchResult
from graders.grading.changes import changes
from graders.grading.feedback import listed
from graders.grading.kept import REPORTS, Kept, uncollected
from graders.grading.outputs import write_tables
from graders.grading.tables import UNGRADED
from graders.report import ExerciseResult, Report
from graders.text import csv_cell, plain

_EARNS = re.compile(r"\bearns 0 of [\d.e+-]+ points")


@uncollected()
def regrade(out: Path, course: Course, granted: Granted) -> BatchResult:
    """Settle the reports of a class again, and write all that follows from them.

    Args:
        out: The folder that `leafgrad grade --out` wrote.
        course: With the policy.
        granted: Extensions and overrides.

    Raises:
        UsageError: there are no reports, or those of another course.
        EnvironmentTrouble: nothing can be written.
    """
    shown = plain(str(out))
    kept = Kept(out, course, granted)
    if not kept.reports:
        raise UsageError(f"{shown} holds no reports of leafgrad.", "Give the folder that `leafgrad grade --out` wrote.")
    if others := {report.course for report in kept.reports.values()} - {course.course}:
        raise UsageError(
            f"The reports at {shown} are of the course {plain(min(others))}, and {course.path} is {course.course}.",
            "Give --course with its course.yml.",
        )
    known = listed(out)
    there = [
        name
        for name, report in kept.reports.items()
        if known is None or known.get(csv_cell(report.student_id), UNGRADED) != UNGRADED
    ]
    try:
        reports = sorted((kept.settle(name) for name in there), key=lambda report: report.student_id)
    except OSError as error:
        raise not_written(error, out) from None
    ungraded = [student for student, status in (known or {}).items() if status == UNGRADED]
    lost = sorted((known or {}).keys() - set(ungraded) - {csv_cell(report.student_id) for report in reports})
    result = BatchResult(reports, reused=len(reports), ungraded=ungraded)
    result.attention = [*_attention(out, reports), *(line for report in reports for line in late(report))]
    result.attention += [Attention(one, _LOST, _AGAIN, "ours") for one in lost]
    result.changes = changes(kept.before(), reports)
    result.notes = [*granted.notes, *granted.unknown({report.student_id for report in reports})]
    result.notes += _not_graded(course, reports)
    result.attention += write_tables(
        out, course, reports, [*ungraded, *lost], result.attention, result.changes, beside=True
    )
    kept.forget_before()
    return result


_LOST = f"The report in {REPORTS}/ is missing or not whole, so nothing is known of this hand-in."
_AGAIN = "Run `leafgrad grade` again: it grades what is missing."


def _attention(out: Path, reports: Sequence[Report]) -> Iterator[Attention]:
    """Yield the lines of attention.csv that no policy changes, in the points of today."""
    students = {csv_cell(report.student_id): report for report in reports}
    try:
        rows = list(csv.DictReader(io.StringIO((out / "attention.csv").read_text(encoding="utf-8"))))
        lines = [(row["student_id"], row["kind"], row["exercise"], row["why"], row["what"]) for row in rows]
    except (OSError, ValueError, KeyError, csv.Error):
        return
    for who, kind, exercise, why, what in lines:
        report = students.get(who)
        part = next((one for one in report.exercises if one.id == exercise), None) if report else None
        if kind != "late" and not (part and part.score and _EARNS.search(why)):
            student = report.student_id if report else who
            yield Attention(student, _at_points(why, part), what, kind, exercise)


def _at_points(why: str, exercise: ExerciseResult | None) -> str:
    return _EARNS.sub(f"earns 0 of {exercise.max_score:g} points", why) if exercise else why


def _not_graded(course: Course, reports: Sequence[Report]) -> Iterator[str]:
    """Yield a sentence when course.yml has concepts, in graded exercises, of which reports know nothing."""
    listed: Mapping[str, set[str]] = {one.id: {concept.id for concept in one.concepts} for one in course.exercises}
    missing: dict[str, int] = {}
    for report in reports:
        for exercise in report.exercises:
            for concept in sorted(listed.get(exercise.id, set()) - {one.id for one in exercise.concepts}):
                missing[f"{exercise.id}.{concept}"] = missing.get(f"{exercise.id}.{concept}", 0) + 1
    if missing:
        count = max(missing.values())
        yield (
            f"Not graded for {count} student{'' if count == 1 else 's'}, so not counted: {', '.join(missing)}. "
            "`leafgrad grade` grades them."
        )
