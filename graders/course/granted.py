"""What was granted to single students: extensions.csv and overrides.csv, beside course.yml.

extensions.csv   student_id, assignment (empty: all), until or days, reason
overrides.csv    student_id, exercise, concept (empty: the whole exercise), points, reason

The first row names the columns, in any order. A row that means nothing is an error with file and line, before anything
is written; what can be understood in one way only is a note.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from graders.course.course import Course
from graders.course.due import aware
from graders.csv_file import NoCsv, read_csv
from graders.errors import CourseError, LeafgradError
from graders.text import plain

if TYPE_CHECKING:
    from graders.submission.roster import Roster

EXTENSIONS, OVERRIDES = "extensions.csv", "overrides.csv"

_LONGEST = 3660
"""Days of the longest extension: ten years."""

_STUDENT = {"student": "student_id", "id": "student_id"}
"""Other names of a column."""


@dataclass(frozen=True)
class Extension:
    """More time for one student.

    Attributes:
        assignment: Its id; empty for all.
        until: When it is due; without a zone, on the clock of the assignment's due date. None where `days` says it.
        days: Days beyond the due date.
        reason: May be empty.
        at: File and line of the row.
    """

    assignment: str
    until: datetime | None
    days: float
    reason: str
    at: str = field(default="", compare=False)


@dataclass(frozen=True)
class Override:
    """Points that somebody gave. `concept` is empty for a whole exercise; `reason` is never empty; `at` is as above."""

    exercise: str
    concept: str
    points: float
    reason: str
    at: str = field(default="", compare=False)


@dataclass(frozen=True)
class Granted:
    """All that was granted.

    Attributes:
        extensions: By student id.
        overrides: By student id.
        notes: Sentences on what was taken in one of several ways.
    """

    extensions: Mapping[str, tuple[Extension, ...]] = field(default_factory=dict)
    overrides: Mapping[str, tuple[Override, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def unknown(self, students: Collection[str]) -> Iterator[str]:
        """Yield a sentence on each student who is granted something and is not among these."""
        for file, granted in ((EXTENSIONS, self.extensions), (OVERRIDES, self.overrides)):
            for student, rows in granted.items():
                for row in rows if student not in students else ():
                    yield f"{row.at or file}: there is no hand-in of {student}, so the row changes nothing."


NOTHING = Granted()


@dataclass(frozen=True)
class _Row:
    """A row of a file: `at` names file and line."""

    at: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def wrong(self, why: str) -> CourseError:
        return CourseError(f"{self.at}: {why}", "Correct it and run again.")


def read_granted(course: Course, roster: Roster | None = None) -> Granted:
    """Return what extensions.csv and overrides.csv beside course.yml say; nothing where they are not there.

    Args:
        course: The course.
        roster: By which a row may call a student by login, mail address or name.

    Raises:
        CourseError: a file cannot be read, or a row means nothing; names file and line.
    """
    notes = [
        f"{course.path.name}: {one.id} is due {one.due:%Y-%m-%d %H:%M} without a zone, so it is read as UTC."
        for one in course.assignments
        if one.due and one.due.tzinfo is None
    ]
    extensions: defaultdict[str, list[Extension]] = defaultdict(list)
    for row in _rows(course.folder / EXTENSIONS, ("assignment", "until", "days", "reason"), ("until", "days"), notes):
        one = _extension(row, course)
        extensions[_student(row, roster)].append(one)
        notes += _clock(row, one, course)
    overrides: defaultdict[str, list[Override]] = defaultdict(list)
    for row in _rows(course.folder / OVERRIDES, ("exercise", "concept", "points", "reason"), ("points",), notes):
        given, student = _override(row, course), _student(row, roster)
        for other in overrides[student]:
            overlap = other.concept == given.concept or "" in (other.concept, given.concept)
            if other.exercise == given.exercise and overlap:
                raise row.wrong(f"{student} has points for {_address(other)} in a row above already.")
        overrides[student].append(given)
    return Granted(
        {student: tuple(rows) for student, rows in extensions.items()},
        {student: tuple(rows) for student, rows in overrides.items()},
        tuple(dict.fromkeys(notes)),
    )


def _rows(path: Path, columns: tuple[str, ...], one_of: tuple[str, ...], notes: list[str]) -> Iterator[_Row]:
    """Yield the rows of a file.

    Args:
        path: The file.
        columns: Those that are read, besides that of the student.
        one_of: Columns of which it must have one.
        notes: A sentence on a column that is none of these is added to it.
    """
    try:
        file = read_csv(path)
    except FileNotFoundError:
        return
    except NoCsv as error:
        raise CourseError(f"{error}.", "Save it as CSV in UTF-8.") from None
    header: list[str] = []
    for line, cells in file.rows:
        if not header:
            header = _header(file.at(line), cells, one_of)
            unread = ", ".join(plain(name) for name in header if name and name not in ("student_id", *columns))
            if unread:
                notes.append(f"{file.at(line)}: not read: {unread}; the columns are student_id, {', '.join(columns)}.")
            continue
        if any(cells[len(header) :]):
            raise CourseError(
                f"{file.at(line)}: the row has more cells than there are columns.", "Put quotes around commas."
            )
        row = _Row(file.at(line), dict(zip(header, cells, strict=False)))
        if not row["student_id"]:
            raise row.wrong("there is no student id.")
        student = plain(unicodedata.normalize("NFC", row["student_id"]))
        yield _Row(row.at, {**row.cells, "student_id": student})


def _student(row: _Row, roster: Roster | None) -> str:
    """Return the id of the student of a row."""
    student = row["student_id"]
    found = roster.find([student], [student]) if roster else None
    if found and len(found.people) > 1:
        raise row.wrong(f"{student} can be {' or '.join(found.people)} of {roster.files[0] if roster else ''}.")
    return (found.person if found else None) or student


def _header(at: str, cells: list[str], one_of: tuple[str, ...]) -> list[str]:
    names = [_STUDENT.get(cell.casefold(), cell.casefold()) for cell in cells]
    if "student_id" not in names or not set(one_of) & set(names):
        raise CourseError(
            f"{at}: the first row names the columns, among them student_id and {' or '.join(one_of)}.",
            "Add it and run again.",
        )
    if twice := next((name for name in names if name and names.count(name) > 1), ""):
        raise CourseError(f"{at}: two columns are {plain(twice)}.", "Keep one of them and run again.")
    return names


def _extension(row: _Row, course: Course) -> Extension:
    known = {assignment.id: assignment for assignment in course.assignments}
    name = row["assignment"]
    if name and name not in known:
        raise row.wrong(f"there is no assignment {plain(name)!r}; the course has {', '.join(known) or 'none'}.")
    if name and known[name].due is None:
        raise row.wrong(f"{name} has no due date in course.yml, so there is nothing to extend.")
    if bool(row["until"]) == bool(row["days"]):
        raise row.wrong("give exactly one of `until` and `days`.")
    days = _number(row, "days") if row["days"] else 0.0
    if days > _LONGEST:
        raise row.wrong(f"an extension of {days:g} days is longer than ten years.")
    return Extension(name, _until(row) if row["until"] else None, days, row["reason"], row.at)


def _until(row: _Row) -> datetime:
    """Return the end of an extension; a date alone means its last minute."""
    text = row["until"]
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo:
            when.astimezone(UTC)
    except (ValueError, OverflowError):
        raise row.wrong(f"until is {plain(text)!r}; write a time such as 2027-02-10T23:59:00Z.") from None
    return datetime.combine(when, time(23, 59)) if len(text) <= len("2027-02-10") else when


def _clock(row: _Row, extension: Extension, course: Course) -> Iterator[str]:
    """Yield a sentence where an extension has no zone, or ends before the due date."""
    until = extension.until
    for assignment in course.assignments:
        if until is None or assignment.due is None or extension.assignment not in ("", assignment.id):
            continue
        due = aware(assignment.due)
        if until.tzinfo is None:
            zone = due.tzname() or "UTC"
            yield f"{row.at}: until {until:%Y-%m-%d %H:%M} has no zone, so it is read as {zone}, like the due date."
        if (until if until.tzinfo else until.replace(tzinfo=due.tzinfo)) <= due and extension.assignment:
            yield f"{row.at}: {assignment.id} is due later than that, so the row changes nothing."


def _override(row: _Row, course: Course) -> Override:
    try:
        exercise_id, _, concept_id = row["exercise"].partition(".")
        if not exercise_id:
            raise row.wrong("there is no exercise; the columns are student_id, exercise, concept, points, reason.")
        exercise = course.exercise(exercise_id)
        name = row["concept"].rpartition(".")[2] or concept_id
        worth = course.concept(f"{exercise.id}.{name}")[1].worth if name else exercise.max_score
    except LeafgradError as error:
        raise row.wrong(str(error)) from None
    given = Override(exercise.id, name, _number(row, "points"), row["reason"], row.at)
    if given.points > worth:
        raise row.wrong(f"{given.points:g} points are more than the {worth:g} of {_address(given)}.")
    if not given.reason:
        raise row.wrong("there is no reason; every table shows it beside the points.")
    return given


def _address(override: Override) -> str:
    return override.exercise + (f".{override.concept}" if override.concept else "")


def _number(row: _Row, column: str) -> float:
    try:
        number = float(row[column])
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise row.wrong(f"{column} is {plain(row[column])!r}, which is no number; write 2 or 1.5.")
    if number < 0:
        raise row.wrong(f"{column} is {number:g}, and cannot be negative.")
    return number
