"""leafgrad new: the first files of an exercise or of a course of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.student import CourseOption


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.callback()(_group)
    group.command()(exercise)
    group.command()(course)
    app.add_typer(group, name="new")


def _group() -> None:
    """Begin an exercise or a course of your own. What is written passes selftest."""


def exercise(
    name: Annotated[str, typer.Argument(metavar="ID", help="Such as ex13_sigmoid.", show_default=False)],
    course: CourseOption = None,
) -> None:
    """Begin an exercise. Writes stub, solution, wrong ideas and checks, and lists it in course.yml."""
    from graders.course.place import find_course
    from graders.course.scaffold import new_exercise

    _tell(new_exercise(course or find_course(Path()), name))
    print("Write your function in them, and list the exercise under an assignment in course.yml. Next:")
    print(f"  leafgrad selftest {name}")


def course(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the new course.", show_default=False)],
) -> None:
    """Write a course with one exercise, to begin from."""
    from graders.course.scaffold import FIRST, new_course
    from graders.text import argument

    _tell(new_course(folder))
    print("Next:")
    print(f"  cd {argument(str(folder))}")
    print(f"  leafgrad selftest\n  leafgrad check {FIRST} --dir solutions")


def _tell(paths: list[Path]) -> None:
    from graders.text import plain

    here = Path().resolve()
    for path in paths:
        shown = path.resolve()
        print(f"wrote {plain(str(shown.relative_to(here) if shown.is_relative_to(here) else path))}")
