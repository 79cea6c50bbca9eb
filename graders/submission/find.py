"""Finding the hand-ins of a class.

Recognised, in this order:

1. A file, or a folder that itself holds exercise files (`ex02_closures.py`): one submission.
2. nbgrader: `submitted/<student>/<assignment>/`, from the course folder or from `submitted` itself. The time is that
   of `timestamp.txt`, which the exchange writes; the assignments of one student become one submission.
3. Downloads of Moodle, Canvas and Blackboard: see `graders.submission.lms`. Attempts of one student become one
   submission. A `timestamp.txt` in them is the student's own and is not believed.
4. One folder, `.py`, `.ipynb`, `.zip` or `.tar.gz` per student, named by the student; several files that begin or
   end with the same student's name (`alice_ex02_closures.py`) become one submission. Gradescope's export,
   `submission_<number>/`, is of this kind.

Hidden entries, and files that are none of these, are passed over.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from graders.errors import UsageError
from graders.submission.disk import Entry, Folder
from graders.submission.lms import Upload, recognise
from graders.submission.merge import Part, shown_id, submission_of
from graders.submission.model import Refused, Submission
from graders.submission.pick import Picked
from graders.submission.read import is_archive, read_folder, read_one, read_submission, student_of
from graders.submission.times import parse_time
from graders.text import plain

_COURSE_MARKS = frozenset({"nbgrader_config.py", "gradebook.db", "source", "release"})
_TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class _Class:
    """The folder of a class, open, and what is asked of it."""

    root: Folder
    exercises: Sequence[str]
    assignment: str | None


def find_submissions(path: Path | str, exercises: Sequence[str], assignment: str | None = None) -> list[Submission]:
    """Return what every student handed in, sorted by student id; the layouts are those of this module's docstring.

    Args:
        path: A folder, or one student's file.
        exercises: Ids (file stems) of the exercises to look for, in teaching order.
        assignment: In nbgrader's layout, the only assignment to read; students without it are left out.

    Raises:
        UsageError: there is nothing at `path`, or it cannot be opened.
    """
    path = Path(os.path.realpath(path))
    if not path.exists():
        raise UsageError(f"There is nothing at {plain(str(path))}.", "Give the folder that holds the submissions.")
    if not path.is_dir():
        return [read_submission(path, exercises)]
    try:
        path = _inside_course(path)
        with Folder(path) as root:
            entries = [entry for entry in root.entries() if not entry.name.startswith((".", "__"))]
            if any(_is_exercise(entry.name, exercises) for entry in entries):
                return [read_submission(path, exercises)]
            return _read_class(_Class(root, exercises, assignment), entries)
    except Refused as refused:
        raise UsageError(str(refused), "Give the folder that holds the submissions.") from None


def _inside_course(path: Path) -> Path:
    """Return `submitted` when `path` is the folder of an nbgrader course, otherwise `path`."""
    with Folder(path) as root:
        kinds = {entry.name: entry.kind for entry in root.entries()}
    return path / "submitted" if kinds.get("submitted") == "folder" and _COURSE_MARKS & kinds.keys() else path


def _is_exercise(name: str, exercises: Sequence[str]) -> bool:
    stem, _, suffix = name.rpartition(".")
    return suffix in ("py", "ipynb") and stem in exercises


def _read_class(job: _Class, entries: Sequence[Entry]) -> list[Submission]:
    students: dict[str, list[Part]] = defaultdict(list)
    narrowed = job.assignment is not None and any(
        entry.kind == "folder" and _holds_folder(job.root, entry.name, job.assignment) for entry in entries
    )
    for entry in entries:
        upload = recognise(entry.name)
        if upload:
            students[shown_id(upload.student)].append(_uploaded(job, entry, upload))
        elif entry.kind == "folder":
            parts = _folder_parts(job, entry.name, narrowed)
            if parts or not narrowed:
                students[shown_id(entry.name)] += parts
        elif entry.name.casefold().endswith((".py", ".ipynb")) or is_archive(entry.name) or entry.kind != "file":
            picked = read_one(entry.name, partial(job.root.read, (entry.name,)), job.exercises)
            who = student_of(job.root.path / entry.name, job.exercises)
            students[shown_id(who)].append(Part(plain(entry.name, limit=100), picked))
    return [submission_of(student, students[student], job.exercises) for student in sorted(students)]


def _uploaded(job: _Class, entry: Entry, upload: Upload) -> Part:
    """Return one entry of a platform's download."""
    label = plain(upload.name or entry.name, limit=100)
    if entry.kind == "folder":
        picked = _folder(job, entry.name)
    else:
        picked = read_one(upload.name or entry.name, partial(job.root.read, (entry.name,)), job.exercises)
    if upload.note:
        picked.notes.insert(0, upload.note)
    return Part(label, picked, upload.order)


def _folder_parts(job: _Class, student: str, narrowed: bool) -> list[Part]:
    """Return the parts of a student's folder: its assignments in nbgrader's layout, otherwise the folder itself.

    With `narrowed` only the assignment asked for is read.
    """
    if narrowed and job.assignment is not None:
        found = _holds_folder(job.root, student, job.assignment)
        return [_assignment(job, student, job.assignment)] if found else []
    try:
        below = [entry.name for entry in job.root.entries(student) if entry.kind == "folder"]
    except Refused:
        below = []
    stamped = [name for name in below if _holds(job.root, (student, name), _TIMESTAMP)]
    if stamped:
        return [_assignment(job, student, name) for name in below if not name.startswith((".", "__"))]
    return [Part(plain(student, limit=100), _folder(job, student))]


def _assignment(job: _Class, student: str, assignment: str) -> Part:
    picked = _folder(job, student, assignment)
    label = plain(f"{student}/{assignment}", limit=100)
    if not _holds(job.root, (student, assignment), _TIMESTAMP):
        return Part(label, picked)
    try:
        when = parse_time(job.root.read((student, assignment, _TIMESTAMP), 200))
    except (Refused, ValueError):
        picked.notes.append(f"{label}/{_TIMESTAMP} holds no time that can be read: the time of submission is unknown.")
        return Part(label, picked)
    return Part(label, picked, order=when, submitted_at=when)


def _folder(job: _Class, *below: str) -> Picked:
    try:
        return read_folder(job.root.path.joinpath(*below), job.exercises)
    except Refused as refused:
        return Picked(refusals=[str(refused)])


def _holds_folder(root: Folder, student: str, assignment: str) -> bool:
    return _holds(root, (student,), assignment, "folder")


def _holds(root: Folder, below: tuple[str, ...], name: str, kind: str = "file") -> bool:
    try:
        return Entry(name, kind) in root.entries(*below)
    except Refused:
        return False
