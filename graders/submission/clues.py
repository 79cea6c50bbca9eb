"""What tells hand-ins apart besides their names; readers do without what they are not given."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache

from graders.course.course import Course
from graders.course.due import aware
from graders.course.stubs import stub_source
from graders.errors import UsageError
from graders.submission.roster import Roster
from graders.submission.times import format_time

Defines = Callable[[bytes], set[str]]
"""Returns the names of the functions and classes at the top level of a student's source, without running it."""


@dataclass(frozen=True)
class Clues:
    """What a reader may use.

    Attributes:
        asked: Exercises that are graded now, in teaching order; empty when it may be any of the course.
        assignments: Assignment to the exercises that it asks for; empty when they are not known.
        stubs: Exercise to its untouched stub.
        defines: See `Defines`.
        roster: Who is who, and whose files count as whose.
        dues: When the course's assignments are due, with their zones: on such a clock platforms tell times.
        best: Whether earlier attempts can count too.
        told: Sentences on the class as a whole; readers add to it.
    """

    asked: Sequence[str] = ()
    assignments: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stubs: Mapping[str, bytes] = field(default_factory=dict)
    defines: Defines | None = None
    roster: Roster | None = None
    dues: Sequence[datetime] = ()
    best: bool = False
    told: list[str] = field(default_factory=list)

    def utc(self, local: str) -> str:
        """Return a time that a platform tells without a zone, in UTC: on the clock of the due date that is nearest."""
        when = datetime.fromisoformat(local)
        near = min(self.dues, key=lambda due: abs(due.replace(tzinfo=None) - when), default=None)
        return format_time(when.replace(tzinfo=near.tzinfo if near else UTC))

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """Exercise to the functions and classes that its stub asks for."""
        return {exercise: _defined(stub) for exercise, stub in self.stubs.items()}

    def is_stub(self, exercise: str, source: bytes) -> bool:
        """Return whether a source is the untouched stub of an exercise, apart from blank lines and comments."""
        stub = self.stubs.get(exercise) if _HOLE in source else None
        if stub is None:
            return False
        lines, holes = _stub_lines(stub)
        return source.count(_HOLE) >= holes and code_lines(source) == lines


NO_CLUES = Clues()

_HOLE = b"NotImplementedError"
"""Every stub holds it, and few finished files."""


def clues_of(
    course: Course,
    asked: Sequence[str] = (),
    defines: Defines | None = None,
    roster: Roster | None = None,
) -> Clues:
    """Return what a course knows, and what else is given; see `Clues`."""
    dues = [aware(one.due) for one in course.assignments if one.due]
    best = any(one.attempts == "best" for one in course.assignments)
    assignments = {one.id: one.exercises for one in course.assignments}
    return Clues(tuple(asked), assignments, _Stubs(course), defines, roster, dues, best)


class _Stubs(Mapping[str, bytes]):
    """The stubs of a course that are stored on this machine, each looked for when it is first needed."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._found: dict[str, bytes | None] = {}

    def __getitem__(self, exercise: str) -> bytes:
        if exercise not in self._found:
            self._found[exercise] = None
            with suppress(UsageError, OSError):
                self._found[exercise] = stub_source(self._course, exercise)
        stub = self._found[exercise]
        if stub is None:
            raise KeyError(exercise)
        return stub

    def __iter__(self) -> Iterator[str]:
        return (exercise for exercise in self._course.exercise_ids if exercise in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _defined(stub: bytes) -> frozenset[str]:
    """Return what a stub defines. It is the course's own file; a student's is never parsed in the grader."""
    try:
        body = ast.parse(stub).body
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(one.name for one in body if isinstance(one, ast.FunctionDef | ast.ClassDef))


@lru_cache(maxsize=64)
def _stub_lines(stub: bytes) -> tuple[list[bytes], int]:
    """Return the code of a stub, and how often it raises: what raises less often need not be compared with it."""
    lines = code_lines(stub)
    return lines, sum(line.count(_HOLE) for line in lines)


def code_lines(source: bytes) -> list[bytes]:
    """Return the lines of a source that are neither blank nor comments, without their indentation."""
    lines = (line.strip() for line in source.removeprefix(b"\xef\xbb\xbf").splitlines())
    return [line for line in lines if line and not line.startswith(b"#")]
