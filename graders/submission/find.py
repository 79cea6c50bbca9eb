"""Finding the hand-ins of a class.

Recognised, in this order:

1. A file, or a folder that itself holds exercise files (`ex02_closures.py`): one submission.
2. nbgrader: `submitted/<student>/<assignment>/`, from the course folder or from `submitted` itself. The assignments of
   one student become one submission; the time is that of `timestamp.txt` where `graders.submission.stamps` says so.
3. Downloads of Moodle, Canvas and Blackboard: see `graders.submission.lms`. Attempts of one student become one
   submission.
4. One folder, `.py`, `.ipynb`, `.zip` or `.tar.gz` per student, named by the student; several files that begin or
   end with the same student's name (`alice_ex02_closures.py`) become one submission. Gradescope's export,
   `submission_<number>/`, is of this kind.

Where several of these are of one student the clearest counts, a folder before loose files: see `merge`. Hidden entries,
and files that are none of these, are passed over.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from graders.errors import UsageError
from graders.submission.assemble import ARCHIVE, FOLDER, LOOSE, UPLOAD, Part, shown_id, submission_of
from graders.submission.clues import NO_CLUES, Clues
from graders.submission.disk import Entry, Folder
from graders.submission.lms import Upload, assignment_of, recognise
from graders.submission.model import Refused, Submission
from graders.submission.owners import Owner, user_name
from graders.submission.pick import Picked
from graders.submission.read import is_archive, read_folder, read_one, read_submission, student_of, trusted
from graders.submission.stamps import COURSE_MARKS, TIMESTAMP, Layout, layout_of, stamp_of
from graders.text import plain


@dataclass(frozen=True)
class _Class:
    """The folder of a class, open, and what is asked of it.

    Attributes:
        root: The folder.
        exercises: Ids of the course's exercises.
        clues: What tells files apart.
        assignment: The only assignment to read; None for all.
        layout: How it is laid out.
        trusted: Users who may put files there for everybody.
    """

    root: Folder
    exercises: Sequence[str]
    clues: Clues
    assignment: str | None
    layout: Layout
    trusted: frozenset[int]

    def owner(self, student: str) -> Owner | None:
        """Return whose files count for a student; None for everybody's."""
        return self.clues.roster.owner(student, self.trusted) if self.clues.roster else None


def find_submissions(
    path: Path | str, exercises: Sequence[str], assignment: str | None = None, clues: Clues = NO_CLUES
) -> list[Submission]:
    """Return what every student handed in, sorted by student id; the layouts are those of this module's docstring.

    Args:
        path: A folder, or one student's file.
        exercises: Ids (file stems) of the exercises to look for, in teaching order.
        assignment: In nbgrader's layout, the only assignment to read; students without it are left out.
        clues: What else tells which file is which exercise, and whose it is.

    Raises:
        UsageError: there is nothing at `path`, or it cannot be opened.
    """
    path = Path(os.path.realpath(path))
    if not path.exists():
        raise UsageError(f"There is nothing at {plain(str(path))}.", "Give the folder that holds the submissions.")
    if not path.is_dir():
        return [read_submission(path, exercises, clues=clues)]
    try:
        path = _inside_course(path)
        with Folder(path) as root:
            entries = [entry for entry in root.entries() if not entry.name.startswith((".", "__"))]
            if any(_is_exercise(entry.name, exercises) for entry in entries):
                return [read_submission(path, exercises, clues=clues)]
            students = [one for one in entries if one.kind == "folder" and not recognise(one.name)]
            layout = layout_of(root, students, _around(path), clues.assignments, trusted(path))
            job = _Class(root, exercises, clues, assignment, layout, trusted(path))
            return _read_class(job, entries, layout.official and _has_any(root, students, assignment))
    except Refused as refused:
        raise UsageError(str(refused), "Give the folder that holds the submissions.") from None


def _inside_course(path: Path) -> Path:
    """Return `submitted` when `path` is the folder of an nbgrader course, otherwise `path`."""
    with Folder(path) as root:
        kinds = {entry.name: entry.kind for entry in root.entries()}
    return path / "submitted" if kinds.get("submitted") == "folder" and COURSE_MARKS & kinds.keys() else path


def _around(path: Path) -> list[Entry]:
    try:
        with Folder(path.parent) as around:
            return around.entries()
    except Refused:
        return []


def _is_exercise(name: str, exercises: Sequence[str]) -> bool:
    stem, _, suffix = name.rpartition(".")
    return suffix in ("py", "ipynb") and stem in exercises


def _is_code(name: str) -> bool:
    return name.casefold().endswith((".py", ".ipynb", ".py.txt", ".ipynb.txt", ".ipynb.json"))


def _has_any(root: Folder, students: Sequence[Entry], assignment: str | None) -> bool:
    return assignment is not None and any(_holds(root, (one.name,), assignment, "folder") for one in students)


def _read_class(job: _Class, entries: Sequence[Entry], narrowed: bool) -> list[Submission]:
    """Return a submission for each student. With `narrowed`, students without the assignment are left out."""
    students: dict[str, list[Part]] = defaultdict(list)
    asked_for = assignment_of(entry.name for entry in entries)
    for entry in entries:
        upload = recognise(entry.name, asked_for)
        if upload:
            students[shown_id(upload.student)].append(_uploaded(job, entry, upload))
        elif entry.kind == "folder":
            parts = _folder_parts(job, entry, narrowed)
            if parts or not narrowed:
                students[shown_id(entry.name)] += parts
        elif _is_code(entry.name) or is_archive(entry.name) or entry.kind != "file":
            who = student_of(job.root.path / entry.name, job.exercises)
            students[shown_id(who)].append(_file(job, entry.name, shown_id(who), entry.name))
    _name_the_alike(students)
    for student, parts in students.items():
        if job.clues.roster and student not in job.clues.roster.users:
            parts[0].picked.notes.append(f"{student} is not in the roster: who handed this in was not checked.")
    asked = job.clues.asked or job.exercises
    asks = job.clues.assignments
    return [submission_of(student, students[student], asked, asks) for student in sorted(students)]


def _file(job: _Class, name: str, student: str, meant: str) -> Part:
    """Return one file in the folder of the class; `meant` is the name that the student gave it."""
    read = partial(job.root.read, (name,), owner=job.owner(student))
    picked = read_one(meant, read, job.exercises, job.clues)
    kind = ARCHIVE if is_archive(name) else LOOSE
    return Part(plain(name, limit=100), picked, kind=kind, assignment=picked.assignment)


def _uploaded(job: _Class, entry: Entry, upload: Upload) -> Part:
    """Return one entry of a platform's download."""
    student = shown_id(upload.student)
    if entry.kind == "folder":
        picked = _folder(job, job.owner(student), entry.name)
        part = Part(plain(entry.name, limit=100), picked, assignment=picked.assignment)
    else:
        part = _file(job, entry.name, student, upload.name or entry.name)
    if upload.note:
        part.picked.notes.insert(0, upload.note)
    label = plain(upload.name or entry.name, limit=100)
    return replace(part, label=label, order=upload.order, kind=UPLOAD)


def _folder_parts(job: _Class, entry: Entry, narrowed: bool) -> list[Part]:
    """Return the parts of a student's folder: its assignments where they are told, otherwise the folder itself."""
    student = entry.name
    if job.assignment is not None and _holds(job.root, (student,), job.assignment, "folder"):
        names = [job.assignment]
    elif narrowed:
        return []
    else:
        names = _assignments(job, student)
    owner = job.owner(shown_id(student))
    if names:
        parts = [_assignment(job, owner, student, name) for name in names]
    else:
        picked = _folder(job, owner, student)
        parts = [Part(plain(student, limit=100), picked, assignment=picked.assignment)]
    if owner and owner.refusal("", entry.owner):
        shown = plain(student, limit=100)
        parts[0].picked.notes.append(
            f"The folder {shown} belongs to {user_name(entry.owner)}, who can remove and rename what is in it."
        )
    respelled = shown_id(student) != plain(student.replace("\\", "\\\\"))
    return [replace(part, kind=FOLDER, respelled=respelled) for part in parts]


def _assignments(job: _Class, student: str) -> list[str]:
    """Return the names of all folders in a student's folder when one of them holds a time, otherwise nothing."""
    try:
        below = [one.name for one in job.root.entries(student) if one.kind == "folder"]
    except Refused:
        return []
    stamped = any(_holds(job.root, (student, name), TIMESTAMP) for name in below)
    return [name for name in below if not name.startswith((".", "__"))] if stamped else []


def _assignment(job: _Class, owner: Owner | None, student: str, assignment: str) -> Part:
    picked = _folder(job, owner, student, assignment)
    label = plain(f"{student}/{assignment}", limit=100)
    stamp = stamp_of(job.root, (student, assignment), job.layout, owner)
    if stamp.why:
        picked.notes.append(plain(stamp.why))
    when = stamp.says if stamp.believed else None
    return Part(label, picked, order=stamp.says, submitted_at=when, assignment=assignment)


def _folder(job: _Class, owner: Owner | None, *below: str) -> Picked:
    try:
        return read_folder(job.root.path.joinpath(*below), job.exercises, job.clues, owner)
    except Refused as refused:
        return Picked(refusals=[str(refused)])


def _name_the_alike(students: dict[str, list[Part]]) -> None:
    """Add a note to students whose ids differ in capital letters only, since platforms take them for one."""
    alike: dict[str, list[str]] = defaultdict(list)
    for student in students:
        alike[student.casefold()].append(student)
    for names in alike.values():
        for student in names if len(names) > 1 else ():
            others = ", ".join(one for one in names if one != student)
            students[student][0].picked.notes.append(
                f"There is a hand-in of {others} as well: the ids differ in capital letters only."
            )


def _holds(root: Folder, below: tuple[str, ...], name: str, kind: str = "file") -> bool:
    try:
        return Entry(name, kind) in root.entries(*below)
    except Refused:
        return False
