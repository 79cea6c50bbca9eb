"""Blocked system calls are told to the instructor, and never cost points."""

from __future__ import annotations

import pytest

from graders.sandbox.client import Limits, Worker
from graders.sandbox.levels import LEVELS
from graders.sandbox.opening import open_sandbox
from graders.sandbox.probe import probe

TRIES = """
import os, socket
for attempt in (socket.socket, lambda: os.kill(os.getpid(), 0), lambda: os.execv("/bin/true", ["true"]), os.fork):
    try:
        attempt()
    except OSError as error:
        print(type(error).__name__)
"""
MANY = """
import os
while True:
    try:
        os.kill(1, 0)
    except OSError as error:
        if error.errno != 1:
            break
"""


@pytest.mark.parametrize("level", ["jail", "base"])
def test_blocked_calls_are_noted_by_name(level: str) -> None:
    if LEVELS.index(level) < LEVELS.index(probe().level):
        pytest.skip(f"this machine does not offer {level}")
    with open_sandbox("python", Limits(), level) as sandbox:
        worker = Worker(sandbox.channel(), Limits())
        assert worker.load("ex", {"ex": TRIES.encode()}).status == "ok"
        worker.kill()
        assert worker.notes() == {"socket": 1, "kill": 1, "execve": 1}
        assert worker.output().split() == [b"PermissionError"] * 3 + [b"BlockingIOError"]
        worker = Worker(sandbox.channel(), Limits())
        assert worker.load("ex", {"ex": MANY.encode()}).status == "ok"
        worker.kill()
        assert worker.notes() == {"kill": 200}  # then nobody listens any more, and the call still fails


def test_the_report_tells_the_instructor(grade, solutions) -> None:  # type: ignore[no-untyped-def]
    if probe().level == "portable":
        pytest.skip("nothing is blocked here")
    source = solutions["ex02_closures.py"] + b"\nimport socket\ntry:\n    socket.socket()\nexcept OSError:\n    pass\n"
    report = grade({"ex02_closures.py": source}, "ex02_closures.mul")
    assert report.score == report.max_score
    assert report.signals == ["ex02_closures: tried what the sandbox blocks: socket"]
