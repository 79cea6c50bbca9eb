"""A student's folder: made, and brought up to date without touching what the student wrote.

What lies in it belongs either to the student, as every file of an exercise does once it is there, or to the course. The
course's files are renewed as long as the student has not changed them; `.leafgrad/start.json` tells what they were.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from graders import __version__
from graders.course.course import Course
from graders.course.handouts import handouts
from graders.course.own import OWN, own_file
from graders.course.place import FILE_NAME
from graders.course.record import PICTURES, RECORD, STUBS, digest_of, read_record
from graders.errors import UsageError
from graders.files import plain_file, writable, write_whole

LENT = "given_tensor.py"
"""The `Tensor` that failing cases of exercises which build on one are run with."""


def beside(exercises: Path) -> list[PurePosixPath]:
    """Return the files of a course's `exercises/` that are no exercise: README.md, its pictures, and what is lent."""
    names = [PurePosixPath("README.md"), PurePosixPath(LENT)]
    names += [PurePosixPath(PICTURES, path.name) for path in sorted((exercises / PICTURES).glob("*.svg"))]
    return [name for name in names if (exercises / name).is_file()]


@dataclass
class Written:
    """What was done to a student's folder.

    Attributes:
        written: Files that are new, or newer than before, relative to the folder.
        kept: Files of the course that the student has changed, so that newer ones were not written.
        changed: Exercises whose stub now reads otherwise than when the student began.
    """

    written: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def write_folder(course: Course, folder: Path, renew: Collection[str] = (), dates: bool = True) -> Written:
    """Write a student's folder, or bring it up to date: stubs, course.yml, README.md, settings of pip, pytest, VS Code.

    Args:
        course: The course; its stubs lie in `exercises/` beside its course.yml.
        folder: Created when missing.
        renew: Paths to write even where they were changed.
        dates: Whether the course's due dates hold for whoever works there.

    Raises:
        UsageError: a stub is missing.
        EnvironmentTrouble: the folder cannot be written.
    """
    stubs = {name: first_stub(course, name) for name in course.exercise_ids}
    text = pinned(course.path.read_text(encoding="utf-8"))
    if not dates:
        text = re.sub(r"(?m)^ +due:.*\n", "", text)
        course = course.model_copy(
            update={"assignments": tuple(one.model_copy(update={"due": None}) for one in course.assignments)}
        )
    theirs = {PurePosixPath(FILE_NAME): text.encode(), **handouts(course)}
    for name in course.exercise_ids:
        if file := own_file(course.folder, name):
            theirs[PurePosixPath(OWN, file.name)] = file.read_bytes()
    for other in beside(course.folder / "exercises"):
        theirs[PurePosixPath("exercises", other)] = (course.folder / "exercises" / other).read_bytes()
    with writable(folder):
        writing = _Writing(folder)
        for place, data in theirs.items():
            writing.theirs(place, data, str(place) in renew)
        for name, data in stubs.items():
            writing.exercise(name, data)
        return writing.end(course)


class _Writing:
    """The folder while it is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done = Written()
        record = read_record(folder)
        self._files: dict[str, str] = _texts(record.get("files"))
        self._begun: dict[str, str] = _texts(record.get("stubs"))

    def theirs(self, place: PurePosixPath, data: bytes, renew: bool) -> None:
        """Write a file of the course unless the student has changed it."""
        now, before = self._digest(place), self._files.get(str(place))
        if now not in (None, digest_of(data), before) and not renew:
            if before != digest_of(data):
                self._done.kept.append(Path(place))
            return
        self._put(place, data)
        self._files[str(place)] = digest_of(data)

    def exercise(self, name: str, data: bytes) -> None:
        """Write a stub where the student has no file of that exercise; note a text that has changed since."""
        mine, copy = PurePosixPath("exercises", f"{name}.py"), STUBS / f"{name}.py"
        there = self._digest(mine)
        if there is None and (self._folder / mine.with_suffix(".ipynb")).exists():
            there = ""  # a stub beside it would be graded in its place
        if there in (None, digest_of(data)):
            self._put(mine, data)
            self._begun[name] = digest_of(data)
        before = self._begun.setdefault(name, self._digest(copy) or digest_of(data))
        if before != digest_of(data):
            self._done.changed.append(name)
        self._put(copy, data)

    def end(self, course: Course) -> Written:
        """Write the record, with what the status of a fresh folder shows; return what was done."""
        record = {
            "leafgrad": __version__,
            "files": self._files,
            "stubs": self._begun,
            "concepts": {one.id: [concept.id for concept in one.concepts] for one in course.exercises},
            "points": {one.id: one.max_score for one in course.exercises},
            "parts": [
                one.model_dump(mode="json", include={"id", "title", "due", "exercises"}) for one in course.assignments
            ],
        }
        before = len(self._done.written)
        self._put(RECORD, (json.dumps(record, indent=1) + "\n").encode())
        del self._done.written[before:]
        return self._done

    def _put(self, place: PurePosixPath, data: bytes) -> None:
        target = self._folder / place
        if self._digest(place) == digest_of(data):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data, plain_file)
        self._done.written.append(Path(place))

    def _digest(self, place: PurePosixPath) -> str | None:
        """Return the digest of a file of the folder, None where there is none."""
        try:
            return digest_of((self._folder / place).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None


def first_stub(course: Course, name: str) -> bytes:
    """Return what students begin with: the exercise beside course.yml; UsageError when there is none."""
    source = course.folder / "exercises" / f"{name}.py"
    try:
        return source.read_bytes()
    except OSError:
        raise UsageError(f"{source} is missing.", "Every exercise of course.yml needs its stub.") from None


def pinned(text: str) -> str:
    """Return the text of a course.yml that names this version: an older leafgrad would read other cases into it."""
    pin = f'leafgrad: "{__version__}"'
    if re.search(r"(?m)^leafgrad:", text):
        return re.sub(r"(?m)^leafgrad:.*$", pin, text, count=1)
    return re.sub(r"(?m)^(format:.*)$", rf"\1\n{pin}", text, count=1)


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(one) for key, one in value.items()} if isinstance(value, dict) else {}
