"""`leafgrad nbgrader init`: a course directory for nbgrader, made from exercises, solutions and course.yml."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from graders.course.course import Assignment, Course, load_course
from graders.course.folder import LENT
from graders.course.own import spec_of
from graders.errors import LeafgradError, UsageError
from graders.files import writable, write_whole
from graders.notebook.build import exercise_notebook, to_bytes
from graders.notebook.config import config_text, is_untouched
from graders.notebook.gradebook import naive_utc, need_nbgrader, open_gradebook
from graders.notebook.merge import merged
from graders.notebook.settings import CONFIG, course_settings


@dataclass
class Made:
    """What `init` did.

    Attributes:
        written: Files that are new or changed, relative to the course directory.
        kept: Sentences about edits that were kept, and about what stands in the way of a change.
    """

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def init(course: Course, folder: Path) -> Made:
    """Make or update a course directory; what an instructor has edited in it stays.

    Raises:
        UsageError: the folder is a file, or holds something else than a course directory.
        CourseError: stubs and solutions do not fit.
        EnvironmentTrouble: nbgrader is missing, or the folder cannot be written.
    """
    need_nbgrader()
    _check(folder)
    notebooks = {
        (assignment, exercise): exercise_notebook(course, course.exercise(exercise))
        for assignment in course.assignments
        for exercise in assignment.exercises
        if course.exercise(exercise).concepts
    }
    made = Made()
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        earlier = _earlier_dates(folder, course)
        _write_config(course, folder, made)
        for (assignment, exercise), notebook in notebooks.items():
            home = folder / "source" / assignment.id
            home.mkdir(parents=True, exist_ok=True)
            _write(folder, home / "course.yml", course.path.read_bytes(), made)
            _write_notebook(folder, home / f"{exercise}.ipynb", notebook, made)
            lent = course.folder / "exercises" / LENT
            if lent.stem in spec_of(course.folder, exercise).supplies and lent.is_file():
                _write(folder, home / LENT, lent.read_bytes(), made)
    settings = course_settings(folder)
    with open_gradebook(settings.db_url, settings.course_id) as gradebook:
        for assignment in {assignment.id: assignment for assignment, _ in notebooks}.values():
            made.kept += list(_record_date(gradebook, assignment, earlier))
        for (assignment, exercise), notebook in notebooks.items():
            made.kept += list(_against_submissions(gradebook, assignment, exercise, notebook))
    return made


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file.", "Give the folder that the course directory is to be.")
    if folder.is_dir() and any(folder.iterdir()) and not ((folder / CONFIG).exists() or (folder / "source").exists()):
        raise UsageError(f"{folder} holds something else than an nbgrader course.", "Give an empty or a new folder.")


def _write_config(course: Course, folder: Path, made: Made) -> None:
    path = folder / CONFIG
    if path.exists() and not is_untouched(path.read_text(encoding="utf-8")):
        made.kept.append(f"{CONFIG}: kept as you have edited it; `leafgrad doctor` says what it lacks.")
        return
    seen_from = os.path.relpath(course.path.resolve(), folder.resolve())
    _write(folder, path, config_text(course, Path(seen_from).as_posix()).encode(), made)


def _write_notebook(folder: Path, path: Path, notebook: dict[str, Any], made: Made) -> None:
    if path.exists():
        try:
            old = json.loads(path.read_bytes())
            notebook, notes = merged(old, notebook)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UsageError(f"{path} is no notebook.", "Move it away and run again.") from None
        made.kept += [f"{path.relative_to(folder).as_posix()}, {note}" for note in notes]
    _write(folder, path, to_bytes(notebook), made)


def _write(folder: Path, path: Path, data: bytes, made: Made) -> None:
    if not path.exists() or path.read_bytes() != data:
        write_whole(path, data)
        made.written.append(path.relative_to(folder).as_posix())


def _earlier_dates(folder: Path, course: Course) -> dict[str, datetime | None]:
    """Return assignment to the due date of the course.yml that the last `init` copied."""
    dates: dict[str, datetime | None] = {}
    for assignment in course.assignments:
        with suppress(LeafgradError):
            copied = load_course(folder / "source" / assignment.id / course.path.name)
            dates[assignment.id] = _due(copied.assignment(assignment.id))
    return dates


def _due(assignment: Assignment) -> datetime | None:
    return naive_utc(assignment.due) if assignment.due else None


def _record_date(gradebook: Any, assignment: Assignment, earlier: dict[str, datetime | None]) -> Iterator[str]:
    """Write a due date into the gradebook, where nbgrader keeps it, unless it was changed there."""
    known = {one.name: one.duedate for one in gradebook.assignments}
    there = known.get(assignment.id)
    if there not in (None, _due(assignment), earlier.get(assignment.id)):
        yield f"{assignment.id}: is due {there} UTC, as you have set it in the gradebook."
    elif assignment.id not in known or there != _due(assignment):
        gradebook.update_or_create_assignment(assignment.id, duedate=_due(assignment))


def _against_submissions(
    gradebook: Any, assignment: Assignment, exercise: str, notebook: dict[str, Any]
) -> Iterator[str]:
    """Yield a sentence when cells were added or removed although submissions are recorded: nbgrader refuses that."""
    from nbgrader.api import MissingEntry

    try:
        known = gradebook.find_notebook(exercise, assignment.id)
    except MissingEntry:
        return
    cells = {cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]} - {None}
    if known.submissions and cells != {cell.name for cell in known.source_cells}:
        yield (
            f"{assignment.id}/{exercise}: its cells have changed since its release, and {len(known.submissions)} "
            "submissions are recorded: nbgrader will refuse to generate it anew."
        )
