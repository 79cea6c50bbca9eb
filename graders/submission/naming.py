"""Which exercise a file name stands for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

_COPY = re.compile(r"(?:[ _]*\(\d{1,4}\)|-\d{1,4}|[ _-]*(?:copy|kopie)(?:[ _]*\d{1,4})?)$")
_COPY_OF = re.compile(r"^(?:copy|kopie)[ _-]+(?:of[ _-]+)?")
_NUMBER = re.compile(r"(?:ex|exercise)_?0*(\d{1,4})")
_NUMBERED = re.compile(r"ex\d+", re.IGNORECASE)


def exercise_of(stem: str, exercises: Sequence[str]) -> str | None:
    """Return the exercise that a file stem means, or None.

    Meant are the exercise's id, in any case and with blanks or hyphens for underscores, also with what browsers and
    desktops add to a copy (`ex02_closures (1)`, `ex02_closures-2`, `Copy of ex02_closures`), and its number alone
    (`ex02`, `Exercise 2`).
    """
    if stem in exercises:
        return stem
    name = _COPY_OF.sub("", stem.casefold())
    while (shorter := _COPY.sub("", name)) != name:
        name = shorter
    name = re.sub(r"[ _-]+", "_", name).strip("_")
    meant = [exercise for exercise in exercises if exercise.casefold() == name]
    if not meant and (number := _NUMBER.fullmatch(name)):
        same = re.compile(rf"ex0*{number[1]}(?!\d)", re.IGNORECASE)
        meant = [exercise for exercise in exercises if same.match(exercise)]
    return meant[0] if len(meant) == 1 else None


def student_and_exercise(stem: str, exercises: Sequence[str]) -> tuple[str, str] | None:
    """Split `alice_ex02_closures` or `ex02_closures-alice` into the student and the exercise; None if it is neither."""
    for exercise in exercises:
        for pattern in (r"(?P<who>.+?)[ _-]+" + re.escape(exercise), re.escape(exercise) + r"[ _-]+(?P<who>.+)"):
            found = re.fullmatch(pattern, stem)
            if found and exercise_of(stem, exercises) is None:
                return found["who"], exercise
    return None


def looks_numbered(stem: str) -> bool:
    """Return whether a stem begins like an exercise's, so that it cannot be a student's name."""
    return _NUMBERED.match(stem) is not None


def suggestion(stem: str, exercises: Sequence[str]) -> str:
    """Return how to name the file instead, as the end of a sentence."""
    close = difflib.get_close_matches(stem.casefold()[:80], exercises, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}.py? Rename it and hand it in again"
    return f"files are named like {exercises[0]}.py" if exercises else "the course has no exercises"
