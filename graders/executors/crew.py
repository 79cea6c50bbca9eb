"""What a process grades a batch with: a grader for each of its threads, and in common what is found out once."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock, local

from graders.executors.plan import Plan
from graders.grade import Grader, HandIn
from graders.imports import import_ahead
from graders.known import Known
from graders.report import Report
from graders.sandbox.pool import SandboxPool


class Stopped(Exception):
    """Nobody waits for the report any more."""


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
    _lock: Lock = field(default_factory=Lock, init=False)
    _at_work: int = field(default=0, init=False)
    _stopped: bool = field(default=False, init=False)

    def grade(self, submission: HandIn) -> Report:
        """Return the report on one submission, made by the grader of the calling thread.

        Raises:
            Stopped: the crew was closed meanwhile.
        """
        with self._lock:
            self._check()
            self._at_work += 1
        try:
            report: Report = self._grader().grade(submission, self.plan.only)
            return report
        finally:
            with self._lock:
                self._at_work -= 1
                self._end_when_idle()

    def close(self) -> None:
        """End every worker: at once where no thread is grading, else by the last of them, after the concept at hand."""
        with self._lock:
            self._stopped = True
            self._end_when_idle()

    def _grader(self) -> Grader:
        if not hasattr(self._mine, "grader"):
            with self._lock:
                import_ahead(self.plan.exercises())
            plan, pool = self.plan, SandboxPool(self.plan.course, self.plan.mode)
            self._pools.append(pool)
            self._mine.grader = Grader(
                plan.course, plan.store, pool, plan.budget, self._known, lambda *done: self._check(), self._check
            )
        grader: Grader = self._mine.grader
        return grader

    def _check(self) -> None:
        if self._stopped:
            raise Stopped

    def _end_when_idle(self) -> None:
        if self._stopped and not self._at_work:
            for pool in self._pools:
                pool.close()
