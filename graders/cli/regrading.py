"""leafgrad regrade: today's policy on a graded class, and who changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.student import CourseOption
from graders.errors import EXIT_TROUBLE


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(regrade)


def regrade(
    graded: Annotated[
        Path, typer.Argument(metavar="GRADED", help="The folder that `leafgrad grade --out` wrote.", show_default=False)
    ],
    course: CourseOption = None,
) -> None:
    """Apply new points, dates and overrides to a graded class. Says who changes, and why; grades nothing again."""
    from rich.console import Console

    from graders.course.course import load_course
    from graders.course.granted import read_granted
    from graders.errors import UsageError
    from graders.grading.regrade import regrade as settle_again
    from graders.render.changes import show_changes
    from graders.render.classroom import show_notes
    from graders.submission.roster_file import course_roster
    from graders.text import plain

    if not graded.is_dir():
        raise UsageError(f"{plain(str(graded))} is no folder.", "Give the folder that `leafgrad grade --out` wrote.")
    loaded = load_course(course)
    result = settle_again(graded, loaded, read_granted(loaded, course_roster(loaded)))
    console = Console(highlight=False)
    show_changes(console, result.changes, len(result.reports), graded)
    show_notes(console, result.notes)
    console.print(f"Open {plain(str(graded / 'index.html'))}.", markup=False, soft_wrap=True)
    faults = [one for one in result.attention if one.ours and one.who not in result.ungraded]
    for fault in faults:
        console.print(f"{plain(fault.who)}: {fault.why} {fault.what}", markup=False, soft_wrap=True)
    raise typer.Exit(EXIT_TROUBLE if faults else 0)
