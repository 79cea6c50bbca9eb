"""Progress bars on standard error, shown only when something takes long enough to wonder about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def building_banks() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a callback for `BankStore.progress`; the bar appears with the first bank that must be built."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar = Progress(
        TextColumn("preparing cases {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, object] = {}

    def advance(exercise: str, done: int, count: int) -> None:
        if not tasks:
            bar.start()
        if exercise not in tasks:
            tasks[exercise] = bar.add_task(exercise, total=count)
        bar.update(tasks[exercise], completed=done)  # type: ignore[arg-type]

    try:
        yield advance
    finally:
        if tasks:
            bar.stop()


@contextmanager
def grading(count: int) -> Iterator[Callable[[object], None]]:
    """Yield a callback for `Batch.done`; a bar counts the finished submissions."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("grading", total=count)
        yield lambda report: bar.advance(task)
