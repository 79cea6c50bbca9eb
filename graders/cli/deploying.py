"""leafgrad deploy: the course made ready for a platform."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.student import CourseOption

_NOT_IN_URLS = "\"'`\\ \n"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(deploy)


def deploy(
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="gradescope, github, classroom50 or colab.", show_default=False)
    ],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An empty folder, or a new one.", show_default=False)],
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="Grade the exercises of one assignment.", show_default=False)
    ] = None,
    wheels: Annotated[
        Path | None,
        typer.Option("--wheels", help="Folder with leafgrad's wheel, and other wheels to include.", show_default=False),
    ] = None,
    from_index: Annotated[bool, typer.Option("--from-index", help="Let pip on the platform fetch leafgrad.")] = False,
    visibility: Annotated[
        str | None,
        typer.Option(
            "--visibility",
            help="Gradescope only: visible, after_due_date, after_published or hidden.",
            show_default=False,
        ),
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="Colab only: where the wheel is on the web.", show_default=False)
    ] = None,
    course: CourseOption = None,
) -> None:
    """Make the course ready for a platform. Gradescope, GitHub, Classroom 50 or Colab."""
    from graders.deploy import target_named
    from graders.errors import UsageError
    from graders.exports.gradescope import VISIBILITIES

    target = target_named(target)
    if visibility is not None and (target != "gradescope" or visibility not in VISIBILITIES):
        raise UsageError(
            "--visibility is for gradescope.", f"It is {', '.join(VISIBILITIES[:-1])} or {VISIBILITIES[-1]}."
        )
    if wheels is not None and from_index:
        raise UsageError("--wheels and --from-index exclude each other.", "Give one of them.")
    if url is not None and (target != "colab" or not url.startswith("https://") or set(url) & set(_NOT_IN_URLS)):
        raise UsageError("--url is for colab.", "It is the https:// address of leafgrad's wheel.")
    from graders.cli.progress import counting
    from graders.course.course import load_course
    from graders.course.keys import secret_key, weakness
    from graders.deploy import deploy as write
    from graders.deploy.bundle import Order, find_wheels

    loaded = load_course(course)
    if assignment is not None:
        loaded.assignment(assignment)
    found = () if from_index or url else find_wheels(wheels)
    key = secret_key(loaded) if target == "gradescope" else None
    if short := weakness(key):
        print(f"{short} `leafgrad key new` makes a safe one.")
    with counting() as building:
        order = Order(target, loaded, folder, assignment, found, key, visibility or "visible", url or "", building)
        said = write(order)
    print(*said, sep="\n")
