"""Namespaces: a private root that holds only what a worker may read, no network, no other process in sight.

Three steps, since only a process outside a new user namespace may map more than its own user id into it:
`enter` in the process that is to be jailed, `write_maps` in its parent, then `build_root` and `kernel.enter_root`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress

from graders.sandbox import kernel

EVERYTHING = (
    kernel.CLONE_NEWUSER
    | kernel.CLONE_NEWNS
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
)
DEVICES = ("/dev/null", "/dev/urandom")
_PLACES_TO_BUILD = ("/tmp", "/mnt", "/var")
_USR_MERGE = ("/lib", "/lib64", "/lib32")
_FIRST_SPARE_IDS = (200000, 60000)


def spare_ids() -> tuple[int, int]:
    """Return two user ids that nobody has: for the server and for the workers. OSError when none are mapped here."""
    with open("/proc/self/uid_map", encoding="ascii") as lines:
        ranges = [(int(first), int(length)) for first, _, length in (line.split() for line in lines)]
    for spare in _FIRST_SPARE_IDS:
        if any(first <= spare and spare + 1 < first + length for first, length in ranges):
            return spare, spare + 1
    raise OSError("this machine maps no spare user ids")


def write_maps(pid: int, spare: tuple[int, int] | None) -> None:
    """Map user and group ids into the user namespace that a child has just entered.

    Args:
        pid: Of the child.
        spare: Two ids to map to themselves, for which one must be root; None to map one's own.
    """
    uid, gid, count = (spare[0], spare[0], 2) if spare else (os.geteuid(), os.getegid(), 1)
    if spare is None:
        _write(f"/proc/{pid}/setgroups", "deny")
    _write(f"/proc/{pid}/gid_map", f"{gid} {gid} {count}")
    _write(f"/proc/{pid}/uid_map", f"{uid} {uid} {count}")


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def open_sources(paths: Iterable[str]) -> dict[str, int]:
    """Return path to an O_PATH descriptor for everything to be bound, under its given and its real name.

    To be called in the new mount namespace, from which alone can be bound, and before the user changes, whom a private
    home above the interpreter would stop.
    """
    sources = {}
    for path in paths:
        for name in {os.path.abspath(path), os.path.realpath(path)}:
            with suppress(OSError):
                sources[name] = os.open(name, os.O_PATH | os.O_CLOEXEC)
    return sources


def build_root(sources: Mapping[str, int], hidden: Iterable[str]) -> str:
    """Build the private root and return where; `kernel.enter_root` makes it the root.

    Args:
        sources: From `open_sources`: each is bound read-only at its own path.
        hidden: Directories that must look empty although they lie in a bound one: site-packages. What is bound
            below them by name is still there.
    """
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    root = next(place for place in _PLACES_TO_BUILD if os.path.isdir(place))
    links = {name: os.readlink(name) for name in _USR_MERGE if os.path.islink(name)}
    _tmpfs(root)
    for name, goal in links.items():
        os.symlink(goal.lstrip(os.sep), root + name)
    veils = {os.path.abspath(place) for place in hidden}
    paths = [path for path in sources if not any(_below(path, link) for link in links)]
    covered: list[str] = []
    for path in sorted(paths, key=lambda path: (_below_any(path, veils), len(path))):
        if _below_any(path, covered) and not _below_any(path, veils):
            continue
        _bind(sources[path], root + path, writable=path in DEVICES)
        covered.append(path)
        for veil in veils:
            if _below(veil, path) and os.path.isdir(root + veil):
                _tmpfs(root + veil)
    for place in [root, *(root + veil for veil in veils)]:
        if os.path.ismount(place):
            _read_only(place)
    return root


def _bind(source: int, target: str, writable: bool) -> None:
    if os.path.isdir(f"/proc/self/fd/{source}"):
        os.makedirs(target, mode=0o755, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o444))
    kernel.mount(f"/proc/self/fd/{source}", target, None, kernel.MS_BIND | kernel.MS_REC)
    if not writable:
        _read_only(target)


def _below_any(path: str, places: Iterable[str]) -> bool:
    return any(_below(path, place) for place in places)


def _below(path: str, outer: str) -> bool:
    return path == outer or path.startswith(outer.rstrip(os.sep) + os.sep)


def _tmpfs(target: str) -> None:
    kernel.mount("tmpfs", target, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,nr_inodes=4096,mode=755")


def _read_only(target: str) -> None:
    """Remount read-only, keeping the flags that the mount has: a user namespace may not drop them."""
    flags = os.statvfs(target).f_flag & (kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    times = {os.ST_NOATIME: 0x400, os.ST_NODIRATIME: 0x800, os.ST_RELATIME: 0x200000}
    kept = sum(flag for bit, flag in times.items() if os.statvfs(target).f_flag & bit)
    wanted = kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV | flags | kept
    kernel.mount(None, target, None, kernel.MS_REMOUNT | kernel.MS_BIND | wanted)
