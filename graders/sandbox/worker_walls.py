"""The walls of one worker, put on after the fork and before the student's code is compiled."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
from dataclasses import dataclass

from graders.sandbox import kernel, landlock, limits, seccomp

WIRE = 3
"""Descriptor of the conversation with the grader; 0 is empty, 1 and 2 are the output."""
_RULES = 4
_OUT_OF_THE_WAY = 64
_MOST_DESCRIPTORS = 1 << 20


@dataclass(frozen=True)
class Walls:
    """What the server prepares once so that a worker only has to put it on.

    Attributes:
        rules: Descriptor of the Landlock ruleset.
        filter: The system call filter, with `seccomp.OWN_PID` in it.
        image: Bytes of address space of the server.
        user: User and group id of the workers; None to stay who we are.
        server: Process id of the server as workers see it; None when they live in a pid namespace of their own.
    """

    rules: int
    filter: bytes
    image: int
    user: int | None
    server: int | None

    def put_on(self, wire: int, output: int, memory: int, cpu: int, handover: socket.socket | None) -> None:
        """Turn this freshly forked process into a worker that can do nothing but compute and answer.

        Args:
            wire: Descriptor of the conversation, moved to `WIRE`.
            output: Descriptor for what is printed.
            memory: Megabytes beyond the server's image.
            cpu: Seconds of processor time.
            handover: Where the filter's listener is sent to.
        """
        os.setsid()
        sender = _arrange(wire, output, self.rules, handover)
        if self.user is not None:
            kernel.change_user(self.user, self.user)
        else:
            kernel.set_capabilities(())
        kernel.not_dumpable()
        if self.server is not None:
            kernel.die_with_parent(signal.SIGKILL)
            if os.getppid() != self.server:
                os._exit(1)
        limits.put_on(self.image, memory, cpu)
        kernel.no_new_privileges()
        landlock.restrict(_RULES)
        os.close(_RULES)
        program = seccomp.own(self.filter, os.getpid())
        listener = seccomp.load(program, listening=sender is not None)
        if sender is not None:
            socket.send_fds(sender, [b"l"], [listener])
            os.close(listener)
            sender.close()


def _arrange(wire: int, output: int, rules: int, handover: socket.socket | None) -> socket.socket | None:
    """Leave 0 (empty), 1 and 2 (output), 3 (wire), 4 (Landlock's rules) and the handover open, nothing else."""
    goals = {os.open(os.devnull, os.O_RDONLY): 0, output: 1, wire: WIRE, rules: _RULES}
    if handover is not None:
        goals[handover.detach()] = seccomp.HANDOVER
    high = {fcntl.fcntl(source, fcntl.F_DUPFD, _OUT_OF_THE_WAY): goal for source, goal in goals.items()}
    for source, goal in high.items():
        os.dup2(source, goal)
    os.dup2(1, 2)
    os.closerange(_RULES + 1, seccomp.HANDOVER)
    os.closerange(seccomp.HANDOVER + (handover is not None), _MOST_DESCRIPTORS)
    if handover is None:
        return None
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=seccomp.HANDOVER)
