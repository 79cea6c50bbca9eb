"""Commands for the secret key of graded runs: key new, key seal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.student import CourseOption


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.callback()(_group)
    group.command("new")(new)
    group.command("seal")(seal)
    app.add_typer(group, name="key")


def _group() -> None:
    """Make or seal the secret key of graded runs."""


def new(course: CourseOption = None) -> None:
    """Make a secret key beside course.yml. leafgrad.key gets 128 random bits; a key that is there stays."""
    from graders.course.course import load_course
    from graders.course.keys import new_key

    path = new_key(load_course(course))
    print(f"{path} holds a new key. Only you can read it; `leafgrad grade` uses it from now on.")
    print("Keep it out of git and away from students, and keep a copy: the same key gives the same cases.")
    print("Next: leafgrad grade submitted/ --out graded/")


def seal(
    folder: Annotated[Path, typer.Argument(help="Folder for the other machine.", show_default=False)],
    course: CourseOption = None,
) -> None:
    """Let another machine grade without your key. Writes a folder with the prepared cases and the key's id."""
    from graders.cli.progress import counting
    from graders.course.course import load_course
    from graders.course.keys import secret_key
    from graders.course.release import seal as write_sealed
    from graders.errors import UsageError

    loaded = load_course(course)
    key = secret_key(loaded)
    if key is None:
        raise UsageError("There is no secret key here.", "Make one with `leafgrad key new`.")
    with counting() as building:
        written = write_sealed(loaded, key, folder, building)
    print(f"{len(written)} files written to {folder}: course.yml, the cases under your key, and the key's id.")
    print("The key stays here. The cases are secret too: show the folder to no student.")
    print(f"Next, on the other machine: leafgrad grade submitted/ --out graded/ --course {folder / 'course.yml'}")
