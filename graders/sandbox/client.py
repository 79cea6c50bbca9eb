"""The narrow interface between grader and sandbox: open a sandbox, ask it for workers, replay cases on them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import msgpack

from graders import observation
from graders.observation import Observation
from graders.sandbox.wire import Frames, Violation, pack, unpack_payload

_PATIENCE = 5.0
"""A case may take this many times its limit on the wall clock while the machine is too busy to run it."""

_MOMENT = 0.02

_SHORT = 400
"""Bytes of the longest answer that is remembered: a class gives the same answers again and again."""

_MOST_BYTES = 4 << 20
"""Bytes that the answers to one block may have together, so that a hostile class cannot fill the grader's memory."""


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
    """

    plays: Sequence[tuple[str, str]] = ()
    supplies: Mapping[str, str] = field(default_factory=dict)
    avoids: Sequence[str] = ()
    stays: Sequence[str] = ()


_NOTHING = Setup()


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


class Channel(Protocol):
    """A worker process seen from the grader: bytes in and out, and its end."""

    def send(self, data: bytes) -> None:
        """Send bytes; BrokenPipeError or OSError when the process is gone."""

    def receive(self, seconds: float) -> bytes | None:
        """Return the next bytes, `b""` at the end of the conversation, None when `seconds` passed without any."""

    @property
    def notes(self) -> Mapping[str, int]:
        """Name and number of the blocked system calls that it made, known after `kill`."""

    def cpu(self) -> float | None:
        """Return the processor time used until now in seconds, None when it cannot be told."""

    def delayed(self) -> float | None:
        """Return the seconds for which it was ready but the machine ran others, None when it cannot be told."""

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


class Worker:
    """A conversation with one worker about one exercise of one submission."""

    def __init__(self, channel: Channel, limits: Limits) -> None:
        self._channel = channel
        self._limits = limits
        self._frames = Frames(0)
        self._waiting: list[bytes] = []
        self._received, self._most = 0, _MOST_BYTES
        self.alive = True

    def load(self, home: str, files: Mapping[str, bytes], setup: Setup = _NOTHING) -> Observation:
        """Execute the student's file of exercise `home`.

        Args:
            home: File stem of the exercise.
            files: File stem to source, for every file of the submission.
            setup: What the worker prepares before.
        """
        request = {
            "do": "load",
            "home": home,
            "files": dict(files),
            "plays": list(setup.plays),
            "supplies": dict(setup.supplies),
            "avoids": list(setup.avoids),
            "stays": list(setup.stays),
        }
        return self._ask(request, -1, [self._limits.load])[0]

    def replay(
        self, kind: str, play: str, cases: bytes, count: int, start: int = 0, wall: float | None = None
    ) -> list[Observation]:
        """Replay the cases from `start` on; ends early, with the guilty case last, when the process ends.

        Args:
            kind: Kind of the cases.
            play: Name of the player.
            cases: The wire forms of all cases, packed as one msgpack array.
            count: Number of cases in it.
            start: Index of the first case to replay.
            wall: Seconds for one case, when it is not the general limit.
        """
        return self.replay_blocks([Block(kind, play, cases, count, wall)], start, each=True)

    def replay_blocks(self, blocks: Sequence[Block], start: int = 0, each: bool = False) -> list[Observation]:
        """Replay several blocks of cases, counted through; ends early when the process ends.

        Args:
            blocks: The cases.
            start: The first case to replay.
            each: Whether every answer is sent at once, so that the last one is that of the guilty case when the process
                ends. Otherwise the answers to a few cases before it may be lost with it.
        """
        shown = [[block.kind, block.play, block.cases] for block in blocks]
        walls = [block.wall or self._limits.wall for block in blocks for _ in range(block.count)]
        return self._ask({"do": "replay", "blocks": shown, "start": start, "each": each}, start, walls[start:])

    def output(self) -> bytes:
        """Return what the student's code printed."""
        return self._channel.output()

    def notes(self) -> Mapping[str, int]:
        """Return name and number of the blocked system calls that the student's code made, known after `kill`."""
        return self._channel.notes

    def kill(self) -> None:
        """End the process; nothing that it might still do counts."""
        if self.alive:
            self.alive = False
            self._channel.kill()

    def _ask(self, request: dict[str, Any], first: int, walls: Sequence[float]) -> list[Observation]:
        """Return the answers to a request: one for each entry of `walls`, the seconds that it may take."""
        wanted = len(walls)
        self._received, self._most = 0, _MOST_BYTES * len(request.get("blocks", "1"))
        answers: list[Observation] = []
        nonce = secrets.randbits(64)
        try:
            if self._waiting or self._frames.unfinished or self._channel.receive(0):
                raise Violation("the worker sent something that nobody had asked for")
            self._frames = Frames(nonce)
            self._channel.send(pack(nonce, request))
            while len(answers) < wanted:
                answers.extend(self._answers(first + len(answers), wanted - len(answers), walls[len(answers)]))
        except Violation as error:
            answers.append(self._over(observation.VIOLATION, str(error)))
        except _Ended as ended:
            answers.append(ended.observation)
        except OSError:
            answers.append(self._ended_by_itself())
        return answers

    def _answers(self, index: int, most: int, wall: float) -> list[Observation]:
        """Return the answers that have arrived, waiting for the first; a part of one does not stop the clock."""
        clock = _Clock(self._channel, wall)
        while not self._waiting:
            data = self._wait(clock)
            self._received += len(data)
            if self._received > self._most:
                raise Violation(f"the answers are longer than {self._most >> 20} MB together")
            self._waiting = self._frames.payloads(data)
        if len(self._waiting) > most:
            raise Violation("the worker sent more answers than it was asked for")
        taken, self._waiting = self._waiting, []
        return [_observation(payload, index + offset) for offset, payload in enumerate(taken)]

    def _wait(self, clock: _Clock) -> bytes:
        while (patience := clock.left()) > 0:
            data = self._channel.receive(patience)
            if data:
                return data
            if data is not None:
                raise _Ended(self._ended_by_itself())
        raise _Ended(self._over(observation.TIMEOUT, f"no answer after {clock.wall:g} s"))

    def _over(self, status: str, text: str) -> Observation:
        self.kill()
        return Observation(status, [], text=text)

    def _ended_by_itself(self) -> Observation:
        self.alive = False
        how = self._channel.kill()
        if how == "memory":
            return Observation(observation.MEMORY, [], text="the process ran out of memory")
        if how.startswith("exit"):
            return Observation(observation.CRASHED, [], text=f"the process ended itself with exit code {how[5:]}")
        return Observation(observation.CRASHED, [], text="the process crashed")  # which signal depends on the mode


class _Clock:
    """Tells how long a case may still take: a loaded machine's own delay does not count, sleep and work do.

    Args:
        channel: The worker.
        wall: Seconds for the case.
    """

    def __init__(self, channel: Channel, wall: float) -> None:
        self.wall = wall
        self._channel = channel
        self._begun = time.monotonic()
        self._cpu, self._delayed = channel.cpu(), channel.delayed()

    def left(self) -> float:
        """Return the seconds to wait now; 0 or less when the time is over."""
        passed = time.monotonic() - self._begun
        if passed < self.wall:
            return self.wall - passed
        if passed >= self.wall * _PATIENCE:
            return 0.0
        delayed, cpu = self._channel.delayed(), self._channel.cpu()
        if delayed is not None and self._delayed is not None:
            left = self.wall - (passed - (delayed - self._delayed))
        elif cpu is not None and self._cpu is not None:
            left = self.wall * 0.9 - (cpu - self._cpu)
        else:
            return 0.0
        return 0.0 if left <= _MOMENT else left + _MOMENT


class _Ended(Exception):
    def __init__(self, seen: Observation) -> None:
        super().__init__(seen.status)
        self.observation = seen


_STATUSES = frozenset(
    {observation.OK, observation.RAISED, observation.ABSENT, observation.UNIMPLEMENTED, observation.MEMORY}
)


def _observation(payload: bytes, index: int) -> Observation:
    """Return a reply as an observation; `Violation` when it is not the answer to case `index`."""
    found, seen = _remembered(payload) if len(payload) <= _SHORT else _reply(payload)
    if found != index:
        raise Violation("a reply does not answer the case that was asked")
    return seen


def _reply(payload: bytes) -> tuple[int, Observation]:
    """Return the index of a reply and what it tells; `Violation` when it has another form."""
    message = unpack_payload(payload)
    if not isinstance(message, list) or len(message) != 7 or type(message[0]) is not int:
        raise Violation("a reply does not answer the case that was asked")
    index, status, fields, error, text, file, line = message
    texts_fit = all(type(item) is str and len(item) <= 400 for item in (error, text, file))
    if status not in _STATUSES or type(fields) is not list or not texts_fit or type(line) is not int:
        raise Violation("a reply has the wrong form")
    return index, Observation(status, fields, error, text, file, line)


_remembered = lru_cache(maxsize=1 << 15)(_reply)


def pack_cases(wires: list[Any]) -> bytes:
    """Return the wire forms of a bank's cases as the block that `Worker.replay` sends."""
    packed: bytes = msgpack.packb(wires, use_bin_type=True)
    return packed
