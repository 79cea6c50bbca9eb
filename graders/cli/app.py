"""The typer application; the commands import what they need when they run, so that `--help` stays quick."""

from __future__ import annotations

from typing import Annotated

import typer

from graders import __version__
from graders.cli import (
    beginning,
    course_tools,
    deploying,
    exporting,
    feedback,
    inspecting,
    instructor,
    keys,
    regrading,
    starting,
    student,
    submitting,
)

app = typer.Typer(
    help="Write the backward pass and the optimizer step yourself; have each idea checked against torch.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def _common(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    if version:
        print(f"leafgrad {__version__}")
        raise typer.Exit


starting.register(app)
student.register(app)
submitting.register(app)
instructor.register(app)
beginning.register(app)
regrading.register(app)
exporting.register(app)
feedback.register(app)
course_tools.register(app)
keys.register(app)
deploying.register(app)
inspecting.register(app)
