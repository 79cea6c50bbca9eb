"""nbgrader's hook before autograding: renamed notebooks are found, so that they are not passed over as unknown."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, MutableSequence, Sequence
from pathlib import Path

from graders.notebook.cell_grader import course_at
from graders.submission.model import NOTEBOOK_BYTES, Refused
from graders.submission.naming import exercise_of, exercises_within
from graders.submission.notebook import read_notebook

_LOG = logging.getLogger("leafgrad")


def find_renamed(assignment: str, student: str, notebooks: MutableSequence[str]) -> None:
    """Give renamed notebooks the names of their exercises; set as `Autograde.pre_convert_hook`.

    The student's file stays; a copy under the right name is made beside it and added to `notebooks`. Nothing is
    copied where two files claim the same exercise.

    Args:
        assignment: Its id.
        student: The pattern of student ids that was asked for; the paths tell which student it is.
        notebooks: Paths of the notebooks of one submission, which nbgrader goes through next.
    """
    if not notebooks:
        return
    folder = Path(notebooks[0]).parent
    course = course_at(_course_beside(folder, assignment))
    wanted = [name for name in course.assignment(assignment).exercises if not (folder / f"{name}.ipynb").exists()]
    claims = list(_claims([Path(name) for name in notebooks], wanted, course.exercise_ids))
    for exercise in wanted:
        files = [path for path, claimed in claims if claimed == exercise]
        if len(files) == 1:
            target = folder / f"{exercise}.ipynb"
            shutil.copyfile(files[0], target)
            notebooks.append(str(target))
            _LOG.warning("%s is read as %s", files[0], target.name)


def _claims(paths: Sequence[Path], wanted: Sequence[str], known: Sequence[str]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        if path.stem in known:
            continue
        claimed = exercise_of(path.stem, wanted)
        if claimed is None and path.stat().st_size <= NOTEBOOK_BYTES:
            try:
                claimed = read_notebook(path.name, path.read_bytes(), known).exercise
            except Refused:
                continue
        if claimed is None and len(within := exercises_within(path.stem, known)) == 1:
            claimed = within[0]
        if claimed in wanted:
            yield path, str(claimed)


def _course_beside(folder: Path, assignment: str) -> Path:
    """Return the course.yml of a course directory's source folder, given a folder in its `submitted`."""
    return folder.resolve().parents[2] / "source" / assignment / "course.yml"
