"""Progress bars on standard error, shown only when something takes long enough to wonder about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def counting(what: str = "preparing cases", lines: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Yield a callback (exercise, done, count), as `BankStore` takes it, which a bar for each exercise shows.

    With `lines`, a line for each exercise that is done takes the place of the bars where no terminal shows them.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    columns = (TextColumn(f"{what} {{task.description}}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    tasks: dict[str, TaskID] = {}

    def advance(exercise: str, done: int, count: int) -> None:
        if exercise not in tasks:
            tasks[exercise] = bar.add_task(exercise, total=count)
            if bar.console.is_terminal:
                bar.start()
        bar.update(tasks[exercise], completed=done)
        if lines and done == count and not bar.console.is_terminal:
            bar.console.print(f"{what} {exercise}: {count} done", soft_wrap=True)
        if bar.finished and bar.live.is_started:
            bar.stop()

    try:
        yield advance
    finally:
        if bar.live.is_started:  # a bar that nobody saw would leave an empty line
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
