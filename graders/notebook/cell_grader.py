"""The grader that one process keeps for all its notebook cells and notebooks: banks, warm workers, earlier results."""

from __future__ import annotations

import atexit
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path

from graders.banks.store import BankStore
from graders.course.bind import bind
from graders.course.course import Course, load_course
from graders.course.keys import secret_key
from graders.errors import EnvironmentTrouble
from graders.grading.careful import CarefulGrader
from graders.grading.faults import Fault
from graders.grading.grade import Files, Grader, HandIn
from graders.judging.shrink import Budget
from graders.report import Report
from graders.sandbox.pool import SandboxPool

_MOST_REPORTS = 64


class NotGraded(EnvironmentTrouble):
    """A hand-in could not be graded, through no fault of its own.

    Attributes:
        fault: What happened.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.why, "This is no fault of the hand-in: grade it again.")
        self.fault = fault


class CellGrader:
    """Grades single exercises of hand-ins, each distinct one once.

    Args:
        course: The course.
        key: Seed of the cases; None for the public key.
        budget: What the search for each smallest failing case may cost.
    """

    def __init__(self, course: Course, key: str | None = None, budget: Budget | None = None) -> None:
        self.course = course
        store, search = BankStore(course, key), budget or Budget()
        self._grader = CarefulGrader(lambda: SandboxPool(course), lambda pool: Grader(course, store, pool, search))
        self._reports: OrderedDict[tuple[object, ...], Report] = OrderedDict()
        atexit.register(self._grader.close)

    def report(self, submission: HandIn, exercise: str) -> Report:
        """Return the report on one exercise of a hand-in, from memory when the same was handed in before.

        Raises:
            CourseError: course.yml and the declarations do not fit.
            NotGraded: it cannot be graded, through no fault of the hand-in.
        """
        bind(self.course, [exercise])
        asked = (exercise, submission.sha256, submission.problem, *submission.notes)
        if asked not in self._reports:
            made = self._grader.grade(submission, [exercise])
            if isinstance(made, Fault):
                raise NotGraded(made)
            if len(self._reports) >= _MOST_REPORTS:
                self._reports.popitem(last=False)
            self._reports[asked] = Report.model_validate_json(made)
        return self._reports[asked]

    def refused(self, problem: str, exercise: str) -> Report:
        """Return the report on a hand-in that cannot be read."""
        return self.report(Files({}, problem=problem), exercise)


def cell_grader(course: Path, graded: bool = False) -> CellGrader:
    """Return the grader of this process for a course.

    Args:
        course: Path of course.yml.
        graded: Whether this is a graded run, which uses the course's secret key where there is one.
    """
    loaded = course_at(course)
    return _grader(loaded.path, course.stat().st_mtime_ns, secret_key(loaded) if graded else None)


def course_at(path: Path) -> Course:
    """Return the course of a course.yml, parsed again only when the file has changed.

    Raises:
        CourseError: it is missing or broken.
    """
    return _course(path, path.stat().st_mtime_ns) if path.is_file() else load_course(path)


@lru_cache(maxsize=8)
def _course(path: Path, changed: int) -> Course:
    return load_course(path)


@lru_cache(maxsize=4)
def _grader(path: Path, changed: int, key: str | None) -> CellGrader:
    return CellGrader(_course(path, changed), key)
