"""How learning platforms name what students uploaded, when all of it is downloaded at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from graders.submission.times import local_time


@dataclass(frozen=True)
class Upload:
    """One entry of a download.

    Attributes:
        student: The platform's own name for the student, with its number, so that namesakes stay apart.
        name: The file's name as the student gave it; empty for a folder.
        order: Sorts the attempts of one student: later ones are greater.
        note: A sentence about it, or empty.
        texts: What may be an id, a login or an address of the student.
        names: What may be the student's name.
        local: Time of the attempt on the clock of the platform, in ISO 8601 without a zone; empty where none is told.
        utc: The same with a zone, in UTC.
        numbers: The platform, where its name for the student holds a number or an id that the student has in every
            assignment; empty where it does not.
    """

    student: str
    name: str
    order: str = ""
    note: str = ""
    texts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    local: str = ""
    utc: str = ""
    numbers: str = ""


_MOODLE = re.compile(r"(?P<who>(?P<full>.+)_\d+)_assignsubmission_(?:file|onlinetext)_?(?P<name>.*)", re.DOTALL)
_CANVAS = re.compile(r"(?P<who>[^_]+)_(?P<late>LATE_)?(?P<user>\d+)_(?P<upload>\d+)_(?P<name>.+)", re.DOTALL)
_CANVAS_LONG = re.compile(  # a name or a group with an underscore; a date behind a name is no pair of numbers
    r"(?!.*_attempt_\d{4}-)(?P<who>[^_]+(?:_[^_\d][^_]*?)+?)_(?P<late>LATE_)?(?P<user>\d{2,})_(?P<upload>\d{3,})_(?P<name>.+)",
    re.DOTALL,
)
_CANVAS_TEXT = re.compile(
    r"(?P<who>.+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<upload>)(?P<name>(?:text|link)\.html)", re.DOTALL
)
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<who>anon)_(?P<user>[A-Za-z0-9]{5})_(?P<upload>\d*)_?(?P<name>.+)", re.DOTALL
)
_ATTEMPT = re.compile(r"-(?P<attempt>\d{1,4})(?=\.\w+$)")
_D2L = re.compile(
    r"(?P<user>\d+)-\d+ - (?P<who>.+?) - (?P<when>[^-]*\b(?:19|20)\d\d\b[^-]*?)(?: - (?P<name>.+))?", re.DOTALL
)
TEST_STUDENT = "studenttest"
"""How Canvas names the uploads of the student whom it gives to try an assignment."""


def recognise(name: str) -> Upload | None:
    """Return what an entry's name says when it follows a platform's pattern, otherwise None.

    - Moodle: `Ann Lee_12345_assignsubmission_file_`, a folder, or with the file's name behind it when the download
      was made without folders. The student is `Ann Lee_12345`; the number is another one in each assignment.
    - Canvas: `leeann_12345_67890_ex02_closures.py`, with `LATE_` before the numbers for a late upload and `-1`, `-2`
      behind the stem for further attempts. The student is `leeann_12345`, the number being Canvas's id of the user.
      With anonymous grading the name is `anon_Ab3dE_67890_ex02_closures.py` and the student `anon_Ab3dE`.
    - D2L Brightspace: `12345-67890 - Ann Lee - Nov 20, 2026 1011 AM`, a folder, or with the file's name behind it. The
      student is `Ann Lee_12345`; the second number is the assignment's.

    Blackboard's names are read by `graders.submission.blackboard`, Gradescope's table by
    `graders.submission.gradescope`.
    """
    for pattern, build in _PLATFORMS:
        if found := pattern.fullmatch(name):
            return build(found)
    return None


def _moodle(found: re.Match[str]) -> Upload:
    return Upload(found["who"], found["name"], names=(found["full"],))


def _canvas(found: re.Match[str]) -> Upload:
    attempt = _ATTEMPT.search(found["name"])
    order = f"{attempt['attempt'] if attempt else '':0>4}-{found['upload']:0>20}"
    note = "Canvas marks this submission as late." if found["late"] else ""
    name = _ATTEMPT.sub("", found["name"])
    student = f"{found['who']}_{found['user']}"
    names = () if found.re is _CANVAS_ANONYMOUS else (found["who"],)
    return Upload(student, name, order, note, (found["user"],), names, numbers="Canvas")


def _d2l(found: re.Match[str]) -> Upload:
    when, who = local_time(found["when"]), found["who"].strip()
    note = "" if when else f"The time {found['when'].strip()} of this attempt cannot be read."
    student = f"{who}_{found['user']}"
    return Upload(student, found["name"] or "", when, note, (who,), (who,), local=when, numbers="D2L")


_PLATFORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Upload]], ...] = (
    (_MOODLE, _moodle),
    (_CANVAS_ANONYMOUS, _canvas),
    (_CANVAS, _canvas),
    (_CANVAS_TEXT, _canvas),
    (_CANVAS_LONG, _canvas),
    (_D2L, _d2l),
)
