"""Accident protection for machines without kernel walls: a spawned process with a clock and a memory poll.

It keeps a student's machine usable and a batch running. It does not keep hostile code from files or the network, so a
batch of other people's code is refused at this level unless the instructor insists.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading

from graders.errors import EnvironmentTrouble
from graders.sandbox import flavours, fork_entry
from graders.sandbox.client import Limits
from graders.sandbox.clock import RunDelay

_KEPT_ENVIRONMENT = ("SYSTEMROOT", "TEMP", "TMP")
_POLL = 0.02
_LAST_WORDS = 1.0


class PortableSandbox:
    """Spawns one Python process for each worker.

    Args:
        flavour: `"python"`, `"numpy"` or `"torch"`: what is imported before the student's code.
        limits: Of every worker.
    """

    level = "portable"

    def __init__(self, flavour: str, limits: Limits) -> None:
        packages = flavours.package_places([*flavours.FLAVOURS[flavour], *flavours.SERVER_ONLY])
        self._configuration = json.dumps({"flavour": flavour, "packages": packages})
        self._limits = limits
        self._channels: list[SpawnedChannel] = []

    def channel(self) -> SpawnedChannel:
        """Return a fresh worker process."""
        self._channels = [channel for channel in self._channels if channel.running()]
        opened = SpawnedChannel(self._configuration, self._limits)
        self._channels.append(opened)
        return opened

    def close(self) -> None:
        """End every worker."""
        for channel in self._channels:
            channel.kill()

    def __enter__(self) -> PortableSandbox:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class SpawnedChannel:
    """One spawned worker: cases go down its standard input, observations come up its standard output.

    Raises:
        EnvironmentTrouble: Python or what a worker imports does not start here.
    """

    def __init__(self, configuration: str, limits: Limits) -> None:
        kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-S", "-B", os.path.join(fork_entry.ROOM, "spawn_entry.py"), configuration],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=flavours.environment() | kept,
            cwd=os.path.abspath(os.sep),
            bufsize=0,
        )
        self._delay = RunDelay(self._process.pid)
        self._limits = limits
        self._outgoing: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._arrived: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._printed = bytearray()
        self.notes: dict[str, int] = {}
        self._over_memory = False
        self._imported = threading.Event()
        self._measured = threading.Event()
        self._begun = False
        self._reader = threading.Thread(target=self._read_output, daemon=True)
        self._reader.start()
        for target in (self._write_requests, self._read_answers, self._watch_memory):
            threading.Thread(target=target, daemon=True).start()
        self._measured.wait()  # no clock runs until the imports are done
        if not self._begun:  # nothing of the student's has run
            self.kill()
            said = self._printed.decode("utf-8", "replace").strip().splitlines()
            why = f": {said[-1]}" if said else ""
            raise EnvironmentTrouble(f"The worker process does not start{why}.", "Try `leafgrad doctor`.")

    def send(self, data: bytes | memoryview, seconds: float) -> int:
        """Hand all bytes to the thread that writes them, and return their number: a pipe cannot be asked everywhere."""
        self._outgoing.put(bytes(data))
        return len(data)

    def receive(self, seconds: float) -> bytes | None:
        """Return the next bytes, `b""` at the end, None after `seconds` without any."""
        try:
            data = self._arrived.get(timeout=seconds)
        except queue.Empty:
            return None
        if not data:
            self._arrived.put(data)  # the end stays the end
        return data

    def cpu(self) -> float | None:
        """Return the seconds of processor time used, where psutil can tell."""
        try:
            times = _psutil_process(self._process.pid).cpu_times()
        except Exception:  # psutil is missing, or the process is gone
            return None
        return float(times.user + times.system)

    def delayed(self) -> float | None:
        """Return the seconds for which it was ready but the machine ran others, None where Linux does not tell."""
        return self._delay.seconds()

    def running(self) -> bool:
        """Return whether the process still runs."""
        return self._process.poll() is None

    def kill(self) -> str:
        """End the process; say how it had ended before."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.05 if not self._arrived.empty() else 0)
        code = self._process.poll()
        if code is None:
            self._process.kill()
            self._process.wait()
        self._reader.join(_LAST_WORDS)  # what it had printed is still in the pipe
        self._delay.close()
        self._outgoing.put(b"")
        if self._over_memory:
            return "memory"
        if code is None:
            return "killed"
        return f"signal {-code}" if code < 0 else f"exit {code}"

    def output(self) -> bytes:
        """Return what was printed, cut at the limit."""
        return bytes(self._printed)

    def _write_requests(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError), self._process.stdin as stream:  # a process that is gone is met in receive
            while data := self._outgoing.get():
                view = memoryview(data)
                while view:
                    view = view[stream.write(view) :]

    def _read_answers(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            self._begun = bool(stream.read(1))  # one byte tells that the imports are done
            self._imported.set()
            while data := stream.read(1 << 16):
                self._arrived.put(data)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        self._arrived.put(b"")

    def _read_output(self) -> None:
        assert self._process.stderr is not None
        most = self._limits.output * 1024
        with self._process.stderr as stream:
            while data := stream.read(1 << 16):
                self._printed += data[: most - len(self._printed)]

    def _watch_memory(self) -> None:
        """End the process when it has grown by more than the limit since its imports; nothing is sent before."""
        self._imported.wait()
        try:
            process = _psutil_process(self._process.pid)
            most = process.memory_info().rss + (self._limits.memory << 20)
            self._measured.set()
            while not self._wait_for_end(_POLL):
                if process.memory_info().rss > most:
                    self._over_memory = True
                    self._process.kill()
        except Exception:  # psutil is missing, or the process is gone: then there is nothing to watch
            self._measured.set()

    def _wait_for_end(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


def _psutil_process(pid: int):  # type: ignore[no-untyped-def]
    import psutil

    return psutil.Process(pid)
