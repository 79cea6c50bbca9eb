"""leafgrad feedback: a page for each student, from the reports of a graded class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.exporting import GradedArgument
from graders.cli.student import CourseOption
from graders.errors import EXIT_TROUBLE


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(feedback)


def feedback(
    graded: GradedArgument,
    archive: Annotated[
        Path | None, typer.Option("--zip", help="Pack the pages into this file instead.", show_default=False)
    ] = None,
    course: CourseOption = None,
) -> None:
    """Write a page for each student of a class. Into students/ of the graded folder, or packed for a platform."""
    from graders.course.course import load_course
    from graders.errors import UsageError
    from graders.exports.graded import read_reports
    from graders.files import writable, write_whole
    from graders.grading.faults import Fault
    from graders.grading.feedback import FOLDER, pack_pages, still_there, write_pages
    from graders.text import plain

    loaded = load_course(course)
    if not graded.is_dir():
        raise UsageError(f"{plain(str(graded))} is no folder.", "Give the folder that `leafgrad grade --out` wrote.")
    reports, broken = read_reports(graded)
    reports, gone = still_there(graded, reports)
    faults: list[tuple[str, Fault]] = []
    if archive:
        data = pack_pages(loaded, reports, faults)
        with writable(archive):
            archive.parent.mkdir(parents=True, exist_ok=True)
            write_whole(archive, data)
    else:
        faults += write_pages(graded, loaded, reports)
    count = len(reports) - len(faults)
    print(f"{archive or graded / FOLDER} holds the pages of {count} student{'' if count == 1 else 's'}.")
    if gone:
        print(f"No page for {', '.join(map(plain, gone))}: not in grades.csv any more.")
    for sentence in (*broken, *(f"{plain(student)}: {fault.why}" for student, fault in faults)):
        print(f"Left out: {sentence}")
    if broken or faults:
        raise typer.Exit(EXIT_TROUBLE)
