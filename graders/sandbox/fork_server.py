"""What the fork server does: warm up, put up the walls that all workers share, then fork on request."""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from graders.sandbox import attempts, kernel, library, limits, namespaces, seccomp
from graders.sandbox.flavours import SERVER_ONLY
from graders.sandbox.hugepages import collapse, own_memory
from graders.sandbox.listener import Listener
from graders.sandbox.own_code import OwnCode
from graders.sandbox.server_walls import enter_jail
from graders.sandbox.warmup import thread_count, warm_up
from graders.sandbox.worker_walls import WIRE, Walls

_KEPT_BY_ROOT = (kernel.CAP_SETUID, kernel.CAP_SETGID, kernel.CAP_KILL)
_OUT_OF_MEMORY = 97
_MANY_FORKS = 8
"""The fork before which large pages are made: with torch they cost 0.4 s, which a single check would not get back."""
_LOOK_AGAIN = 20
"""Milliseconds after which the server looks whether killed workers are gone."""
_TEST_MEGABYTES, _TEST_SECONDS = 256, 5


def start(control: socket.socket, configuration: Mapping[str, Any]) -> None:
    """Become the server that `configuration` asks for, and serve until the control socket ends."""
    places = configuration["packages"]
    rooms = warm_up(configuration["flavour"], places)
    if (threads := thread_count()) != 1:
        raise RuntimeError(f"the imports left {threads} threads running; a fork would lose them")
    gc.collect()
    gc.freeze()
    memory = list(own_memory())
    shelf = library.of_this_process({name: place for name, place in places.items() if name not in SERVER_ONLY})
    spare = namespaces.spare_ids() if os.geteuid() == 0 else None
    walls = Walls(
        rules=shelf.ruleset(configuration["landlock"]),
        filter=seccomp.program(listening=configuration["listen"]),
        image=limits.image_bytes(),
        user=spare[1] if spare else None,
        server=None if configuration["mode"] == "jail" else os.getpid(),
    )
    own_namespace = None
    if configuration["mode"] == "jail":
        own_namespace = enter_jail(control, shelf, spare)
    elif spare:
        kernel.change_user(spare[0], spare[0], _KEPT_BY_ROOT)
    kernel.not_dumpable()
    sys.argv[:] = ["leafgrad"]
    Server(control, walls, own_namespace, configuration["listen"], memory, rooms).serve()


@dataclass
class _Child:
    """A worker, seen from the server."""

    pid: int
    handover: socket.socket | None
    listener: Listener | None = None

    def waiting(self) -> int | None:
        """Return the descriptor on which something of this worker may arrive."""
        if self.handover is not None:
            return self.handover.fileno()
        return self.listener.descriptor if self.listener is not None else None


class Server:
    """Forks workers, denies their telling calls, and reaps them.

    Args:
        control: The socket to the grader.
        walls: What each worker puts on.
        own_namespace: Descriptor of this process's pid namespace, of which it is the first process; None without.
        listen: Whether workers hand their filter's listener over.
        memory: Ranges of addresses to put on large pages once forks have become many.
        rooms: Our own modules, for the workers.
    """

    def __init__(
        self,
        control: socket.socket,
        walls: Walls,
        own_namespace: int | None,
        listen: bool,
        memory: Sequence[tuple[int, int]],
        rooms: OwnCode,
    ) -> None:
        self._control = control
        self._walls = walls
        self._own_namespace = own_namespace
        self._listen = listen
        self._forks = 0
        self._memory = memory
        self._rooms = rooms
        self._children: dict[int, _Child] = {}
        self._notes: dict[int, dict[str, int]] = {}
        self._dying: set[int] = set()

    def serve(self) -> None:
        """Test the walls on a worker of our own, report, and answer requests until the control socket ends."""
        self._send({"held": self._test_walls()})
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        known: set[int] = set()
        while True:
            wanted = {fd: child for child in self._children.values() if (fd := child.waiting()) is not None}
            for gone in known - wanted.keys():
                poll.unregister(gone)
            for new in wanted.keys() - known:
                poll.register(new, select.POLLIN)
            known = set(wanted)
            for descriptor, event in poll.poll(_LOOK_AGAIN if self._dying else None):
                if descriptor in wanted and event & select.POLLIN:
                    self._hear(wanted[descriptor])
                elif descriptor in wanted:  # its worker has ended
                    self._forget(wanted[descriptor])
                elif not self._answer():
                    self._end()
                    return
            self._bury()

    def _answer(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self._control, 1 << 12, 2)
        if not message:
            return False
        request = json.loads(message)
        if request["do"] == "fork":
            wire, output = descriptors
            child = self._fork(request["memory"], request["cpu"], wire, output)
            for descriptor in descriptors:
                os.close(descriptor)
            handle = os.pidfd_open(child.pid)
            socket.send_fds(self._control, [json.dumps({"id": child.pid}).encode()], [handle])
            os.close(handle)
        else:
            self._send(self._reap(request["id"], request["ended"]))
        return True

    def _fork(self, memory: int, cpu: int, wire: int, output: int, test: bool = False) -> _Child:
        ours, theirs = socket.socketpair() if self._listen else (None, None)
        if self._own_namespace is not None:
            kernel.unshare(kernel.CLONE_NEWPID)
        self._forks += 1
        if self._forks == _MANY_FORKS:
            collapse(self._memory)
        pid = os.fork()
        if pid == 0:
            try:
                self._walls.put_on(wire, output, memory, cpu, theirs)
                os.write(WIRE, json.dumps(attempts.held()).encode()) if test else _work(self._rooms)
            except MemoryError:
                os._exit(_OUT_OF_MEMORY)
            finally:
                os._exit(1)
        if self._own_namespace is not None:
            kernel.enter_pid_namespace(self._own_namespace)
        if theirs is not None:
            theirs.close()
        self._children[pid] = child = _Child(pid, ours)
        return child

    def _hear(self, child: _Child) -> None:
        if child.handover is not None:
            _, descriptors, _, _ = socket.recv_fds(child.handover, 1, 1)
            child.handover.close()
            child.handover = None
            child.listener = Listener(descriptors[0]) if descriptors else None
        elif child.listener is not None and not child.listener.answer():
            self._forget(child)

    def _forget(self, child: _Child) -> None:
        if child.handover is not None:
            child.handover.close()
            child.handover = None
        if child.listener is not None:
            self._notes[child.pid] = dict(child.listener.notes)
            child.listener.close()
            child.listener = None

    def _reap(self, pid: int, ended: bool) -> dict[str, Any]:
        """Let go of a worker: one that has ended is waited for, one that was just killed is buried when it is gone.

        The end of a process with torch in its memory takes milliseconds, in which the next one can already start.
        """
        child = self._children.pop(pid, None)
        if child is None:
            return {"status": 0, "notes": {}}
        self._forget(child)
        status = 0
        if ended:
            _, status = os.waitpid(pid, 0)
        else:
            self._dying.add(pid)
        return {"status": status, "notes": self._notes.pop(pid, {})}

    def _bury(self) -> None:
        """Wait for the killed workers that are gone by now."""
        self._dying -= {pid for pid in self._dying if os.waitpid(pid, os.WNOHANG)[0]}

    def _test_walls(self) -> list[str]:
        wire, far = socket.socketpair()
        output = os.open(os.devnull, os.O_WRONLY)
        child = self._fork(_TEST_MEGABYTES, _TEST_SECONDS, far.fileno(), output, test=True)
        far.close()
        os.close(output)
        answer = b""
        while not answer:
            told = child.waiting()
            if told is not None and wire.fileno() not in select.select([wire.fileno(), told], [], [])[0]:
                self._hear(child)
                continue
            answer = wire.recv(1 << 12) or b"[]"
        wire.close()
        self._reap(child.pid, ended=True)
        held: list[str] = json.loads(answer)
        return held

    def _send(self, message: dict[str, Any]) -> None:
        self._control.send(json.dumps(message).encode())

    def _end(self) -> None:
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)
        for pid in {*self._children, *self._dying}:
            os.waitpid(pid, 0)


def _work(rooms: OwnCode) -> None:
    """Serve the grader over the wire until it hangs up."""
    from graders.sandbox.worker import serve

    if "numpy.random" in sys.modules:  # a fork would repeat what its siblings draw, and chance would look like rule
        sys.modules["numpy.random"].seed(int.from_bytes(os.urandom(4)))
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # what is printed survives the kill
    source = open(WIRE, "rb", buffering=1 << 16, closefd=False)  # noqa: SIM115 - open until the end

    def write(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(WIRE, view) :]

    with suppress(BrokenPipeError):
        serve(source.read, write, rooms)
    os._exit(0)
