"""Time and memory that a student's code may use up: for one case, for one exercise, for a whole submission."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from typing import Literal, Protocol

_PATIENCE = 5.0
"""What has a limit may take this many times as long on the wall clock while the machine is too busy to run it."""

_MOMENT = 0.02


class Process(Protocol):
    """What a clock asks a worker."""

    def cpu(self) -> float | None:
        """Return the processor time used until now in seconds, None when it cannot be told."""

    def delayed(self) -> float | None:
        """Return the seconds for which it was ready but the machine ran others, None when it cannot be told."""


class RunDelay:
    """How long a process was ready but the machine ran others: its time on the run queue, as Linux notes it.

    Args:
        pid: Its id as this process sees it.
    """

    def __init__(self, pid: int) -> None:
        self._notes: FileIO | None = None
        with suppress(OSError):
            self._notes = FileIO(f"/proc/{pid}/schedstat")  # read at every wait, so it stays open

    def seconds(self) -> float | None:
        """Return the seconds until now, None where the machine does not tell or the process is gone."""
        if self._notes is None:
            return None
        try:
            self._notes.seek(0)
            return int(self._notes.read(99).split()[1]) / 1e9  # Source: Linux, sched-stats.rst
        except (OSError, ValueError, IndexError):
            return None

    def close(self) -> None:
        """Give the notes back; nothing can be told any more."""
        if self._notes is not None:
            self._notes.close()
            self._notes = None


class Clock:
    """Tells how long a case may still take: a loaded machine's own delay does not count, sleep and work do.

    Args:
        process: The worker.
        wall: Seconds for the case.
    """

    def __init__(self, process: Process, wall: float) -> None:
        self.wall = wall
        self._process = process
        self._begun = time.monotonic()
        self._cpu, self._delayed = process.cpu(), process.delayed()

    def left(self) -> float:
        """Return the seconds to wait now; 0 or less when the time is over."""
        passed = time.monotonic() - self._begun
        if passed < self.wall:
            return self.wall - passed
        if passed >= self.wall * _PATIENCE:
            return 0.0
        delayed, cpu = self._process.delayed(), self._process.cpu()
        if delayed is not None and self._delayed is not None:
            left = self.wall - (passed - (delayed - self._delayed))
        elif cpu is not None and self._cpu is not None:
            left = self.wall * 0.9 - (cpu - self._cpu)
        else:
            return 0.0
        return 0.0 if left <= _MOMENT else left + _MOMENT


class Spent(Exception):
    """An allowance is used up; the message is a sentence for the student.

    Args:
        status: What a report says of the concepts: `"timeout"` or `"memory"`.
        text: The sentence.
    """

    def __init__(self, status: Literal["timeout", "memory"], text: str) -> None:
        super().__init__(text)
        self.status: Literal["timeout", "memory"] = status


class Allowance:
    """What the workers of one exercise may use together, or those of a submission, which is `whole` to its exercises.

    Args:
        what: Of whom the sentence speaks, such as `"this exercise"`.
        seconds: Of waiting for answers; the machine's own delay does not count, at most four fifths of the time.
        megabytes: That the answers may take in the grader's memory.
        whole: Another allowance that this one is a part of: its seconds are used up as well.
        pulse: Called twice a second at least while workers are waited for; it may raise to end the grading.
    """

    def __init__(
        self,
        what: str = "",
        seconds: float = math.inf,
        megabytes: float = math.inf,
        whole: Allowance | None = None,
        pulse: Callable[[], None] | None = None,
    ) -> None:
        self._what = what
        self._seconds = seconds
        self._bytes = megabytes * 2**20
        self._whole = whole
        self._pulse = pulse
        self.used = 0.0
        self._excused = 0.0
        self._kept = 0

    @property
    def spent(self) -> bool:
        """Whether its seconds, or those of the whole, are used up."""
        over = self.used - min(self._excused, self.used * (1 - 1 / _PATIENCE)) > self._seconds
        return over or (self._whole is not None and self._whole.spent)

    def part(self, seconds: float) -> Allowance:
        """Return an allowance of so many seconds, which this one pays, and of as much memory."""
        return Allowance(self._what, seconds, self._bytes / 2**20, whole=self)

    def use(self, seconds: float, size: int = 0) -> None:
        """Note what was used."""
        self.used += seconds
        self._kept += size
        if self._whole is not None:
            self._whole.use(seconds)

    def excuse(self, seconds: float) -> None:
        """Note seconds that were the machine's own delay."""
        self._excused += seconds
        if self._whole is not None:
            self._whole.excuse(seconds)

    def beat(self) -> None:
        """Let the caller of the grading look in."""
        if self._pulse is not None:
            self._pulse()
        elif self._whole is not None:
            self._whole.beat()

    def check(self) -> None:
        """Raise when something is used up.

        Raises:
            Spent: it is.
        """
        if self._kept > self._bytes:
            raise Spent("memory", f"The answers of {self._what} are larger than {self._bytes / 2**20:g} MB together.")
        if self._whole is not None:
            self._whole.check()
        if self.spent:
            raise Spent("timeout", f"The cases of {self._what} took more than {self._seconds:g} s together.")


class Meter:
    """Charges the time of one worker to the allowance in force, and excuses the machine's delay when that matters.

    Args:
        process: The worker.
        allowance: Pays.
    """

    def __init__(self, process: Process, allowance: Allowance) -> None:
        self.allowance = allowance
        self._process = process
        self._excused = process.delayed()
        self._marked = time.monotonic()

    def start(self) -> None:
        """Begin to count the time."""
        self._marked = time.monotonic()

    def charge(self) -> None:
        """Charge the time since the last mark.

        Raises:
            Spent: nothing is left.
        """
        self.allowance.beat()
        now = time.monotonic()
        self.allowance.use(now - self._marked)
        self._marked = now
        if self.allowance.spent:
            self.excuse()
        self.allowance.check()

    def excuse(self) -> None:
        """Take what was the machine's own delay from the bill."""
        delayed = self._process.delayed()
        if delayed is not None and self._excused is not None:
            self.allowance.excuse(max(0.0, delayed - self._excused))
            self._excused = delayed
