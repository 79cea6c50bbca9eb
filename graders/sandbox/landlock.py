"""Landlock: a process gives up the file system, TCP and signals, except for what a ruleset allows.

Source: https://docs.kernel.org/userspace-api/landlock.html; the three system calls have these numbers on every
architecture. Landlock does not cover stat, chdir, chmod, chown, flock or fcntl: seccomp and the private root do.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from graders.sandbox.kernel import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_CREATE_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_WRITE_FILE = 1 << 1
_FILE_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # execute .. make_sym, refer, truncate, -, ioctl_dev
_NET_RIGHTS = 0b11  # bind and connect of TCP, from ABI 4 on
_SCOPES = 0b11  # abstract unix sockets and signals, from ABI 6 on


def abi() -> int:
    """Return the version of Landlock's interface; OSError where the kernel has none or a filter denies it."""
    return syscall("landlock_create_ruleset", _CREATE_RULESET, None, 0, _CREATE_VERSION)


def ruleset(
    readable: Iterable[str], listable: Iterable[str] = (), devices: Iterable[str] = (), version: int | None = None
) -> int:
    """Return the descriptor of a ruleset under which everything is denied but reading some files.

    Args:
        readable: Files and directories, these with all below them, that may be read. Missing ones are passed over.
        listable: Directories that may be listed, with all below them, but not read.
        devices: Files that may be read and written.
        version: Use only what this version of the interface has; None for what the kernel offers.
    """
    version = min(abi(), version or 99)
    handled = (1 << _FILE_RIGHTS_BY_ABI[min(version, 5)]) - 1
    attributes = struct.pack("<Q", handled)
    if version >= 4:
        attributes += struct.pack("<Q", _NET_RIGHTS)
    if version >= 6:
        attributes += struct.pack("<Q", _SCOPES)
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    address = ctypes.cast(buffer, ctypes.c_void_p)
    rules = syscall("landlock_create_ruleset", _CREATE_RULESET, address, len(attributes), 0)
    for path in readable:
        _allow(rules, path, _READ_FILE | _READ_DIR)
    for path in listable:
        _allow(rules, path, _READ_DIR)
    for path in devices:
        _allow(rules, path, _READ_FILE | _WRITE_FILE)
    return rules


def restrict(rules: int) -> None:
    """Put this thread under the ruleset for good; needs no_new_privs."""
    syscall("landlock_restrict_self", _RESTRICT_SELF, rules, 0)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            rights &= ~_READ_DIR
        buffer = ctypes.create_string_buffer(struct.pack("<Qi", rights, parent), 12)
        syscall("landlock_add_rule", _ADD_RULE, rules, _PATH_BENEATH, ctypes.cast(buffer, ctypes.c_void_p), 0)
    finally:
        os.close(parent)
