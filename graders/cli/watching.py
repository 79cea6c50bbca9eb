"""`leafgrad check --watch`: grade again whenever a file is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rich.text import Text

from graders.cli.desk import Desk
from graders.course.course import Exercise
from graders.render.terminal import concept_line, show_report
from graders.report import ConceptResult

_SETTLE = 50
"""Milliseconds without a further change after which a save counts as done."""

_PATIENCE = 200
"""Milliseconds after which the watcher looks up, changes or not."""


def watch(desk: Desk, console: Any) -> None:
    """Show the report now and after each save, of the exercises whose files changed; Ctrl-C ends it.

    Args:
        desk: The student's desk. Where nothing was asked for it shows each exercise as it is saved.
        console: Where to print.
    """
    from watchfiles import watch as changes

    with suppress(KeyboardInterrupt):
        stream = changes(
            desk.folder, step=_SETTLE, debounce=10 * _SETTLE, rust_timeout=_PATIENCE, yield_on_timeout=True
        )
        next(stream, None)  # only now is the folder watched: a save during the first report must not be missed
        _show(desk, None, console)
        for changed in stream:
            saved = {Path(path).stem for _, path in changed if path.endswith(".py")} & set(desk.exercises)
            wanted = [name for name in desk.asked or sorted(saved) if name.partition(".")[0] in saved]
            if wanted:
                _show(desk, wanted, console)
    console.print("\nNo longer watching.", style="dim")


def _show(desk: Desk, names: Sequence[str] | None, console: Any) -> None:
    console.clear()
    with _verdicts_as_they_come(desk, console):
        report, attention = desk.check(names)
    console.clear()
    show_report(console, report, attention, desk.where)
    console.print(f"Watching {desk.folder}; save a file to check it again, Ctrl-C to stop.", style="dim")


@contextmanager
def _verdicts_as_they_come(desk: Desk, console: Any) -> Iterator[None]:
    """Print each concept as soon as it is judged; on a terminal alone, since the report says all of it again."""
    exercise = ""

    def told(home: Exercise, result: ConceptResult) -> None:
        nonlocal exercise
        if home.id != exercise:
            console.print(Text(f"\n{home.id}", style="bold"))
            exercise = home.id
        console.print(concept_line(result, home.id, width=console.width))

    before, desk.grader.progress = desk.grader.progress, told if console.is_terminal else None
    try:
        yield
    finally:
        desk.grader.progress = before
