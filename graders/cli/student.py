"""Commands at the student's desk: check, status, hint, show, reset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graders.cli import EXIT_NOT_PASSED

if TYPE_CHECKING:
    from graders.course.course import Exercise
    from graders.report import ExerciseResult

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
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever a file is saved.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    folder: FolderOption = None,
    course: CourseOption = None,
) -> None:
    """Grade your files and show, for each concept, what is right and the smallest case that is not."""
    from graders.cli.desk import open_desk

    with open_desk(course, folder, names) as desk:
        if watch:
            from graders.cli.watching import watch as keep_watching

            keep_watching(desk, names, _console())
            raise typer.Exit
        report, attention = desk.check(names)
    if json:
        print(report.model_dump_json(indent=2, ensure_ascii=True))  # escapes lose nothing, spellings would
    else:
        from graders.render.terminal import show_report

        show_report(_console(), report, attention)
    raise typer.Exit(0 if report.passed else EXIT_NOT_PASSED)


def status(folder: FolderOption = None, course: CourseOption = None) -> None:
    """Show how far you are: one line for each exercise."""
    from graders.cli.desk import exercise_folder, open_desk
    from graders.course.course import load_course
    from graders.course.extras import gradable
    from graders.course.folder import untouched

    loaded = load_course(course)
    home = exercise_folder(loaded, folder)
    fresh = set(untouched(loaded, home))
    here, without = gradable(loaded, [name for name in loaded.exercise_ids if name not in fresh])
    graded, following, passed = {}, "", not fresh and not without
    if here:
        from graders.render.terminal import next_command

        with open_desk(loaded.path, home, here) as desk:
            report = desk.report(here)
        graded = {exercise.id: exercise for exercise in report.exercises}
        following, passed = next_command(report), passed and report.passed
    for exercise in loaded.exercises:
        print(_status_line(exercise, graded.get(exercise.id), exercise.id in fresh))
    if without:
        print(without)
    begin = next((one for one in loaded.exercises if one.id in fresh and one.concepts), None)
    if said := following or (begin and f"leafgrad check {begin.id}.{begin.concepts[0].id}"):
        print(f"Next: {said}")
    raise typer.Exit(0 if passed else EXIT_NOT_PASSED)


def _status_line(exercise: Exercise, result: ExerciseResult | None, fresh: bool) -> str:
    """Return the line of an exercise; one without a result is the stub still, or needs torch."""
    count = len(exercise.concepts)
    passed = sum(concept.status == "passed" for concept in result.concepts) if result else 0
    why = "  cannot be loaded" if result and result.obstacle else "" if result or fresh else "  needs torch"
    bar = "█" * passed + "░" * (count - passed)
    score = f"{result.score:.2f}".rstrip("0").rstrip(".") if result else "0"
    return f"{exercise.id:26} {bar:24} {passed:2}/{count:2}  {score} points{why}"


def hint(
    address: Address,
    level: Annotated[int, typer.Option("--level", min=1, max=3, help="1 is gentle, 3 is plain.")] = 1,
    course: CourseOption = None,
) -> None:
    """Print a hint for one concept, from gentle to plain."""
    from graders.course.course import load_course

    exercise, concept = load_course(course).concept(address)
    if not concept.hints:
        print(f"There is no hint for {exercise.id}.{concept.id}.")
        return
    print(concept.hints[min(level, len(concept.hints)) - 1])
    if level < len(concept.hints):
        print(f"\nMore: leafgrad hint {exercise.id}.{concept.id} --level {level + 1}")


def show(address: Address, folder: FolderOption = None, course: CourseOption = None) -> None:
    """Show the smallest failing case of one concept: code to paste, and every gradient beside torch's."""
    from graders.cli.desk import open_desk
    from graders.render.terminal import show_concept

    with open_desk(course, folder, [address]) as desk:
        report = desk.report([address])
    show_concept(_console(), report)
    raise typer.Exit(0 if report.passed else EXIT_NOT_PASSED)


def reset(
    exercise: Annotated[str, typer.Argument(help="An exercise: ex02", show_default=False)],
    course: CourseOption = None,
    folder: FolderOption = None,
) -> None:
    """Put the untouched stub of an exercise back; your file is kept beside it."""
    from graders.cli.desk import exercise_folder
    from graders.course.course import load_course
    from graders.course.stubs import restore

    loaded = load_course(course)
    kept, stub = restore(loaded, loaded.exercise(exercise).id, exercise_folder(loaded, folder))
    print(f"{stub} is the stub again." + (f" Your version is kept as {kept}." if kept else ""))


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)
