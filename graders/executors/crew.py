"""What a process grades a batch with: a grader for each of its threads, and in common what is found out once."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import local

from graders.executors.plan import Plan
from graders.grade import Grader, HandIn
from graders.judging import Known
from graders.report import Report
from graders.sandbox.pool import SandboxPool


@dataclass
class Crew:
    """The graders of a process. A thread gets one, with workers of its own, when it first grades.

    Args:
        plan: What it grades with; its banks are prepared beforehand.
    """

    plan: Plan
    _known: Known = field(default_factory=Known, init=False)
    _mine: local = field(default_factory=local, init=False)
    _pools: list[SandboxPool] = field(default_factory=list, init=False)
    _closed: bool = field(default=False, init=False)

    def grade(self, submission: HandIn) -> Report:
        """Return the report on one submission, made by the grader of the calling thread."""
        plan = self.plan
        if not hasattr(self._mine, "grader"):
            pool = SandboxPool(plan.course, plan.mode)
            self._pools.append(pool)
            if self._closed:
                self.close()
            self._mine.grader = Grader(plan.course, plan.store, pool, plan.budget, self._known)
        report: Report = self._mine.grader.grade(submission, plan.only)
        return report

    def close(self) -> None:
        """End every worker. Where a thread is grading still, what it returns or raises after that means nothing."""
        self._closed = True
        for pool in self._pools:
            pool.close()
