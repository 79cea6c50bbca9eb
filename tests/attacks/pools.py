"""Sandboxes of an arena: those for single files, and those for whole batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graders.course.course import Course
from graders.sandbox.client import Sandbox
from graders.sandbox.opening import open_sandbox
from graders.sandbox.pool import SandboxPool


@dataclass
class Pool:
    """The sandboxes of one arena, for the grading loop."""

    open: Callable[[str], Sandbox]
    level: str

    def get(self, flavour: str) -> Sandbox:
        return self.open(flavour)


class WalledPool(SandboxPool):
    """Sandboxes for whole batches.

    Args:
        course: For its limits.
        mode: `"jail"`, `"base"` or `"portable"`.
        landlock: Version of Landlock to be content with, None for the kernel's.
    """

    def __init__(self, course: Course, mode: str, landlock: int | None) -> None:
        super().__init__(course, mode)
        self._landlock = landlock

    def _sandbox(self, flavour: str) -> Sandbox:
        return open_sandbox(flavour, self._limits, self._mode, self._landlock)
