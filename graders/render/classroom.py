"""A graded class in the terminal: a row for each student, a row for each concept, the totals last."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graders.grading.attention import Attention, headline
from graders.render.concept import MARKS, plain, points
from graders.render.standing import MOST_MARKS, Standing, StudentRow

_MOST_ABSENT = 5
"""Students without a hand-in who get a line each."""


def show_class(console: Console, standing: Standing) -> None:
    """Print the students' scores, the concepts with how many passed, the named wrong ideas, and the class totals."""
    if not standing.students:
        return
    console.print(students_table(standing.students))
    console.print(concepts_table(standing))
    if standing.ideas:
        console.print(misconceptions_table(standing.ideas))
    if standing.idle:
        idle = f"Nobody handed in {plain(', '.join(standing.idle))}. Their points count in the score; "
        console.print(Text(idle + "to score only some exercises, use --assignment or --only.", style="dim"))
    console.print(totals(standing))


def show_attention(console: Console, attention: Sequence[Attention]) -> None:
    """Print how many hand-ins need attention, and a line for each thing, unbroken so that it can be searched for."""
    console.print(Text(f"{headline(attention)}{':' if attention else '.'}", style="bold"))
    absent = [one.who for one in attention if one.kind == "absent"]
    fold = len(absent) > _MOST_ABSENT
    alike: dict[tuple[str, str, str], list[str]] = {}
    for one in attention:
        if not (fold and one.kind == "absent"):
            alike.setdefault((one.why, one.what, "" if one.ours else one.who), []).append(one.who)
    for (why, what, whose), (first, *more) in alike.items():
        who = f"  {plain(first)}" + (f" and {len(more)} more" if more and not whose else "")
        line = Text.assemble((who, "bold" if whose else "bold red"), f": {_full_stop(why)} ")
        console.print(line.append(plain(what), style="dim"), soft_wrap=True)
    if fold:
        strangers = any(one.kind == "unknown" for one in attention)
        nothing = "have no hand-in that is known to be theirs" if strangers else "handed in nothing"
        line = Text.assemble((f"  {len(absent)} students", "bold"), f" of the roster {nothing}: ")
        line.append(f"{plain(', '.join(absent))}.")
        console.print(line, soft_wrap=True)


def show_notes(console: Console, notes: Sequence[str]) -> None:
    """Print what is worth knowing of the class as a whole, each in an unbroken line."""
    for note in notes:
        console.print(f"Note: {_full_stop(note)}", markup=False, soft_wrap=True)


def _full_stop(text: str) -> str:
    said = plain(text)
    return said if said.endswith((".", "?", "!")) else f"{said}."


def students_table(students: Sequence[StudentRow]) -> Table:
    """Return one row for each student: number, id, points, percent, and what happened to the concepts."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="Students", title_justify="left", title_style="bold")
    for heading, justify in (("", "right"), ("student", "left"), ("points", "right"), ("%", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    settled = any(student.final != student.score for student in students)
    if settled:
        table.add_column("final", justify="right")
    table.add_column("concepts")
    for number, student in enumerate(students, 1):
        score = f"{points(student.score)}/{points(student.max_score)}"
        final = [points(student.final)] if settled else []
        named = Text(plain(student.student_id))
        table.add_row(str(number), named, score, f"{student.percent:.0f}", *final, _happened(student))
    return table


def _happened(student: StudentRow) -> Text:
    words = [f"{count} {status.replace('_', ' ')}" for status, count in student.counts.items()]
    return Text(", ".join(words), style="green" if student.passed else "")


def concepts_table(standing: Standing) -> Table:
    """Return one row for each concept: points, a mark for each student, how many passed, mean share of the points."""
    marks = len(standing.students) <= MOST_MARKS
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="Concepts", title_justify="left", title_style="bold")
    table.add_column("concept")
    table.add_column("points", justify="right")
    if marks:
        table.add_column("students 1 … " + str(len(standing.students)), no_wrap=True)
    table.add_column("passed", justify="right")
    table.add_column("mean", justify="right")
    heading = ""
    for concept in standing.concepts:
        if concept.exercise in standing.idle:
            continue
        if concept.exercise != heading:
            heading = concept.exercise
            table.add_row(Text(plain(heading), style="bold"))
        cells: list[str | Text] = [Text(f"  {plain(concept.id)}"), points(concept.max_score)]
        if marks:
            cells.append(Text.assemble(*(MARKS[status] for status in concept.statuses)))
        table.add_row(*cells, f"{concept.passed}/{concept.students}", f"{100 * concept.share:.0f}%")
    return table


def misconceptions_table(ideas: Sequence[tuple[str, str, int]]) -> Table:
    """Return the wrong ideas that were named, the most frequent first."""
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, title="Named wrong ideas", title_justify="left", title_style="bold"
    )
    table.add_column("idea")
    table.add_column("students", justify="right")
    table.add_column("what it says")
    for name, sentence, count in ideas:
        table.add_row(Text(plain(name)), str(count), Text(plain(sentence)))
    return table


def totals(standing: Standing) -> Text:
    """Return the class totals in one line."""
    scores = sorted(student.percent for student in standing.students)
    passed = sum(student.passed for student in standing.students)
    count = f"{len(scores)} submission{'' if len(scores) == 1 else 's'}"
    text = (
        f"{count}, {passed} with every concept; mean {sum(scores) / len(scores):.1f}%,"
        f" median {median(scores):.1f}%, lowest {scores[0]:.1f}%, highest {scores[-1]:.1f}%."
    )
    signals = f" {standing.signals} with signals to look at." if standing.signals else ""
    return Text(text + signals, style="bold")
