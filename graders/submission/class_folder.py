"""The folder of a class, open: the parts of which a student's hand-in is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from graders.submission.assemble import ARCHIVE, FOLDER, LOOSE, UPLOAD, Part
from graders.submission.clues import Clues
from graders.submission.disk import Entry, Folder
from graders.submission.lms import Upload
from graders.submission.model import Refused
from graders.submission.owners import Owner, user_name
from graders.submission.pick import Picked
from graders.submission.read import is_archive, read_folder, read_one
from graders.submission.stamps import TIMESTAMP, Layout, stamp_of
from graders.text import plain


@dataclass(frozen=True)
class ClassFolder:
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


def file_part(job: ClassFolder, name: str, student: str, meant: str) -> Part:
    """Return one file in the folder of the class; `meant` is the name that the student gave it."""
    read = partial(job.root.read, (name,), owner=job.owner(student))
    picked = read_one(meant, read, job.exercises, job.clues)
    kind = ARCHIVE if is_archive(name) else LOOSE
    return Part(plain(name, limit=100), picked, kind=kind, assignment=picked.assignment)


def uploaded_part(job: ClassFolder, entry: Entry, upload: Upload, place: tuple[str, ...], student: str) -> Part:
    """Return one entry of a platform's download."""
    if entry.kind == "folder":
        picked = _folder(job, job.owner(student), *place)
        part = Part(plain(entry.name, limit=100), picked, assignment=picked.assignment)
    elif upload.name:
        part = file_part(job, entry.name, student, upload.name)
    else:  # what Blackboard tells of an attempt
        part = Part(plain(entry.name, limit=100), Picked())
    if upload.note:
        part.picked.notes.insert(0, upload.note)
    label = plain(upload.name or entry.name, limit=100)
    when = upload.utc or (job.clues.utc(upload.local) if upload.local else None)
    return replace(part, label=label, order=upload.order, submitted_at=when, kind=UPLOAD)


def folder_parts(job: ClassFolder, entry: Entry, narrowed: bool, whose: str) -> list[Part]:
    """Return the parts of a student's folder: its assignments where they are told, otherwise the folder itself."""
    student = entry.name
    if job.assignment is not None and holds(job.root, (student,), job.assignment, "folder"):
        names = [job.assignment]
    elif narrowed:
        return []
    else:
        names = _assignments(job, student)
    owner = job.owner(whose)
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
    respelled = whose != plain(student.replace("\\", "\\\\"))
    return [replace(part, kind=FOLDER, respelled=respelled) for part in parts]


def _assignments(job: ClassFolder, student: str) -> list[str]:
    """Return the names of all folders in a student's folder when one of them holds a time, otherwise nothing."""
    try:
        below = [one.name for one in job.root.entries(student) if one.kind == "folder"]
    except Refused:
        return []
    stamped = any(holds(job.root, (student, name), TIMESTAMP) for name in below)
    return [name for name in below if not name.startswith((".", "__"))] if stamped else []


def _assignment(job: ClassFolder, owner: Owner | None, student: str, assignment: str) -> Part:
    picked = _folder(job, owner, student, assignment)
    label = plain(f"{student}/{assignment}", limit=100)
    stamp = stamp_of(job.root, (student, assignment), job.layout, owner)
    if stamp.why:
        picked.notes.append(plain(stamp.why))
    when = stamp.says if stamp.believed else None
    return Part(label, picked, order=stamp.says, submitted_at=when, assignment=assignment)


def _folder(job: ClassFolder, owner: Owner | None, *below: str) -> Picked:
    try:
        return read_folder(job.root.path.joinpath(*below), job.exercises, job.clues, owner)
    except Refused as refused:
        return Picked(refusals=[str(refused)])


def holds(root: Folder, below: tuple[str, ...], name: str, kind: str = "file") -> bool:
    """Return whether a folder below the root holds an entry of that name and kind."""
    try:
        return Entry(name, kind) in root.entries(*below)
    except Refused:
        return False
