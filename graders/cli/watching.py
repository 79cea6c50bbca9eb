"""`leafgrad check --watch`: grade again whenever a file is saved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graders.cli.desk import Desk
from graders.render.terminal import show_report

_SETTLE = 50
"""Milliseconds without a further change after which a save counts as done."""

_PATIENCE = 200
"""Milliseconds after which the watcher looks up, changes or not."""


def watch(desk: Desk, names: Sequence[str] | None, console: Any) -> None:
    """Show the report now and after each save, of the exercises whose files changed; Ctrl-C ends it.

    Args:
        desk: The student's desk.
        names: Exercises or concepts to look at; None for every exercise, one at a time as it is saved.
        console: Where to print.
    """
    from watchfiles import watch as changes

    stream = changes(
        desk.folder,
        step=_SETTLE,
        debounce=10 * _SETTLE,
        rust_timeout=_PATIENCE,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    next(stream, None)  # only now is the folder watched: a save during the first report must not be missed
    _show(desk, names, console)
    for changed in stream:
        saved = {Path(path).stem for _, path in changed if path.endswith(".py")} & set(desk.exercises)
        wanted = [name for name in names or sorted(saved) if desk.course.exercise(name.partition(".")[0]).id in saved]
        if wanted:
            _show(desk, wanted, console)


def _show(desk: Desk, names: Sequence[str] | None, console: Any) -> None:
    console.clear()
    show_report(console, *desk.check(names))
    console.print(f"Watching {desk.folder}; save a file to check it again, Ctrl-C to stop.", style="dim")
