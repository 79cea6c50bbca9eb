"""What is shown of one concept: a word for what happened, the sentences, the smallest failing case with its table."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from graders.judging.messages import OPEN
from graders.render.items import Line
from graders.render.pictures import sparkline
from graders.render.rows import chosen_rows
from graders.report import CheckResult, ConceptResult, Counterexample
from graders.text import plain as cleaned

MARKS = {
    "passed": ("✓", "green"),
    "failed": ("✗", "red"),
    "error": ("✗", "red"),
    "timeout": ("✗", "red"),
    "memory": ("✗", "red"),
    "crashed": ("✗", "red"),
    "skipped": ("–", "magenta"),
    "not_started": ("·", "dim"),
}
_SAID = {
    "passed": "",
    "failed": "wrong",
    "error": "raises",
    "timeout": "no answer in time",
    "memory": "out of memory",
    "crashed": "crashed",
    "skipped": "skipped",
    "not_started": "not started",
}
_LONGEST, _LONGEST_NAME, _LONGEST_CODE, _LONGEST_SAID, _LINE = 4_000, 200, 40_000, 500, 80
"""Characters of a text, a name and a snippet that are shown: what is longer was never ours. Then of a message that
stands in a report of many concepts, and how much less it is where the case is left out, to make room for a command."""


_WHOLE = re.compile(r"`[^`]{1,24}`|\[\d+ of \d+ cases?\]")
_GLUE = "\N{NO-BREAK SPACE}"
"""What is not broken over two lines, and what stands in it for a space meanwhile."""

_ONE_LINE = 14
"""Characters of nested lists that stand in one line."""

COUNTED = " times in a graph of "
"""Part of the sentence on a walk that was stopped since it did too much."""

UNWRITTEN = "not written yet:"
"""Begins what is said of a concept of which nothing is written."""


def word(concept: ConceptResult) -> str:
    """Return what happened to a concept in a word or two, the same that its sentence tells."""
    check = shown_check(concept)
    status = check.status if check and concept.status not in ("skipped", "not_started") else concept.status
    if check and check.status == "failed" and not (check.counterexample or check.misconception) and check.message:
        return "missing"  # there is no case where the code that it needs does not exist
    return "too much work" if check and COUNTED in check.message else _SAID[status]


def shown_check(concept: ConceptResult) -> CheckResult | None:
    """Return the check that the sentence on a concept is about: its first that did not pass; None when all did."""
    for check in concept.checks:
        if check.status not in ("passed", "skipped"):
            return check
    return None


def hole(concept: ConceptResult, exercise: str) -> str:
    """Return where a concept is not written yet, nothing when that is not what happened."""
    message = next((check.message for check in concept.checks if check.status == "not_started"), "")
    if concept.status != "not_started" or not message.startswith(OPEN):
        return ""
    partly = any(check.status == "passed" for check in concept.checks)
    place = message.removeprefix(OPEN).replace(f"{exercise}.py, ", "").removesuffix(".")
    return f"{'partly written, open at' if partly else UNWRITTEN} {place}"


def brief(concept: ConceptResult, exercise: str) -> str:
    """Return in a sentence what a concept is not: the wrong idea, else what was wrong, else why it was not judged."""
    check = shown_check(concept)
    if hole(concept, exercise):
        return ""
    named = next((one.misconception for one in concept.checks if one.misconception), None)
    if named:
        return f"→ {named.sentence}"
    if concept.status == "passed":
        return next((one.message for one in concept.checks if one.message and one.status == "passed"), "")
    said = check.message if check else next((one.message for one in concept.checks if one.message), "")
    return said.replace(f"{exercise}.", "") if check is None else said


def details(
    concept: ConceptResult, exercise: str, case: bool = True, whole: bool = False, where: str = ""
) -> Iterator[RenderableType]:
    """Yield what the student needs about the first failed check, indented under the concept.

    Args:
        concept: The result.
        exercise: Id of its exercise.
        case: Whether the smallest failing case is wanted.
        whole: Whether everything is wanted: all rows, all failed checks, nothing cut.
        where: Options that a command needs to be about the same files.
    """
    yield from _curves(concept)
    failed = [check for check in concept.checks if check.status not in ("passed", "skipped")]
    if concept.status == "passed" or hole(concept, exercise):
        return
    if concept.status in ("skipped", "not_started") or not failed:
        yield indented(Text(plain(brief(concept, exercise)), style="dim"))
        return
    named = next((check.misconception for check in failed if check.misconception), None)
    check = failed[0]
    if check.counterexample is None and len(failed) > 1 and all(one.message == check.message for one in failed):
        yield indented(Text(plain(check.message), style="red"), 2)  # one thing keeps all of it from being judged
        return
    limit = _LONGEST if whole else _LONGEST_SAID if case else _LONGEST_SAID - _LINE
    yield indented(_sentences(check, named.sentence if named else "", limit), 2)
    if check.counterexample and case:
        yield indented(counterexample(check.counterexample, whole))
    elif check.counterexample:
        yield indented(
            Text(f"Smallest failing case: leafgrad show {address_of(exercise, concept.id)}{where}", style="dim")
        )
    shown = check.counterexample and case
    if len(failed) > 1 and not whole:
        more = f"{len(failed) - 1} more check{'s' if len(failed) > 2 else ''} failed here"
        told = f"{more}: leafgrad show {address_of(exercise, concept.id)}{where}" if shown else f"{more}."
        yield from ([Text()] if shown else [])
        yield indented(Text(told, style="dim"))
    for other in failed[1:] if whole else ():
        yield Text()
        yield indented(_sentences(other, "", _LONGEST), 2)


def indented(part: RenderableType, right: int = 0) -> Padding:
    """Return something to stand below the line of a concept."""
    return Padding(part, (0, right, 0, 4), expand=False)


def _curves(concept: ConceptResult) -> Iterator[RenderableType]:
    """Yield the loss curves of a training run, torch's above the student's."""
    curves = next((check.curves for check in concept.checks if check.curves), None)
    for name, values in (curves or {}).items() if concept.status != "passed" else ():
        ends = f"{values[0]:.4g} → {values[-1]:.4g}" if values else "no steps"
        yield indented(Text(f"loss, {plain(name, limit=_LONGEST_NAME):5} {sparkline(values)} {ends}", style="dim"))


@dataclass(frozen=True)
class _Paragraphs:
    """Paragraphs with their styles, wrapped so that short pieces of code and counts in brackets stay in one line."""

    told: Sequence[tuple[str, str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, style in self.told:
            glued = _WHOLE.sub(lambda found: found[0].replace(" ", _GLUE), text)
            for line in textwrap.wrap(glued, options.max_width, break_on_hyphens=False):
                yield Text(line.replace(_GLUE, " "), style=style)


def _sentences(check: CheckResult, named: str, limit: int) -> _Paragraphs:
    count = f" [{check.failed} of {check.cases} cases]" if check.failed else ""
    told = [(f"Expected: {plain(check.says)}", "default"), (f"{plain(check.message, limit=limit)}{count}", "red")]
    return _Paragraphs([*told, (f"→ {plain(named)}", "bold")] if named else told)


def counterexample(found: Counterexample, whole: bool = False) -> RenderableType:
    """Return the smallest failing case: code to paste, then the values beside the right ones, the difference marked."""
    code = Syntax(
        lines(found.snippet).rstrip(), "python", theme="ansi_light", background_color="default", word_wrap=True
    )
    parts: list[RenderableType] = [Text("Smallest failing case:", style="dim"), Padding(code, (0, 0, 0, 2))]
    if found.expected and found.actual:
        parts += [Text(), _values(found, whole)]
    return Group(*parts)


def _values(found: Counterexample, whole: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    rows = chosen_rows(found, whole)
    side: Literal["left", "right"] = "left" if any(isinstance(text, Line) for row in rows for text in row) else "right"
    table.add_column("", overflow="fold")
    table.add_column("yours", justify=side, overflow="fold")
    table.add_column("expected", justify=side, overflow="fold")
    table.add_column("")
    for label, expected, actual, note in rows:
        style = "red" if note else "" if expected else "dim"
        table.add_row(
            Text(label, style=style),
            Text(_row_by_row(actual), style=style),
            Text(_row_by_row(expected), style=style),
            Text(note, style=style),
        )
    return table


def _row_by_row(text: str) -> str:
    """Return the text of nested lists with a line for each of the outer one, where one line would be long."""
    nested = text.startswith("[[") and len(text) > _ONE_LINE and "…" not in text
    if not nested:
        return text
    rows = text.replace("], [", "],\n [").split("\n")
    return "\n".join(row.ljust(max(map(len, rows))) for row in rows)


def address_of(exercise: str, concept: str) -> str:
    """Return `"ex02_closures.mul"`, safe to print."""
    return f"{plain(exercise)}.{plain(concept)}"


@lru_cache(maxsize=4096)
def points(value: float) -> str:
    """Return points without trailing zeros, at most two decimals."""
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".")  # a cache knows no -0.0


def plain(text: str, limit: int = _LONGEST) -> str:
    """Return text of a student's as it may be printed: control and direction characters made visible, not endless."""
    return cleaned(text, limit=limit)


def lines(text: str) -> str:
    """Return code of several lines as it may be printed."""
    return cleaned(text, newlines=True, limit=_LONGEST_CODE)
