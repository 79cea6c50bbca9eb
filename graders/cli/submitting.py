"""Commands that hand in: submit, receipts, verify."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graders.cli import EXIT_NOT_PASSED
from graders.cli.addresses import exercise_completions, exercise_meant
from graders.cli.student import CourseOption, FolderOption

if TYPE_CHECKING:
    from graders.course.course import Assignment, Course


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (submit, receipts, verify):
        app.command()(command)


def submit(
    exercises: Annotated[
        list[str] | None,
        typer.Argument(help="Exercises: ex02 ex03", show_default=False, autocompletion=exercise_completions),
    ] = None,
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="Hand in all files of this assignment.", show_default=False)
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="The course's submission folder, or a .zip file to upload; a zip here unless given.",
            show_default=False,
        ),
    ] = None,
    student: Annotated[
        str | None, typer.Option("--student", help="Your id; your login name unless given.", show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    folder: FolderOption = None,
    course: CourseOption = None,
) -> None:
    """Show what is handed in and its score, deliver it, and keep a receipt."""
    from graders import submit as hand_in
    from graders.course.course import load_course
    from graders.submission.times import format_time

    loaded = load_course(course)
    chosen, ids = assignment_and_exercises(loaded, exercises or [], assignment)
    home = folder if folder is not None else loaded.folder / "exercises"
    who = student or hand_in.who_am_i()
    files = hand_in.collect(home, ids)
    where = to or f"{chosen.id}-{who}.zip"
    target = hand_in.target_at(where)
    for name, data in files.items():
        print(f"  {name:32} {len(data):7} bytes")
    _show_score(loaded, files, ids, chosen)
    for sentence in hand_in.left_behind(home, files, ids):
        print(f"  Needs your attention: {sentence}")
    if not yes and not typer.confirm(f"Hand in as {who} for {chosen.id} to {where}?", default=True):
        raise typer.Exit(EXIT_NOT_PASSED)
    now = datetime.now(UTC)
    receipt, path = hand_in.submit(
        files, target, course=loaded, assignment=chosen.id, student_id=who, project=loaded.folder, now=now
    )
    when = receipt.manifest.created_at
    print("Handed in." if when == format_time(now) else f"Handed in already, on {when}; nothing has changed.")
    print(f"  {receipt.place}\n  receipt: {path}")
    if receipt.target == "folder" and hand_in.only_for_you(Path(receipt.place)):
        print("Only you and the administrator can read it there: ask your instructor for a folder of your own.")
    if receipt.target == "zip":
        print("Now upload this zip file to your course's learning platform.")


def receipts(course: CourseOption = None) -> None:
    """List what you have handed in, oldest first."""
    from graders.course.course import load_course
    from graders.submit import list_receipts, load_receipt

    loaded = load_course(course)
    paths = list_receipts(loaded.folder)
    for path in paths:
        receipt = load_receipt(path)
        names = ", ".join(name for name, sent in receipt.manifest.files.items() if not sent.copy_of)
        print(f"{receipt.manifest.created_at}  {receipt.manifest.assignment}: {names}\n  {path}")
    if not paths:
        print("Nothing handed in yet. Hand in with: leafgrad submit")


def verify(
    receipt: Annotated[Path, typer.Argument(help="A receipt; leafgrad receipts lists yours.", show_default=False)],
    folder: Annotated[
        Path | None, typer.Option("--dir", help="Check this folder, not the delivered copy.", show_default=False)
    ] = None,
) -> None:
    """Check that the delivered files, or those of a folder, are the ones that the receipt was given for."""
    from graders import submit as hand_in

    loaded = hand_in.load_receipt(receipt)
    files = hand_in.delivered(loaded) if folder is None else hand_in.files_of(folder, loaded)
    differences = hand_in.verify(loaded, files, copies=folder is None)
    for sentence in differences:
        print(sentence)
    if differences:
        raise typer.Exit(EXIT_NOT_PASSED)
    own = [name for name, sent in loaded.manifest.files.items() if not sent.copy_of]
    print(f"{', '.join(own)}: as handed in on {loaded.manifest.created_at}.")


def assignment_and_exercises(
    course: Course, exercises: list[str], assignment: str | None
) -> tuple[Assignment, tuple[str, ...]]:
    """Return the assignment that is handed in, and the ids of the exercises to send.

    Without `assignment` it is the one that the named exercises belong to.

    Raises:
        UsageError: it cannot be told, or an exercise is not part of it.
    """
    from graders.errors import UsageError

    ids = [exercise_meant(course, name) for name in exercises]
    if assignment is not None:
        chosen = course.assignment(assignment)
    else:
        fitting = [one for one in course.assignments if ids and set(ids) <= set(one.exercises)]
        if len(fitting) != 1:
            names = ", ".join(one.id for one in course.assignments)
            raise UsageError("Which assignment is handed in?", f"Give --assignment with one of {names}.")
        chosen = fitting[0]
    foreign = [one for one in ids if one not in chosen.exercises]
    if foreign:
        raise UsageError(f"{foreign[0]} is not part of {chosen.id}.", f"It has {', '.join(chosen.exercises)}.")
    return chosen, tuple(one for one in chosen.exercises if not ids or one in ids)


def _show_score(course: Course, files: dict[str, bytes], ids: tuple[str, ...], assignment: Assignment) -> None:
    """Grade what is about to be sent, under the public key; print the points, and what earns nothing and why."""
    from graders.cli.progress import building_banks
    from graders.course.extras import gradable
    from graders.grading.attention import of_files, unwritten
    from graders.grading.grade import Files
    from graders.grading.late import share_lost
    from graders.grading.session import Session
    from graders.render.concept import points
    from graders.submission.clues import clues_of
    from graders.submit import as_graded
    from graders.text import plain

    graded = as_graded(files, ids, clues_of(course))
    here, without = gradable(course, [one for one in ids if f"{one}.py" in graded])
    with building_banks() as progress, Session(course, only=here, progress=progress) as session:
        report = session.grader.grade(Files(graded), here)
    for exercise in report.exercises:
        print(f"  {exercise.id:32} {points(exercise.score)} of {points(exercise.max_score)} points here")
    attention = [f"{one.why} {one.mend}" for one in of_files("you", graded, report, course)]
    attention += unwritten(graded, ids, course)
    lost = share_lost(assignment, datetime.now(UTC))
    if lost:
        attention.append(f"{assignment.id} was due on {assignment.due:%Y-%m-%d %H:%M}: {100 * lost:.0f}% is taken off.")
    if without:
        attention.append(f"{without} It is handed in all the same.")
    for sentence in attention:
        print(f"  Needs your attention: {plain(sentence)}")
