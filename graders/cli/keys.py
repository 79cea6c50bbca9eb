"""Commands for the secret key of graded runs: key new."""

from __future__ import annotations

import typer

from graders.cli.student import CourseOption


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.callback()(_group)
    group.command("new")(new)
    app.add_typer(group, name="key")


def _group() -> None:
    """The secret key, which decides the cases of a graded run."""


def new(course: CourseOption = None) -> None:
    """Make a key of 128 random bits in leafgrad.key beside course.yml; one that is there stays."""
    from graders.course import load_course
    from graders.keys import new_key

    path = new_key(load_course(course))
    print(f"{path} holds a new key. Only you can read it; `leafgrad grade` uses it from now on.")
    print("Keep it out of git and away from students, and keep a copy: the same key gives the same cases.")
    print("Next: leafgrad grade submitted/ --out graded/")
