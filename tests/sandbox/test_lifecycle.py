"""Workers and servers end when they must, whatever ends first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from graders.sandbox.client import Limits, Worker
from graders.sandbox.opening import open_sandbox
from graders.sandbox.probe import probe
from graders.sandbox.spawn_client import SpawnedChannel

HOUSE = Path(__file__).resolve().parents[2]
LEVELS = ("jail", "base", "portable")
LIMITS = Limits(wall=1.0, load=1.0, memory=128)
PATIENCE = 10.0

_GRADER = """
import sys, time
from graders.sandbox.client import Limits, Worker
from graders.sandbox.opening import open_sandbox
sandbox = open_sandbox("python", Limits(), sys.argv[1])
channels = [sandbox.channel() for _ in range(3)]
workers = [Worker(channel, Limits()) for channel in channels]
for worker in workers[1:]:
    worker.load("ex", {"ex": b"x = 1"})
print("ready", flush=True)
workers[0].load("ex", {"ex": sys.argv[2].encode()})
time.sleep(60)
"""


def _offered(level: str) -> None:
    if LEVELS.index(level) < LEVELS.index(probe().level):
        pytest.skip(f"this machine does not offer {level}")


def _descendants(pid: int) -> set[int]:
    """Return the processes below `pid`, as far as their parents are known now."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parents[int(name)] = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
    found, todo = set(), [pid]
    while todo:
        above = todo.pop()
        below = {child for child, parent in parents.items() if parent == above}
        todo.extend(below - found)
        found |= below
    return found


def _started(pids: set[int]) -> dict[int, str]:
    """Return pid to start time, by which a process is told from a later one with its number."""
    started = {}
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            started[pid] = fields[19]
    return started


@pytest.mark.parametrize("busy", ["import time; time.sleep(60)", "while True: pass", "print('x' * 10 ** 6)"])
@pytest.mark.parametrize("level", LEVELS)
def test_a_killed_grader_leaves_no_process(level: str, busy: str) -> None:
    _offered(level)
    environment = dict(os.environ, PYTHONPATH=str(HOUSE))
    with subprocess.Popen(
        [sys.executable, "-c", _GRADER, level, busy], stdout=subprocess.PIPE, env=environment, cwd="/"
    ) as grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == b"ready\n"
        below = _started(_descendants(grader.pid))
        assert len(below) >= (3 if level == "portable" else 4)  # three workers, and a server in front of them
        grader.send_signal(signal.SIGKILL)
        grader.wait()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and _started(set(below)).items() & below.items():
            time.sleep(0.02)
        assert not _started(set(below)).items() & below.items()


@pytest.mark.parametrize("level", LEVELS)
def test_a_worker_is_gone_after_its_kill(level: str) -> None:
    _offered(level)
    before = _descendants(os.getpid())
    with open_sandbox("python", LIMITS, level) as sandbox:
        for _ in range(3):
            channel = sandbox.channel()
            worker = Worker(channel, LIMITS)
            assert worker.load("ex", {"ex": b"import signal\nsignal.signal(15, signal.SIG_IGN)"}).status == "ok"
            worker.kill()
            worker.kill()
            assert channel.cpu() is None
    assert not _descendants(os.getpid()) - before


@pytest.mark.parametrize("level", LEVELS)
def test_a_worker_that_ends_is_told_from_one_that_hangs(level: str) -> None:
    _offered(level)
    endings = {
        b"import os\nos._exit(3)": ("crashed", "the process ended itself with exit code 3"),
        b"import os\nos.abort()": ("crashed", "the process crashed"),
        b"import ctypes\nctypes.string_at(0)": ("crashed", "the process crashed"),
        b"x = bytearray(1 << 40)": ("memory", ""),
        b"raise SystemExit(2)": ("raised", "2"),
    }
    with open_sandbox("python", LIMITS, level) as sandbox:
        for source, expected in endings.items():
            worker = Worker(sandbox.channel(), LIMITS)
            seen = worker.load("ex", {"ex": source})
            worker.kill()
            assert (seen.status, seen.text) == expected, source


@pytest.mark.parametrize("level", LEVELS)
def test_what_torch_itself_takes_is_not_the_students_memory(level: str) -> None:
    _offered(level)
    source = b"import torch\nx = torch.ones(2, requires_grad=True)\n(3 * x).sum().backward()\n"
    little = Limits(wall=1.0, load=1.0, memory=24)
    with open_sandbox("torch", little, level) as sandbox:
        for more, status in ((b"", "ok"), (b"y = b'1' * (1 << 27)\nwhile True: pass", "memory")):
            worker = Worker(sandbox.channel(), little)
            seen = worker.load("ex", {"ex": source + more})
            worker.kill()
            assert seen.status == status, seen


def test_many_workers_one_after_the_other_leave_no_descriptor() -> None:
    if probe().level == "portable":
        pytest.skip("one process each is too slow for this")
    with open_sandbox("python", LIMITS) as sandbox:
        counts = []
        for _ in range(30):
            worker = Worker(sandbox.channel(), LIMITS)
            worker.load("ex", {"ex": b"x = 1"})
            worker.kill()
            counts.append(len(os.listdir("/proc/self/fd")))
    assert len(set(counts[1:])) == 1


def test_a_dead_server_is_replaced() -> None:
    if probe().level == "portable":
        pytest.skip("there is no server")
    before = _descendants(os.getpid())
    with open_sandbox("python", LIMITS) as sandbox:
        servers = _descendants(os.getpid()) - before
        Worker(sandbox.channel(), LIMITS).kill()
        for pid in servers:
            with suppress(ProcessLookupError):  # the end of one is the end of those behind it
                os.kill(pid, signal.SIGKILL)  # as a machine short of memory would
        worker = Worker(sandbox.channel(), LIMITS)
        assert worker.load("ex", {"ex": b"x = 1"}).status == "ok"
        worker.kill()


@pytest.mark.parametrize("module", ["random", "numpy.random"])
def test_workers_do_not_share_their_chance(module: str) -> None:
    source = f"import {module}\nprint({module}.random())".encode()
    with open_sandbox("numpy", LIMITS) as sandbox:
        drawn = set()
        for _ in range(3):
            worker = Worker(sandbox.channel(), LIMITS)
            assert worker.load("ex", {"ex": source}).status == "ok"
            worker.kill()
            drawn.add(worker.output())
    assert len(drawn) == 3


@pytest.mark.parametrize("level", LEVELS)
def test_killed_workers_are_gone_soon_though_nobody_asks(level: str) -> None:
    _offered(level)
    with open_sandbox("python", LIMITS, level) as sandbox:
        before = _descendants(os.getpid())
        for _ in range(10):
            worker = Worker(sandbox.channel(), LIMITS)
            worker.load("ex", {"ex": b"x = 1"})
            worker.kill()
        end = time.monotonic() + PATIENCE
        while (left := _descendants(os.getpid()) - before) and time.monotonic() < end:
            time.sleep(0.05)
        assert not left  # zombies would be here as well


@pytest.mark.parametrize("level", LEVELS)
def test_a_worker_tells_its_work_and_the_machines_delay_until_it_ends(level: str) -> None:
    _offered(level)
    with open_sandbox("python", LIMITS, level) as sandbox:
        channel = sandbox.channel()
        before = channel.cpu(), channel.delayed()
        channel.kill()
        assert all(seconds is not None and seconds >= 0 for seconds in before)
        assert (channel.cpu(), channel.delayed()) == (None, None)


def test_what_was_printed_is_there_when_a_worker_without_walls_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    read = SpawnedChannel._read_output
    monkeypatch.setattr(SpawnedChannel, "_read_output", lambda self: (time.sleep(0.3), read(self)))  # a busy machine
    with open_sandbox("python", LIMITS, "portable") as sandbox:
        worker = Worker(sandbox.channel(), LIMITS)
        worker.load("ex", {"ex": b"print('told')"})
        worker.kill()
        assert worker.output() == b"told\n"


@pytest.mark.parametrize("level", ["jail", "base"])
def test_a_grader_with_many_open_files_has_workers(level: str) -> None:
    _offered(level)
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 1400:
        pytest.skip("this machine does not allow that many")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1400), hard))
    many = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        with open_sandbox("python", LIMITS, level) as sandbox:
            worker = Worker(sandbox.channel(), LIMITS)
            assert worker.load("ex", {"ex": b"print(1)"}).status == "ok"
            worker.kill()
            assert worker.output() == b"1\n"
    finally:
        for descriptor in many:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
