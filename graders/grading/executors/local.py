"""Grading in threads of this process: they wait for workers, which are processes of their own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graders.grading.executors.plan import Outcomes, Plan
    from graders.submission import Submission


@dataclass(frozen=True)
class Local:
    """Grades on this machine.

    Args:
        jobs: Submissions graded at the same time.
        allow_unsandboxed: Whether to grade without kernel walls.
    """

    jobs: int = 1
    allow_unsandboxed: bool = False

    def ready(self) -> None:
        """Raise unless this machine has kernel walls, or none are asked for."""
        from graders.sandbox.probe import require_walls

        require_walls(self.allow_unsandboxed)

    def grade(self, plan: Plan, submissions: Sequence[Submission]) -> Outcomes:
        """Yield each submission with its report, as `Executor` says."""
        from graders.grading.executors.process import Crew

        crew = Crew(plan)
        threads = ThreadPoolExecutor(max_workers=max(1, self.jobs))
        try:
            begun = {threads.submit(crew.grade, submission): submission for submission in submissions}
            for future in as_completed(begun):
                yield begun.pop(future), future.result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            crew.close()
