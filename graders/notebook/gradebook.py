"""Reports in nbgrader's gradebook: the same assignments, cells and points that its own autograding would leave.

Everything goes through nbgrader's Gradebook. Manual scores and manual comments are never touched.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from graders.course.course import Assignment, Course, Exercise
from graders.errors import CourseError, EnvironmentTrouble, UsageError
from graders.grading.faults import Fault, attempt
from graders.notebook.build import cell_name, exercise_notebook, graded_cell, source_of
from graders.notebook.comments import comment_on
from graders.report import ExerciseResult, Report
from graders.submission import Submission
from graders.submission.times import read_time


@dataclass
class Recorded:
    """What was written.

    Attributes:
        students: Number of students.
        submissions: Number of submissions, one for each student and assignment.
        notes: Sentences about what does not fit.
        faults: Student id to the fault that kept scores of this student out of the gradebook.
    """

    students: int = 0
    submissions: int = 0
    notes: list[str] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)


def record(reports: Sequence[Report], course: Course, url: str, *, submissions: Sequence[Submission] = ()) -> Recorded:
    """Write reports into a gradebook, which is made when it does not exist.

    Args:
        reports: Of one class. Recording the same reports again changes nothing.
        course: The course; its id is the gradebook's course id.
        url: SQLAlchemy URL such as `sqlite:////data/gradebook.db` or `postgresql://user@host/name`, or the path of an
            SQLite file.
        submissions: What the reports are about. They tell when each assignment was handed in, and an assignment of
            which a student has handed in nothing is left out. Without them everything in the reports is recorded.

    Raises:
        EnvironmentTrouble: nbgrader or the database's driver is missing.
        UsageError: the database cannot be opened.
    """
    handed_in = {submission.student_id: submission for submission in submissions}
    recorded = Recorded()
    with open_gradebook(url, course.course) as gradebook:
        for assignment in course.assignments:
            recorded.notes += _make_cells(gradebook, course, assignment)
        for report in reports:
            one = partial(_record_student, gradebook, course, report, handed_in.get(report.student_id))
            made = attempt(one, before_second=gradebook.db.rollback)
            if isinstance(made, Fault):
                recorded.faults[report.student_id] = made
                with suppress(Exception):  # the connection is gone: the next student says so as well
                    gradebook.db.rollback()
            else:
                recorded.students += 1
                recorded.submissions += made
    return recorded


def _record_student(gradebook: Any, course: Course, report: Report, handed_in: Submission | None) -> int:
    """Record all assignments of a student and return how many there are."""
    gradebook.update_or_create_student(report.student_id)
    recorded = 0
    for assignment in course.assignments:
        results = [result for result in report.exercises if result.id in assignment.exercises]
        if results and _was_handed_in(handed_in, results):
            _record(gradebook, course, assignment, report, results, _time(handed_in, report, results))
            recorded += 1
    return recorded


@contextmanager
def open_gradebook(url: str, course_id: str) -> Iterator[Any]:
    """Yield nbgrader's `Gradebook` of a course, closed afterwards; see `record` for what it raises."""
    need_nbgrader()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's remarks on nbgrader's models
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import ArgumentError, DBAPIError

        try:
            with _own_commands():
                gradebook = Gradebook(_full_url(url), course_id)
        except ModuleNotFoundError as error:
            how = "pip install 'psycopg[binary]'" if "postgresql" in url else "Install it and run again."
            raise EnvironmentTrouble(f"The database driver {error.name} is not installed.", how) from None
        except ArgumentError:
            raise UsageError(
                f"{url!r} is no database URL.", "Give sqlite:////path/to/gradebook.db, for example."
            ) from None
        except DBAPIError as error:
            said = str(error.orig).strip().split("\n")[0]
            raise UsageError(f"The gradebook cannot be opened: {said}.", "Check the URL and the server.") from None
        with gradebook:
            yield gradebook


def need_nbgrader() -> None:
    """Raise `EnvironmentTrouble` with the pip command when nbgrader is not installed."""
    try:
        import_module("nbgrader")
    except ImportError:
        raise EnvironmentTrouble("nbgrader is not installed.", "pip install 'leafgrad[nbgrader]'") from None


@contextmanager
def _own_commands() -> Iterator[None]:
    """Have the commands of this environment on the PATH: nbgrader runs `alembic` when it makes a database."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def naive_utc(when: datetime) -> datetime:
    """Return a time as nbgrader stores it: in UTC, without a zone.

    A time without a zone is taken for UTC; one that UTC puts outside of the calendar stays at its edge.
    """
    if when.tzinfo is None:
        return when
    try:
        return when.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return datetime.min if when.year == 1 else datetime.max


def _full_url(url: str) -> str:
    """Return a URL for SQLAlchemy: a path becomes SQLite, PostgreSQL gets the driver that is installed."""
    if "://" not in url:
        return f"sqlite:///{url}"
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql"):
        from importlib.util import find_spec

        return f"postgresql+{'psycopg2' if find_spec('psycopg2') else 'psycopg'}://{rest}"
    return url


def _make_cells(gradebook: Any, course: Course, assignment: Assignment) -> Iterator[str]:
    """Make the assignment, its notebooks and cells where they are missing; yield what does not fit."""
    from nbgrader.api import MissingEntry

    exercises = [course.exercise(name) for name in assignment.exercises if course.exercise(name).concepts]
    due = naive_utc(assignment.due) if assignment.due else None
    try:
        there = gradebook.find_assignment(assignment.id).duedate
        if there != due:
            yield f"{assignment.id} is due {there or 'never'} (UTC) in the gradebook, {due or 'never'} in course.yml."
    except MissingEntry:
        if exercises:
            gradebook.add_assignment(assignment.id, duedate=due)
    for exercise in exercises:
        try:
            notebook = gradebook.find_notebook(exercise.id, assignment.id)
        except MissingEntry:
            _add_notebook(gradebook, course, assignment, exercise)
            continue
        known = {cell.name: cell.max_score for cell in notebook.grade_cells}
        for concept in exercise.concepts:
            cell = graded_cell(exercise, concept)
            if cell.grade_id not in known:
                yield f"{assignment.id}/{exercise.id} has no cell {cell.grade_id} in the gradebook: not recorded."
            elif known[cell.grade_id] != cell.points:
                there = known[cell.grade_id]
                yield f"{cell.grade_id} has {there:g} points in the gradebook, {cell.points:g} in course.yml."


def _add_notebook(gradebook: Any, course: Course, assignment: Assignment, exercise: Exercise) -> None:
    """Add a notebook with the cells that `nbgrader generate_assignment` would find in it."""
    place = (exercise.id, assignment.id)
    gradebook.add_notebook(*place)
    for concept in exercise.concepts:
        cell = graded_cell(exercise, concept)
        gradebook.add_grade_cell(cell.grade_id, *place, max_score=cell.points, cell_type="code")
        gradebook.add_source_cell(cell.grade_id, *place, cell_type="code", locked=True, source=cell.source)
    for name, source in _answers(course, exercise).items():
        gradebook.add_solution_cell(name, *place)
        gradebook.add_source_cell(name, *place, cell_type="code", locked=False, source=source)


def _answers(course: Course, exercise: Exercise) -> Mapping[str, str]:
    """Return grade id to source of the cells that students write in; one for all where there are no solutions."""
    try:
        cells = exercise_notebook(course, exercise)["cells"]
    except CourseError:
        return {f"{exercise.id}-code": ""}
    marked = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("solution") and cell_name(cell)]
    return {cell["metadata"]["nbgrader"]["grade_id"]: source_of(cell) for cell in marked}


def _was_handed_in(submission: Submission | None, results: Sequence[ExerciseResult]) -> bool:
    return submission is None or any(f"{result.id}.py" in submission.files for result in results)


def _time(submission: Submission | None, report: Report, results: Sequence[ExerciseResult]) -> datetime | None:
    """Return when an assignment was handed in: the latest time of its files, else that of the whole submission."""
    texts = [submission.times.get(f"{result.id}.py") for result in results] if submission else []
    known = [naive_utc(when) for text in texts if text and (when := read_time(text))]
    whole = read_time(report.submitted_at) if report.submitted_at else None
    return max(known, default=naive_utc(whole) if whole else None)


def _record(
    gradebook: Any,
    course: Course,
    assignment: Assignment,
    report: Report,
    results: Sequence[ExerciseResult],
    when: datetime | None,
) -> None:
    stamp = {"timestamp": when} if when else {}
    submission = gradebook.update_or_create_submission(assignment.id, report.student_id, **stamp)
    by_id = {result.id: result for result in results}
    for notebook in submission.notebooks:
        result = by_id.get(notebook.name)
        if result is not None:
            _record_notebook(notebook, course, result, report)
    gradebook.db.commit()
    _penalise(submission, by_id.keys(), assignment, report)
    gradebook.db.commit()


def _record_notebook(notebook: Any, course: Course, result: ExerciseResult, report: Report) -> None:
    from graders.notebook.cell import clamped

    exercise = course.exercise(result.id)
    scores = {f"{exercise.id}-{concept.id}": clamped(concept) for concept in result.concepts}
    for grade in notebook.grades:
        if grade.name in scores:
            score = min(scores[grade.name], float(grade.max_score))
            changed = grade.auto_score != score
            grade.auto_score = score
            if changed or grade.manual_score is None:
                grade.needs_manual_grade = grade.manual_score is not None
    alone = report.model_copy(update={"exercises": [result]})
    comments = sorted(notebook.comments, key=lambda comment: str(comment.name))
    if comments:
        comments[0].auto_comment = comment_on(alone) or None


def _penalise(submission: Any, names: Any, assignment: Assignment, report: Report) -> None:
    """Set the late penalties of the notebooks called `names`, as nbgrader's own step would.

    An extension of extensions.csv moves the due date beyond that of the gradebook.
    """
    from graders.grading.late import due_date, penalty

    late, due = submission.total_seconds_late, due_date(assignment)
    extended = next(
        (one.due for one in report.assignments if one.id == assignment.id and one.extension is not None), None
    )
    if extended and due and (until := read_time(extended)):
        late -= (until - due).total_seconds()
    for notebook in submission.notebooks:
        if notebook.name in names:
            notebook.late_submission_penalty = penalty(assignment.late, notebook.score, late) or None
