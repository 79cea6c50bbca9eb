"""A report in the terminal: a line for each concept, and for the first failure of each what is needed to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from graders.explain import OPEN
from graders.render.pictures import sparkline
from graders.report import CheckResult, ConceptResult, Counterexample, ExerciseResult, Report
from graders.text import plain as cleaned

MARKS = {
    "passed": ("✓", "green"),
    "failed": ("✗", "red"),
    "error": ("✗", "red"),
    "timeout": ("✗", "red"),
    "memory": ("✗", "red"),
    "crashed": ("✗", "red"),
    "skipped": ("–", "yellow"),
    "not_started": ("·", "dim"),
}
_SAID = {
    "failed": "wrong",
    "error": "raises",
    "timeout": "no answer in time",
    "memory": "out of memory",
    "crashed": "crashed",
    "skipped": "skipped",
    "not_started": "not started",
}
_MOST_ROWS = 14
_LONGEST, _LONGEST_NAME, _LONGEST_CODE = 4_000, 200, 40_000
"""Characters of a text, a name and a snippet that are shown: what is longer was never ours."""

_DEEPEST, _MOST_ITEMS, _MOST_BITS = 20, 60, 4_000


def show_report(console: Console, report: Report) -> None:
    """Print a whole report, the next step last."""
    for exercise in report.exercises:
        console.print(exercise_lines(exercise))
    for note in report.notes:
        console.print(Text(f"Note: {plain(note)}", style="yellow"))
    for signal in report.signals:
        console.print(Text(f"Note: {plain(signal)}.", style="yellow"))
    console.print(_closing(report))


def exercise_lines(exercise: ExerciseResult) -> RenderableType:
    """Return one exercise: its heading, its concepts, and what is wrong with each."""
    parts: list[RenderableType] = [Text(f"\n{plain(exercise.id)}", style="bold")]
    said = ""
    for concept in exercise.concepts:
        parts.append(concept_line(concept, exercise.id))
        parts.extend(_curves(concept))
        message = next((check.message for check in concept.checks if check.status not in ("passed", "skipped")), "")
        if message != said or not message:
            parts.extend(_details(concept, exercise.id))
        elif concept.status != "not_started":
            parts.append(_indented(Text("as above", style="dim")))
        said = message or said
    return Group(*parts)


def concept_line(concept: ConceptResult, exercise: str) -> Text:
    """Return the line of one concept: mark, title, id, points, and what happened in a word or two."""
    mark, style = MARKS[concept.status]
    line = Text.assemble(
        ("  " + mark + " ", style),
        (plain(concept.title), "" if concept.status != "not_started" else "dim"),
        (f"  {plain(concept.id)}", "dim"),
    )
    line.append(f"  {points(concept.score)}/{points(concept.max_score)}", style="bold" if concept.score else "dim")
    if concept.status in _SAID:
        line.append(f"  {_hole(concept, exercise) or _SAID[concept.status]}", style=style)
    return line


def _hole(concept: ConceptResult, exercise: str) -> str:
    """Return where a concept is not written yet, nothing when that is not what happened."""
    message = next((check.message for check in concept.checks if check.status == "not_started"), "")
    if concept.status != "not_started" or not message.startswith(OPEN):
        return ""
    partly = any(check.status == "passed" for check in concept.checks)
    place = message.removeprefix(OPEN).replace(f"{exercise}.py, ", "").removesuffix(".")
    return f"{'partly written, open at' if partly else 'not written yet:'} {place}"


def _indented(part: RenderableType, right: int = 0) -> Padding:
    return Padding(part, (0, right, 0, 4), expand=False)


def _details(concept: ConceptResult, exercise: str) -> Iterator[RenderableType]:
    """Yield what the student needs about the first failed check, indented under the concept."""
    failed = [check for check in concept.checks if check.status not in ("passed", "skipped")]
    if _hole(concept, exercise):
        return
    if concept.status in ("passed", "skipped", "not_started") or not failed:
        said = next((check.message for check in concept.checks if check.message), "")
        if said:
            yield _indented(Text(plain(said.replace(f"{exercise}.", "") if failed == [] else said), style="dim"))
        return
    named = next((check.misconception for check in failed if check.misconception), None)
    check = failed[0]
    if check.counterexample is None and all(other.message == check.message for other in concept.checks):
        yield _indented(Text(plain(check.message), style="red"), 2)  # nothing of this file can be judged
        return
    yield _indented(_sentences(check, named.sentence if named else ""), 2)
    if check.counterexample:
        yield _indented(counterexample(check.counterexample))
    more = len(failed) - 1
    if more:
        others = plain(", ".join(other.id for other in failed[1:]))
        yield _indented(Text(f"{more} more check{'s' if more > 1 else ''} failed here: {others}", style="dim"))


def _curves(concept: ConceptResult) -> Iterator[RenderableType]:
    """Yield the loss curves of a training run, torch's above the student's."""
    curves = next((check.curves for check in concept.checks if check.curves), None)
    for name, values in (curves or {}).items():
        ends = f"{values[0]:.4g} → {values[-1]:.4g}" if values else "no steps"
        yield _indented(Text(f"loss, {plain(name, limit=_LONGEST_NAME):5} {sparkline(values)} {ends}", style="dim"))


def _sentences(check: CheckResult, named: str) -> Text:
    text = Text()
    text.append(f"Expected: {plain(check.says)}\n", style="default")
    count = f" [{check.failed} of {check.cases} cases]" if check.failed else ""
    text.append(f"{plain(check.message)}{count}", style="red")
    if named:
        text.append(f"\n→ {plain(named)}", style="bold yellow")
    return text


def counterexample(found: Counterexample) -> RenderableType:
    """Return the smallest failing case: code to paste, then every value beside torch's, the first difference marked."""
    code = Syntax(
        lines(found.snippet).rstrip(), "python", theme="ansi_light", background_color="default", word_wrap=True
    )
    parts: list[RenderableType] = [Text("Smallest failing case:", style="dim"), Padding(code, (0, 0, 0, 2))]
    if found.expected and found.actual:
        parts.append(_values(found))
    return Group(*parts)


def _values(found: Counterexample) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("yours", justify="right")
    table.add_column("expected", justify="right")
    table.add_column("")
    for label, expected, actual, first in chosen_rows(found):
        style = "red" if first else ""
        table.add_row(
            Text(label, style=style),
            Text(actual, style=style),
            Text(expected, style=style),
            Text("← they part here" if first else "", style=style),
        )
    return table


def chosen_rows(found: Counterexample) -> list[tuple[str, str, str, bool]]:
    """Return (label, torch's value, yours, whether this is the first difference), at most as many as one reads."""
    labels = list(found.expected)
    first = labels.index(found.first_divergence) if found.first_divergence in labels else 0
    begin = max(0, min(first - _MOST_ROWS // 2, len(labels) - _MOST_ROWS))
    return [
        (
            plain(label, limit=_LONGEST_NAME),
            value_text(found.expected[label]),
            value_text(found.actual[label]) if label in found.actual else "(never reached)",
            label == found.first_divergence,
        )
        for label in labels[begin : begin + _MOST_ROWS]
    ]


def value_text(value: Any, depth: int = 0) -> str:
    """Return a JSON value of a counterexample in few characters."""
    if isinstance(value, float):
        return f"{value:.10g}" if value != round(value, 6) else f"{round(value, 6)}"
    if isinstance(value, list) and depth < _DEEPEST:
        text = "[" + ", ".join(value_text(item, depth + 1) for item in value[:_MOST_ITEMS]) + "]"
        return text if len(text) <= 60 and len(value) <= _MOST_ITEMS else text[:57] + "…]"
    if isinstance(value, list | dict):
        return f"a {type(value).__name__}"
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return f"an integer of {value.bit_length()} bits"
    return plain(str(value))


def points(value: float) -> str:
    """Return points without trailing zeros, at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def plain(text: str, limit: int = _LONGEST) -> str:
    """Return text of a student's as it may be printed: control and direction characters made visible, not endless."""
    return cleaned(text, limit=limit)


def lines(text: str) -> str:
    """Return code of several lines as it may be printed."""
    return cleaned(text, newlines=True, limit=_LONGEST_CODE)


def _closing(report: Report) -> Text:
    passed = sum(concept.status == "passed" for _, concept in report.concepts())
    count = len(report.concepts())
    text = Text(f"\n{passed}/{count} concepts, {points(report.score)}/{points(report.max_score)} points", style="bold")
    following = next(((e, c) for e, c in report.concepts() if c.status != "passed"), None)
    if following is None:
        text.append("\nAll of it passes.", style="green")
    else:
        exercise, concept = following
        text.append(f"\nNext: {plain(concept.id)} in {plain(exercise.id)}.py. A hint: ", style="default")
        text.append(f"leafgrad hint {plain(exercise.id)}.{plain(concept.id)}", style="cyan")
    return text
