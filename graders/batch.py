"""A class at once: every submission in a folder gets a report, and the class its tables.

A batch may be stopped at any instant. Reports are written one by one, each in one piece; the next run grades what has
no report yet, or none for these bytes, this key and this grader, and ends with the same files as an unbroken run.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from graders import __version__
from graders.course import Course
from graders.executors import Executor
from graders.executors.local import Local
from graders.executors.plan import Plan
from graders.report import Report
from graders.shrink import Budget
from graders.store import BankStore
from graders.submission import Submission, find_submissions
from graders.submission.defines import course_clues
from graders.submission.owners import Roster
from graders.text import csv_cell

STATE = ".leafgrad-batch.json"


@dataclass
class BatchResult:
    """Reports of a class, sorted by student id."""

    reports: list[Report] = field(default_factory=list)
    graded: int = 0
    reused: int = 0


@dataclass
class Batch:
    """One run over a folder of submissions.

    Args:
        course: The course.
        out: Folder for reports and tables; created when missing.
        store: Banks under the key of this run.
        only: Exercise ids or concept addresses; None for the whole course.
        executor: Where submissions are graded, several at a time.
        fresh: Whether to grade again what has a report already.
        mode: Isolation level to use; None for the best.
        done: Called with each finished report.
    """

    course: Course
    out: Path
    store: BankStore
    only: Sequence[str] | None = None
    executor: Executor = Local()
    fresh: bool = False
    mode: str | None = None
    done: Callable[[Report], None] | None = None
    budget: Budget = Budget()

    def run(self, submissions: Sequence[Submission]) -> BatchResult:
        """Grade every submission that has no valid report yet, and write all tables."""
        reports = self.out / "reports"
        reports.mkdir(parents=True, exist_ok=True)
        kept = self._kept(submissions)
        self._remember()
        waiting = [submission for submission in submissions if submission.safe_name not in kept]
        result = BatchResult(reused=len(kept), graded=len(waiting))
        self.store.prepare(self._plan.exercises(waiting))
        fresh = self._grade(waiting)
        result.reports = [kept.get(item.safe_name) or fresh[item.safe_name] for item in submissions]
        write_tables(self.out, self.course, result.reports)
        return result

    def _grade(self, waiting: Sequence[Submission]) -> dict[str, Report]:
        fresh = {}
        with contextlib.closing(self.executor.grade(self._plan, waiting)) as finished:
            for submission, report in finished:
                write_whole(self._path(submission), report.model_dump_json(indent=1).encode())
                fresh[submission.safe_name] = report
                if self.done:
                    self.done(report)
        return fresh

    @property
    def _plan(self) -> Plan:
        return Plan(self.course, self.store, self.only, self.budget, self.mode, str(self.out.resolve()))

    def _path(self, submission: Submission) -> Path:
        return self.out / "reports" / f"{submission.safe_name}.json"

    def _state(self) -> str:
        """Return a digest of all that decides a report apart from the submission's bytes."""
        course = self.course.path.read_bytes() if self.course.path.is_file() else repr(self.course).encode()
        banks = [self.store.fingerprint(exercise) for exercise in self._plan.exercises()]
        parts = [__version__, *banks, hashlib.sha256(course).hexdigest(), repr(self.only)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _remember(self) -> None:
        write_whole(self.out / STATE, json.dumps({"state": self._state()}).encode())

    def _kept(self, submissions: Iterable[Submission]) -> dict[str, Report]:
        """Return the reports of an earlier run that are still true, by safe name."""
        try:
            if self.fresh or json.loads((self.out / STATE).read_bytes()) != {"state": self._state()}:
                return {}
        except (OSError, ValueError):
            return {}
        kept = {}
        for submission in submissions:
            with contextlib.suppress(OSError, ValidationError):
                report = Report.model_validate_json(self._path(submission).read_bytes())
                same = (report.student_id, report.submission_sha256, report.submitted_at)
                if same == (submission.student_id, submission.sha256, submission.submitted_at):
                    kept[submission.safe_name] = report
        return kept


def collect(
    path: Path,
    course: Course,
    assignment: str | None = None,
    only: Sequence[str] | None = None,
    roster: Roster | None = None,
) -> list[Submission]:
    """Return the submissions in a folder, sorted by student id.

    Args:
        path: The folder.
        course: The course.
        assignment: In nbgrader's layout, the only assignment to read.
        only: Exercise ids or concept addresses that are graded; None for the whole course.
        roster: Which user each student is; None where that is not checked.
    """
    asked = list(dict.fromkeys(course.exercise(name.partition(".")[0]).id for name in only or ()))
    with course_clues(course, asked, roster) as clues:
        return find_submissions(path, course.exercise_ids, assignment, clues)


def write_tables(out: Path, course: Course, reports: Sequence[Report]) -> None:
    """Write grades.csv (a row for each student), scores.csv (a row for each concept of each) and index.html."""
    from graders.render.html import class_page

    write_whole(out / "grades.csv", grades_csv(reports).encode())
    write_whole(out / "scores.csv", scores_csv(reports).encode())
    write_whole(out / "index.html", class_page(course, reports).encode())


def grades_csv(reports: Sequence[Report]) -> str:
    """Return one row for each student: id, score, max_score, percent, status, then a column for each concept."""
    columns = list(dict.fromkeys(f"{e.id}.{c.id}" for report in reports for e, c in report.concepts()))
    rows: list[list[object]] = [["student_id", "score", "max_score", "percent", "status", *columns]]
    for report in reports:
        scores = {f"{e.id}.{c.id}": c.score for e, c in report.concepts()}
        head = [csv_cell(report.student_id), report.score, report.max_score, round(report.percent, 4), status(report)]
        rows.append([*head, *(scores.get(column, 0.0) for column in columns)])
    return _csv(rows)


def scores_csv(reports: Sequence[Report]) -> str:
    """Return one row for each concept of each student, with its status and the named misconception."""
    rows: list[list[object]] = [["student_id", "exercise", "concept", "score", "max_score", "status", "misconception"]]
    for report in reports:
        for exercise, concept in report.concepts():
            named = next((check.misconception.id for check in concept.checks if check.misconception), "")
            cells = [exercise.id, concept.id, concept.score, concept.max_score, concept.status, named]
            rows.append([csv_cell(report.student_id), *cells])
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


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one piece: after a crash there is the old file or the new one, never half of one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
