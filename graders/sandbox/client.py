"""The grader's side of a conversation with a worker: load the student's files, replay cases on them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import msgpack

from graders import observation
from graders.observation import Observation
from graders.sandbox.answers import answer
from graders.sandbox.channel import Block as Block
from graders.sandbox.channel import Channel as Channel
from graders.sandbox.channel import Limits as Limits
from graders.sandbox.channel import Sandbox as Sandbox
from graders.sandbox.channel import Setup as Setup
from graders.sandbox.clock import Allowance, Clock, Meter
from graders.sandbox.wire import Frames, Violation, pack

_MOST_BYTES = 4 << 20
"""Bytes that the answers to one request may have together."""

_SLICE = 0.5
"""Seconds after which a wait looks whether anybody still waits for the report."""

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

        Returns:
            How that went; its fields are sentences on statements that were left out, and, where it failed, the column
            of the line that failed, -1 where that is not known.
        """
        return self._load(home, files, setup, {"steps": False})

    def load_notebook(
        self, home: str, files: Mapping[str, bytes], setup: Setup, refused: Mapping[int, str]
    ) -> tuple[Observation, int | None]:
        """Execute the statements of a notebook, each under the clock of a case.

        Args:
            home: File stem of the exercise.
            files: File stem to source, for every file of the submission.
            setup: What the worker prepares before.
            refused: Number of a statement that is not to be run, since it ended an earlier worker, to the reason.

        Returns:
            What `load` does, and the number of the statement that ended this worker, None when none did. If one did,
            the observation has the line in its cell.
        """
        begun = self._load(home, files, setup, {"steps": True, "refused": list(map(list, refused.items()))})
        if begun.status != observation.OK or type(begun.fields[0]) is not int:
            return begun, None
        answers = self._ask([_Request({"do": "steps"}, 0, begun.fields[0], self._limits.wall)])
        if not self.alive:
            before = [begun, *answers][-2]  # each answer has the line of the statement that is run next
            return replace(answers[-1], line=before.line), len(answers) - 1
        return self._ask([_Request({"do": "finish"}, -1, 1, self._limits.load)])[0], None

    def _load(self, home: str, files: Mapping[str, bytes], setup: Setup, how: Mapping[str, Any]) -> Observation:
        request = {
            "do": "load",
            "home": home,
            "files": dict(files),
            "plays": list(setup.plays),
            "supplies": dict(setup.supplies),
            "avoids": list(setup.avoids),
            "stays": list(setup.stays),
            "holes": {stem: sorted(names) for stem, names in setup.holes.items() if stem in files},
            **how,
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
            size = 0
            for payload in payloads:
                seen = answer(payload, begin)
                size += len(payload) + seen.size
                answers.append(seen)
                begin += 1
            self._meter.allowance.use(0.0, size)
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


def pack_cases(wires: list[Any]) -> bytes:
    """Return the wire forms of a bank's cases as the block that `Worker.replay` sends."""
    packed: bytes = msgpack.packb(wires, use_bin_type=True)
    return packed
