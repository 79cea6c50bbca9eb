"""Commands at the student's desk: check, status, hint, show, reset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graders.cli import EXIT_NOT_PASSED

if TYPE_CHECKING:
    from graders.course import Course
    from graders.report import Report

CourseOption = Annotated[Path | None, typer.Option("--course", help="course.yml or its folder.", show_default=False)]
FolderOption = Annotated[
    Path | None,
    typer.Option("--dir", help="Folder with your files; exercises/ of the course unless given.", show_default=False),
]
Names = Annotated[
    list[str] | None, typer.Argument(help="Exercises or concepts: ex02, ex02_closures.mul", show_default=False)
]
Address = Annotated[str, typer.Argument(help="A concept: ex02_closures.mul", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the student's commands to the application."""
    for command in (check, status, hint, show, reset):
        app.command()(command)


def check(
    names: Names = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    folder: FolderOption = None,
    course: CourseOption = None,
) -> None:
    """Grade your files and show, for each concept, what is right and the smallest case that is not."""
    loaded, report = _graded(course, folder, names)
    if json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        from graders.render.terminal import show_report

        show_report(_console(), report)
    raise typer.Exit(0 if report.passed else EXIT_NOT_PASSED)


def status(folder: FolderOption = None, course: CourseOption = None) -> None:
    """Show how far you are: one line for each exercise."""
    from graders.render.terminal import points

    _, report = _graded(course, folder, None)
    for exercise in report.exercises:
        passed = sum(concept.status == "passed" for concept in exercise.concepts)
        bar = "█" * passed + "░" * (len(exercise.concepts) - passed)
        typer.echo(f"{exercise.id:26} {bar:24} {passed:2}/{len(exercise.concepts):2}  {points(exercise.score)} points")
    following = next(((e, c) for e, c in report.concepts() if c.status != "passed"), None)
    if following:
        typer.echo(f"Next: leafgrad check {following[0].id}.{following[1].id}")
    raise typer.Exit(0 if report.passed else EXIT_NOT_PASSED)


def hint(
    address: Address,
    level: Annotated[int, typer.Option("--level", min=1, max=3, help="1 is gentle, 3 is plain.")] = 1,
    course: CourseOption = None,
) -> None:
    """Print a hint for one concept, from gentle to plain."""
    from graders.course import load_course

    exercise, concept = load_course(course).concept(address)
    if not concept.hints:
        typer.echo(f"There is no hint for {exercise.id}.{concept.id}.")
        return
    typer.echo(concept.hints[min(level, len(concept.hints)) - 1])
    if level < len(concept.hints):
        typer.echo(f"\nMore: leafgrad hint {exercise.id}.{concept.id} --level {level + 1}")


def show(address: Address, folder: FolderOption = None, course: CourseOption = None) -> None:
    """Show the smallest failing case of one concept: code to paste, and every gradient beside torch's."""
    from graders.render.terminal import show_report

    loaded, report = _graded(course, folder, [address])
    show_report(_console(), report)
    raise typer.Exit(0 if report.passed else EXIT_NOT_PASSED)


def reset(
    exercise: Annotated[str, typer.Argument(help="An exercise: ex02", show_default=False)],
    course: CourseOption = None,
    folder: FolderOption = None,
) -> None:
    """Put the untouched stub of an exercise back; your file is kept beside it."""
    from graders.course import load_course
    from graders.stubs import restore

    loaded = load_course(course)
    kept, stub = restore(loaded, loaded.exercise(exercise).id, _folder(loaded, folder))
    typer.echo(f"{stub} is the stub again." + (f" Your version is kept as {kept}." if kept else ""))


def _graded(course: Path | None, folder: Path | None, names: list[str] | None) -> tuple[Course, Report]:
    """Return the course and the report on the files in the student's folder, under the public key."""
    from graders.bank import BankStore
    from graders.course import load_course
    from graders.grade import Grader
    from graders.sandbox.pool import SandboxPool
    from graders.submission import read_submission

    loaded = load_course(course)
    submission = read_submission(_folder(loaded, folder), loaded.exercise_ids, student_id="you")
    with SandboxPool(loaded) as sandboxes, _building() as progress:
        store = BankStore(loaded, progress=progress)
        return loaded, Grader(loaded, store, sandboxes).grade(submission, names or None)


def _folder(course: Course, folder: Path | None) -> Path:
    from graders.errors import UsageError

    home = folder if folder is not None else course.folder / "exercises"
    if not home.exists():
        raise UsageError(f"There is no folder {home}.", "Give --dir with the folder of your files.")
    return home


def _building() -> Any:
    from graders.cli.progress import building_banks

    return building_banks()


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)
