"""Commands that hand in: submit, receipts, verify."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graders.cli.addresses import exercise_completions, exercise_meant
from graders.cli.student import CourseOption, FolderOption
from graders.errors import EXIT_NOT_PASSED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graders.cli.overview import Overview
    from graders.course.course import Assignment, Course
    from graders.errors import LeafgradError
    from graders.submit import Kept, Manifest, Receipt, Target


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
        str | None,
        typer.Option(
            "--assignment",
            help="Hand in all files of this assignment, and the files that they build on.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="The course's submission folder, or a .zip file to upload. Default: a zip file here.",
            show_default=False,
        ),
    ] = None,
    student: Annotated[
        str | None, typer.Option("--student", help="Your student id. Default: your login name.", show_default=False)
    ] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Hand in although files are missing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    folder: FolderOption = None,
    course: CourseOption = None,
) -> None:
    """Hand in, and keep a receipt. Shows files and score, then asks. Without arguments: send files that were kept."""
    from graders import submit as hand_in
    from graders.cli.desk import exercise_folder
    from graders.cli.overview import Overview, show_overview
    from graders.course.course import load_course
    from graders.errors import SubmissionError, UsageError

    if student is not None and not student.strip():
        raise UsageError("--student is empty.", "Give your student id, or leave --student out.")
    loaded = load_course(course)
    if not exercises and assignment is None and (kept := hand_in.kept_hand_ins(loaded.folder)):
        _send_kept(loaded, kept, yes)
        return
    chosen, ids = assignment_and_exercises(loaded, exercises or [], assignment)
    home = exercise_folder(loaded, folder)
    who = student or hand_in.who_am_i()
    own = hand_in.collect(home, ids)
    files = own | hand_in.ground_of(home, loaded, chosen, ids)
    where = to or f"{chosen.id}-{who}.zip"
    target = hand_in.target_at(where)
    seen = Overview(loaded, chosen, ids, files, hand_in.left_behind(home, own, ids), datetime.now(UTC))
    show_overview(seen)
    _agree(seen, who, where, _replaced(loaded, files, target, chosen.id, who), yes, partial)
    now = datetime.now(UTC)
    names: dict[str, Any] = {
        "course": loaded,
        "assignment": chosen.id,
        "student_id": who,
        "project": loaded.folder,
        "now": now,
    }
    try:
        receipt, path = hand_in.submit(files, target, **names)
    except hand_in.Unreachable as trouble:
        if isinstance(target, hand_in.ZipTarget):
            raise
        try:
            kept_at = hand_in.keep(files, where, **names)
        except SubmissionError as second:
            raise SubmissionError(f"{trouble} Nor can it be kept here: {second}") from None
        raise _kept(trouble, kept_at) from None
    hand_in.forget(loaded.folder, chosen.id)
    _show_receipt(receipt, path, now)


def _agree(seen: Overview, who: str, where: str, earlier: Manifest | None, yes: bool, partial: bool) -> None:
    """Ask whether to hand in; with `yes`, refuse where files are missing, unless `partial` says that this is meant."""
    from graders.errors import SubmissionError
    from graders.text import plain

    lacking = [] if partial else seen.missing
    if yes and lacking:
        raise SubmissionError(
            f"Nothing was handed in: {seen.assignment.id} asks for {', '.join(lacking)} too.",
            "To hand in without it, add --partial.",
        )
    over = f", in place of what you handed in there on {earlier.created_at}" if earlier else ""
    without = f" without {', '.join(lacking)}" if lacking else ""
    if earlier and yes:
        print(f"  This takes the place of what you handed in there on {earlier.created_at}.")
    question = f"Hand in{without} as {who} for {seen.assignment.id} to {plain(where)}{over}?"
    if not yes and not confirmed(question, default=not (lacking or earlier)):
        raise typer.Exit(EXIT_NOT_PASSED)


def confirmed(question: str, default: bool) -> bool:
    """Ask yes or no; where Ctrl-C comes, what is said of it begins a line of its own.

    Raises:
        SubmissionError: nobody is there to answer.
    """
    import sys

    from graders.errors import SubmissionError

    try:
        return typer.confirm(question, default=default)
    except (typer.Abort, RuntimeError):  # the latter where there is no standard input
        print()
        if sys.stdin is None or not sys.stdin.isatty():
            how = "Answer on a terminal, or add --yes to hand in without a question."
            raise SubmissionError("Nothing was handed in: the question got no answer.", how) from None
        raise


def _replaced(
    course: Course, files: Mapping[str, bytes], target: Target, assignment: str, student: str
) -> Manifest | None:
    """Return what the hand-in would take the place of; None where that cannot be known now."""
    from graders import submit as hand_in

    try:
        return hand_in.replaced(files, target, course=course, assignment=assignment, student_id=student)
    except hand_in.Unreachable:
        return None


def _kept(trouble: LeafgradError, path: Path) -> LeafgradError:
    """Return what is said of a hand-in that could not be delivered and is kept."""
    from graders.errors import SubmissionError
    from graders.text import plain

    return SubmissionError(
        f"{trouble} NOT handed in yet: your files are kept in {plain(str(path))}.",
        "To send them once it works: leafgrad submit",
    )


def _send_kept(course: Course, kept: Sequence[Kept], yes: bool) -> None:
    """Send what an earlier `submit` could not deliver."""
    from graders import submit as hand_in
    from graders.text import plain

    for one in kept:
        print(f"{one.assignment}: {', '.join(one.files)}, as they were on {one.kept_at}")
        if not yes and not confirmed(f"Send as {one.student_id} to {plain(one.to)} now?", default=True):
            continue
        now = datetime.now(UTC)
        try:
            receipt, path = hand_in.send(one, course, course.folder)
        except hand_in.Unreachable as trouble:
            raise _kept(trouble, one.path) from None
        _show_receipt(receipt, path, now)
        print("It counts as handed in now. If it was due earlier, show your instructor how long it was kept.")


def _show_receipt(receipt: Receipt, path: Path, now: datetime) -> None:
    from graders import submit as hand_in
    from graders.submission.times import format_time

    when = receipt.manifest.created_at
    print("Handed in." if when >= format_time(now) else f"Handed in already, on {when}; nothing has changed.")
    print(f"  {receipt.place}\n  receipt: {path}")
    if receipt.target == "folder" and hand_in.only_for_you(Path(receipt.place)):
        print("Only you and the administrator can read it there: ask your instructor for a folder of your own.")
    if receipt.target == "zip":
        print("Now upload this zip file to your course's learning platform.")


def receipts(course: CourseOption = None) -> None:
    """List what you have handed in, oldest first."""
    from graders.course.course import load_course
    from graders.errors import SubmissionError
    from graders.submit import kept_hand_ins, list_receipts, load_receipt

    loaded = load_course(course)
    paths, kept = list_receipts(loaded.folder), kept_hand_ins(loaded.folder)
    broken = []
    for path in paths:
        try:
            receipt = load_receipt(path)
        except SubmissionError as error:
            broken.append(error.message)
            continue
        names = ", ".join(name for name, sent in receipt.manifest.files.items() if not sent.copy_of)
        print(f"{receipt.manifest.created_at}  {receipt.manifest.assignment}: {names}\n  {path}")
    for one in kept:
        print(f"{one.kept_at}  {one.assignment}: {', '.join(one.files)}; kept, NOT handed in yet: leafgrad submit")
    for sentence in broken:
        print(f"Left out: {sentence}")
    if not paths and not kept:
        first = f" --assignment {loaded.assignments[0].id}" if loaded.assignments else ""
        print(f"Nothing handed in yet. To hand in: leafgrad submit{first}")


def verify(
    receipt: Annotated[Path, typer.Argument(help="A receipt; leafgrad receipts lists yours.", show_default=False)],
    folder: Annotated[
        Path | None, typer.Option("--dir", help="Check this folder, not the delivered copy.", show_default=False)
    ] = None,
) -> None:
    """Check delivered files against a receipt. With --dir, check the files of a folder instead."""
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

    Without `assignment` it is the one that the named exercises belong to, or that is named in place of an exercise, or
    the only one that the course has.

    Raises:
        UsageError: it cannot be told, or an exercise is not part of it.
    """
    from graders.errors import UsageError

    if assignment is None and len(exercises) == 1 and exercises[0] in {one.id for one in course.assignments}:
        assignment, exercises = exercises[0], []
    ids = [exercise_meant(course, name) for name in exercises]
    if assignment is not None:
        chosen = course.assignment(assignment)
    else:
        fitting = [one for one in course.assignments if set(ids) <= set(one.exercises)]
        if len(fitting) != 1:
            names = ", ".join(one.id for one in course.assignments)
            raise UsageError("Which assignment is handed in?", f"Give --assignment with one of {names}.")
        chosen = fitting[0]
    foreign = [one for one in ids if one not in chosen.exercises]
    if foreign:
        raise UsageError(f"{foreign[0]} is not part of {chosen.id}.", f"It has {', '.join(chosen.exercises)}.")
    return chosen, tuple(one for one in chosen.exercises if not ids or one in ids)
