"""Commands at the instructor's desk: grade, selftest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli import EXIT_NOT_PASSED
from graders.cli.student import CourseOption


def register(app: typer.Typer) -> None:
    """Add the instructor's commands to the application."""
    for command in (selftest,):
        app.command()(command)


def selftest(
    only: Annotated[list[str] | None, typer.Argument(help="Exercises; all unless given.", show_default=False)] = None,
    course: CourseOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the kill matrix to this Markdown file.")] = None,
) -> None:
    """Prove the graders on this machine: stubs score 0, solutions score full, every mutant loses its own concepts."""
    from rich.console import Console

    from graders.course import load_course
    from graders.render.selftest import show_selftest
    from graders.selftest import run_selftest

    loaded = load_course(course)
    exercises = [loaded.exercise(name).id for name in only] if only else list(loaded.exercise_ids)
    result = run_selftest(loaded, exercises)
    show_selftest(Console(highlight=False), result)
    if out:
        from graders.render.selftest import as_markdown

        out.write_text(as_markdown(result), encoding="utf-8")
    raise typer.Exit(0 if result.good else EXIT_NOT_PASSED)
