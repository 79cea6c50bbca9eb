"""Reading one hand-in: a Python file, a notebook, a folder, a zip or tar file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from graders.submission.archive import SUFFIXES, Member, members_of
from graders.submission.assemble import Part, shown_id, submission_of
from graders.submission.clues import NO_CLUES, Clues
from graders.submission.disk import Folder, kind_of, read_file
from graders.submission.model import ARCHIVE_BYTES, DEPTH, ENTRIES, NESTED, Refused, Submission
from graders.submission.naming import exercise_of, rank_of, stem_and_kind, student_and_exercise
from graders.submission.owners import HAS_OWNERS, Owner
from graders.submission.pick import Picked, is_noise, listed, pick
from graders.text import plain

FOREIGN = (".rar", ".7z", ".gz", ".bz2", ".xz", ".tbz2", ".txz")
"""Suffixes of archives that are answered with a sentence instead of silence."""

_ARCHIVES = 4
"""Most archives of one hand-in that are opened."""


def read_submission(
    path: Path | str, exercises: Sequence[str], student_id: str | None = None, clues: Clues = NO_CLUES
) -> Submission:
    """Return what the file or folder at `path` holds; for bad input the result has a `problem`.

    Every file is opened once and read into memory: nothing is extracted, followed or run. In a folder or an archive
    the exercise files at the top count, and those further down where there are none. A single file may also carry the
    student's name (`alice_ex02_closures.py`), or any name when just one exercise is asked for.

    Args:
        path: A `.py`, `.ipynb`, `.zip` or `.tar` file, or a folder that holds those.
        exercises: Ids (file stems) of the course's exercises, in teaching order.
        student_id: Who handed it in; by default the name of the folder or file.
        clues: What else tells which file is which exercise, and whose it is.
    """
    path = Path(path)
    path = path.resolve() if path.name == ".." else path.absolute()
    label = plain(path.name, limit=100)
    named = student_of(path, exercises)
    student = shown_id(named if student_id is None else student_id)
    if clues.roster and student_id is None:
        student = clues.roster.find([student], [student]).person or student
    above = path.parent.parent if named == path.parent.name else path.parent
    try:
        owner = clues.roster.owner(student, trusted(above)) if clues.roster else None
        if kind_of(os.lstat(path).st_mode) == "folder":
            picked = read_folder(path, exercises, clues, owner)
        else:
            picked = read_one(path.name, partial(read_file, path, owner=owner), exercises, clues)
    except Refused as refused:
        picked = Picked(refusals=[str(refused)])
    except (OSError, ValueError):
        picked = Picked(refusals=[f"{label} cannot be found: check the path."])
    part = Part(label, picked, assignment=picked.assignment)
    return submission_of(student, [part], clues.asked or exercises, clues.assignments)


def trusted(folder: Path) -> frozenset[int]:
    """Return the users whose files in a folder are nobody's claim: its owner, the administrator, and who grades now."""
    return frozenset({0, os.geteuid(), folder.stat().st_uid}) if HAS_OWNERS else frozenset()


def read_folder(path: Path, exercises: Sequence[str], clues: Clues = NO_CLUES, owner: Owner | None = None) -> Picked:
    """Return the exercise files of a folder; archives in it are opened when it has none itself.

    Args:
        path: The folder.
        exercises: Ids of the course's exercises.
        clues: See `read_submission`.
        owner: Whose files count; None for everybody's.

    Raises:
        Refused: it cannot be opened.
    """
    with Folder(path) as folder:
        members, notes = _members(folder, exercises, owner)
        picked = read_members(members, exercises, clues)
    target = picked.notes if picked.files else picked.refusals
    target += notes
    return picked


def read_members(
    members: Sequence[Member], exercises: Sequence[str], clues: Clues, left: int = ARCHIVE_BYTES, level: int = 0
) -> Picked:
    """Return the exercise files among `members`; archives among them are opened where there is no work outside.

    Args:
        members: What a folder or an archive holds.
        exercises: Ids of the course's exercises.
        clues: See `read_submission`.
        left: Most bytes that the archives among them may have together.
        level: How many archives these members are in, one in the other.
    """
    archives = [member for member in members if is_archive(member.path[-1]) and not is_noise(member.path)]
    picked = pick([member for member in members if member not in archives], exercises, clues)
    if not archives:
        return picked
    if picked.has_work or level > NESTED:
        why = "the exercise files lie beside it" if picked.has_work else "it lies in too many archives"
        picked.notes.append(f"{listed(archives)}: not opened, since {why}.")
        return picked
    inner: list[Member] = []
    for archive in archives[:_ARCHIVES]:
        try:
            data = archive.read(left)
            left -= len(data)
            if left < 0:
                raise Refused(f"{archive.shown} is too large: hand in only the exercise files.")
            found, notes = members_of(archive.shown, data)
        except Refused as refused:
            picked.refusals.append(str(refused))
            continue
        picked.notes += notes
        inner += [Member((*archive.path, *member.path), member.read) for member in found]
    opened = read_members(inner, exercises, clues, left, level + 1)
    return _together(picked, opened)


def _together(picked: Picked, opened: Picked) -> Picked:
    """Return what lies in archives on top of the stubs that lie beside them."""
    if opened.files:
        replaced = ", ".join(sorted(picked.stubs & opened.files.keys()))
        picked.notes += [f"{replaced}: the untouched stub; what the archive holds is graded."] if replaced else []
        picked.files |= opened.files
        picked.stubs = (picked.stubs - opened.files.keys()) | opened.stubs
    picked.assignment = picked.assignment or opened.assignment
    picked.refusals += opened.refusals
    picked.notes += [note for note in opened.notes if note not in picked.notes]
    return picked


def read_one(name: str, read: Callable[[int], bytes], exercises: Sequence[str], clues: Clues = NO_CLUES) -> Picked:
    """Return what a single file holds: `read(limit)` gives its content, `name` tells what it is meant to be."""
    label = plain(name, limit=100)
    try:
        if is_archive(name):
            members, notes = members_of(label, read(ARCHIVE_BYTES))
            picked = read_members(members, exercises, clues, level=1)
            target = picked.notes if picked.files else picked.refusals
            target += notes
            return picked
        stem, kind, _ = stem_and_kind(name)
        found = student_and_exercise(stem, exercises)
        if not kind or ("." not in name and not found and not exercise_of(stem, exercises)):
            read(0)
            return Picked(refusals=[f"{label} is no .py, .ipynb or .zip file: hand in the exercise files themselves."])
        if found:
            return pick([Member((f"{found[1]}.{kind}",), read)], exercises, clues)
        return pick([Member((name,), read)], exercises, clues)
    except Refused as refused:
        return Picked(refusals=[str(refused)])


def is_archive(name: str) -> bool:
    """Return whether a file name ends like an archive's, readable or not."""
    return name.casefold().endswith((*SUFFIXES, *FOREIGN))


def student_of(path: Path, exercises: Sequence[str]) -> str:
    """Return the student's name as far as a path tells it: `alice`, `alice.zip`, `alice_ex02_closures.py`."""
    ending = next((one for one in (*SUFFIXES, *FOREIGN) if path.name.casefold().endswith(one)), "")
    stem = stem_and_kind(path.name[: len(path.name) - len(ending)])[0]
    if exercise_of(stem, exercises):
        return path.parent.name
    found = student_and_exercise(stem, exercises)
    return found[0] if found else stem


def _members(folder: Folder, exercises: Sequence[str], owner: Owner | None) -> tuple[list[Member], list[str]]:
    """Return the files of a folder and of those below it, upper levels first, and sentences about all else."""
    members: list[Member] = []
    foreign: dict[int, list[Member]] = {}
    walked = folder.walk(ENTRIES, DEPTH, partial(rank_of, exercises=exercises))
    notes = walked.refused
    for place, entry in walked.found:
        if entry.kind == "file":
            member = Member(place, partial(folder.read, place, owner=owner))
            if owner and owner.refusal("", entry.owner):
                foreign.setdefault(entry.owner, []).append(member)
            else:
                members.append(member)
        elif entry.kind != "folder":
            notes.append(f"{plain('/'.join(place), limit=100)} is {entry.kind} and is not read: hand in the file.")
    if (count := walked.seen.total()) > ENTRIES:
        most, _ = walked.seen.most_common(1)[0]
        most = f", most of them in {plain(most, limit=60)}/" if most else ""
        notes.append(
            f"The folder holds {count} files and folders{most}. Files that can be exercises were looked at first; "
            f"{count - ENTRIES} others were passed over. Hand in only the exercise files."
        )
    if owner:
        notes = [owner.refusal(listed(files), number) for number, files in foreign.items()] + notes
    return members, notes
