"""What a graded class is summed up in: grades.csv, final.csv, scores.csv, attention.csv, changes.csv and index.html."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from graders.course.course import Course
from graders.grading.attention import Attention
from graders.grading.changes import Change
from graders.render.summary import reasons
from graders.report import Report, final_of, penalty_of
from graders.text import csv_cell

PAGE = "index.html"
"""Page of the class, the last and the largest of what is written."""

UNGRADED = "ungraded"
"""Status in grades.csv of a student whom a fault of ours kept from being graded: a row without a number."""


def tables(
    course: Course,
    reports: Sequence[Report],
    ungraded: Sequence[str] = (),
    attention: Sequence[Attention] = (),
    changed: Sequence[Change] = (),
) -> Mapping[str, Callable[[], str]]:
    """Return name and maker of each table.

    Args:
        course: The course.
        reports: One for each student that is graded, sorted by student id.
        ungraded: Ids of the others.
        attention: What somebody must look at.
        changed: Who has other points than before.
    """

    def page() -> str:
        from graders.render.html import class_page

        return class_page(course, reports, ungraded, attention)

    return {
        "grades.csv": lambda: grades_csv(reports, ungraded),
        "final.csv": lambda: final_csv(reports, ungraded),
        "scores.csv": lambda: scores_csv(reports),
        "attention.csv": lambda: attention_csv(attention),
        "changes.csv": lambda: changes_csv(changed),
        PAGE: page,
    }


def grades_csv(reports: Sequence[Report], ungraded: Sequence[str] = ()) -> str:
    """Return one row for each student: id, score, max_score, percent, status, then a column for each concept.

    The row of a student who is not graded has the id and the status; every number is left empty.
    """
    columns = list(dict.fromkeys([(e.id, c.id) for report in reports for e in report.exercises for c in e.concepts]))
    rows: list[tuple[str, list[object]]] = []
    for report in reports:
        scores = {(e.id, c.id): c.score for e in report.exercises for c in e.concepts}
        head = [csv_cell(report.student_id), report.score, report.max_score, round(report.percent, 4), status(report)]
        rows.append((report.student_id, [*head, *[scores.get(column, 0.0) for column in columns]]))
    rows += [(student, [csv_cell(student), "", "", "", UNGRADED, *("" for _ in columns)]) for student in ungraded]
    heading = ["student_id", "score", "max_score", "percent", "status", *(csv_cell(".".join(one)) for one in columns)]
    return _csv([heading, *(row for _, row in sorted(rows, key=lambda one: one[0]))])


def final_csv(reports: Sequence[Report], ungraded: Sequence[str] = ()) -> str:
    """Return one row for each student: what the policy takes off the score, what is left, and every reason.

    After the columns of the whole course come five for each assignment. `days_late` of the course is that of its latest
    assignment; `final` has the penalties taken off, and is weighted where the assignments have weights.
    """
    names = list(dict.fromkeys(one.id for report in reports for one in report.assignments))
    parts = ("submitted_at", "days_late", "score", "penalty", "final")
    rows: list[tuple[str, list[object]]] = []
    for report in reports:
        by_id = {one.id: one for one in report.assignments}
        cells: list[object] = [report.score, report.max_score, report.submitted_at or ""]
        cells += [max((one.days_late for one in report.assignments), default=0), penalty_of(report)]
        final = final_of(report)
        cells += [
            final,
            round(100 * final / report.max_score, 4) if report.max_score else 0.0,
            csv_cell(reasons(report)),
        ]
        for name in names:
            one = by_id.get(name)
            cells += ["" if one is None else _text(getattr(one, part)) for part in parts]
        rows.append((report.student_id, [csv_cell(report.student_id), *cells]))
    heading = ["student_id", "score", "max_score", "submitted_at", "days_late", "penalty", "final", "percent", "reason"]
    heading += [csv_cell(f"{name}.{part}") for name in names for part in parts]
    rows += [(student, [csv_cell(student), *("" for _ in heading[1:])]) for student in ungraded]
    return _csv([heading, *(row for _, row in sorted(rows, key=lambda one: one[0]))])


def changes_csv(changed: Sequence[Change]) -> str:
    """Return one row for each student whose points changed in the last run: from what, to what, and why."""
    heading = ["student_id", "score_before", "max_score_before", "final_before", "score", "max_score", "final"]
    rows: list[list[object]] = [[*heading, "why", "detail"]]
    for one in changed:
        before = [one.before.score, one.before.max_score, final_of(one.before)]
        after = [one.after.score, one.after.max_score, final_of(one.after)]
        texts = [csv_cell(", ".join(one.why)), csv_cell("; ".join(one.details))]
        rows.append([csv_cell(one.student_id), *before, *after, *texts])
    return _csv(rows)


def scores_csv(reports: Sequence[Report]) -> str:
    """Return one row for each concept of each graded student, with its status and the named misconception."""
    rows: list[list[object]] = [["student_id", "exercise", "concept", "score", "max_score", "status", "misconception"]]
    cell = cache(csv_cell)
    for report in reports:
        student = csv_cell(report.student_id)
        for exercise, concept in report.concepts():
            named = concept.status != "passed" and [one.misconception.id for one in concept.checks if one.misconception]
            head = student, cell(exercise.id), cell(concept.id), concept.score, concept.max_score, concept.status
            rows.append([*head, cell(named[0]) if named else ""])
    return _csv(rows)


def attention_csv(attention: Sequence[Attention]) -> str:
    """Return one row for each thing that somebody must look at: who, what kind, which exercise, why, what to do."""
    rows: list[list[object]] = [["student_id", "kind", "exercise", "why", "what"]]
    rows += [list(map(csv_cell, (one.who, one.kind, one.exercise, one.why, one.what))) for one in attention]
    return _csv(rows)


def status(report: Report) -> str:
    """Return one word for a whole submission."""
    if report.passed:
        return "passed"
    if all(exercise.status in ("not_started", "skipped") for exercise in report.exercises):
        return "not_started"
    return "failed"


def _text(value: object) -> object:
    return "" if value is None else value


def _csv(rows: Iterable[Iterable[object]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
