"""The sandboxes of one grading run, opened when a flavour of worker is first needed, or in the background before."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress

from graders.course.course import Course
from graders.course.extras import need_torch
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
        self._opening: dict[str, Future[Sandbox]] = {}

    @property
    def level(self) -> str:
        """Isolation level of the workers, the same whether one was needed or not."""
        if self._opening and not self._open:
            self.get(next(iter(self._opening)))
        return next(iter(self._open.values())).level if self._open else self._mode or probe().level

    def get(self, flavour: str) -> Sandbox:
        """Return the sandbox for `"python"`, `"numpy"` or `"torch"` workers.

        Raises:
            EnvironmentTrouble: torch is needed and not installed.
        """
        if flavour not in self._open:
            begun = self._opening.pop(flavour, None)
            self._open[flavour] = begun.result() if begun else self._sandbox(flavour)
        return self._open[flavour]

    def warm(self, flavours: Iterable[str]) -> None:
        """Begin to open sandboxes that will be needed, one after the other, and return at once."""
        wanted = [flavour for flavour in dict.fromkeys(flavours) if flavour not in self._open.keys() | self._opening]
        if wanted:
            executor = ThreadPoolExecutor(max_workers=1)
            self._opening |= {flavour: executor.submit(self._sandbox, flavour) for flavour in wanted}
            executor.shutdown(wait=False)

    def close(self) -> None:
        """End every process of every sandbox; trouble with one of them is raised when all others have ended."""
        with ExitStack() as stack:
            while self._open:
                stack.callback(self._open.popitem()[1].close)
            while self._opening:
                begun = self._opening.popitem()[1]
                with suppress(Exception):  # one that did not open has nothing to close
                    begun.cancel()
                    stack.callback(begun.result().close)

    def _sandbox(self, flavour: str) -> Sandbox:
        if flavour == "torch":
            need_torch("This exercise")
        return open_sandbox(flavour, self._limits, self._mode)

    def __enter__(self) -> SandboxPool:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
