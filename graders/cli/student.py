"""Commands at the student's desk: check, status, hint, show, reset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from graders.cli import EXIT_NOT_PASSED

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
    from graders.cli.bars import bar
    from graders.cli.desk import exercise_folder, open_desk
    from graders.course.course import load_course
    from graders.course.extras import gradable
    from graders.course.record import untouched
    from graders.render.concept import points
    from graders.render.terminal import next_command

    loaded = load_course(course)
    home = exercise_folder(loaded, folder)
    stubs = untouched(loaded.folder, loaded.exercise_ids, home)
    here, without = gradable(loaded, [name for name in loaded.exercise_ids if name not in stubs])
    report = None
    if here:
        with open_desk(loaded.path, home, here) as desk:
            report = desk.report(here)
    graded = {exercise.id: exercise for exercise in report.exercises} if report else {}
    for exercise in loaded.exercises:
        if result := graded.get(exercise.id):
            done = sum(concept.status == "passed" for concept in result.concepts)
            why = "cannot be loaded" if result.obstacle else ""
            bar(exercise.id, done, len(exercise.concepts), points(result.score), why)
        else:
            bar(exercise.id, 0, len(exercise.concepts), "0", "" if exercise.id in stubs else "needs torch")
    if without:
        print(without)
    begin = next((f"leafgrad check {name}" for name in stubs if loaded.exercise(name).concepts), "")
    if said := (report and next_command(report)) or begin:
        print(f"Next: {said}")
    passed = report and report.passed and len(graded) == len(loaded.exercises)
    raise typer.Exit(0 if passed else EXIT_NOT_PASSED)


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
