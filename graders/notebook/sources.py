"""From a notebook to a hand-in: its code cells as text, with the student's other files that they build on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from graders.course.course import Course
from graders.notebook.build import KEY
from graders.submission import Submission, digest, read_submission
from graders.submission.model import Refused
from graders.submission.notebook import read_notebook
from graders.submission.source import check_source

REFUSED = "refused"
"""Key in a notebook's own metadata under which the exporter notes why the file could not be read."""


def notebook_hand_in(
    course: Course, exercise: str, data: bytes, folders: Iterable[Path] = (), student_id: str = "you"
) -> Submission:
    """Return what a notebook hands in for an exercise; for bad input the result has a `problem`.

    Args:
        course: The course.
        exercise: Id of the exercise.
        data: The notebook file.
        folders: Where the student's other exercises are looked for, the first that has one wins.
        student_id: Shown in reports.
    """
    name = f"{exercise}.ipynb"
    try:
        found = read_notebook(name, data, [exercise])
        if why := _refusal(data):
            raise Refused(why)
        notes = (*found.notes, *check_source(name, found.source))
    except Refused as refused:
        return Submission(student_id, {}, digest({}), problem=str(refused))
    return hand_in(course, exercise, found.source, folders, student_id, notes)


def hand_in(
    course: Course,
    exercise: str,
    source: bytes,
    folders: Iterable[Path] = (),
    student_id: str = "you",
    notes: Sequence[str] = (),
) -> Submission:
    """Return a hand-in made of the source of one exercise and of what it builds on; see `notebook_hand_in`."""
    files = {f"{exercise}.py": source}
    shelves = _Shelves(course, folders)
    wanted = list(_builds_on(course, exercise, source))
    while wanted:
        name = wanted.pop()
        if f"{name}.py" not in files and (beside := shelves.find(f"{name}.py")) is not None:
            files[f"{name}.py"] = beside
            wanted += _builds_on(course, name, beside)
    return Submission(student_id, files, digest(files), notes=tuple(notes))


class _Shelves:
    """Folders with a student's other files, each read when it is first needed."""

    def __init__(self, course: Course, folders: Iterable[Path]) -> None:
        self._course = course
        self._waiting = list(folders)
        self._read: list[Mapping[str, bytes]] = []

    def find(self, name: str) -> bytes | None:
        """Return a file from the first folder that has it."""
        while True:
            for files in self._read:
                if name in files:
                    return files[name]
            if not self._waiting:
                return None
            self._read.append(self._files(self._waiting.pop(0), first=not self._read))

    def _files(self, folder: Path, first: bool) -> Mapping[str, bytes]:
        """Return the files of a folder; of another assignment's than the notebook's, those that it asks for."""
        files = read_submission(folder, self._course.exercise_ids).files
        asks = {one.id: set(one.exercises) for one in self._course.assignments}
        foreign = set() if first else set().union(*asks.values()) - asks.get(folder.name, set().union(*asks.values()))
        return {name: source for name, source in files.items() if name.removesuffix(".py") not in foreign}


def _builds_on(course: Course, exercise: str, source: bytes) -> Iterator[str]:
    """Yield the other exercises that a source names, or whose concepts this exercise's concepts require."""
    required = {name.partition(".")[0] for concept in course.exercise(exercise).concepts for name in concept.requires}
    for other in course.exercise_ids:
        if other != exercise and (other in required or other.encode() in source):
            yield other


def student_folders(course: Course, folder: Path) -> list[Path]:
    """Return a student's folder of one assignment, then those of the course's other ones.

    Args:
        course: The course.
        folder: Where the notebook lies. For one in nbgrader's `autograded`, the folders are those in `submitted`.
    """
    if len(folder.parts) > 3 and folder.parents[1].name == "autograded":
        handed_in = folder.parents[2] / "submitted" / folder.parent.name / folder.name
        folder = handed_in if handed_in.is_dir() else folder
    beside = [folder.parent / assignment.id for assignment in course.assignments]
    return [folder, *(path for path in beside if path != folder and path.is_dir())]


def _refusal(data: bytes) -> str:
    """Return why the file behind a stand-in notebook was refused, empty for a student's own notebook."""
    own = json.loads(data).get("metadata", {})
    own = own.get(KEY) if isinstance(own, dict) else None
    return str(own.get(REFUSED, "")) if isinstance(own, dict) else ""
