"""The sandboxes of one grading run, opened when a flavour of worker is first needed."""

from __future__ import annotations

from graders.course import Course
from graders.sandbox.client import Limits, Sandbox
from graders.sandbox.opening import open_sandbox
from graders.sandbox.probe import probe


class SandboxPool:
    """The sandboxes of one grading run, one for each flavour of worker, opened when first needed.

    Args:
        course: For its limits.
        mode: The isolation level to use; None for the best that this machine offers.
    """

    def __init__(self, course: Course, mode: str | None = None) -> None:
        limits = course.limits
        self._limits = Limits(wall=limits.wall, memory=limits.memory, output=limits.output)
        self._mode = mode
        self._open: dict[str, Sandbox] = {}

    @property
    def level(self) -> str:
        """Isolation level of the workers, the same whether one was needed or not."""
        return next(iter(self._open.values())).level if self._open else self._mode or probe().level

    def get(self, flavour: str) -> Sandbox:
        """Return the sandbox for `"python"`, `"numpy"` or `"torch"` workers."""
        if flavour not in self._open:
            self._open[flavour] = open_sandbox(flavour, self._limits, self._mode)
        return self._open[flavour]

    def close(self) -> None:
        """End every process of every sandbox."""
        while self._open:
            self._open.popitem()[1].close()

    def __enter__(self) -> SandboxPool:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
