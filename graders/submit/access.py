"""Who may read a hand-in: the student, and the group of the folder that it goes to. Nobody else.

Modes are given when a file or folder is made, never afterwards: where the student is no member of the folder's group,
the kernel takes the setgid bit away at every chmod (chmod(2)).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from graders.errors import SubmissionError
from graders.files import NEW
from graders.submission.owners import HAS_OWNERS, user_name
from graders.text import plain


@dataclass(frozen=True)
class Access:
    """How files and folders of a hand-in are made.

    Attributes:
        group: Number of the group that may read them; None for nobody but their owner.
    """

    group: int | None = None

    def make_folder(self, path: Path) -> None:
        """Make a folder, 0750 or 0700; below a setgid folder it is setgid as well."""
        with _narrow():
            path.mkdir(0o750 if self.group is not None else 0o700)
        if HAS_OWNERS and self.group is not None and not self._give(path, path.stat()):
            path.chmod(0o700)

    def make_file(self, path: Path, data: bytes) -> None:
        """Write a new file, 0640 or 0600, and wait until the disk has it."""
        with _narrow():
            descriptor = os.open(path, NEW, 0o640 if self.group is not None else 0o600)
        with open(descriptor, "wb") as file:
            if HAS_OWNERS and self.group is not None and not self._give(descriptor, os.fstat(descriptor)):
                os.fchmod(descriptor, 0o600)
            file.write(data)
            file.flush()
            os.fsync(descriptor)

    def copy(self, source: Path, target: Path) -> None:
        """Copy what is in a folder into another one that is there already; links stay links."""
        with os.scandir(source) as entries:
            for entry in entries:
                to = target / entry.name
                if entry.is_symlink():
                    to.symlink_to(Path(entry.path).readlink())
                elif entry.is_dir():
                    self.make_folder(to)
                    self.copy(Path(entry.path), to)
                elif entry.is_file():
                    self.make_file(to, Path(entry.path).read_bytes())

    def _give(self, what: Path | int, now: os.stat_result) -> bool:
        """Return whether the group is that of `what`, after giving it to that where the system allows it."""
        if now.st_gid != self.group:
            with suppress(OSError):
                os.chown(what, -1, self.group or 0)
                return True
        return now.st_gid == self.group


def access_below(folder: Path) -> Access:
    """Return how to make what goes into a folder that is there: readable by its group, if that may look into it.

    Raises:
        OSError: it is not there.
    """
    found = folder.stat()
    open_to_group = HAS_OWNERS and found.st_mode & (stat.S_ISGID | stat.S_IRGRP | stat.S_IXGRP)
    return Access(found.st_gid if open_to_group else None)


def refuse_foreign(folder: Path, root: Path) -> None:
    """Refuse to put a hand-in into a folder of another user, who could read, exchange and remove it.

    Those of the user who owns `root` and of the administrator are all right: who made the place may do so anyway.

    Raises:
        SubmissionError: the folder belongs to someone else, or is a link.
    """
    if folder.is_symlink():
        raise SubmissionError(f"{plain(str(folder))} is a link.", "Ask your instructor to look at it.")
    if not HAS_OWNERS or not folder.exists() or os.geteuid() == 0:
        return
    owner = folder.stat().st_uid
    if owner not in (os.geteuid(), root.stat().st_uid, 0):
        raise SubmissionError(
            f"Nothing was handed in: {plain(str(folder))} belongs to {user_name(owner)}, not to you.",
            "Check the id that you gave; if it is yours, tell your instructor, who can remove the folder.",
        )


def close_to_others(folder: Path) -> None:
    """Close a folder, such as an earlier version of leafgrad left open, to all but its owner and its group."""
    with suppress(OSError):
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & stat.S_IRWXO:
            folder.chmod(mode & ~stat.S_IRWXO)


def only_for_you(folder: Path) -> bool:
    """Return whether a delivered folder is closed to the group although it lies in a place of someone else's."""
    if not HAS_OWNERS:
        return False
    place, root = folder.stat(), folder.parent.parent.stat()
    return not place.st_mode & stat.S_IRGRP and root.st_uid != place.st_uid


@contextmanager
def _narrow() -> Iterator[None]:
    before = os.umask(0o027)
    try:
        yield
    finally:
        os.umask(before)
