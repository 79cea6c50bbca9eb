"""Finding the hand-ins of a class.

Recognised, in this order:

1. A file, or a folder that itself holds exercise files (`ex02_closures.py`): one submission; a folder with the hand-ins
   of several students beside them is a class, and they are left out.
2. nbgrader: `submitted/<student>/<assignment>/`, from the course folder or from `submitted` itself. The assignments of
   one student become one submission; the time is that of `timestamp.txt` where `graders.submission.stamps` says so.
3. Downloads of Moodle, Canvas, D2L Brightspace, Blackboard and Gradescope: see `graders.submission.lms`, `blackboard`
   and `gradescope`. Attempts of one student become one submission, with the time of the attempt where it is told.
4. One folder, `.py`, `.ipynb`, `.zip` or `.tar.gz` per student, named by the student; several files that begin or
   end with the same student's name (`alice_ex02_closures.py`) become one submission.

A roster makes all names of a student one student: see `graders.submission.people`. Where several hand-ins are of one
student the clearest counts, a folder before loose files: see `graders.submission.assemble`. Hidden entries, and files
that are none of these, are passed over.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from graders.errors import UsageError
from graders.submission.assemble import UPLOAD, Part, shown_id, submission_of
from graders.submission.blackboard import Blackboard
from graders.submission.class_folder import ClassFolder, file_part, folder_parts, holds, uploaded_part
from graders.submission.clues import NO_CLUES, Clues
from graders.submission.disk import Entry, Folder
from graders.submission.gradescope import LARGEST, METADATA, read_metadata
from graders.submission.lms import TEST_STUDENT, Upload, recognise
from graders.submission.loose import is_of_a_class, left_out, loose_exercises, names_a_student
from graders.submission.model import Refused, Submission
from graders.submission.naming import stem_and_kind
from graders.submission.people import HandIn, gather
from graders.submission.read import is_archive, read_submission, student_of, trusted
from graders.submission.stamps import COURSE_MARKS, layout_of
from graders.text import plain

_NAMED = 5
"""Most files that a sentence names."""
_WRITTEN = frozenset({
    "reports", "students", "attempts", "faults", "index.html",
    "grades.csv", "final.csv", "scores.csv", "attention.csv", "changes.csv",
})  # fmt: skip
"""What `leafgrad grade --out` writes into its folder."""
_NOBODYS = frozenset({"index.html", "readme.md", "readme.txt"})
"""Files that platforms and people put beside hand-ins, in lower case."""


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
        if not stem_and_kind(path.name)[1] and not is_archive(path.name):
            what = "It is a .py, .ipynb or .zip file, or a folder with one for each student."
            raise UsageError(f"{plain(path.name)} is no hand-in.", what)
        return [read_submission(path, exercises, clues=clues)]
    try:
        path = _inside_course(path)
        with Folder(path) as root:
            entries = [entry for entry in root.entries() if not entry.name.startswith((".", "__"))]
            if entries and {entry.name for entry in entries} <= _WRITTEN:
                raise UsageError(f"{plain(str(path))} is a graded class.", "Give the folder that holds the hand-ins.")
            graded = [entry for entry in entries if _is_graded(root, entry)]
            clues.told.extend(f"{plain(one.name, limit=60)} is a graded class and no hand-in." for one in graded)
            entries = [entry for entry in entries if entry not in graded]
            if loose := loose_exercises(entries, exercises):
                if not is_of_a_class(root, entries, exercises, clues):
                    return [read_submission(path, exercises, clues=clues)]
                clues.told.append(left_out(loose))
                entries = [entry for entry in entries if entry not in loose]
            exports = _gradescope_folders(root, entries)
            students = [
                one
                for one in entries
                if one.kind == "folder" and not recognise(one.name) and (one.name,) not in exports and () not in exports
            ]
            layout = layout_of(root, students, _around(path), clues.assignments, trusted(path))
            job = ClassFolder(root, exercises, clues, assignment, layout, trusted(path))
            hand_ins = [one for place in exports for one in _exported(job, place)]
            read = {one.place for one in hand_ins} | set(exports)
            others = [entry for entry in entries if (entry.name,) not in read]
            hand_ins += _hand_ins(job, others, layout.official and _has_any(root, students, assignment))
            return _read_class(job, hand_ins)
    except Refused as refused:
        raise UsageError(str(refused), "Give the folder that holds the submissions.") from None


def _inside_course(path: Path) -> Path:
    """Return `submitted` when `path` is the folder of an nbgrader course, otherwise `path`."""
    with Folder(path) as root:
        kinds = {entry.name: entry.kind for entry in root.entries()}
    return path / "submitted" if kinds.get("submitted") == "folder" and COURSE_MARKS & kinds.keys() else path


def _is_graded(root: Folder, entry: Entry) -> bool:
    """Return whether an entry is what `leafgrad grade --out` wrote, as `grade . --out graded` does beside hand-ins."""
    files = ("grades.csv", "scores.csv", "index.html")
    return entry.kind == "folder" and all(holds(root, (entry.name,), name) for name in files)


def _around(path: Path) -> list[Entry]:
    try:
        with Folder(path.parent) as around:
            return around.entries()
    except Refused:
        return []


def _may_be_a_hand_in(name: str, exercises: Sequence[str]) -> bool:
    code = name.casefold().endswith((".py", ".ipynb", ".py.txt", ".ipynb.txt", ".ipynb.json"))
    return code or is_archive(name) or names_a_student(name, exercises)


def _has_any(root: Folder, students: Sequence[Entry], assignment: str | None) -> bool:
    return assignment is not None and any(holds(root, (one.name,), assignment, "folder") for one in students)


def _gradescope_folders(root: Folder, entries: Sequence[Entry]) -> list[tuple[str, ...]]:
    """Return the folders with a table of Gradescope's: the class's own, or those of the assignments in it."""
    places = [(), *((one.name,) for one in entries if one.kind == "folder" and one.name.endswith("_export"))]
    return [place for place in places if holds(root, place, METADATA)]


def _exported(job: ClassFolder, place: tuple[str, ...]) -> Iterator[HandIn]:
    """Yield the hand-ins of an export of Gradescope's."""
    try:
        data = job.root.read((*place, METADATA), LARGEST)
        below = [one for one in job.root.entries(*place) if one.name.startswith("submission_") and one.kind == "folder"]
    except Refused as refused:
        job.clues.told.append(str(refused))
        return
    export = read_metadata(data, {one.name for one in below})
    job.clues.told.extend(export.notes)
    for entry in below:
        for upload in export.uploads.get(entry.name) or [Upload(entry.name, "")]:
            yield _of_upload(job, entry, upload, (*place, entry.name))


def _hand_ins(job: ClassFolder, entries: Sequence[Entry], narrowed: bool) -> Iterator[HandIn]:
    """Yield all other hand-ins. With `narrowed`, students without the assignment are left out."""
    known = job.clues.roster.knows if job.clues.roster else None
    blackboard = Blackboard([entry.name for entry in entries], partial(_beginning, job.root), known)
    passed_over: list[str] = []
    for entry in entries:
        upload = recognise(entry.name) or blackboard.recognise(entry.name)
        if upload and upload.names == (TEST_STUDENT,) and not _finds(job, upload):
            job.clues.told.append(f"{upload.student} is Canvas's test student, and is left out.")
        elif upload:
            yield _of_upload(job, entry, upload, (entry.name,))
        elif entry.kind == "folder":
            yield HandIn(
                (entry.name,),
                shown_id(entry.name),
                (entry.name,),
                (entry.name,),
                partial(folder_parts, job, entry, narrowed),
                optional=narrowed,
            )
        elif entry.kind == "file" and not _may_be_a_hand_in(entry.name, job.exercises):
            passed_over += [] if entry.name.casefold() in _NOBODYS else [plain(entry.name, limit=60)]
        else:
            who = student_of(job.root.path / entry.name, job.exercises)

            def read(student: str, name: str = entry.name) -> list[Part]:
                return [file_part(job, name, student, name)]

            yield HandIn((entry.name,), shown_id(who), (who,), (who,), read)
    if passed_over:
        more = f" and {len(passed_over) - _NAMED} more" if len(passed_over) > _NAMED else ""
        job.clues.told.append(f"No hand-ins by their names, so not read: {', '.join(passed_over[:_NAMED])}{more}.")


def _finds(job: ClassFolder, upload: Upload) -> bool:
    return bool(job.clues.roster and job.clues.roster.find(upload.texts, upload.names).people)


def _beginning(root: Folder, name: str, limit: int) -> bytes:
    try:
        return root.read((name,), limit)
    except Refused:
        return b""


def _of_upload(job: ClassFolder, entry: Entry, upload: Upload, place: tuple[str, ...]) -> HandIn:
    def read(student: str) -> list[Part]:
        return [uploaded_part(job, entry, upload, place, student)]

    return HandIn(place, shown_id(upload.student), upload.texts, upload.names, read, upload=upload)


def _read_class(job: ClassFolder, hand_ins: Sequence[HandIn]) -> list[Submission]:
    """Return a submission for each student."""
    students = gather(hand_ins, job.clues.roster, job.clues.told)
    if any(one.upload and one.upload.local for one in hand_ins):
        job.clues.told.append(_clock(job.clues))
    _name_the_alike(students)
    for student, parts in students.items():
        if job.clues.roster and job.clues.roster.checks_owners and not job.owner(student):
            why = "has no user in the roster" if student in job.clues.roster.people else "is not in the roster"
            parts[0].picked.notes.append(f"{student} {why}: who handed this in was not checked.")
    asked = job.clues.asked or job.exercises
    return [_with_attempts(student, students[student], asked, job.clues) for student in sorted(students)]


def _with_attempts(student: str, parts: Sequence[Part], asked: Sequence[str], clues: Clues) -> Submission:
    """Return a student's submission; where any attempt can count, with those before it."""
    asks = clues.assignments
    whole = submission_of(student, parts, asked, asks)
    orders = sorted({part.order for part in parts if part.kind == UPLOAD and part.order and part.picked.files})
    if not clues.best or len(orders) < 2:
        return whole
    upto = [[part for part in parts if part.kind == UPLOAD and part.order <= order] for order in orders[:-1]]
    earlier = {one.sha256: one for one in (submission_of(student, some, asked, asks) for some in upto)}
    earlier.pop(whole.sha256, None)
    notes = tuple(note for note in whole.notes if " versions the latest is graded" not in note)
    return replace(whole, notes=notes, earlier=tuple(earlier.values()))


def _clock(clues: Clues) -> str:
    zones = list(dict.fromkeys(f"{due:%Z}" or "UTC" for due in clues.dues)) or ["UTC"]
    as_due = ", as the due dates" if clues.dues else ""
    return f"The times in the names of this download have no zone, so they are read as {' or '.join(zones)}{as_due}."


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
