"""The grader's side of the fork server: start it, ask it for workers, kill them by descriptor."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from graders.errors import EnvironmentTrouble
from graders.sandbox import flavours, fork_entry
from graders.sandbox.client import Limits
from graders.sandbox.clock import RunDelay
from graders.sandbox.levels import BASE, JAIL

_BOOT_SECONDS = 120.0
_END_SECONDS = 1.0
"""How long a server may take to end by itself; killing it ends its workers as well, and Ctrl-C should not wait."""

_LAST_MOMENT = 0.1
_OUT_OF_MEMORY = 97
_CHUNK = 1 << 16


class WallsMissing(EnvironmentTrouble):
    """The fork server could not put up the walls of a level; the message says what the machine refused."""


class JailedSandbox:
    """A fork server whose workers cannot read, write, signal or reach anything but their own memory.

    Args:
        flavour: `"python"`, `"numpy"` or `"torch"`.
        limits: Of every worker.
        mode: `"jail"` for both walls, `"base"` to do without namespaces.
        landlock: Use only what this version of Landlock has; None for what the kernel offers.

    Raises:
        WallsMissing: the machine does not allow this mode.
    """

    def __init__(self, flavour: str, limits: Limits, mode: str = "jail", landlock: int | None = None) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        packages = flavours.package_places([*flavours.FLAVOURS[flavour], *flavours.SERVER_ONLY])
        self._configuration = {
            "flavour": flavour,
            "packages": packages,
            "mode": mode,
            "landlock": landlock,
            "listen": True,
        }
        self.level = mode
        self._start()

    def channel(self) -> JailedChannel:
        """Return a fresh worker process; a server that has died is replaced once.

        Raises:
            WallsMissing: no worker can be had any more.
        """
        try:
            return self._fork()
        except (OSError, ValueError, KeyError):  # no fault of the submission's: workers cannot reach the server
            self.close()
            self._start()
        try:
            return self._fork()
        except (OSError, ValueError, KeyError) as error:
            raise WallsMissing(f"the fork server makes no workers: {error}") from None

    def reap(self, worker: int, ended: bool) -> dict[str, Any]:
        """Return the wait status of a worker that has `ended`, 0 for one just killed, and its telling calls."""
        with suppress(OSError, ValueError):
            return self._ask({"do": "reap", "id": worker, "ended": ended})[0]
        return {"status": 0, "notes": {}}

    def close(self) -> None:
        """End the server and with it every worker; nothing happens where that has been done."""
        self._control.close()
        if self._server.returncode is None and not _ends(self._server.pid, _END_SECONDS):
            self._server.kill()
        self._server.wait()

    def __enter__(self) -> JailedSandbox:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _start(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_BOOT_SECONDS)
        try:
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-s", "-S", "-B", os.path.join(fork_entry.ROOM, "fork_entry.py")],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=flavours.environment(),
                cwd="/",
                start_new_session=True,
            )
        except BaseException:  # the machine makes no process now
            self._control.close()
            raise
        finally:
            theirs.close()
        try:
            answer = self._ask(self._configuration)[0]
        except (OSError, ValueError):
            answer = {"error": "the fork server ended without a word"}
        if "error" in answer:
            self.close()
            raise WallsMissing(answer["error"])
        self.walls: list[str] = answer["held"]
        needed = JAIL if self.level == "jail" else BASE
        if not needed <= set(self.walls):
            self.close()
            raise WallsMissing(f"these walls do not hold here: {', '.join(sorted(needed - set(self.walls)))}")

    def _fork(self) -> JailedChannel:
        ours, wire = socket.socketpair()
        read, write = os.pipe()
        request = {"do": "fork", "memory": self._limits.memory, "cpu": self._limits.cpu}
        try:
            answer, descriptors = self._ask(request, [wire.fileno(), write])
            return JailedChannel(self, answer["id"], descriptors[0], ours, read, self._limits.output << 10)
        except BaseException:
            ours.close()
            os.close(read)
            raise
        finally:
            wire.close()
            os.close(write)

    def _ask(
        self, message: Mapping[str, Any], descriptors: list[int] | None = None
    ) -> tuple[dict[str, Any], list[int]]:
        with self._lock:
            socket.send_fds(self._control, [json.dumps(message).encode()], descriptors or [])
            data, received, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
        answer: dict[str, Any] = json.loads(data)
        return answer, received


class JailedChannel:
    """One worker of a fork server, held by a descriptor of its process so that no other can be meant."""

    def __init__(
        self, sandbox: JailedSandbox, worker: int, handle: int, wire: socket.socket, printed: int, most: int
    ) -> None:
        self._sandbox = sandbox
        self._worker = worker
        self._handle = handle
        self._wire = wire
        self._printed = printed
        self._most = most
        self._output = bytearray()
        self._pid = _process_id(handle)
        self._delay = RunDelay(self._pid)
        self._how = ""
        self.notes: dict[str, int] = {}
        self._poll = select.poll()
        self._poll.register(wire, select.POLLIN)
        self._poll.register(printed, select.POLLIN)
        self._room = select.poll()
        self._room.register(wire, select.POLLOUT)
        self._room.register(printed, select.POLLIN)

    def send(self, data: bytes | memoryview, seconds: float) -> int:
        """Return how many bytes the wire has taken before `seconds` passed; OSError when the worker is gone."""
        end = time.monotonic() + seconds
        while True:
            with suppress(BlockingIOError):
                return self._wire.send(data, socket.MSG_DONTWAIT)
            left = end - time.monotonic()
            if left <= 0:
                return 0
            self._room.poll(left * 1000)
            self._drain()

    def receive(self, seconds: float) -> bytes | None:
        """Return the next bytes, `b""` at the end, None after `seconds` without any."""
        end = time.monotonic() + seconds
        while True:
            ready = dict(self._poll.poll(max(0.0, end - time.monotonic()) * 1000))
            if self._wire.fileno() in ready:
                return self._read_wire()
            if self._printed in ready:
                self._drain()
            if not ready or time.monotonic() >= end:
                return None

    def cpu(self) -> float | None:
        """Return the processor time used until now in seconds, None when it cannot be told."""
        if not self._pid or self._how:
            return None
        try:
            return time.clock_gettime((~self._pid << 3) | 2)  # Source: clock_getcpuclockid(3)
        except OSError:
            return None

    def delayed(self) -> float | None:
        """Return the seconds for which it was ready but the machine ran others, None when it cannot be told."""
        return self._delay.seconds()

    def kill(self) -> str:
        """End the process and reap it; say how it had ended by itself."""
        if self._how:
            return self._how
        ended = _readable(self._handle, _LAST_MOMENT if self._hung_up() else 0)
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        while self._drain():
            pass
        end = self._sandbox.reap(self._worker, ended)
        self.notes = end["notes"]
        self._how = _how(end["status"]) if ended else "killed"
        self._delay.close()
        os.close(self._handle)
        os.close(self._printed)
        self._wire.close()
        return self._how

    def output(self) -> bytes:
        """Return what was printed, cut at the limit."""
        return bytes(self._output)

    def _read_wire(self) -> bytes:
        try:
            return self._wire.recv(_CHUNK)
        except ConnectionError:
            return b""

    def _hung_up(self) -> bool:
        return any(event & select.POLLHUP for fd, event in self._poll.poll(0) if fd == self._wire.fileno())

    def _drain(self) -> bool:
        """Read a part of what was printed and keep what fits; False when there is nothing to read now."""
        if not _readable(self._printed, 0):
            return False
        data = os.read(self._printed, _CHUNK)
        self._output += data[: max(0, self._most - len(self._output))]
        if not data:
            for poll in (self._poll, self._room):
                with suppress(KeyError):
                    poll.unregister(self._printed)
        return bool(data)


def _process_id(handle: int) -> int:
    """Return the process id behind a pidfd as this process sees it, 0 when it cannot be told."""
    with suppress(OSError, StopIteration), open(f"/proc/self/fdinfo/{handle}", encoding="ascii") as lines:
        return max(0, next(int(line.split()[1]) for line in lines if line.startswith("Pid:")))
    return 0


def _how(status: int) -> str:
    """Return how a process ended by itself, from its wait status."""
    code = os.waitstatus_to_exitcode(status)
    if code == _OUT_OF_MEMORY or code == -signal.SIGKILL:
        return "memory"  # SIGKILL that is not ours: the kernel's own, when memory runs out
    return f"signal {-code}" if code < 0 else f"exit {code}"


def _readable(descriptor: int, seconds: float) -> bool:
    """Return whether something can be read, or the end, within that time; select() takes no descriptor above 1023."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _ends(child: int, seconds: float) -> bool:
    """Return whether a child ends within that time; it stays to be waited for. Popen.wait() looks only now and then."""
    handle = os.pidfd_open(child)
    try:
        return _readable(handle, seconds)
    finally:
        os.close(handle)
