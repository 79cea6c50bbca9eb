"""leafgrad start: a student's folder, made or brought up to date."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from graders.course.folder import Written

_FOLDER = Path("leafgrad")
_INSTALLS = {"uvx": "uv tool install leafgrad", "pipx run": "pipx install leafgrad"}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(start)


def start(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Your folder. Default: leafgrad.", show_default=False)
    ] = None,
) -> None:
    """Make your folder: twelve exercises to fill in. Run it again after an update: nothing of yours is changed."""
    from graders.course.record import read_record
    from graders.course.release import start as make
    from graders.text import argument

    here = Path()
    home = folder or (here if read_record(here) else _FOLDER)
    known = bool(read_record(home))
    done = make(home)
    if not known:
        print(f"Your folder is ready: {home}")
        ours = "" if Path("README.md") in done.kept else "README.md in it says how to work; "
        print(f"{ours}exercises/README.md explains every exercise.")
    elif done.written:
        print(f"Brought up to date: {', '.join(path.as_posix() for path in done.written)}.")
    else:
        print(f"{home} is up to date.")
    tell(home, done)
    print("Next:")
    if home != here:
        print(f"  cd {argument(str(home))}")
    runner = passing(sys.prefix)
    command = f"{runner} leafgrad" if runner else "leafgrad"
    print(f"  {command} {'status' if known else 'check ex01'}")
    if runner:
        print(f"leafgrad is not installed: write `{command}` wherever we write leafgrad, or run")
        print(f"  {_INSTALLS[runner]}")


def passing(prefix: str) -> str:
    """Return what has made an environment for this one run, `"uvx"` or `"pipx run"`; empty for one that stays."""
    parts = Path(prefix).parts
    if any(one == "uv" and next_one.startswith("archive-v") for one, next_one in pairwise(parts)):
        return "uvx"
    return "pipx run" if ("pipx", "venvs") not in pairwise(parts) and "pipx" in parts else ""


def tell(folder: Path, done: Written) -> None:
    """Print what was left as the student has it although there is something newer, and how to get that."""
    if done.kept:
        print(f"Yours stay as they are: {', '.join(path.as_posix() for path in done.kept)}.")
        print("  To get ours, move yours away and run this again.")
    if done.changed:
        changed = ", ".join(done.changed)
        print(f"The text of these exercises has changed since you began: {changed}. Your files are as they were.")
        print(f"  To read the new text: {folder / '.leafgrad' / 'stubs'}")
        print(f"  To take it: leafgrad reset {done.changed[0]}   (your file is kept beside it)")
