"""A class at once: every submission in a folder gets a report, and the class its tables.

A batch may be stopped at any instant. Reports are written one by one, each in one piece; the next run grades what has
no report yet, or none for these bytes, this key and this grader, and ends with the same files as an unbroken run.

What goes wrong with one submission is its own affair. A fault of the hand-in is a report like any other. A fault of
ours or of the machine leaves the student ungraded: no report, a row without numbers, and the next run tries again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from graders import __version__
from graders.banks.store import BankStore
from graders.course.bind import bind
from graders.course.course import Course
from graders.errors import EnvironmentTrouble
from graders.files import PART, write_whole
from graders.grading.attention import Attention, of_fault, of_hand_in, of_roster
from graders.grading.executors import Executor
from graders.grading.executors.local import Local
from graders.grading.executors.plan import Plan
from graders.grading.faults import Fault, attempt, forget_traces, keep_trace
from graders.grading.feedback import write_pages
from graders.grading.tables import tables
from graders.judging.shrink import Budget
from graders.report import Report
from graders.submission import Submission, find_submissions
from graders.submission.defines import course_clues
from graders.submission.model import safe_name
from graders.submission.owners import Roster

STATE = ".leafgrad-batch.json"

"""How the name of a file begins that is not yet written to its end."""


@dataclass
class BatchResult:
    """Reports of a class, sorted by student id, and what an instructor must look at.

    Attributes:
        reports: One for each student who is graded.
        graded: How many of them are new.
        reused: How many are of an earlier run.
        ungraded: Ids of the others.
        attention: Who or what needs attention.
    """

    reports: list[Report] = field(default_factory=list)
    graded: int = 0
    reused: int = 0
    ungraded: list[str] = field(default_factory=list)
    attention: list[Attention] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether all was done that could be done: no fault of ours or of the machine."""
        return not any(one.ours for one in self.attention)


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
        done: Called with each finished report, and with the fault where there is none.
        roster: Ids of the students who should have handed in.
    """

    course: Course
    out: Path
    store: BankStore
    only: Sequence[str] | None = None
    executor: Executor = Local()
    fresh: bool = False
    mode: str | None = None
    done: Callable[[Report | Fault], None] | None = None
    budget: Budget = Budget()
    roster: Collection[str] = ()

    def run(self, submissions: Sequence[Submission]) -> BatchResult:
        """Grade every submission that has no valid report yet, and write all tables.

        Raises:
            CourseError: course.yml and the declarations do not fit.
            EnvironmentTrouble: nothing can be written to the folder, or grading cannot go on.
        """
        bind(self.course, self._plan.exercises())
        with self._folder():
            kept = self._begin(submissions)
        waiting = [submission for submission in submissions if submission.safe_name not in kept]
        self.store.prepare(self._plan.exercises(waiting))
        made = kept | self._grade(waiting)
        result = BatchResult(reused=len(kept))
        for submission in submissions:
            outcome = made[submission.safe_name]
            if isinstance(outcome, Fault):
                result.ungraded.append(submission.student_id)
                trace = keep_trace(self.out, submission.safe_name, outcome)
                result.attention.append(of_fault(submission.student_id, outcome, trace))
            else:
                result.reports.append(outcome)
                result.attention += of_hand_in(submission, outcome, self.course)
        result.graded = len(result.reports) - result.reused
        result.attention += of_roster(self.roster, (submission.student_id for submission in submissions))
        result.attention += write_tables(self.out, self.course, result.reports, result.ungraded, result.attention)
        return result

    @contextlib.contextmanager
    def _folder(self) -> Iterator[None]:
        """Turn what the disk says before anything is graded into a sentence."""
        try:
            yield
        except OSError as error:
            raise EnvironmentTrouble(
                f"{self.out} cannot be written: {error.strerror}.", "What is there is kept. Make room, or choose --out."
            ) from None

    def _begin(self, submissions: Sequence[Submission]) -> dict[str, Report | Fault]:
        """Put away what is of no use any more, and return the reports of an earlier run that are still true.

        Reports that are not true any more go first: once the state is new, a run that is killed here would believe
        them.
        """
        reports = self.out / "reports"
        reports.mkdir(parents=True, exist_ok=True)
        for part in (*self.out.glob(f"{PART}*"), *self.out.glob(f"*/{PART}*")):
            part.unlink(missing_ok=True)
        forget_traces(self.out)
        true = self._still_true(submissions)
        for submission in submissions:
            path = self._path(submission)
            if submission.safe_name not in true and path.is_file():
                path.unlink()
        write_whole(self.out / STATE, json.dumps({"state": self._state()}).encode())
        return {} if self.fresh else true

    def _grade(self, waiting: Sequence[Submission]) -> dict[str, Report | Fault]:
        made: dict[str, Report | Fault] = {}
        with contextlib.closing(self.executor.grade(self._plan, waiting)) as finished:
            for submission, found in finished:
                outcome = found if isinstance(found, Fault) else attempt(partial(self._keep, submission, found))
                if isinstance(outcome, Fault):
                    with contextlib.suppress(OSError):  # an older report of these bytes, when all is graded again
                        self._path(submission).unlink()
                made[submission.safe_name] = outcome
                if self.done:
                    self.done(outcome)
        return made

    def _keep(self, submission: Submission, report: bytes) -> Report:
        """Return a report as the next run will read it, once it is on disk."""
        read = Report.model_validate_json(report)
        write_whole(self._path(submission), report)
        return read

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

    def _still_true(self, submissions: Iterable[Submission]) -> dict[str, Report | Fault]:
        """Return the reports of an earlier run that this one would make again, by safe name."""
        try:
            if json.loads((self.out / STATE).read_bytes()) != {"state": self._state()}:
                return {}
        except (OSError, ValueError, RecursionError):
            return {}
        true: dict[str, Report | Fault] = {}
        for submission in submissions:
            with contextlib.suppress(OSError, ValidationError):
                report = Report.model_validate_json(self._path(submission).read_bytes())
                same = (report.student_id, report.submission_sha256, report.submitted_at)
                if same == (submission.student_id, submission.sha256, submission.submitted_at):
                    true[submission.safe_name] = report
        return true


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


def write_tables(
    out: Path,
    course: Course,
    reports: Sequence[Report],
    ungraded: Sequence[str] = (),
    attention: Sequence[Attention] = (),
) -> Iterator[Attention]:
    """Write the students' pages, grades.csv, scores.csv, attention.csv and index.html.

    Yields:
        A line on each that could not be written.
    """
    unwritten = list(write_pages(out, course, reports))
    for why in dict.fromkeys(found.why for _, found in unwritten):
        (who, first), *more = [(who, found) for who, found in unwritten if found.why == why]
        pages = f"page of {who}" + (f" and {len(more)} more" if more else "")
        yield of_fault(pages, first, keep_trace(out, f"page-{safe_name(who)}", first))
    for name, make in tables(course, reports, ungraded, tuple(attention)).items():
        fault = attempt(partial(_write_table, out / name, make))
        if fault is not None:
            yield of_fault(name, fault, keep_trace(out, name, fault))


def _write_table(path: Path, make: Callable[[], str]) -> None:
    write_whole(path, make().encode("utf-8", "backslashreplace"))
