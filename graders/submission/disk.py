"""Files and folders that strangers may have prepared: each opened once, never through a link, regular files only."""

from __future__ import annotations

import os
import stat
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from graders.submission.model import Refused
from graders.submission.owners import Owner
from graders.text import plain

_QUIET = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
_FILE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | _QUIET
_FOLDER = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_DIRECTORY", 0) | _QUIET
_BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


@dataclass(frozen=True, order=True)
class Entry:
    """One name in a folder.

    Attributes:
        name: The name.
        kind: `"file"`, `"folder"`, or says what else it is.
        owner: Number of the user who owns it.
        changed: When the file system saw it change last, in seconds since 1970; no user can set that back.
    """

    name: str
    kind: str
    owner: int = field(default=-1, compare=False)
    changed: float = field(default=0.0, compare=False)


Place = tuple[str, ...]
"""Names of the folders below a first one, and a last name."""


@dataclass
class Walked:
    """What a folder and those below it hold.

    Attributes:
        found: Entries with their place, as many as were asked for.
        seen: Name of each folder at the top to how many files and folders lie below it; `""` for those at the top.
        refused: Sentences about folders that cannot be opened.
    """

    found: list[tuple[Place, Entry]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


class Folder:
    """A folder that is read through one descriptor, so that nothing can be slipped in above it meanwhile.

    Where the system has no such descriptors (Windows), every step checks for links before it opens.

    Raises:
        Refused: `path` is no folder, is a link, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            kind = kind_of(os.lstat(path).st_mode)
            if kind != "folder":
                what = "a file" if kind == "file" else kind
                raise Refused(f"{plain(path.name)} is {what} and not a folder: hand in the files themselves.")
            self._root: int | str = os.open(path, _FOLDER) if _BY_DESCRIPTOR else os.fspath(path)
        except (OSError, ValueError) as error:
            raise Refused(_cannot(path.name, error)) from None

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *exc: object) -> None:
        if isinstance(self._root, int):
            os.close(self._root)

    def entries(self, *below: str) -> list[Entry]:
        """Return what the folder, or a folder below it, holds, sorted by name.

        Raises:
            Refused: it cannot be listed, or a link has taken its place.
        """
        try:
            with self._at(below) as place, os.scandir(place) as found:
                return sorted(map(_entry, found))
        except OSError as error:
            raise Refused(_cannot("/".join(below) or self.path.name, error)) from None

    def walk(self, limit: int, depth: int, rank: Callable[[str], int]) -> Walked:
        """Return what is in the folder and in those below it, upper levels first; the same on every disk.

        Hidden folders are not entered.

        Args:
            limit: Most entries that are returned, and most folders that are entered.
            depth: Levels below the folder that are entered.
            rank: Of a file name: where there are more than `limit`, lower ranks come first. A folder has 1.
        """
        walked, waiting, entered = Walked(), deque[Place]([()]), 0
        kept: list[tuple[int, int, Place, Entry]] = []
        while waiting and entered < limit:
            below, entered = waiting.popleft(), entered + 1
            try:
                with self._at(below) as at, os.scandir(at) as found:
                    ranked = [(1 if one.is_dir(follow_symlinks=False) else rank(one.name), one) for one in found]
                    ranked.sort(key=lambda one: (one[0], one[1].name))
                    best = sorted((_entry(one), number) for number, one in ranked[:limit])
            except OSError as error:
                walked.refused.append(_cannot("/".join(below) or self.path.name, error))
                continue
            walked.seen[below[0] if below else ""] += len(ranked)
            for entry, number in best:
                kept.append((number, len(kept), (*below, entry.name), entry))
                if entry.kind == "folder" and len(below) < depth and not entry.name.startswith((".", "__")):
                    waiting.append((*below, entry.name))
        walked.found = [one[2:] for one in sorted(sorted(kept)[:limit], key=itemgetter(1))]
        return walked

    def read(self, path: tuple[str, ...], limit: int, owner: Owner | None = None) -> bytes:
        """Return the content of a regular file, at most `limit` bytes and one more, so that too long can be told.

        Raises:
            Refused: it is something other than a regular file, cannot be read, or is not of the owner given.
        """
        try:
            with self._at(path[:-1]) as place:
                return _read(place, path[-1], limit, owner)
        except (OSError, ValueError) as error:
            raise Refused(_cannot("/".join(path), error)) from None

    @contextmanager
    def _at(self, below: tuple[str, ...]) -> Iterator[int | str]:
        """Yield the folder below the root, as a descriptor or, where there are none, as a path."""
        if isinstance(self._root, str):
            place = self._root
            for name in below:
                place = os.path.join(place, name)
                if kind_of(os.lstat(place).st_mode) != "folder":
                    raise NotADirectoryError(0, "not a folder")
            yield place
            return
        descriptor = os.dup(self._root)
        try:
            for name in below:
                deeper = os.open(name, _FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = deeper
            yield descriptor
        finally:
            os.close(descriptor)


def read_file(path: Path, limit: int, owner: Owner | None = None) -> bytes:
    """Return the content of one regular file, at most `limit` bytes and one more.

    Raises:
        Refused: it is something other than a regular file, cannot be read, or is not of the owner given.
    """
    try:
        return _read(None, os.fspath(path), limit, owner)
    except (OSError, ValueError) as error:
        raise Refused(_cannot(path.name, error)) from None


def kind_of(mode: int) -> str:
    """Return what a file mode stands for: `"file"`, `"folder"`, or a phrase such as `"a symbolic link"`."""
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else _KINDS.get(stat.S_IFMT(mode), "no regular file")


def _entry(item: os.DirEntry[str]) -> Entry:
    found = item.stat(follow_symlinks=False)
    return Entry(item.name, kind_of(found.st_mode), found.st_uid, found.st_ctime)


def _read(place: int | str | None, name: str, limit: int, owner: Owner | None) -> bytes:
    """Look first, since to open a device may already act on it; then open, look again and read."""
    folder = place if isinstance(place, int) else None
    where = name if place is None or folder is not None else os.path.join(str(place), name)
    before = os.stat(where, dir_fd=folder, follow_symlinks=False)
    _regular(name, before)
    descriptor = os.open(where, _FILE, dir_fd=folder)
    with open(descriptor, "rb", buffering=0) as file:
        opened = os.fstat(descriptor)
        _regular(name, opened)
        if (before.st_dev, before.st_ino) != (opened.st_dev, opened.st_ino):
            raise Refused(f"{plain(os.path.basename(name))} changed while it was read: run the command again.")
        if owner and (why := owner.refusal(plain(os.path.basename(name), limit=100), opened.st_uid)):
            raise Refused(why)
        parts, missing = [], limit + 1
        while missing and (part := file.read(min(missing, 1 << 20))):
            parts.append(part)
            missing -= len(part)
    return b"".join(parts)


def _regular(name: str, found: os.stat_result) -> None:
    kind = kind_of(found.st_mode)
    if kind != "file":
        phrase = "a folder" if kind == "folder" else kind
        raise Refused(f"{plain(os.path.basename(name))} is {phrase} and is not read: hand in the file itself.")


def _cannot(name: str, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or "the name is not valid"
    return f"{plain(name)} cannot be read ({plain(reason.lower())}): hand it in again."
