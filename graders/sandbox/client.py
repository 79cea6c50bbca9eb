"""The grader's side of a conversation with a worker: load the student's files, replay cases on them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgpack

from graders import observation
from graders.observation import Observation
from graders.sandbox.channel import Block as Block
from graders.sandbox.channel import Channel as Channel
from graders.sandbox.channel import Limits as Limits
from graders.sandbox.channel import Sandbox as Sandbox
from graders.sandbox.channel import Setup as Setup
from graders.sandbox.clock import Allowance, Clock, Meter
from graders.sandbox.fields import TooLarge, read_reply
from graders.sandbox.wire import Frames, Violation, pack

_SHORT = 400
"""Bytes of the longest answer that is remembered: a class gives the same answers again and again."""

_MOST_REMEMBERED = 64 << 20
"""Bytes of memory that remembered answers may take."""

_MOST_BYTES = 4 << 20
"""Bytes that the answers to one request may have together."""

_SLICE = 0.5
"""Seconds after which a wait looks whether anybody still waits for the report."""

_TOO_LARGE = Observation(observation.RAISED, [], text="the answer is too large to send")


_NOTHING = Setup()


@dataclass(frozen=True)
class _Request:
    """One frame to the worker, and the answers that it asks for: of cases `first` to `first + count`."""

    message: Mapping[str, Any]
    first: int
    count: int
    wall: float


class Worker:
    """A conversation with one worker about one exercise of one submission.

    Args:
        channel: The process.
        limits: Of each request.
        allowance: Pays for the time that the worker is waited for, and for the answers' memory; None for no limit.
    """

    def __init__(self, channel: Channel, limits: Limits, allowance: Allowance | None = None) -> None:
        self._channel = channel
        self._limits = limits
        self._meter = Meter(channel, allowance or Allowance())
        self._frames = Frames(0)
        self._waiting: list[bytes] = []
        self._unsent: memoryview = memoryview(b"")
        self._trouble: Violation | None = None
        self._received = 0
        self.alive = True

    def pay_with(self, allowance: Allowance) -> None:
        """Let another allowance pay from now on."""
        self._meter.allowance = allowance

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
        return self._ask([_Request(request, -1, 1, self._limits.load)])[0]

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
        """Replay several blocks of cases; ends early when the process ends.

        Each block is sent when the last answer to the one before has arrived, so that no other is in the worker's
        reach.

        Args:
            blocks: The cases.
            start: The first case of the first block to replay.
            each: Whether every answer is sent at once, so that the last one is that of the guilty case when the process
                ends. Otherwise the answers to a few cases before it may be lost with it.
        """
        requests = []
        for block in blocks:
            message: dict[str, Any] = {"do": "replay", "kind": block.kind, "play": block.play, "cases": block.cases}
            if block.count > start:
                message |= {"start": start, "each": each}
                requests.append(_Request(message, start, block.count - start, block.wall or self._limits.wall))
            start = 0
        return self._ask(requests)

    def output(self) -> bytes:
        """Return what the student's code printed."""
        return self._channel.output()

    def notes(self) -> Mapping[str, int]:
        """Return name and number of the blocked system calls that the student's code made, known after `kill`."""
        return self._channel.notes

    def kill(self) -> None:
        """End the process; nothing that it might still do counts."""
        if self.alive:
            self._end()

    def _ask(self, requests: Sequence[_Request]) -> list[Observation]:
        """Return the answers to some requests, all of them or as many as there were before the process ended."""
        answers: list[Observation] = []
        self._meter.start()
        try:
            for position, request in enumerate(requests):
                if not position:
                    self._begin(request)
                self._answer(request, requests[position + 1 : position + 2], answers)
        except Violation as error:
            answers.append(self._over(observation.VIOLATION, str(error)))
        except _Ended as ended:
            answers.append(ended.observation)
        except OSError:
            answers.append(self._ended_by_itself())
        except BaseException:  # an allowance is spent, or nobody waits any more: the conversation has no end
            self.kill()
            raise
        return answers

    def _begin(self, request: _Request) -> None:
        """Send a request as far as it goes at once; trouble is kept for the moment when its answers are waited for."""
        if self._waiting or self._frames.unfinished or self._channel.receive(0):
            self._trouble = Violation("the worker sent something that nobody had asked for")
            return
        nonce = secrets.randbits(64)
        self._frames, self._received = Frames(nonce), 0
        self._unsent = memoryview(pack(nonce, request.message))
        with suppress(OSError):  # it will be met again when the rest is sent
            self._unsent = self._unsent[self._channel.send(self._unsent, 0) :]

    def _answer(self, request: _Request, following: Sequence[_Request], answers: list[Observation]) -> None:
        """Add the answers to a request; once the last has arrived, `following` is sent before it is read."""
        begin, end = request.first, request.first + request.count
        while begin < end:
            payloads = self._arrived(request.wall, end - begin)
            if len(payloads) == end - begin and following:
                self._begin(following[0])
            for payload in payloads:
                seen = _observation(payload, begin)
                self._meter.allowance.use(0.0, len(payload) + seen.size)
                answers.append(seen)
                begin += 1
            self._meter.charge()

    def _arrived(self, wall: float, most: int) -> list[bytes]:
        """Return the answers that have arrived, waiting for the first; a part of one does not stop the clock."""
        if self._trouble is not None:
            raise self._trouble
        clock = Clock(self._channel, wall)
        while not self._waiting:
            data = self._wait(clock)
            self._received += len(data)
            if self._received > _MOST_BYTES:
                raise Violation(f"the answers are longer than {_MOST_BYTES >> 20} MB together")
            self._waiting = self._frames.payloads(data)
        if len(self._waiting) > most:
            raise Violation("the worker sent more answers than it was asked for")
        taken, self._waiting = self._waiting, []
        return taken

    def _wait(self, clock: Clock) -> bytes:
        """Return the next bytes; what is left of the request is sent under the same clock."""
        while (patience := clock.left()) > 0:
            if self._unsent:
                taken = self._channel.send(self._unsent, min(patience, _SLICE))
                self._unsent = self._unsent[taken:]
                data = None
            else:
                data = self._channel.receive(min(patience, _SLICE))
            if data:
                return data
            if data is not None:
                raise _Ended(self._ended_by_itself())
            self._meter.charge()
        if self._unsent:
            raise _Ended(self._over(observation.TIMEOUT, f"the next cases were not read within {clock.wall:g} s"))
        raise _Ended(self._over(observation.TIMEOUT, f"no answer after {clock.wall:g} s"))

    def _over(self, status: str, text: str) -> Observation:
        self.kill()
        return Observation(status, [], text=text)

    def _ended_by_itself(self) -> Observation:
        how = self._end()
        if how == "memory":
            return Observation(observation.MEMORY, [], text="the process ran out of memory")
        if how.startswith("exit"):
            return Observation(observation.CRASHED, [], text=f"the process ended itself with exit code {how[5:]}")
        return Observation(observation.CRASHED, [], text="the process crashed")  # which signal depends on the mode

    def _end(self) -> str:
        self.alive = False
        self._meter.excuse()
        return self._channel.kill()


class _Ended(Exception):
    def __init__(self, seen: Observation) -> None:
        super().__init__(seen.status)
        self.observation = seen


class _Remembered:
    """Reads short answers, each once: the same bytes give the same object until too much is remembered.

    Args:
        most: Bytes of memory that they may take.
    """

    def __init__(self, most: int = _MOST_REMEMBERED) -> None:
        self._most = most
        self._size = 0
        self._known: dict[bytes, tuple[int, Observation]] = {}

    def read(self, payload: bytes) -> tuple[int, Observation]:
        """Return what `read_reply` does."""
        found = self._known.get(payload)
        if found is None:
            found = read_reply(payload)
            if self._size > self._most:
                self._known.clear()
                self._size = 0
            self._known[payload] = found
            self._size += len(payload) + found[1].size
        return found


_short: Callable[[bytes], tuple[int, Observation]] = _Remembered().read


def _observation(payload: bytes, index: int) -> Observation:
    """Return a reply as an observation; `Violation` when it is not the answer to case `index`."""
    try:
        found, seen = _short(payload) if len(payload) <= _SHORT else read_reply(payload)
    except TooLarge:
        return _TOO_LARGE
    if found != index:
        raise Violation("a reply does not answer the case that was asked")
    return seen


def pack_cases(wires: list[Any]) -> bytes:
    """Return the wire forms of a bank's cases as the block that `Worker.replay` sends."""
    packed: bytes = msgpack.packb(wires, use_bin_type=True)
    return packed
