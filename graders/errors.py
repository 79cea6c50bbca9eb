"""Errors that a person meets, each one sentence and a next step, and how the command ends.

LeafgradError
├── CourseError         course.yml is missing, broken, or does not fit the exercises
├── EnvironmentTrouble  a package, a wall or a file system that the command needs is not there
├── UsageError          a name or a path on the command line that means nothing
└── SubmissionError     a hand-in that cannot be delivered or verified
"""

from __future__ import annotations

from pathlib import Path

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


def not_yaml(path: Path, error: Exception) -> CourseError:
    """Return what to say of a file that PyYAML refused with `error`, with the line where it tells one."""
    mark = getattr(error, "problem_mark", None)
    at = f"{path}, line {mark.line + 1}" if mark else str(path)
    return CourseError(f"{at}: this is not YAML: {getattr(error, 'problem', error)}.", "Correct that line.")
