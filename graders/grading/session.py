"""A course opened for grading, and the two functions of the package that open one: `grade()` and `check()`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from graders.banks.jobs import Progress
from graders.banks.store import BankStore
from graders.course.bind import bind
from graders.course.course import Course, load_course
from graders.grading.grade import Files, Grader, HandIn, needed_concepts, wanted_concepts
from graders.judging.shrink import Budget
from graders.report import Report
from graders.sandbox.pool import SandboxPool


def needed_exercises(course: Course, only: Iterable[str] | None = None) -> list[str]:
    """Return the exercises that are graded, and those that they build on, in teaching order.

    Args:
        course: The course.
        only: Exercise ids or concept addresses; None for the whole course.

    Raises:
        UsageError: the course has no such exercise or concept.
    """
    needed = {address.partition(".")[0] for address in needed_concepts(course, wanted_concepts(course, only))}
    return [exercise for exercise in course.exercise_ids if exercise in needed]


class Session:
    """A course whose declarations fit, with its banks and its sandboxes; the sandboxes close with the `with` block.

    Args:
        course: The course.
        key: Seed of the cases; None for the public key.
        only: Exercise ids or concept addresses that will be graded; None for the whole course.
        mode: Isolation level; None for the best that this machine offers.
        budget: What the search for each smallest failing case may cost.
        progress: Called while banks are built.
        sandboxes: Opened already; None for new ones.

    Raises:
        CourseError: course.yml and the declarations do not fit.
        UsageError: the course has no such exercise or concept.
    """

    def __init__(
        self,
        course: Course,
        key: str | None = None,
        only: Iterable[str] | None = None,
        mode: str | None = None,
        budget: Budget | None = None,
        progress: Progress | None = None,
        sandboxes: SandboxPool | None = None,
    ) -> None:
        bind(course, needed_exercises(course, only))
        self.course = course
        self.store = BankStore(course, key, progress=progress)
        self.sandboxes = sandboxes or SandboxPool(course, mode)
        self._budget = budget or Budget()

    @cached_property
    def grader(self) -> Grader:
        """The grader; it keeps its workers warm from one submission to the next."""
        return Grader(self.course, self.store, self.sandboxes, self._budget)

    def close(self) -> None:
        """End every worker."""
        self.sandboxes.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def grade(
    files: Mapping[str, bytes] | HandIn,
    *,
    course: Course | None = None,
    only: Iterable[str] | None = None,
    key: str | None = None,
    student_id: str = "you",
) -> Report:
    """Return the report on one submission.

    Args:
        files: File name to source bytes, or a `Submission`.
        course: None walks up from the working directory to course.yml.
        only: Exercise ids or concept addresses; None for the whole course.
        key: Seed of the cases; None for the course's public key.
        student_id: Shown in the report when `files` is a mapping.

    Raises:
        CourseError: the course is missing or broken.
    """
    course = course or load_course()
    submission = Files(files, student_id) if isinstance(files, Mapping) else files
    names = None if only is None else list(only)
    with Session(course, key, names) as session:
        return session.grader.grade(submission, names)


def check(*names: str, folder: str | Path = "exercises", course: Course | None = None) -> Report:
    """Return the report on the exercise files in a folder, under the public key.

    Args:
        names: Exercise ids or concept addresses; none for the whole course.
        folder: Where the student's files are.
        course: None walks up from the working directory to course.yml.
    """
    course = course or load_course()
    home = Path(folder) if Path(folder).is_absolute() else course.folder / folder
    found = {f"{name}.py": home / f"{name}.py" for name in course.exercise_ids}
    return grade(
        {name: path.read_bytes() for name, path in found.items() if path.is_file()}, course=course, only=names or None
    )
