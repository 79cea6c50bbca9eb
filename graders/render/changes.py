"""Who has other points than before, in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graders.grading.changes import Change, course_changes
from graders.render.concept import plain, points
from graders.report import final_of

_MOST = 20
"""Students that are listed; the table on disk has all."""


def show_changes(console: Console, changed: Sequence[Change], count: int, out: Path) -> None:
    """Print how many students change and why, what is worth other points, and the students, those with reasons first.

    Args:
        console: Where to.
        changed: The changes.
        count: How many students there are.
        out: Folder of the class.
    """
    if not changed:
        console.print(f"Nobody's points change; {count} student{'' if count == 1 else 's'}.", markup=False)
        return
    kinds = Counter(kind for change in changed for kind in change.why)
    why = ", ".join(f"{kind} {number}" for kind, number in kinds.most_common())
    console.print(Text(f"The points of {len(changed)} of {count} students change: {why}.", style="bold"))
    for line in course_changes(changed):
        console.print(f"  course.yml, {plain(line)}", markup=False, soft_wrap=True)
    first = sorted(changed, key=lambda change: (change.why == ("course",), -len(change.why)))
    console.print(_table(first[:_MOST]))
    for change in first[:_MOST]:
        for detail in change.details:
            said = Text.assemble((f"  {plain(change.student_id)}", "bold"), f": {plain(detail)}")
            console.print(said, soft_wrap=True)
    rest = f"{len(changed) - _MOST} more, and all details, in" if len(changed) > _MOST else "All changes are in"
    console.print(f"{rest} {plain(str(out / 'changes.csv'))}.", markup=False, soft_wrap=True)


def _table(changed: Sequence[Change]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("student", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("final", justify="right", no_wrap=True)
    table.add_column("why", no_wrap=True)
    for change in changed:
        before, after = change.before, change.after
        score = f"{_of(before.score, before.max_score)} → {_of(after.score, after.max_score)}"
        final = f"{points(final_of(before))} → {points(final_of(after))}"
        table.add_row(Text(plain(change.student_id)), score, final, ", ".join(change.why))
    return table


def _of(score: float, most: float) -> str:
    return f"{points(score)}/{points(most)}"
