"""The narrow interface between grader and sandbox: what a worker may use, what it is asked, and its two ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from graders.sandbox.clock import Process


@dataclass(frozen=True)
class Limits:
    """What one worker may use.

    Attributes:
        wall: Seconds for one case.
        load: Seconds for executing the student's file.
        memory: Megabytes beyond what the worker has at its start.
        output: Kilobytes of printed text that are kept.
        cpu: Seconds of processor time of a whole worker: a back-stop behind the clock.
    """

    wall: float = 2.0
    load: float = 5.0
    memory: int = 512
    output: int = 64
    cpu: int = 300


@dataclass(frozen=True)
class Setup:
    """What a worker prepares before it runs a student's files. After that it can import nothing more of ours.

    Attributes:
        plays: (kind, play) of every player that will be asked for.
        supplies: File stem to a module of ours that stands in for the student's.
        avoids: Dotted names that the exercise does without: stand-ins take their place.
        stays: Dotted names below those of `avoids` that are left as they are.
        holes: File stem to the functions and methods of that file which count as not written while they are empty.
    """

    plays: Sequence[tuple[str, str]] = ()
    supplies: Mapping[str, str] = field(default_factory=dict)
    avoids: Sequence[str] = ()
    stays: Sequence[str] = ()
    holes: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """Cases for one player.

    Attributes:
        kind: Kind of the cases.
        play: Name of the player.
        cases: Their wire forms, packed as one msgpack array.
        count: How many they are.
        wall: Seconds for one case, when it is not the general limit.
    """

    kind: str
    play: str
    cases: bytes
    count: int
    wall: float | None = None


class Channel(Process, Protocol):
    """A worker process seen from the grader: bytes in and out, and its end."""

    def send(self, data: bytes | memoryview, seconds: float) -> int:
        """Return how many of the bytes the worker's side has taken before `seconds` passed.

        Raises:
            OSError: the process is gone.
        """

    def receive(self, seconds: float) -> bytes | None:
        """Return the next bytes, `b""` at the end of the conversation, None when `seconds` passed without any."""

    @property
    def notes(self) -> Mapping[str, int]:
        """Name and number of the blocked system calls that it made, known after `kill`."""

    def kill(self) -> str:
        """End the process and return how it had ended by itself: one of `"killed"`, `"signal N"`, `"exit N"`,
        `"memory"`."""

    def output(self) -> bytes:
        """Return what was printed, cut at the limit."""


class Sandbox(Protocol):
    """A source of workers. Close it when done; it is a context manager."""

    level: str

    def channel(self) -> Channel:
        """Return a fresh worker process that has loaded nothing yet."""

    def close(self) -> None:
        """End every process of this sandbox."""
