"""The student's desk: a folder of exercise files and a grader that stays warm while one works on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graders.cli.progress import building_banks
from graders.course import Course, load_course
from graders.errors import UsageError

if TYPE_CHECKING:
    from graders.grade import Grader
    from graders.report import Report


@dataclass
class Desk:
    """A course, the folder with the student's files, and a warm grader under the public key."""

    course: Course
    folder: Path
    grader: Grader

    def report(self, names: Sequence[str] | None = None) -> Report:
        """Return the report on the files as they are now.

        Args:
            names: Exercises or concepts; None for the whole course.
        """
        from graders.submission import read_submission

        submission = read_submission(self.folder, self.course.exercise_ids, student_id="you")
        return self.grader.grade(submission, names or None)


@contextmanager
def open_desk(course: Path | None, folder: Path | None) -> Iterator[Desk]:
    """Yield the desk of a student; its worker processes end with the block.

    Raises:
        CourseError: there is no course, or it is broken.
        UsageError: there is no such folder.
    """
    from graders.grade import Grader
    from graders.sandbox.pool import SandboxPool
    from graders.store import BankStore

    loaded = load_course(course)
    home = exercise_folder(loaded, folder)
    with SandboxPool(loaded) as sandboxes, building_banks() as progress:
        yield Desk(loaded, home, Grader(loaded, BankStore(loaded, progress=progress), sandboxes))


def exercise_folder(course: Course, folder: Path | None) -> Path:
    """Return the folder with the student's files: the one named, else `exercises/` beside course.yml."""
    home = folder if folder is not None else course.folder / "exercises"
    if not home.exists():
        raise UsageError(f"There is no folder {home}.", "Give --dir with the folder of your files.")
    return home
