"""The grader of a graded run: a fault of ours or of the machine costs no student anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from graders.grading.faults import Fault, attempt
from graders.grading.grade import Grader, HandIn
from graders.sandbox.pool import SandboxPool


class CarefulGrader:
    """Grades one hand-in after the other. After a fault it goes on with a new grader and new workers.

    Args:
        open_pool: Gives the sandboxes.
        make: Gives a grader on them.
    """

    def __init__(self, open_pool: Callable[[], SandboxPool], make: Callable[[SandboxPool], Grader]) -> None:
        self._open_pool = open_pool
        self._make = make
        self._pool: SandboxPool | None = None
        self._grader: Grader | None = None

    def grade(self, submission: HandIn, only: Iterable[str] | None = None) -> bytes | Fault:
        """Return the report as JSON, ready to be written and sent; a fault when it cannot be made."""
        names = None if only is None else list(only)
        return attempt(lambda: self._report(submission, names), before_second=self.close)

    def close(self) -> None:
        """End the workers; whoever grades next gets new ones."""
        pool, self._pool, self._grader = self._pool, None, None
        if pool:
            with suppress(Exception):  # a sandbox that is broken already: its processes end with its wire
                pool.close()

    def _report(self, submission: HandIn, only: list[str] | None) -> bytes:
        if self._grader is None:
            self._pool = self._open_pool()
            self._grader = self._make(self._pool)
        return self._grader.grade(submission, only).model_dump_json(indent=1).encode()
