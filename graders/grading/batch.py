"""A class at once: every submission in a folder gets a report, and the class its tables.

A batch may be stopped at any instant. Reports are written one by one, each in one piece; the next run grades what has
no report yet, or none for these bytes, this key and this grader, and ends with the same files as an unbroken run.
What counts is settled from the reports when they are written and read: points and dates never grade anything again.

What goes wrong with one submission touches no other. A fault of the hand-in is a report like any other. A fault of
ours or of the machine leaves the student ungraded: no report, a row without numbers, and the next run tries again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

from graders import __version__
from graders.banks.store import BankStore
from graders.course.bind import bind
from graders.course.course import Course
from graders.course.granted import NOTHING, Granted
from graders.errors import not_written
from graders.files import PART, write_whole
from graders.grading.attention import Attention, of_fault, of_hand_in, of_roster
from graders.grading.changes import Change, changes
from graders.grading.executors import Executor
from graders.grading.executors.local import Local
from graders.grading.executors.plan import Plan
from graders.grading.faults import Fault, attempt, forget_traces, keep_trace
from graders.grading.feedback import listed
from graders.grading.kept import REPORTS, Kept, uncollected
from graders.grading.outputs import write_tables
from graders.grading.settled import Settled, Unread, given_digest, recall, remember
from graders.grading.wanted import Task, Wanted
from graders.judging.shrink import Budget
from graders.render.standing import Standing, standing_of
from graders.report import Report
from graders.submission import Submission, find_submissions
from graders.submission.clues import clues_of
from graders.submission.defines import course_clues
from graders.submission.model import safe_name
from graders.submission.roster import Roster

STATE = ".leafgrad-batch.json"
"""What older versions left beside the reports: a digest of all that decides every one of them."""


@dataclass
class BatchResult:
    """Reports of a class, sorted by student id, and what an instructor must look at.

    Attributes:
        reports: One for each student who is graded.
        graded: How many of them are new.
        reused: How many are of an earlier run.
        ungraded: Ids of the others.
        attention: Who or what needs attention.
        changes: Who has other points than before the run.
        notes: Sentences on what is worth knowing of the class as a whole.
    """

    reports: Sequence[Report] = ()
    graded: int = 0
    reused: int = 0
    ungraded: list[str] = field(default_factory=list)
    attention: list[Attention] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @cached_property
    def standing(self) -> Standing:
        """Where the class stands, as the terminal shows it."""
        return standing_of(self.reports)

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
        roster: Ids of the students who should have handed in, or ids to names.
        granted: Extensions and overrides.
        strangers: Lines on hand-ins of people whom the roster does not know.
        told: Sentences on the class as a whole.
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
    granted: Granted = NOTHING
    strangers: Sequence[Attention] = ()
    told: Sequence[str] = ()

    def run(self, submissions: Sequence[Submission]) -> BatchResult:
        """Grade every submission that has no valid report yet, and write all tables.

        Raises:
            CourseError: course.yml and the declarations do not fit.
            EnvironmentTrouble: nothing can be written to the folder, or grading cannot go on.
        """
        bind(self.course, self._plan.exercises())
        given = self._given(submissions)
        with self._folder():
            self._tidy()
            if not self.fresh and (last := recall(self.out, given)):
                return _as_it_was(self.out, last)
            kept = Kept(self.out, self.course, self.granted)
            wanted = Wanted(self.course, self.store, self.only, self.fresh, kept, self._has_old_state())
        result = BatchResult()
        result.attention += self._grade_attempts(submissions, wanted, kept)
        with self._folder():
            everyone = [*submissions, *wanted.staying(submissions, listed(self.out))]
            tasks = {one.safe_name: task for one in everyone if (task := wanted.of(one))}
            (self.out / STATE).unlink(missing_ok=True)
        waiting = [replace(one, only=tasks[one.safe_name].only) for one in everyone if one.safe_name in tasks]
        self.store.prepare(self._plan.exercises(waiting))
        faults = self._grade(waiting, tasks, kept)
        with uncollected():
            self._finish(result, submissions, everyone, faults, kept)
            result.reused, result.graded = len(everyone) - len(waiting), len(waiting) - len(result.ungraded)
            result.notes += wanted.notes()
            result.attention += write_tables(
                self.out, self.course, result.reports, result.ungraded, result.attention, result.changes
            )
            kept.forget_before()
            if result.whole and not result.changes:
                names = [safe_name(report.student_id) for report in result.reports]
                remember(self.out, given, names, result.attention, result.notes, result.standing)
        return result

    def _finish(
        self,
        result: BatchResult,
        submissions: Sequence[Submission],
        everyone: Sequence[Submission],
        faults: Mapping[str, Fault],
        kept: Kept,
    ) -> None:
        """Settle what was graded, and note who must be looked at and who changes."""
        clues, reports = clues_of(self.course), list[Report]()
        for submission in sorted(everyone, key=lambda one: one.student_id):
            fault = faults.get(submission.safe_name) or self._settled(submission, kept)
            if isinstance(fault, Fault):
                result.ungraded.append(submission.student_id)
                trace = keep_trace(self.out, submission.safe_name, fault)
                result.attention.append(of_fault(submission.student_id, fault, trace))
            else:
                report = kept.reports[submission.safe_name]
                reports.append(report)
                result.attention += of_hand_in(submission, report, self.course, clues)
        result.reports = reports
        result.attention += self.strangers
        result.attention += of_roster(self.roster, (one.student_id for one in submissions), self.strangers)
        result.notes = [*self.told, *self.granted.notes, *self.granted.unknown({one.student_id for one in everyone})]
        result.changes = changes(kept.before(), result.reports)

    def _grade_attempts(self, submissions: Sequence[Submission], wanted: Wanted, kept: Kept) -> Iterator[Attention]:
        """Grade the attempts before the last ones that a download has, and no run has graded, the first ones first.

        Yields:
            A line on each that could not be graded.
        """
        for number in range(max((len(one.earlier) for one in submissions), default=0)):
            some = [one.earlier[number] for one in submissions if number < len(one.earlier)]
            some = [one for one in some if not kept.has(one.safe_name, one.sha256)]
            tasks = {one.safe_name: task for one in some if (task := wanted.of(one))}
            waiting = [replace(one, only=tasks[one.safe_name].only) for one in some if one.safe_name in tasks]
            self.store.prepare(self._plan.exercises(waiting))
            for name, fault in self._grade(waiting, tasks, kept, tell=False).items():
                who = next(one.student_id for one in waiting if one.safe_name == name)
                yield of_fault(f"{who} (attempt {number + 1})", fault, keep_trace(self.out, name, fault))

    @contextlib.contextmanager
    def _folder(self) -> Iterator[None]:
        """Turn what the disk says before anything is graded into a sentence."""
        try:
            yield
        except OSError as error:
            raise not_written(error, self.out) from None

    def _tidy(self) -> None:
        """Put away what a killed run left on its way, and see that the folder can be written."""
        (self.out / REPORTS).mkdir(parents=True, exist_ok=True)
        for part in (*self.out.glob(f"{PART}*"), *self.out.glob(f"*/{PART}*")):
            part.unlink(missing_ok=True)
        forget_traces(self.out)
        probe = self.out / f"{PART}probe"
        write_whole(probe, b"")
        probe.unlink()

    def _given(self, submissions: Sequence[Submission]) -> str:
        """Return the digest of all that decides how this run ends, besides what lies in the folder."""
        course, students = self.course, sorted(self.roster)
        names = self.roster if isinstance(self.roster, Mapping) else {}
        banks = [self.store.fingerprint(exercise) for exercise in course.exercise_ids]
        stubs = sorted(clues_of(course).stubs.items())
        rest = (students, sorted(names.items()), list(self.strangers), list(self.told), self.only)
        return given_digest(submissions, __version__, course, banks, stubs, self.granted, *rest)

    def _grade(
        self, waiting: Sequence[Submission], tasks: Mapping[str, Task], kept: Kept, tell: bool = True
    ) -> dict[str, Fault]:
        """Grade what waits; return safe name to what went wrong. With `tell`, `done` hears of each."""
        faults: dict[str, Fault] = {}
        with contextlib.closing(self.executor.grade(self._plan, waiting)) as finished:
            for submission, found in finished:
                task = tasks[submission.safe_name]
                outcome = found if isinstance(found, Fault) else attempt(partial(task.keep, found))
                if isinstance(outcome, Fault):
                    with contextlib.suppress(OSError):  # an older report of these bytes, when all is graded again
                        kept.forget(submission.safe_name, task.exercises)
                    faults[submission.safe_name] = outcome
                if self.done and tell:
                    self.done(outcome)
        return faults

    def _settled(self, submission: Submission, kept: Kept) -> Fault | None:
        """Have the report of a student on disk as today's policy has it; return what went wrong."""
        made = attempt(partial(kept.settle, submission.safe_name))
        return made if isinstance(made, Fault) else None

    @property
    def _plan(self) -> Plan:
        return Plan(self.course, self.store, self.only, self.budget, self.mode, str(self.out.resolve()))

    def old_state(self) -> str:
        """Return what older versions left in `STATE` beside reports that this run would make again."""
        course = self.course.path.read_bytes() if self.course.path.is_file() else repr(self.course).encode()
        banks = [self.store.fingerprint(exercise) for exercise in self._plan.exercises()]
        parts = [__version__, *banks, hashlib.sha256(course).hexdigest(), repr(self.only)]
        return json.dumps({"state": hashlib.sha256("\0".join(parts).encode()).hexdigest()})

    def _has_old_state(self) -> bool:
        try:
            return (self.out / STATE).read_text(encoding="utf-8") == self.old_state()
        except (OSError, ValueError):
            return False


def _as_it_was(out: Path, last: Settled) -> BatchResult:
    """Return the result of a run that finds everything as the last one left it."""
    result = BatchResult(Unread(out / REPORTS, last.names), reused=len(last.names))
    result.attention, result.notes, result.standing = last.attention, last.notes, last.standing
    return result


def collect(
    path: Path,
    course: Course,
    assignment: str | None = None,
    only: Sequence[str] | None = None,
    roster: Roster | None = None,
    told: list[str] | None = None,
) -> list[Submission]:
    """Return the submissions in a folder, sorted by student id.

    Args:
        path: The folder.
        course: The course.
        assignment: In nbgrader's layout, the only assignment to read.
        only: Exercise ids or concept addresses that are graded; None for the whole course.
        roster: Who is who; None where nobody knows.
        told: Sentences on the class as a whole are added to it.
    """
    asked = list(dict.fromkeys(course.exercise(name.partition(".")[0]).id for name in only or ()))
    with course_clues(course, asked, roster) as clues:
        found = find_submissions(path, course.exercise_ids, assignment, clues)
        if told is not None:
            told += dict.fromkeys(clues.told)
        return found
