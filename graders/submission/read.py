"""Reading one hand-in: a Python file, a notebook, a folder, a zip or tar file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from graders.submission.archive import SUFFIXES, Member, members_of
from graders.submission.disk import Folder, kind_of, read_file
from graders.submission.merge import Part, shown_id, submission_of
from graders.submission.model import ARCHIVE_BYTES, DEPTH, ENTRIES, Refused, Submission
from graders.submission.naming import exercise_of, looks_numbered, student_and_exercise
from graders.submission.pick import Picked, pick
from graders.text import plain

FOREIGN = (".rar", ".7z", ".gz", ".bz2", ".xz", ".tbz2", ".txz")
"""Suffixes of archives that are answered with a sentence instead of silence."""


def read_submission(path: Path | str, exercises: Sequence[str], student_id: str | None = None) -> Submission:
    """Return what the file or folder at `path` holds; for bad input the result has a `problem`.

    Every file is opened once and read into memory: nothing is extracted, followed or run. In a folder or an archive
    the exercise files at the top count, and only where there are none those further down. A single file may also
    carry the student's name (`alice_ex02_closures.py`), or any name when just one exercise is asked for.

    Args:
        path: A `.py`, `.ipynb`, `.zip` or `.tar` file, or a folder that holds those.
        exercises: Ids (file stems) of the course's exercises, in teaching order.
        student_id: Who handed it in; by default the name of the folder or file.
    """
    path = Path(path)
    path = path.resolve() if path.name == ".." else path.absolute()
    label = plain(path.name, limit=100)
    try:
        is_folder = kind_of(os.lstat(path).st_mode) == "folder"
        picked = read_folder(path, exercises) if is_folder else read_one(path.name, partial(read_file, path), exercises)
    except Refused as refused:
        picked = Picked(refusals=[str(refused)])
    except (OSError, ValueError):
        picked = Picked(refusals=[f"{label} cannot be found: check the path."])
    student_id = student_id if student_id is not None else student_of(path, exercises)
    return submission_of(shown_id(student_id), [Part(label, picked)], exercises)


def read_folder(path: Path, exercises: Sequence[str]) -> Picked:
    """Return the exercise files of a folder; archives in it are opened when it has none itself.

    Raises:
        Refused: it cannot be opened.
    """
    with Folder(path) as folder:
        members, notes = _members(folder)
        archives = [member for member in members if len(member.path) == 1 and is_archive(member.path[-1])]
        picked = pick([member for member in members if member not in archives], exercises)
        if not picked.files and archives:
            inner = [read_one(member.path[-1], member.read, exercises) for member in archives[:4]]
            whole = submission_of("", [Part(m.shown, one) for m, one in zip(archives, inner, strict=False)], exercises)
            left = [note for note in whole.notes if note not in picked.notes]
            refusals = [*picked.refusals, *([whole.problem] if whole.problem else [])]
            picked = Picked(dict(whole.files), refusals, [*picked.notes, *left])
        elif archives:
            names = ", ".join(member.shown for member in archives[:3])
            picked.notes.append(f"{names}: not opened, since the exercise files lie beside it.")
    target = picked.notes if picked.files else picked.refusals
    target += notes
    return picked


def read_one(name: str, read: Callable[[int], bytes], exercises: Sequence[str]) -> Picked:
    """Return what a single file holds: `read(limit)` gives its content, `name` tells what it is meant to be."""
    label = plain(name, limit=100)
    stem, _, suffix = name.rpartition(".")
    suffix = suffix.casefold()
    try:
        if is_archive(name):
            members, notes = members_of(label, read(ARCHIVE_BYTES))
            picked = pick(members, exercises)
            target = picked.notes if picked.files else picked.refusals
            target += notes
            return picked
        if suffix not in ("py", "ipynb"):
            read(0)
            return Picked(refusals=[f"{label} is no .py, .ipynb or .zip file: hand in the exercise files themselves."])
        exercise = exercise_of(stem, exercises)
        picked = pick([Member((name,), read)], exercises)
        if exercise is None and not picked.files and not picked.refusals:
            return _under_another_name(stem, suffix, read, exercises) or picked
        return picked
    except Refused as refused:
        return Picked(refusals=[str(refused)])


def is_archive(name: str) -> bool:
    """Return whether a file name ends like an archive's, readable or not."""
    return name.casefold().endswith((*SUFFIXES, *FOREIGN))


def student_of(path: Path, exercises: Sequence[str]) -> str:
    """Return the student's name as far as a path tells it: `alice`, `alice.zip`, `alice_ex02_closures.py`."""
    stem = path.name
    for suffix in (*SUFFIXES, *FOREIGN, ".py", ".ipynb"):
        if stem.casefold().endswith(suffix):
            stem = stem[: -len(suffix)]
            break
    if exercise_of(stem, exercises):
        return path.parent.name
    found = student_and_exercise(stem, exercises)
    return found[0] if found else stem


def _under_another_name(
    stem: str, suffix: str, read: Callable[[int], bytes], exercises: Sequence[str]
) -> Picked | None:
    """Return a lone file whose name holds more than the exercise, or, if only one is asked for, anything else."""
    found = student_and_exercise(stem, exercises)
    if found:
        return pick([Member((f"{found[1]}.{suffix}",), read)], exercises)
    if len(exercises) == 1 and not looks_numbered(stem):
        picked = pick([Member((f"{exercises[0]}.{suffix}",), read)], exercises)
        picked.notes.insert(0, f"{plain(stem, limit=100)}.{suffix} is read as {exercises[0]}.py.")
        return picked
    return None


def _members(folder: Folder) -> tuple[list[Member], list[str]]:
    """Return the files of a folder and of those below it, upper levels first, and sentences about links and devices."""
    members: list[Member] = []
    notes: list[str] = []
    waiting: list[tuple[str, ...]] = [()]
    seen = 0
    while waiting and seen <= ENTRIES:
        below = waiting.pop(0)
        try:
            entries = folder.entries(*below, limit=ENTRIES + 1 - seen)
        except Refused as refused:
            notes.append(str(refused))
            continue
        seen += len(entries)
        for entry in entries:
            place = (*below, entry.name)
            if entry.kind == "file":
                members.append(Member(place, partial(folder.read, place)))
            elif entry.kind != "folder":
                notes.append(f"{plain('/'.join(place), limit=100)} is {entry.kind} and is not read: hand in the file.")
            elif len(place) <= DEPTH and not entry.name.startswith((".", "__")):
                waiting.append(place)
    if seen > ENTRIES:
        notes.append(f"Only {ENTRIES} files of the folder were looked at: hand in only the exercise files.")
    return members, notes
