"""Commands for a course on nbgrader: nbgrader init, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.student import CourseOption
from graders.errors import EXIT_NOT_PASSED


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(help="Use leafgrad in a course on nbgrader.", no_args_is_help=True, rich_markup_mode=None)
    group.callback()(_group)
    group.command("init")(init)
    app.add_typer(group, name="nbgrader")
    app.command()(doctor)


def _group() -> None:
    """Use leafgrad in a course on nbgrader."""


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The course directory to make or to update.")],
    course: CourseOption = None,
) -> None:
    """Make nbgrader's course directory: source notebooks, dates, configuration. Your edits in it are kept."""
    from graders.course.course import load_course
    from graders.notebook.init import init as make
    from graders.text import argument

    loaded = load_course(course)
    made = make(loaded, folder)
    for name in made.written:
        print(f"wrote {folder / name}")
    for sentence in made.kept:
        print(f"kept  {sentence}")
    if not made.written:
        print(f"{folder} is up to date.")
    first = loaded.assignments[0].id if loaded.assignments else "ASSIGNMENT"
    print(f"Next:\n  cd {argument(str(folder))}\n  nbgrader generate_assignment {first}\n  leafgrad doctor .")


def doctor(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="An nbgrader course directory, or a folder for hand-ins.", show_default=False
        ),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Check this machine, and say what to fix. With DIR, check an nbgrader course or a folder for hand-ins."""
    from graders.notebook.doctor import examine_course, examine_machine
    from graders.submit.apart import examine_drive

    if folder is None:
        findings = examine_machine(course)
    else:
        findings = examine_course(folder) if (folder / "source").is_dir() else examine_drive(folder)
    for finding in findings:
        print(f"{finding.mark} {finding.says}")
        if finding.fix:
            print(f"    Fix: {finding.fix}")
    wrong = sum(not finding.good for finding in findings)
    if folder is not None:
        print("Nothing to fix." if not wrong else f"{wrong} thing{'s' if wrong > 1 else ''} to fix.")
    raise typer.Exit(EXIT_NOT_PASSED if wrong else 0)
