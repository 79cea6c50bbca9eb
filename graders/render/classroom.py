"""A graded class in the terminal: a row for each student, a row for each concept, the totals last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graders.grading.attention import Attention, headline
from graders.render.concept import MARKS, plain, points
from graders.render.summary import by_concept
from graders.report import Report, final_of

_MOST_MARKS = 24
"""A class of up to this many students is shown as one mark for each student and concept."""


_MOST_ABSENT = 5
"""Students without a hand-in who get a line each."""


def show_class(console: Console, reports: Sequence[Report]) -> None:
    """Print the students' scores, the concepts with how many passed, the named wrong ideas, and the class totals."""
    if not reports:
        return
    console.print(students_table(reports))
    console.print(concepts_table(reports))
    named = misconceptions_table(reports)
    if named.row_count:
        console.print(named)
    if idle := not_started(reports):
        console.print(Text(f"Handed in by nobody: {plain(', '.join(idle))}.", style="dim"))
    console.print(totals(reports))


def show_attention(console: Console, attention: Sequence[Attention]) -> None:
    """Print how many hand-ins need attention, and a line for each thing, unbroken so that it can be searched for."""
    console.print(Text(f"{headline(attention)}{':' if attention else '.'}", style="bold"))
    absent = [one.who for one in attention if one.kind == "absent"]
    fold = len(absent) > _MOST_ABSENT
    for one in attention:
        if fold and one.kind == "absent":
            continue
        line = Text.assemble(("  " + plain(one.who), "bold red" if one.ours else "bold"), f": {_full_stop(one.why)} ")
        console.print(line.append(plain(one.what), style="dim"), soft_wrap=True)
    if fold:
        who = plain(", ".join(absent))
        line = Text.assemble((f"  {len(absent)} students", "bold"), f" of the roster handed in nothing: {who}.")
        console.print(line, soft_wrap=True)


def show_notes(console: Console, notes: Sequence[str]) -> None:
    """Print what is worth knowing of the class as a whole, each in an unbroken line."""
    for note in notes:
        console.print(f"Note: {_full_stop(note)}", markup=False, soft_wrap=True)


def _full_stop(text: str) -> str:
    said = plain(text)
    return said if said.endswith((".", "?", "!")) else f"{said}."


def students_table(reports: Sequence[Report]) -> Table:
    """Return one row for each student: number, id, points, percent, and what happened to the concepts."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="Students", title_justify="left", title_style="bold")
    for heading, justify in (("", "right"), ("student", "left"), ("points", "right"), ("%", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    settled = any(final_of(report) != report.score for report in reports)
    if settled:
        table.add_column("final", justify="right")
    table.add_column("concepts")
    for number, report in enumerate(reports, 1):
        score = f"{points(report.score)}/{points(report.max_score)}"
        final = [points(final_of(report))] if settled else []
        named = Text(plain(report.student_id))
        table.add_row(str(number), named, score, f"{report.percent:.0f}", *final, _happened(report))
    return table


def _happened(report: Report) -> Text:
    counts = Counter(concept.status for _, concept in report.concepts())
    words = [f"{count} {status.replace('_', ' ')}" for status, count in counts.most_common()]
    return Text(", ".join(words), style="green" if report.passed else "")


def concepts_table(reports: Sequence[Report]) -> Table:
    """Return one row for each concept: points, a mark for each student, how many passed, mean share of the points."""
    marks = len(reports) <= _MOST_MARKS
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="Concepts", title_justify="left", title_style="bold")
    table.add_column("concept")
    table.add_column("points", justify="right")
    if marks:
        table.add_column("students 1 … " + str(len(reports)), no_wrap=True)
    table.add_column("passed", justify="right")
    table.add_column("mean", justify="right")
    heading, idle = "", not_started(reports)
    for exercise, concept, results, share in by_concept(reports):
        if exercise.id != heading and exercise.id not in idle:
            heading = exercise.id
            table.add_row(Text(plain(heading), style="bold"))
        if exercise.id in idle:
            continue
        passed = sum(result.status == "passed" for result in results)
        cells: list[str | Text] = [Text(f"  {plain(concept.id)}"), points(concept.max_score)]
        if marks:
            cells.append(Text.assemble(*(MARKS[result.status] for result in results)))
        table.add_row(*cells, f"{passed}/{len(results)}", f"{100 * share:.0f}%")
    return table


def not_started(reports: Sequence[Report]) -> list[str]:
    """Return the exercises of which nobody handed in anything, in teaching order."""
    begun = {exercise.id for report in reports for exercise in report.exercises if exercise.status != "not_started"}
    known = dict.fromkeys(exercise.id for report in reports for exercise in report.exercises)
    return [exercise for exercise in known if exercise not in begun]


def misconceptions_table(reports: Sequence[Report]) -> Table:
    """Return the wrong ideas that were named, the most frequent first."""
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, title="Named wrong ideas", title_justify="left", title_style="bold"
    )
    table.add_column("idea")
    table.add_column("students", justify="right")
    table.add_column("what they were told")
    found: Counter[str] = Counter()
    sentences: dict[str, str] = {}
    for report in reports:
        named = [check.misconception for _, c in report.concepts() for check in c.checks if check.misconception]
        sentences |= {misconception.id: misconception.sentence for misconception in named}
        found.update({misconception.id for misconception in named})
    for name, count in found.most_common():
        table.add_row(Text(plain(name)), str(count), Text(plain(sentences[name])))
    return table


def totals(reports: Sequence[Report]) -> Text:
    """Return the class totals in one line."""
    scores = sorted(report.percent for report in reports)
    middle = (
        scores[len(scores) // 2] if len(scores) % 2 else sum(scores[len(scores) // 2 - 1 : len(scores) // 2 + 1]) / 2
    )
    passed = sum(report.passed for report in reports)
    signals = sum(bool(report.signals) for report in reports)
    text = (
        f"{len(reports)} submissions, {passed} with every concept; mean {sum(scores) / len(scores):.1f}%,"
        f" median {middle:.1f}%, lowest {scores[0]:.1f}%, highest {scores[-1]:.1f}%."
    )
    return Text(text + (f" {signals} with signals to look at." if signals else ""), style="bold")
