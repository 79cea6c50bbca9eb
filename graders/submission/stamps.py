"""When a hand-in arrived: which `timestamp.txt` is believed.

nbgrader's exchange, and `leafgrad submit`, write the time into `<student>/<assignment>/timestamp.txt`. The same file
can be part of what a student hands in, so it counts only where one of these holds:

1. The folder of the class is the `submitted` of an nbgrader course, or all students' folders in it have that form.
2. It belongs to the student's user, as on a drive where students' own programs write it: then it counts if the file
   system saw nothing in that folder change later than it says. Nobody can set that time back.

So a `timestamp.txt` in an archive, further down, or among files in another form never counts. On a drive whose files
all belong to one user nobody can tell who wrote it, and the form decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from graders.submission.disk import Entry, Folder
from graders.submission.model import DEPTH, ENTRIES, Refused
from graders.submission.naming import rank_of
from graders.submission.owners import HAS_OWNERS, Owner, user_name
from graders.submission.times import parse_time

TIMESTAMP = "timestamp.txt"
COURSE_MARKS = frozenset({"nbgrader_config.py", "gradebook.db", "source", "release"})

_SLACK = 300.0
"""Seconds by which the clocks of a student's machine and of a drive may differ."""


@dataclass(frozen=True)
class Stamp:
    """What a `timestamp.txt` says.

    Attributes:
        says: ISO 8601 in UTC, empty where it holds no time.
        believed: Whether it counts as the time of submission.
        why: The sentence where it does not.
    """

    says: str = ""
    believed: bool = False
    why: str = ""


@dataclass(frozen=True)
class Layout:
    """How the folder of a class is laid out.

    Attributes:
        course: Whether it is the `submitted` of an nbgrader course.
        form: Whether it has nbgrader's form, `<student>/<assignment>/timestamp.txt`, for every student.
        collectors: Users who collect hand-ins, so that what belongs to them says nothing about a student: in a course
            those who own the folders of several students, elsewhere who owns all of them.
    """

    course: bool = False
    form: bool = False
    collectors: frozenset[int] = frozenset()

    @property
    def official(self) -> bool:
        """Whether nbgrader or `leafgrad submit` made it, and no student."""
        return self.course or self.form


def layout_of(
    root: Folder,
    students: Sequence[Entry],
    beside: Sequence[Entry],
    assignments: Collection[str],
    trusted: frozenset[int],
) -> Layout:
    """Return how a folder of students is laid out.

    Args:
        root: The folder.
        students: The folders in it.
        beside: The entries of the folder around it.
        assignments: Ids of the course's assignments; empty when they are not known.
        trusted: Users who may put files there for everybody.
    """
    course = root.path.name == "submitted" and bool(COURSE_MARKS & {entry.name for entry in beside})
    owners = Counter(student.owner for student in students)
    form = bool(students) and all(_has_the_form(root, student.name, assignments) for student in students)
    several = {owner for owner, count in owners.items() if count > 1 and (course or count == len(students))}
    return Layout(course, form, trusted | several)


def stamp_of(root: Folder, place: tuple[str, ...], layout: Layout, owner: Owner | None) -> Stamp:
    """Return what the `timestamp.txt` in a folder says, and whether it counts.

    Args:
        root: The folder of the class.
        place: The student's folder of one assignment, below `root`.
        layout: Of `root`.
        owner: Whose files count; None for everybody's.
    """
    shown = "/".join(place[1:])
    try:
        stamp = next((one for one in root.entries(*place) if one.name == TIMESTAMP and one.kind == "file"), None)
        if stamp is None:
            return Stamp()
        says = parse_time(root.read((*place, TIMESTAMP), 200, owner))
        students_own = HAS_OWNERS and stamp.owner not in layout.collectors
        latest = _latest_change(root, place) if students_own else 0.0
    except (Refused, ValueError):
        return Stamp(why=f"{shown}/{TIMESTAMP} holds no time that can be read: the time of submission is unknown.")
    if students_own:
        late = latest > datetime.fromisoformat(says).timestamp() + _SLACK
        why = f"belongs to {user_name(stamp.owner)} and says {says}, but files beside it changed later"
        return Stamp(says, not late, f"{shown}/{TIMESTAMP} {why}: the time of submission is unknown." if late else "")
    if not layout.official:
        return Stamp(says, False, f"{shown}/{TIMESTAMP} is among the student's own files and is ignored.")
    return Stamp(says, True)


def _has_the_form(root: Folder, student: str, assignments: Collection[str]) -> bool:
    """Return whether a student's folder holds nothing but folders of assignments with a time in each."""
    try:
        below = [entry for entry in root.entries(student) if not entry.name.startswith((".", "__"))]
        return bool(below) and all(
            entry.kind == "folder"
            and (not assignments or entry.name in assignments)
            and any(one.name == TIMESTAMP for one in root.entries(student, entry.name))
            for entry in below
        )
    except Refused:
        return False


def _latest_change(root: Folder, place: tuple[str, ...]) -> float:
    """Return when the file system last saw a change below a folder, in seconds since 1970."""
    with Folder(root.path.joinpath(*place)) as folder:
        found = folder.walk(ENTRIES, DEPTH, rank_of).found
    return max((entry.changed for _, entry in found if entry.kind == "file"), default=0.0)
