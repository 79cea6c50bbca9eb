"""What the worker saw when it replayed one case on the student's code: fields, never verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OK = "ok"
RAISED = "raised"  # the student's code raised; `fields` holds what was noted before
ABSENT = "absent"  # the student's code does not define what the case needs
UNIMPLEMENTED = "unimplemented"  # a hole of the stub: NotImplementedError
MEMORY = "memory"  # MemoryError, or the process ran out of its allowance
TIMEOUT = "timeout"  # no answer within the limit
CRASHED = "crashed"  # the process ended: a signal, an exit
VIOLATION = "violation"  # bytes on the wire that are no answer

TOO_MUCH = "TooMuchWork"
"""The exception of a graph that counts the work of a walk: it is ours, and its message says all."""

PROCESS_ENDED = frozenset({TIMEOUT, CRASHED, VIOLATION})
"""Statuses after which the worker is gone."""


_LONGEST_TEXT = 300
"""Characters of the text of an exception that are kept."""


def cut(text: str) -> str:
    """Return the text of an exception as it is kept: a longer one ends after a whole word, and says so."""
    if len(text) <= _LONGEST_TEXT:
        return text
    begin = text[: _LONGEST_TEXT - 2]
    return f"{begin.rpartition(' ')[0] or begin} …"


_LONG = 160
"""Characters of an exception's message beyond which its first sentence tells enough."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One replayed case.

    Attributes:
        status: One of the constants of this module.
        fields: What the player noted, in the order of the oracle's labels; shorter than them unless `status` is ok.
        error: Name of the exception's type, or empty.
        text: The exception's message or what else there is to say; the student's words, at most 300 characters.
        file: File name of the student's line that raised, or empty.
        line: Its number, or 0.
        size: About how many bytes of memory the fields of a worker's answer take.
    """

    status: str
    fields: list[Any]
    error: str = ""
    text: str = ""
    file: str = ""
    line: int = 0
    size: int = field(default=0, compare=False)

    def where(self) -> str:
        """Return `"ex02_closures.py, line 12"`, or nothing when no line of the student's is known."""
        return f"{self.file}, line {self.line}" if self.file and self.line else self.file

    def says(self) -> str:
        """Return the exception as a console shows it, of a long one the first sentence, with its place."""
        first, more, _ = self.text.partition(". ")
        text = first if more and self.error and len(self.text) > _LONG else self.text
        said = f"{self.error}: {text}" if self.error and text and self.error != TOO_MUCH else text or self.error
        return f"{said} ({self.where()})" if self.where() else said
