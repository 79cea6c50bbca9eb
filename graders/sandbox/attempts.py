"""Harmless attempts to get through the walls, made by a worker of our own before any student's code runs.

Which walls hold is found out by trying, never from the name of the operating system.
"""

from __future__ import annotations

import errno
import os
import resource
import socket
from collections.abc import Callable

CANARY = os.path.abspath(__file__)
"""A file that everybody may read where there are no walls: this one."""


def held() -> list[str]:
    """Return the names of the walls that held against an attempt."""
    trials: dict[str, Callable[[], bool]] = {
        "read": lambda: _fails(lambda: os.close(os.open(CANARY, os.O_RDONLY))),
        "stat": lambda: _fails(lambda: os.stat(CANARY)),
        "socket": lambda: _fails(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()),
        "fork": lambda: _fails(_fork, errno.EAGAIN),
        "signal": lambda: _fails(lambda: os.kill(os.getpid(), 0), errno.EPERM),
        "memory": lambda: resource.getrlimit(resource.RLIMIT_AS)[1] != resource.RLIM_INFINITY,
        "user": lambda: os.geteuid() != 0,
        "processes": lambda: os.getpid() == 1 and not os.path.exists("/proc/1"),
    }
    return [name for name, trial in trials.items() if trial()]


def _fails(attempt: Callable[[], object], number: int | None = None) -> bool:
    try:
        attempt()
    except OSError as error:
        return number is None or error.errno == number
    return False


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)
