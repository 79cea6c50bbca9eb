"""What a graded class is summed up in: grades.csv, scores.csv, attention.csv and index.html."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence

from graders.course.course import Course
from graders.grading.attention import Attention
from graders.report import Report
from graders.text import csv_cell

UNGRADED = "ungraded"
"""Status in grades.csv of a student whom a fault of ours kept from being graded: a row without a number."""


def tables(
    course: Course, reports: Sequence[Report], ungraded: Sequence[str] = (), attention: Sequence[Attention] = ()
) -> Mapping[str, Callable[[], str]]:
    """Return name and maker of each table.

    Args:
        course: The course.
        reports: One for each student that is graded, sorted by student id.
        ungraded: Ids of the others.
        attention: What somebody must look at.
    """

    def page() -> str:
        from graders.render.html import class_page

        return class_page(course, reports, ungraded, attention)

    return {
        "grades.csv": lambda: grades_csv(reports, ungraded),
        "scores.csv": lambda: scores_csv(reports),
        "attention.csv": lambda: attention_csv(attention),
        "index.html": page,
    }


def grades_csv(reports: Sequence[Report], ungraded: Sequence[str] = ()) -> str:
    """Return one row for each student: id, score, max_score, percent, status, then a column for each concept.

    The row of a student who is not graded has the id and the status; every number is left empty.
    """
    columns = list(dict.fromkeys(f"{e.id}.{c.id}" for report in reports for e, c in report.concepts()))
    rows: list[tuple[str, list[object]]] = []
    for report in reports:
        scores = {f"{e.id}.{c.id}": c.score for e, c in report.concepts()}
        head = [csv_cell(report.student_id), report.score, report.max_score, round(report.percent, 4), status(report)]
        rows.append((report.student_id, [*head, *(scores.get(column, 0.0) for column in columns)]))
    rows += [(student, [csv_cell(student), "", "", "", UNGRADED, *("" for _ in columns)]) for student in ungraded]
    heading = ["student_id", "score", "max_score", "percent", "status", *map(csv_cell, columns)]
    return _csv([heading, *(row for _, row in sorted(rows, key=lambda one: one[0]))])


def scores_csv(reports: Sequence[Report]) -> str:
    """Return one row for each concept of each graded student, with its status and the named misconception."""
    rows: list[list[object]] = [["student_id", "exercise", "concept", "score", "max_score", "status", "misconception"]]
    for report in reports:
        for exercise, concept in report.concepts():
            named = next((check.misconception.id for check in concept.checks if check.misconception), "")
            texts = [csv_cell(text) for text in (report.student_id, exercise.id, concept.id, named)]
            rows.append([*texts[:3], concept.score, concept.max_score, concept.status, texts[3]])
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


def _csv(rows: Iterable[Iterable[object]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
