"""What a machine can offer: which walls belong to each level, and in words what it protects and what stays open."""

from __future__ import annotations

LEVELS = ("jail", "base", "portable")

BASE = frozenset({"read", "socket", "fork", "signal", "memory", "user"})
JAIL = BASE | {"stat", "processes"}
"""Walls of a level, by the names of the attempts that they stop."""

MEANING = {
    "jail": "both walls: the worker sees a private root without network, other processes or files of this machine, "
    "and resource limits, no_new_privs, Landlock and a system call filter besides",
    "base": "the base wall: resource limits, no_new_privs, Landlock and a system call filter; the worker can tell "
    "whether a file exists, but cannot open it",
    "portable": "accident protection only: a separate process with a clock and a memory poll; it does not keep hostile "
    "code from your files or the network",
}

_ALWAYS = "a crash, an endless loop, too much memory or too much output ends one worker process, nothing else"

HOLDS = {
    "jail": f"{_ALWAYS}; the code that is graded reads and writes no file, sees no other process, has no network",
    "base": f"{_ALWAYS}; the code that is graded opens no file, signals no other process, has no network",
    "portable": _ALWAYS,
}
"""What protects this machine, by level."""

OPEN = {
    "jail": "the code that is graded can look at all that is in its own process, where no expected value is",
    "base": "the code that is graded can look at all that is in its own process, where no expected value is, and can "
    "tell whether a file exists",
    "portable": "the code that is graded can read and write your files and use the network: check only your own code "
    "here. `leafgrad grade` refuses to run other people's",
}
"""What does not, by level."""

ADVICE = {
    "jail": "",
    "base": "To add the second wall, allow unprivileged user namespaces: on Ubuntu 24.04 "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`, in Docker `--security-opt seccomp=unconfined` or "
    "`--cap-add SYS_ADMIN`.",
    "portable": "The base wall needs Linux 5.13 or newer with Landlock enabled (`lsm=landlock,...` on the kernel's "
    "command line) and an x86_64 or aarch64 processor. On Windows use WSL2, on macOS a Linux container.",
}
"""How to reach a higher level than this one."""
