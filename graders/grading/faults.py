"""Faults of ours or of the machine: tried again once, then told with their traceback. No student pays for one.

What a hand-in does wrong never comes here: that is an observation, and ends as a report.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from graders.errors import FULL, LeafgradError, not_written
from graders.text import plain

FOLDER = "faults"
"""Folder of the tracebacks, beside the reports."""

DISK_FULL = "The disk is full."

_LONGEST = 300

_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Fault:
    """What kept something from being done.

    Attributes:
        why: One sentence, safe to print.
        trace: The tracebacks of both attempts.
    """

    why: str
    trace: str


def attempt(action: Callable[[], _Made], before_second: Callable[[], None] | None = None) -> _Made | Fault:
    """Return what an action gives. When it raises it is tried once more; then the fault is returned.

    Ctrl-C and `Stopped` are no faults and pass through.

    Args:
        action: Changes nothing that a second attempt would meet.
        before_second: Puts away what the first attempt may have broken.
    """
    try:
        return action()
    except Exception as error:
        first = fault_of(error)
    try:
        if before_second:
            before_second()
        return action()
    except Exception as error:
        second = fault_of(error)
    return Fault(second.why, f"{first.trace}\nThe second attempt:\n\n{second.trace}")


def fault_of(error: Exception) -> Fault:
    """Return the fault that an exception of ours tells."""
    trace = "There was no memory for the traceback.\n"
    with suppress(Exception):
        trace = plain("".join(traceback.format_exception(error)), newlines=True)
    return Fault(said(error), trace)


def said(error: Exception) -> str:
    """Return what an exception of ours means, as one sentence that is safe to print."""
    text = ""
    with suppress(Exception):
        text = plain(str(error).strip(), limit=_LONGEST)
    if isinstance(error, LeafgradError) and text:
        return text
    if isinstance(error, MemoryError):
        return "The machine has no memory left."
    if isinstance(error, OSError) and error.errno in FULL:
        return DISK_FULL
    if isinstance(error, OSError) and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM) and error.filename:
        return not_written(error, "", "used").message
    return f"An unexpected {type(error).__name__}{': ' if text else ''}{text.rstrip('.')}."


def keep_trace(folder: Path, name: str, fault: Fault) -> Path | None:
    """Write a fault's traceback below a folder and return the file; None where the disk takes nothing."""
    path = folder / FOLDER / f"{name}.txt"
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{fault.why}\n\n{fault.trace}", encoding="utf-8", errors="backslashreplace")
    except (OSError, MemoryError):
        return None
    return path


def forget_traces(folder: Path) -> None:
    """Remove the tracebacks of an earlier run."""
    for path in (folder / FOLDER).glob("*.txt"):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        (folder / FOLDER).rmdir()
