"""The system call filter: an allow-list as a seccomp-bpf program, put together here.

The program is a step function of the system call number, so it is assembled as a binary search of about seven
comparisons, with a few instructions more where arguments matter. It needs no library (pyseccomp asks for a shared
libseccomp that small images lack, and starts a compiler to look for it) and it is short enough to be executed by an
interpreter in the tests, number by number.

Source: https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import struct
from dataclasses import dataclass

from graders.sandbox import syscalls
from graders.sandbox.kernel import architecture, syscall

ALLOW = 0x7FFF0000
KILL = 0x80000000
NOTIFY = 0x7FC00000
_ERRNO = 0x00050000

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000
_SET_MODE_FILTER = 1
_NEW_LISTENER = 1 << 3
_SECCOMP_NUMBER = {"x86_64": 317, "aarch64": 277}

OWN_PID = 0x0BADC0DE
"""Stands in the program for the worker's process id, which is known only after the fork."""

HANDOVER = 40
"""The one descriptor that sendmsg may use, to hand the listener to the server.

It lies above the limit on descriptors, so that nothing can come there again once it is closed.
"""

_INSTRUCTION = struct.Struct("<HBBI")
Instruction = tuple[int, int, int, int]


@dataclass(frozen=True)
class _Only:
    """A call that is allowed when one argument has one of some values.

    Attributes:
        argument: Its position, from 0.
        values: Allowed values of its low 32 bits.
        whole: Whether the high 32 bits must be 0 too: for pointers.
        otherwise: What the filter answers to other values.
    """

    argument: int
    values: tuple[int, ...]
    whole: bool = False
    otherwise: int = _ERRNO | errno.EPERM


def _narrowed(telling: int) -> dict[str, _Only]:
    return {
        # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC: no locks, no owner, no leases
        "fcntl": _Only(1, (0, 1, 2, 3, 1030)),
        "ioctl": _Only(1, (0x5401, 0x5421, 0x541B, 0x5450, 0x5451)),  # TCGETS, FIONBIO, FIONREAD, FIONCLEX, FIOCLEX
        "prlimit64": _Only(2, (0,), whole=True),  # reading only: no new limits
        "tgkill": _Only(0, (OWN_PID,), otherwise=telling),  # abort() signals its own process
        "sendmsg": _Only(0, (HANDOVER,), otherwise=telling),
    }


def denied(number: int) -> int:
    """Return the filter's word for "fail with this errno"."""
    return _ERRNO | number


def program(listening: bool = False, machine: str | None = None) -> bytes:
    """Return the filter as BPF, with `OWN_PID` where the worker's process id belongs.

    Args:
        listening: Hand the calls in `syscalls.TELLING` to a listener, which denies them and takes note.
        machine: `"x86_64"` or `"aarch64"`; None for this one.
    """
    machine = machine or architecture()
    steps = _steps(machine, NOTIFY if listening else denied(errno.EPERM))
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 1, 0, _AUDIT[machine]),
        (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    return b"".join(_INSTRUCTION.pack(*line) for line in code + _search(steps))


def own(filter_bytes: bytes, pid: int) -> bytes:
    """Return the program with `pid` in the place of `OWN_PID`."""
    return filter_bytes.replace(struct.pack("<I", OWN_PID), struct.pack("<I", pid))


def load(filter_bytes: bytes, listening: bool = False) -> int:
    """Put this process under the filter for good; needs no_new_privs. Returns the listener's descriptor, or 0."""
    code = ctypes.create_string_buffer(filter_bytes, len(filter_bytes))
    count = len(filter_bytes) // _INSTRUCTION.size
    header = ctypes.create_string_buffer(struct.pack("<H6xQ", count, ctypes.addressof(code)))
    flags = _NEW_LISTENER if listening else 0
    number = _SECCOMP_NUMBER[architecture()]
    return syscall("seccomp", number, _SET_MODE_FILTER, flags, ctypes.cast(header, ctypes.c_void_p))


def _steps(machine: str, telling: int) -> list[tuple[int, int | _Only]]:
    """Return the step function: (first number, what holds from there on), in order of the numbers."""
    says: dict[int, int | _Only] = dict.fromkeys(syscalls.numbers(syscalls.TELLING, machine), telling)
    says |= dict.fromkeys(syscalls.numbers(syscalls.ALLOWED, machine), ALLOW)
    for number, name in syscalls.numbers(syscalls.REFUSED, machine).items():
        says[number] = denied(errno.ENOSYS if name == "clone3" else errno.EAGAIN)
    narrowed = _narrowed(telling)
    for number, name in syscalls.numbers(syscalls.NARROWED, machine).items():
        says[number] = narrowed[name]
    otherwise = denied(errno.EPERM)
    steps: list[tuple[int, int | _Only]] = []
    for number in range(max(says) + 2):
        word = says.get(number, otherwise)
        if not steps or steps[-1][1] != word:
            steps.append((number, word))
    if machine == "x86_64":
        steps.append((_X32, KILL))
    return steps


def _search(steps: list[tuple[int, int | _Only]]) -> list[Instruction]:
    if len(steps) == 1:
        word = steps[0][1]
        return _narrow(word) if isinstance(word, _Only) else [(_RETURN, 0, 0, word)]
    middle = len(steps) // 2
    below, above = _search(steps[:middle]), _search(steps[middle:])
    if len(below) > 255:
        raise ValueError("the filter is too long for a jump of one byte")
    return [(_JUMP_AT_LEAST, len(below), 0, steps[middle][0]), *below, *above]


def _narrow(rule: _Only) -> list[Instruction]:
    at = _ARGUMENTS_AT + 8 * rule.argument
    code: list[Instruction] = []
    if rule.whole:
        code += [(_LOAD, 0, 0, at + 4), (_JUMP_EQUAL, 1, 0, 0), (_RETURN, 0, 0, rule.otherwise)]
    code.append((_LOAD, 0, 0, at))
    for position, value in enumerate(rule.values):
        code.append((_JUMP_EQUAL, len(rule.values) - position, 0, value))
    return [*code, (_RETURN, 0, 0, rule.otherwise), (_RETURN, 0, 0, ALLOW)]
