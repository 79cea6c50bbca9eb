"""The system call filter, executed number by number, and its tables compared with libseccomp's."""

from __future__ import annotations

import ctypes
import errno
import os
import struct

import pytest

from graders.sandbox import seccomp, syscalls

_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_EPERM = seccomp.denied(errno.EPERM)
_ALL = syscalls.ALLOWED | syscalls.NARROWED | syscalls.REFUSED | syscalls.TELLING


def decide(program: bytes, number: int, arguments: tuple[int, ...] = (), audit: int = 0xC000003E) -> int:
    """Return what the kernel would answer: an interpreter of the few instructions that the filter uses."""
    data = struct.pack("<2IQ6Q", number & 0xFFFFFFFF, audit, 0, *(arguments + (0,) * 6)[:6])
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, value = struct.unpack_from("<HBBI", program, at * 8)
        at += 1
        if code == 0x06:  # return
            return int(value)
        if code == 0x20:  # load a word
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif code == 0x15:  # jump if equal
            at += if_true if accumulator == value else if_false
        else:
            assert code == 0x35  # jump if at least
            at += if_true if accumulator >= value else if_false


def _numbers(calls: dict[str, syscalls.Numbers], machine: str) -> dict[int, str]:
    return syscalls.numbers(calls, machine)


@pytest.mark.parametrize("listening", [False, True])
@pytest.mark.parametrize("machine", _MACHINES)
def test_every_number_is_decided_as_the_tables_say(machine: str, listening: bool) -> None:
    program = seccomp.program(listening, machine)
    allowed, telling = _numbers(syscalls.ALLOWED, machine), _numbers(syscalls.TELLING, machine)
    refused, narrowed = _numbers(syscalls.REFUSED, machine), _numbers(syscalls.NARROWED, machine)
    for number in [*range(1000), 2**20, 2**30 - 1]:
        answer = decide(program, number, audit=_MACHINES[machine])
        if number in allowed:
            assert answer == seccomp.ALLOW, allowed[number]
        elif number in refused:
            expected = errno.ENOSYS if refused[number] == "clone3" else errno.EAGAIN
            assert answer == seccomp.denied(expected), refused[number]
        elif number in telling:
            assert answer == (seccomp.NOTIFY if listening else _EPERM), telling[number]
        elif number not in narrowed:
            assert answer == _EPERM, number


def test_another_architecture_and_x32_are_killed() -> None:
    program = seccomp.program(machine="x86_64")
    assert decide(program, 0, audit=0x40000003) == seccomp.KILL
    assert decide(program, 0, audit=_MACHINES["aarch64"]) == seccomp.KILL
    for number in (0x40000000, 0x40000000 | 39, 2**31, 2**32 - 1):
        assert decide(program, number) == seccomp.KILL


def test_arguments_are_narrowed() -> None:
    program = seccomp.own(seccomp.program(machine="x86_64"), 4321)
    number = {name: row[0] for name, row in syscalls.NARROWED.items()}

    def answer(name: str, *arguments: int) -> int:
        found = number[name]
        assert found is not None
        return decide(program, found, arguments)

    assert answer("tgkill", 4321, 4321, 6) == seccomp.ALLOW
    for pid in (0, 1, 2**32 - 1, seccomp.OWN_PID, 4322):
        assert answer("tgkill", pid, pid, 9) == _EPERM
    assert answer("prlimit64", 0, 7, 0, 1234) == seccomp.ALLOW
    for pointer in (1, 1 << 32, 0x7FFF00000000):
        assert answer("prlimit64", 0, 7, pointer) == _EPERM
    for command in (0, 1, 2, 3, 1030):  # dup, descriptor flags, reading the status
        assert answer("fcntl", 3, command) == seccomp.ALLOW
    for command in (
        4,
        5,
        6,
        7,
        8,
        10,
        36,
        37,
        38,
        1024,
        1026,
        1031,
        1033,
    ):  # status, locks, owner, signal, lease, seals
        assert answer("fcntl", 3, command) == _EPERM
    assert answer("ioctl", 1, 0x5401) == seccomp.ALLOW
    assert answer("ioctl", 1, 0x5412) == _EPERM  # TIOCSTI types into a terminal
    assert answer("sendmsg", seccomp.HANDOVER) == seccomp.ALLOW
    assert answer("sendmsg", 3) == _EPERM


def test_the_handover_lies_above_the_limit_on_descriptors() -> None:
    from graders.sandbox import limits

    assert seccomp.HANDOVER >= limits.DESCRIPTORS


def test_no_call_is_in_two_tables() -> None:
    tables = (syscalls.ALLOWED, syscalls.NARROWED, syscalls.REFUSED, syscalls.TELLING)
    assert sum(map(len, tables)) == len(_ALL)


@pytest.mark.parametrize("machine", _MACHINES)
def test_numbers_agree_with_libseccomp(machine: str) -> None:
    path = "libseccomp.so.2"
    try:
        resolve = ctypes.CDLL(path).seccomp_syscall_resolve_name_arch
    except OSError:
        pytest.skip(f"{path} is not installed")
    resolve.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
    column = list(_MACHINES).index(machine)
    for name, row in _ALL.items():
        number = resolve(_MACHINES[machine], name.encode())
        assert (number if number >= 0 else None) == row[column], name


def test_own_pid_occurs_once() -> None:
    for machine in _MACHINES:
        assert seccomp.program(machine=machine).count(struct.pack("<I", seccomp.OWN_PID)) == 1
    assert seccomp.own(seccomp.program(), os.getpid()).count(struct.pack("<I", seccomp.OWN_PID)) == 0
