"""How learning platforms name what students uploaded, when all of it is downloaded at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from os.path import commonprefix


@dataclass(frozen=True)
class Upload:
    """One entry of a download.

    Attributes:
        student: The platform's own name for the student, with its number, so that namesakes stay apart.
        name: The file's name as the student gave it; empty for a folder.
        order: Sorts the attempts of one student: later ones are greater.
        note: A sentence about it, or empty.
    """

    student: str
    name: str
    order: str = ""
    note: str = ""


_MOODLE = re.compile(r"(?P<who>.+_\d+)_assignsubmission_(?:file|onlinetext)_?(?P<name>.*)")
_CANVAS = re.compile(r"(?P<who>[^_]+)_(?P<late>LATE_)?(?P<user>\d+)_(?P<upload>\d+)_(?P<name>.+)")
_ATTEMPT = re.compile(r"-(?P<attempt>\d{1,4})(?=\.\w+$)")
_BLACKBOARD = re.compile(r"(?P<head>.+?_[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<name>.+)|\.txt)")


def recognise(name: str, assignment: str = "") -> Upload | None:
    """Return what an entry's name says when it follows a platform's pattern, otherwise None.

    - Moodle: `Ann Lee_12345_assignsubmission_file_`, a folder, or with the file's name behind it when the download
      was made without folders. The student is `Ann Lee_12345`.
    - Canvas: `leeann_12345_67890_ex02_closures.py`, with `LATE_` before the numbers for a late upload and `-1`, `-2`
      behind the stem for further attempts. The student is `leeann_12345`, the number being Canvas's id of the user.
    - Blackboard: `Closures_ann_attempt_2026-11-21-20-00-00_ex02_closures.py`. The student is `ann`.

    Args:
        name: Of the entry.
        assignment: What `assignment_of` found in the names of the whole download.
    """
    for pattern, build in _PLATFORMS:
        if found := pattern.fullmatch(name):
            return build(found)
    if found := _BLACKBOARD.fullmatch(name):
        own = found["head"].removeprefix(assignment) if assignment else found["head"].rpartition("_")[2]
        return Upload(own, found["name"] or "attempt.txt", found["when"])
    return None


def assignment_of(names: Iterable[str]) -> str:
    """Return how all names of a Blackboard download begin, `"Closures_"`; empty where there are not two students.

    Both the assignment and a student's name may hold underscores, so that one name alone does not tell.
    """
    heads = {found["head"] for name in names if (found := _BLACKBOARD.fullmatch(name))}
    common = commonprefix(sorted(heads)) if len(heads) > 1 else ""
    return common[: common.rfind("_") + 1]


def _moodle(found: re.Match[str]) -> Upload:
    return Upload(found["who"], found["name"])


def _canvas(found: re.Match[str]) -> Upload:
    attempt = _ATTEMPT.search(found["name"])
    order = f"{attempt['attempt'] if attempt else '':0>4}-{found['upload']:0>20}"
    note = "Canvas marks this submission as late." if found["late"] else ""
    return Upload(f"{found['who']}_{found['user']}", _ATTEMPT.sub("", found["name"]), order, note)


_PLATFORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Upload]], ...] = (
    (_MOODLE, _moodle),
    (_CANVAS, _canvas),
)
