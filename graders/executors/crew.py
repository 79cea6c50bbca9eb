"""What a process grades a batch with: a grader for each of its threads, and in common what is found out once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import local

from graders.course import Course
from graders.grade import Grader, HandIn
from graders.judging import Known
from graders.report import Report
from graders.sandbox.pool import SandboxPool
from graders.shrink import Budget
from graders.store import BankStore


@dataclass
class Crew:
    """The graders of a process. A thread gets one, with workers of its own, when it first grades.

    Args:
        course: The course.
        store: Banks under the key of this run, prepared beforehand.
        only: Exercise ids or concept addresses; None for the whole course.
        budget: What the search for each smallest failing case may cost.
        mode: Isolation level of the workers; None for the best.
    """

    course: Course
    store: BankStore
    only: Sequence[str] | None = None
    budget: Budget = Budget()
    mode: str | None = None
    _known: Known = field(default_factory=Known, init=False)
    _mine: local = field(default_factory=local, init=False)
    _pools: list[SandboxPool] = field(default_factory=list, init=False)
    _closed: bool = field(default=False, init=False)

    def grade(self, submission: HandIn) -> Report:
        """Return the report on one submission, made by the grader of the calling thread."""
        if not hasattr(self._mine, "grader"):
            pool = SandboxPool(self.course, self.mode)
            self._pools.append(pool)
            if self._closed:
                self.close()
            self._mine.grader = Grader(self.course, self.store, pool, self.budget, self._known)
        report: Report = self._mine.grader.grade(submission, self.only)
        return report

    def close(self) -> None:
        """End every worker. Where a thread is grading still, what it returns or raises after that means nothing."""
        self._closed = True
        for pool in self._pools:
            pool.close()
