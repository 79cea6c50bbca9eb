"""From the student's folder to a target: what is sent, by whom, and where to."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from graders import __version__
from graders.course.course import Assignment, Course
from graders.errors import SubmissionError
from graders.grading.session import needed_exercises
from graders.notebook.build import to_bytes
from graders.notebook.hand_in import hand_in_notebook
from graders.submission.archive import Member
from graders.submission.clues import NO_CLUES, Clues, clues_of
from graders.submission.disk import Folder
from graders.submission.model import NOTEBOOK_BYTES, SOURCE_BYTES, Refused
from graders.submission.naming import exercise_of, exercises_within, stem_and_kind
from graders.submission.notebook import read_notebook
from graders.submission.pick import pick
from graders.submission.source import check_source, decoded
from graders.submit.folder import FolderTarget
from graders.submit.receipts import save_receipt
from graders.submit.records import Manifest, Receipt, make_manifest
from graders.submit.target import Target
from graders.submit.zip import ZipTarget
from graders.text import plain


def collect(folder: Path, exercises: Sequence[str]) -> dict[str, bytes]:
    """Return the exercise files of a student's folder as they are: `.py` files and notebooks, sorted by name.

    Raises:
        SubmissionError: there are none, or one of them could not be graded as it is.
    """
    files: dict[str, bytes] = {}
    try:
        with Folder(folder) as opened:
            names = {entry.name for entry in opened.entries()}
            for name in sorted(f"{exercise}{suffix}" for exercise in exercises for suffix in (".py", ".ipynb")):
                if name not in names:
                    continue
                if name.endswith(".py"):
                    files[name] = opened.read((name,), SOURCE_BYTES)
                    check_source(name, files[name])
                else:
                    files[name] = opened.read((name,), NOTEBOOK_BYTES)
                    read_notebook(name, files[name], exercises)
    except Refused as refused:
        raise SubmissionError(str(refused)) from None
    if not files:
        near = left_behind(folder, files, exercises)
        raise SubmissionError(
            f"{plain(str(folder))} holds none of the files to hand in, such as {exercises[0]}.py.",
            near[0] if near else "Give your folder with --dir.",
        )
    return files


def ground_of(folder: Path, course: Course, assignment: Assignment, exercises: Sequence[str]) -> dict[str, bytes]:
    """Return the files that some exercises build on and their assignment does not ask for, as far as they are written.

    Args:
        folder: The student's.
        course: The course.
        assignment: What is handed in.
        exercises: Those of it that are.

    Raises:
        SubmissionError: one of them could not be graded as it is.
    """
    below = [one for one in needed_exercises(course, exercises) if one not in assignment.exercises]
    try:
        found = collect(folder, below) if below else {}
    except SubmissionError:
        if any((folder / f"{one}{suffix}").is_file() for one in below for suffix in (".py", ".ipynb")):
            raise
        return {}
    clues = clues_of(course)
    return {name: data for name, data in found.items() if not clues.is_stub(name.partition(".")[0], data)}


def left_behind(folder: Path, files: Mapping[str, bytes], exercises: Sequence[str]) -> list[str]:
    """Return sentences on files of a student's folder that are named almost like an exercise which has no file.

    Args:
        folder: The student's.
        files: What `collect` returned.
        exercises: Those that are handed in.
    """
    with Folder(folder) as opened:
        names = sorted(entry.name for entry in opened.entries())
    found = []
    for name in names:
        stem, kind, _ = stem_and_kind(name)
        close = (exercise_of(stem, exercises), *exercises_within(stem, exercises)) if kind else ()
        exercise = next(filter(None, close), "")
        if exercise and not {f"{exercise}.py", f"{exercise}.ipynb"} & files.keys():
            found.append(f"{plain(name)} is not handed in: rename it {exercise}.py.")
    return found


def target_at(where: str) -> Target:
    """Return the target that `--to` names: a path that ends in `.zip`, or else a folder.

    Raises:
        SubmissionError: it is the address of something that is not supported.
    """
    if "://" in where:
        raise SubmissionError(f"{plain(where)} cannot be submitted to.", "Give a folder, or a file that ends in .zip.")
    path = Path(where).expanduser()
    return ZipTarget(path) if path.suffix.casefold() == ".zip" else FolderTarget(path)


def who_am_i() -> str:
    """Return the student's id as the machine knows it: the JupyterHub user, or else the login name.

    Raises:
        SubmissionError: the machine does not know.
    """
    try:
        return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise SubmissionError("This machine has no name for you.", "Give your student id with --student.") from None


def as_graded(files: Mapping[str, bytes], exercises: Sequence[str], clues: Clues = NO_CLUES) -> dict[str, bytes]:
    """Return collected files the way the grader sees them: one `.py` for each exercise, notebooks as their code."""
    members = [Member((name,), partial(_start, data)) for name, data in files.items()]
    return pick(members, exercises, clues).files


def submit(
    files: Mapping[str, bytes],
    target: Target,
    *,
    course: Course,
    assignment: str,
    student_id: str,
    project: Path,
    now: datetime | None = None,
) -> tuple[Receipt, Path]:
    """Deliver a student's files; return the receipt and where it is kept.

    Args:
        files: What `collect` returned. Where notebooks are read, each `.py` file goes as a notebook as well.
        target: Where they go.
        course: The course.
        assignment: Id of the assignment they belong to.
        student_id: Whose they are.
        project: The receipt goes to `.leafgrad/receipts` below it.
        now: Time of the hand-in; by default the clock's.

    Raises:
        SubmissionError: it did not work; nothing has changed at the target.
    """
    manifest, sent = addressed(files, target, course, assignment, student_id, now)
    receipt = target.deliver(manifest, sent)
    return receipt, save_receipt(project, receipt)


def replaced(
    files: Mapping[str, bytes], target: Target, *, course: Course, assignment: str, student_id: str
) -> Manifest | None:
    """Return the hand-in at a target that other files would take the place of; None where there is none.

    Raises:
        SubmissionError: something else lies there, or a name cannot be that of a folder.
    """
    manifest, _ = addressed(files, target, course, assignment, student_id)
    held = target.held(manifest)
    return None if held is None or held.describes(files) else held


def addressed(
    files: Mapping[str, bytes],
    target: Target,
    course: Course,
    assignment: str,
    student_id: str,
    now: datetime | None = None,
) -> tuple[Manifest, dict[str, bytes]]:
    """Return the manifest and everything that is sent with it."""
    copies = _notebooks(files, course, assignment) if target.notebooks else {}
    sent = {**files, **{name: data for name, (data, _) in copies.items()}}
    try:
        manifest = make_manifest(
            sent,
            course=course.course,
            assignment=assignment,
            student_id=student_id,
            version=__version__,
            now=now or datetime.now(UTC),
            copies={name: original for name, (_, original) in copies.items()},
        )
    except ValueError:
        raise SubmissionError(
            f"{plain(student_id)} / {plain(assignment)} cannot be the name of a folder.",
            "An id is made of letters, digits and _ . @ -; give yours with --student.",
        ) from None
    return manifest, sent


def _notebooks(files: Mapping[str, bytes], course: Course, assignment: str) -> dict[str, tuple[bytes, str]]:
    """Return notebook name to (content, the file that it repeats) for each `.py` file without a notebook of its own.

    What is sent along with an assignment gets none: nbgrader knows no such notebook there.
    """
    found = {}
    for exercise in map(course.exercise, course.assignment(assignment).exercises):
        original, name = f"{exercise.id}.py", f"{exercise.id}.ipynb"
        if original in files and name not in files:
            found[name] = to_bytes(hand_in_notebook(course, exercise, decoded(original, files[original]))), original
    return found


def _start(data: bytes, limit: int) -> bytes:
    return data[: limit + 1]
