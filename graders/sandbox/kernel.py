"""System calls that Python 3.11 does not offer, as thin functions that raise OSError. Linux only."""

from __future__ import annotations

import ctypes
import os
import platform
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 0x1, 0x2, 0x4, 0x8, 0x20
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2

CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SYS_PTRACE = 5, 6, 7, 19

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_KEEPCAPS = 1, 4, 8
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_CAPABILITY_VERSION = 0x20080522
_ARCHITECTURES = {"x86_64": "x86_64", "AMD64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


def libc() -> ctypes.CDLL:
    """Return the C library, with errno kept."""
    return ctypes.CDLL(None, use_errno=True)


def architecture() -> str:
    """Return `"x86_64"` or `"aarch64"`.

    Raises:
        OSError: the walls have no system call numbers for this machine.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES or struct.calcsize("P") != 8:
        raise OSError(f"no system call numbers are known for {machine or 'this machine'}")
    return _ARCHITECTURES[machine]


def checked(result: int, what: str) -> int:
    """Return `result`; OSError naming `what` when it is -1."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(what: str, number: int, *arguments: int | ctypes.c_void_p | None) -> int:
    """Make a raw system call; integers are passed as machine words."""
    words = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    return checked(libc().syscall(ctypes.c_long(number), *words), what)


def prctl(what: str, option: int, value: int) -> None:
    """Make a prctl call with one argument."""
    words = [ctypes.c_ulong(word) for word in (value, 0, 0, 0)]
    checked(libc().prctl(ctypes.c_int(option), *words), what)


def no_new_privileges() -> None:
    """Give up for good what setuid programs would give; Landlock and seccomp ask for it."""
    prctl("no_new_privs", _PR_SET_NO_NEW_PRIVS, 1)


def not_dumpable() -> None:
    """Close /proc/PID/mem and ptrace of this process to others of the same user."""
    prctl("dumpable", _PR_SET_DUMPABLE, 0)


def dumpable() -> None:
    """Let the owner's processes write this process's /proc files again, as for a map of user ids."""
    prctl("dumpable", _PR_SET_DUMPABLE, 1)


def die_with_parent(signal_number: int) -> None:
    """Ask for a signal when the parent ends; a change of uid clears it."""
    prctl("parent death signal", _PR_SET_PDEATHSIG, signal_number)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    prctl("child subreaper", _PR_SET_CHILD_SUBREAPER, 1)


def unshare(flags: int) -> None:
    """Enter new namespaces; a new pid namespace holds for children only."""
    checked(libc().unshare(ctypes.c_int(flags)), "unshare")


def enter_pid_namespace(namespace: int) -> None:
    """Have later children born in the pid namespace that a descriptor refers to."""
    checked(libc().setns(ctypes.c_int(namespace), ctypes.c_int(CLONE_NEWPID)), "setns")


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """Mount; see mount(2)."""
    words = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    data = None if options is None else os.fsencode(options)
    checked(libc().mount(*words, ctypes.c_ulong(flags), data), f"mount {target}")


def enter_root(directory: str) -> None:
    """Make `directory`, a mount point, the root of this mount namespace and drop the old root."""
    os.chdir(directory)
    checked(libc().pivot_root(b".", b"."), "pivot_root")
    checked(libc().umount2(b".", ctypes.c_int(MNT_DETACH)), "umount2")
    os.chdir("/")


def change_user(uid: int, gid: int, keep: tuple[int, ...] = ()) -> None:
    """Become another user for good.

    Args:
        uid: Real, effective and saved user id.
        gid: Real, effective and saved group id; supplementary groups are dropped where the kernel allows it.
        keep: Numbers of the capabilities to keep.
    """
    prctl("keep capabilities", _PR_SET_KEEPCAPS, 1 if keep else 0)
    try:
        os.setgroups([])
    except PermissionError:  # in a user namespace that an ordinary user made, setgroups is denied for good
        pass
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    set_capabilities(keep)


def set_capabilities(keep: tuple[int, ...]) -> None:
    """Make `keep` the permitted and effective capabilities; the inheritable ones become empty."""
    mask = sum(1 << number for number in keep)
    header = ctypes.create_string_buffer(struct.pack("<Ii", _CAPABILITY_VERSION, 0))
    low, high = mask & 0xFFFFFFFF, mask >> 32
    data = ctypes.create_string_buffer(struct.pack("<6I", low, low, 0, high, high, 0))
    checked(libc().capset(header, data), "capset")
