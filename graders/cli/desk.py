"""The student's desk: a folder of exercise files and a grader that stays warm while one works on them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graders.cli.addresses import again, file_elsewhere, understood, understood_together
from graders.cli.progress import counting
from graders.course.course import Course, load_course
from graders.course.extras import gradable, need_torch
from graders.course.record import read_record
from graders.errors import UsageError
from graders.text import argument, plain

if TYPE_CHECKING:
    from graders.grading.attention import Attention
    from graders.grading.grade import Grader
    from graders.report import Report
    from graders.submission import Submission


@dataclass
class Desk:
    """A course, the folder with the student's files, and a warm grader under the public key.

    Attributes:
        course: The course.
        folder: The student's files.
        exercises: Those that can be graded here: without torch, only some.
        asked: Addresses of what was asked for; None for all that can be graded here.
        grader: Stays warm.
        where: Options that a next command needs to be about the same files.
    """

    course: Course
    folder: Path
    exercises: Sequence[str]
    asked: Sequence[str] | None
    grader: Grader
    where: str = ""

    def report(self) -> Report:
        """Return the report on what was asked for, on the files as they are now."""
        return self.check()[0]

    def check(self, names: Sequence[str] | None = None) -> tuple[Report, list[str]]:
        """Return the report, and sentences on exercises that are written and earn nothing.

        Of an exercise of which only concepts are asked for, the report says all that there is to say.

        Args:
            names: Addresses; None for what was asked for.
        """
        from graders.grading.attention import of_files
        from graders.submission import read_submission

        submission = read_submission(self.folder, self.course.exercise_ids, student_id="you")
        wanted = names or self.asked or self.exercises
        report = _with_unread(self.grader.grade(submission, wanted), submission)
        in_part = {name.partition(".")[0] for name in wanted if "." in name}
        found = [one for one in of_files("you", submission.files, report, self.course) if one.kind != "load"]
        told = [one for one in found if one.kind != "zero" or one.exercise not in in_part]
        return report, [f"{one.why} {self._to_mend(one, report)}".strip() for one in told]

    def _to_mend(self, one: Attention, report: Report) -> str:
        """Return what the student does about something, as a command for these files; nothing where it was just run."""
        if one.kind == "zero" and len(report.exercises) == 1:
            return ""
        return one.mend + (self.where if ": leafgrad " in one.mend else "")


def _with_unread(report: Report, submission: Submission) -> Report:
    """Return a report in which an exercise whose file was refused has that as its obstacle, not as a note."""
    from graders.report import Obstacle

    exercises, told = [], set()
    for one in report.exercises:
        missing = f"{one.id}.py" not in submission.files
        why = next((refusal for refusal in submission.refusals if missing and one.id in refusal), "")
        told.add(why)
        says = why.removesuffix(".").removesuffix(" and hand it in again")
        obstacle = Obstacle(says=f"{says}.", file=why.split(" ")[0].rstrip(",:")) if why else one.obstacle
        exercises.append(one.model_copy(update={"obstacle": obstacle}))
    notes = [note for note in report.notes if note not in told]
    return report.model_copy(update={"exercises": exercises, "notes": notes})


@contextmanager
def open_desk(course: Path | None, folder: Path | None, names: Sequence[str] | None = None) -> Iterator[Desk]:
    """Yield the desk of a student; its worker processes end with the block.

    Args:
        course: course.yml or its folder; None to look for it from here upwards.
        folder: The student's files; None for the course's `exercises/`.
        names: Exercises or concepts, as people type them; None for all that can be graded here.

    Raises:
        CourseError: there is no course, or it is broken.
        EnvironmentTrouble: what is asked for needs torch, which is not installed.
        UsageError: there is no such folder or exercise, or a file is named that lies in another folder.
    """
    from graders.sandbox.pool import SandboxPool

    loaded = load_course(course)
    home = exercise_folder(loaded, folder)
    asked = understood_together(loaded, names)
    for name in names or ():
        if elsewhere := file_elsewhere(name, home):
            exercise = understood(loaded, name).partition(".")[0]
            raise UsageError(
                f"{plain(name)} is not one of the files in {plain(str(home))}.",
                f"To check it: leafgrad check {exercise} --dir {argument(str(elsewhere))}",
            )
    here = _gradable_here(loaded, asked)
    with SandboxPool(loaded) as sandboxes, counting() as progress:
        sandboxes.warm(_flavours(loaded, home, here))  # they start while the rest is imported and read
        from graders.grading.session import Session

        session = Session(loaded, only=asked or here, progress=progress, sandboxes=sandboxes)
        yield Desk(loaded, home, here, asked, session.grader, again(folder, course))


def _gradable_here(course: Course, names: Sequence[str] | None) -> list[str]:
    """Return the exercises that are asked for; of all of them, only those that can be graded, and say that."""
    asked = [name.partition(".")[0] for name in names or course.exercise_ids]
    here, without = gradable(course, dict.fromkeys(asked))
    if names or not here:
        for name in asked:
            if name not in here:
                need_torch(name)
    elif without:
        print(f"leafgrad: {without}", file=sys.stderr)
    return here


def _flavours(course: Course, home: Path, exercises: Sequence[str]) -> list[str]:
    """Return the kinds of worker that the files of these exercises need, in their order."""
    wanted = [course.exercise(name) for name in exercises]
    return [one.flavour for one in wanted if any((home / f"{one.id}{end}").exists() for end in (".py", ".ipynb"))]


def exercise_folder(course: Course, folder: Path | None) -> Path:
    """Return the folder with the student's files: the one named, else `exercises/` beside course.yml."""
    home = folder if folder is not None else course.folder / "exercises"
    if not home.exists():
        made = folder is None and read_record(course.folder)
        make = f", or make it again: leafgrad start {argument(str(course.folder))}" if made else "."
        raise UsageError(f"There is no folder {home}.", f"Give --dir with the folder of your files{make}")
    if not home.is_dir():
        raise UsageError(f"{home} is a file.", f"Give its folder: --dir {argument(str(home.parent))}")
    return home
