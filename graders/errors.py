"""Errors that a person meets, each one sentence and a next step, and how the command ends.

LeafgradError
├── CourseError         course.yml is missing, broken, or does not fit the exercises
├── EnvironmentTrouble  a package, a wall or a file system that the command needs is not there
├── UsageError          a name or a path on the command line that means nothing
└── SubmissionError     a hand-in that cannot be delivered or verified
"""

from __future__ import annotations

import errno
from pathlib import Path

from graders.text import plain

EXIT_NOT_PASSED, EXIT_TROUBLE = 1, 2
"""The command ran and some concept is not passed yet; usage, course or machine are not as they should be."""

EXIT_INTERRUPTED = 130
"""What typer makes of Ctrl-C."""


class LeafgradError(Exception):
    """What went wrong and where, in one sentence.

    Args:
        message: The sentence.
        next_step: What to do about it, in one sentence; may be empty.
    """

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(f"{message} {next_step}".strip())
        self.message = message
        self.next_step = next_step


class CourseError(LeafgradError):
    """course.yml is missing, broken, or does not fit the exercises."""


class EnvironmentTrouble(LeafgradError):
    """Something that the command needs from the machine is not there."""


class UsageError(LeafgradError):
    """A name or a path on the command line means nothing."""


class SubmissionError(LeafgradError):
    """A hand-in cannot be delivered or verified."""


FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where a disk or a quota takes no more."""

_DENIED = ("permission denied", "Make it writable, or choose another place")
_NO_FOLDER = ("a file stands where a folder is needed", "Move that file away, or choose another place")
_WHY = {
    **dict.fromkeys(FULL, ("the disk is full", "Make room on it, or choose another place")),
    errno.EROFS: ("the disk is read-only", "Choose another place"),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EEXIST: _NO_FOLDER,
    errno.ENOTDIR: _NO_FOLDER,
    errno.ENOENT: ("there is no such file or folder", "Check the path"),
    errno.EISDIR: ("it is a folder", "Move it away, or give the name of a file"),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter one"),
    errno.ELOOP: ("its links lead in a circle", "Choose another place"),
}


def not_written(error: OSError, place: Path | str, verb: str = "written") -> EnvironmentTrouble:
    """Return what to say of a file or folder that cannot be written; `place` where `error` does not name it."""
    where = plain(str(error.filename or place), limit=200)
    why, what = _WHY.get(error.errno or 0, ((error.strerror or type(error).__name__).lower(), _DENIED[1]))
    return EnvironmentTrouble(f"{where} cannot be {verb}: {why}.", f"{what}, then run the same command again.")


def not_yaml(path: Path, error: Exception) -> CourseError:
    """Return what to say of a file that PyYAML refused with `error`, with the line where it tells one."""
    mark = getattr(error, "problem_mark", None)
    at = f"{path}, line {mark.line + 1}" if mark else str(path)
    said = str(getattr(error, "problem", error)).split("\n")[0]
    return CourseError(f"{at}: this is not YAML: {said}.", "Correct that line." if mark else "Save it as UTF-8 text.")
