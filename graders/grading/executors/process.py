"""State of one grading process: one grader per thread, and a cache they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, local

from graders.course.course import Course
from graders.grading.careful import CarefulGrader
from graders.grading.executors.plan import Plan
from graders.grading.faults import Fault
from graders.grading.grade import Grader, HandIn
from graders.judging.imports import import_ahead
from graders.judging.known import Known
from graders.sandbox.client import Sandbox
from graders.sandbox.pool import SandboxPool
from graders.sandbox.probe import probe


class Stopped(BaseException):
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
    _graders: list[CarefulGrader] = field(default_factory=list, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)
    _stopped: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        import_ahead(self.plan.course.folder, self.plan.exercises())  # before threads start
        # what the machine offers is found out once: a sandbox that fails later is a fault, never a lower wall
        self._mode = self.plan.mode or probe().level

    def grade(self, submission: HandIn) -> bytes | Fault:
        """Return the report on one submission as JSON, made by the grader of the calling thread.

        Raises:
            Stopped: the crew was closed meanwhile.
        """
        grader = self._grader()
        try:
            self._check()
            return grader.grade(submission, submission.only or self.plan.only)
        finally:
            if self._stopped:
                grader.close()  # it may have opened a sandbox after all others were closed

    def close(self) -> None:
        """End every worker at once; a thread that waits for one wakes up and is stopped."""
        with self._lock:
            self._stopped = True
        for grader in self._graders:
            grader.close()

    def _grader(self) -> CarefulGrader:
        if not hasattr(self._mine, "grader"):
            with self._lock:
                self._check()
                self._mine.grader = CarefulGrader(lambda: _Pool(self.plan.course, self._mode, self._check), self._make)
                self._graders.append(self._mine.grader)
        grader: CarefulGrader = self._mine.grader
        return grader

    def _make(self, pool: SandboxPool) -> Grader:
        plan = self.plan
        return Grader(plan.course, plan.store, pool, plan.budget, self._known, lambda *done: self._check(), self._check)

    def _check(self) -> None:
        if self._stopped:
            raise Stopped


class _Pool(SandboxPool):
    """Gives no worker once nobody waits for reports, else a thread would open new sandboxes for those just closed."""

    def __init__(self, course: Course, mode: str, check: Callable[[], None]) -> None:
        super().__init__(course, mode)
        self._check = check

    def get(self, flavour: str) -> Sandbox:
        """Return the sandbox of a flavour; `Stopped` when the crew was closed."""
        self._check()
        return super().get(flavour)
