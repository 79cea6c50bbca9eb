"""Commands at the student's desk: check, status, hint, show, reset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from graders.cli.addresses import again, completions, concept_completions, exercise_completions
from graders.errors import EXIT_NOT_PASSED

CourseOption = Annotated[Path | None, typer.Option("--course", help="course.yml or its folder.", show_default=False)]
FolderOption = Annotated[
    Path | None,
    typer.Option("--dir", help="Folder with your files. Default: exercises/ of the course.", show_default=False),
]
Names = Annotated[
    list[str] | None,
    typer.Argument(
        help="Exercises or concepts: ex02, ex02.mul, exercises/ex02_closures.py",
        show_default=False,
        autocompletion=completions,
    ),
]
Address = Annotated[
    str, typer.Argument(help="A concept: ex02.mul", show_default=False, autocompletion=concept_completions)
]


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
    """Grade your files, concept by concept. Shows what is right, and the smallest case that is not."""
    from graders.cli.desk import open_desk

    with open_desk(course, folder, names) as desk:
        if watch:
            from graders.cli.watching import watch as keep_watching

            keep_watching(desk, _console())
            raise typer.Exit
        report, attention = desk.check()
    if json:
        print(report.model_dump_json(indent=2, ensure_ascii=True))  # escapes lose nothing, spellings would
    else:
        from graders.render.terminal import show_report

        show_report(_console(), report, attention, desk.where)
    raise typer.Exit(0 if report.passed else EXIT_NOT_PASSED)


def status(folder: FolderOption = None, course: CourseOption = None) -> None:
    """Show how far you are. A line for each exercise, when it is due, the first open hole, and what comes next."""
    from graders.cli.standing import print_status

    raise typer.Exit(0 if print_status(course, folder) else EXIT_NOT_PASSED)


def hint(
    address: Annotated[
        str,
        typer.Argument(
            help="A concept: ex02.mul. For an exercise: its first concept that does not pass. None: what is next.",
            show_default=False,
            autocompletion=completions,
        ),
    ] = "",
    level: Annotated[int, typer.Option("--level", min=1, max=3, help="1 is gentle, 3 is plain.")] = 1,
    folder: FolderOption = None,
    course: CourseOption = None,
) -> None:
    """Print a hint for one concept, from gentle to plain."""
    from graders.cli.standing import concept_to_hint
    from graders.course.course import load_course

    loaded = load_course(course)
    exercise, concept = loaded.concept(concept_to_hint(loaded, address, folder))
    print(f"{exercise.id}.{concept.id}: {concept.title}\n")
    if not concept.hints:
        print("This concept has no hint.")
    else:
        print(concept.hints[min(level, len(concept.hints)) - 1])
    more = f"hint {exercise.id}.{concept.id} --level {level + 1}{again(None, course)}"
    last = f"check {exercise.id}.{concept.id}{again(folder, course)}"
    print(f"\nMore: leafgrad {more}" if level < len(concept.hints) else f"\nNext: leafgrad {last}")


def show(
    address: Annotated[
        str,
        typer.Argument(
            help="A concept: ex02.mul. For an exercise: all of its concepts. None: what is next.",
            show_default=False,
            autocompletion=completions,
        ),
    ] = "",
    html: Annotated[
        bool, typer.Option("--html", help="Write it as a page with the graph of the case, and open that.")
    ] = False,
    folder: FolderOption = None,
    course: CourseOption = None,
) -> None:
    """Show the smallest failing case of a concept. As code to paste, with every gradient beside torch's."""
    from graders.cli.desk import open_desk
    from graders.render.terminal import show_concept

    if not address:
        from graders.cli.standing import concept_at_hand
        from graders.course.course import load_course

        address = concept_at_hand(load_course(course), folder)
    with open_desk(course, folder, [address]) as desk:
        report = desk.report()
        if html:
            from graders.cli.browser import show_page

            show_page(report, desk.course.folder)
        else:
            show_concept(_console(), report, desk.where)
    raise typer.Exit(0 if report.passed else EXIT_NOT_PASSED)


def reset(
    exercise: Annotated[
        str, typer.Argument(help="An exercise: ex02", show_default=False, autocompletion=exercise_completions)
    ],
    course: CourseOption = None,
    folder: FolderOption = None,
) -> None:
    """Put the untouched stub of an exercise back. Your file is kept beside it."""
    from graders.cli.addresses import exercise_meant
    from graders.cli.desk import exercise_folder
    from graders.course.course import load_course
    from graders.course.stubs import restore

    loaded = load_course(course)
    name = exercise_meant(loaded, exercise)
    kept, stub = restore(loaded, name, exercise_folder(loaded, folder))
    print(f"{stub} is the stub again." + (f" Your version is kept as {kept}." if kept else ""))
    print(f"Next: leafgrad check {name}{again(folder, course)}")


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)
