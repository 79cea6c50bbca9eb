"""The worker's side of the conversation: load the student's files, replay cases, send one frame for each.

The walls, if the machine has any, are up before `serve` is called; nothing here keeps a student's code from anything.
Requests are `{"do": "load", ...}` and `{"do": "replay", ...}`, for a notebook `{"do": "steps"}` and `{"do": "finish"}`
besides; replies are `[index, status, fields, error, text, file, line]`, with index -1 for what is no case. Frames of
quick cases travel together, unless the request asks for each at once: so it does when a worker ended with frames
unsent, to find the guilty case.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from time import monotonic
from types import TracebackType
from typing import Any

from graders import observation
from graders.players.seen import Seen, steady
from graders.players.subject import Absent, Subject, Unusable
from graders.sandbox.avoided import gut
from graders.sandbox.loader import Steps, SubmissionFinder, make_subject, supplied
from graders.sandbox.own_code import OwnCode
from graders.sandbox.refusal import Refused
from graders.sandbox.seal import Seal
from graders.sandbox.wire import HEADER, LARGEST_REPLY, pack, unpack_payload

_MOST_UNSENT = 1 << 15
_LONGEST_UNSENT = 0.002
"""Bytes and seconds for which frames are kept back before they are sent together."""
_MOST_TOLD = 20
"""Sentences about what was left out of the files."""
_OBSERVING = ("graders.sandbox.worker", "graders.sandbox.wire")
_TAMPERED = "the file changes functions of the grader while they run"
_STUDENTS = (".py", ".ipynb")
"""Endings of the file names that frames of the student's code carry; those of all other code have a folder."""


def serve(read: Callable[[int], bytes], write: Callable[[bytes], None], rooms: OwnCode) -> None:
    """Answer requests until the grader hangs up.

    Args:
        read: Given a number of bytes, returns exactly that many, or fewer at the end of the conversation.
        write: Sends bytes to the grader.
        rooms: Our own modules, closed before a student's file runs.
    """
    exercise: _Exercise | None = None
    steps: Steps | None = None
    while True:
        header = read(HEADER.size)
        if len(header) < HEADER.size:
            return
        length, nonce = HEADER.unpack(header)
        request = unpack_payload(read(length))
        if request["do"] == "load":
            exercise = _prepared(request, rooms)
            if not request["steps"]:
                _finish(nonce, exercise, write)
                continue
            refused = {int(position): why for position, why in request["refused"]}
            steps = Steps(exercise.finder, request["home"], refused)
            write(_reply(nonce, -1, [len(steps)], observation.OK, line=steps.line(0)))
        elif request["do"] == "steps" and steps is not None:
            for position in range(len(steps)):
                steps.run(position)
                write(_reply(nonce, position, [], observation.OK, line=steps.line(position + 1)))
            steps.finish()
        elif request["do"] == "finish" and exercise is not None:
            _finish(nonce, exercise, write)
        elif exercise is not None:
            _replay(nonce, request, exercise, write)


def _finish(nonce: int, exercise: _Exercise, write: Callable[[bytes], None]) -> None:
    """Answer whether the student's file is loaded, and what was left out of it.

    Where it is not, the column where its line fails comes last.
    """
    told = exercise.finder.left_out
    try:
        exercise.subject.module()
    except BaseException as error:
        column = failing_column(error, exercise.finder.sources)
        write(_reply(nonce, -1, [*told[:_MOST_TOLD], column], *describe(error, exercise.subject)))
    else:
        write(_reply(nonce, -1, told[:_MOST_TOLD], observation.OK))


@dataclass(frozen=True)
class _Exercise:
    """What this worker has loaded for one exercise, before the student's files."""

    subject: Subject
    finder: SubmissionFinder
    decoders: Mapping[str, Callable[[Any], Any]]
    plays: Mapping[tuple[str, str], Callable[[Any, Subject, Seen], None]]
    seal: Seal


def _prepared(request: dict[str, Any], rooms: OwnCode) -> _Exercise:
    """Load what the exercise needs of ours, put what it does without out of reach, and close the rooms."""
    plays = {(kind, play): getattr(import_module(f"graders.players.{kind}"), play) for kind, play in request["plays"]}
    decoders = {kind: import_module(f"graders.cases.{kind}").decode for kind, _ in plays}
    supplies = {stem: supplied(stem, name) for stem, name in request["supplies"].items()}
    finder = SubmissionFinder(request["files"], supplies, request["holes"])
    subject = make_subject(request["home"], finder)
    gut(request["avoids"], request["stays"])
    observing = {name for name in sys.modules if name.startswith("graders.players.")} | set(_OBSERVING)
    seal = Seal(sys.modules[name] for name in observing - set(request["supplies"].values()))
    rooms.close([*(f"graders.cases.{kind}" for kind in decoders), *(play.__module__ for play in plays.values())])
    return _Exercise(subject, finder, decoders, plays, seal)


def _replay(nonce: int, request: dict[str, Any], exercise: _Exercise, write: Callable[[bytes], None]) -> None:
    """Replay the cases of one bank from the case `start` on."""
    send, subject = _Outbox(write, request["each"], exercise.seal.broken, nonce), exercise.subject
    decode, play = exercise.decoders[request["kind"]], exercise.plays[request["kind"], request["play"]]
    wires = unpack_payload(request["cases"])
    for index in range(request["start"], len(wires)):
        case, seen = decode(wires[index]), Seen()
        try:
            play(case, subject, seen)
        except BaseException as error:  # the student's code may raise anything, SystemExit included
            send(index, _reply(nonce, index, seen, *describe(error, subject)))
        else:
            send(index, _reply(nonce, index, seen, observation.OK))
    send.flush()


class _Outbox:
    """Sends frames, several in one system call while they come quickly.

    Args:
        write: Sends bytes to the grader.
        each: Whether every frame is sent at once.
        tampered: Tells whether the student's code has changed what observes it.
        nonce: Of the frames.
    """

    def __init__(self, write: Callable[[bytes], None], each: bool, tampered: Callable[[], bool], nonce: int) -> None:
        self._write = write
        self._tampered, self._nonce, self._index = tampered, nonce, 0
        self._most = 0 if each else _MOST_UNSENT
        self._frames: list[bytes] = []
        self._size = 0
        self._sent = monotonic()

    def __call__(self, index: int, frame: bytes) -> None:
        self._index = index
        self._frames.append(frame)
        self._size += len(frame)
        if self._size > self._most or monotonic() - self._sent > _LONGEST_UNSENT:
            self.flush()

    def flush(self) -> None:
        """Send what is kept back."""
        if self._frames:
            if self._tampered():
                self._frames[-1] = _reply(self._nonce, self._index, [], observation.RAISED, "", _TAMPERED)
            self._write(b"".join(self._frames))
            self._frames.clear()
        self._size, self._sent = 0, monotonic()


def _reply(
    nonce: int,
    index: int,
    fields: list[Any],
    status: str,
    error: str = "",
    text: str = "",
    file: str = "",
    line: int = 0,
) -> bytes:
    frame = pack(nonce, [index, status, fields, error, text, file, line])
    if len(frame) > LARGEST_REPLY:
        return pack(nonce, [index, observation.RAISED, [], "", "the answer is too large to send", file, line])
    return frame


def describe(error: BaseException, subject: Subject) -> tuple[str, str, str, str, int]:
    """Return (status, type name, message, file name, line) of an exception, capped, whatever its type."""
    ours = _raised_here(error)
    if ours and isinstance(error, Absent):
        return observation.ABSENT, "", observation.cut(str(error)), "", 0
    if ours and isinstance(error, Unusable):
        return observation.RAISED, "", steady(observation.cut(str(error))), "", 0
    file, line = _place(error)
    if isinstance(error, Refused):
        return observation.RAISED, "", steady(observation.cut(str(error))), file, line
    status = observation.RAISED
    if isinstance(error, NotImplementedError) and file:
        status = observation.UNIMPLEMENTED
    elif isinstance(error, MemoryError):
        status = observation.MEMORY
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
        text = steady(observation.cut(text)).encode("utf-8", "backslashreplace").decode()
    except BaseException as trouble:  # __str__ is the student's code
        text = f"<its message raised {type(trouble).__name__}>"
    return status, type(error).__name__[:80], text, file, line


def _raised_here(error: BaseException) -> bool:
    """Return whether an exception was raised by a frame of ours: the student's code may raise our types as well."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_builtins is globals()["__builtins__"]


def _place(error: BaseException) -> tuple[str, int]:
    """Return the innermost line of the student's own files in the traceback."""
    if isinstance(error, SyntaxError) and error.filename and error.filename.endswith(_STUDENTS):
        return os.path.basename(error.filename), error.lineno or 0
    trace = _innermost(error)
    return (trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace else ("", 0)


def _innermost(error: BaseException) -> TracebackType | None:
    found, trace = None, error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if os.sep not in name and name.endswith(_STUDENTS):
            found = trace
        trace = trace.tb_next
    return found


def failing_column(error: BaseException, sources: Mapping[str, bytes]) -> int:
    """Return at which character of the line that `describe` names it fails, -1 where nobody can tell.

    Args:
        error: What loading a file raised.
        sources: File stem to source.
    """
    if isinstance(error, SyntaxError):
        return (error.offset or 0) - 1
    trace = _innermost(error)
    if trace is None:
        return -1
    positions = next(islice(trace.tb_frame.f_code.co_positions(), trace.tb_lasti // 2, None), ())
    stem = trace.tb_frame.f_code.co_filename.removesuffix(".py")
    if len(positions) < 4 or positions[2] is None or positions[0] != trace.tb_lineno or stem not in sources:
        return -1
    lines = sources[stem].splitlines()
    return len(lines[trace.tb_lineno - 1][: positions[2]].decode("utf-8", "replace"))
