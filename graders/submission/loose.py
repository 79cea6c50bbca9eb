"""Exercise files that lie loose in a folder: the folder of one student, or that of a class in which they were left."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from graders.submission.clues import Clues
from graders.submission.disk import Entry, Folder
from graders.submission.lms import recognise
from graders.submission.model import Refused
from graders.submission.naming import stem_and_kind, student_and_exercise
from graders.submission.read import read_one
from graders.text import plain

_SEVERAL = 2
"""Hand-ins beside loose work from which on a folder is a class's: a student may keep one copy in a folder."""


def loose_exercises(entries: Sequence[Entry], exercises: Sequence[str]) -> list[Entry]:
    """Return the entries of a folder that are exercise files by their exact names."""
    return [entry for entry in entries if _is_exercise(entry.name, exercises)]


def is_of_a_class(root: Folder, entries: Sequence[Entry], exercises: Sequence[str], clues: Clues) -> bool:
    """Return whether a folder with loose exercise files is a class's: beside work lie the hand-ins of several.

    Beside untouched stubs, which are nobody's work, one is enough.
    """
    count = sum(_is_hand_in(root, entry, exercises) for entry in entries)
    return count >= _SEVERAL or (count > 0 and not any(_is_work(root, entry, exercises, clues) for entry in entries))


def names_a_student(name: str, exercises: Sequence[str]) -> bool:
    """Return whether the name of a file says whose it is and which exercise, as `alice_ex02_closures.txt` does."""
    stem, kind, _ = stem_and_kind(name)
    return bool(kind) and student_and_exercise(stem, exercises) is not None


def left_out(loose: Sequence[Entry]) -> str:
    """Return the sentence on loose exercise files in the folder of a class."""
    names = ", ".join(plain(entry.name, limit=60) for entry in loose)
    return f"{names}: left out, since the name of a student is missing. Put it into a folder with that name."


def _is_exercise(name: str, exercises: Sequence[str]) -> bool:
    stem, _, suffix = name.rpartition(".")
    return suffix in ("py", "ipynb") and stem in exercises


def _is_hand_in(root: Folder, entry: Entry, exercises: Sequence[str]) -> bool:
    if recognise(entry.name) or (entry.kind == "file" and names_a_student(entry.name, exercises)):
        return True
    try:
        return entry.kind == "folder" and bool(loose_exercises(root.entries(entry.name), exercises))
    except Refused:
        return False


def _is_work(root: Folder, entry: Entry, exercises: Sequence[str], clues: Clues) -> bool:
    read = partial(root.read, (entry.name,))
    return _is_exercise(entry.name, exercises) and read_one(entry.name, read, exercises, clues).has_work
