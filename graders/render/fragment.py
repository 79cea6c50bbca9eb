"""The result of one concept, for a notebook cell or inside a page: as an HTML fragment and as plain text.

The fragment carries its styles in the elements, since notebooks throw style sheets away, and uses colours that can be
read on white and on black alike. It has no script, no link and no id, so many of them may stand on one page.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from graders.render.concept import MARKS, plain, shown_check, word
from graders.render.html import environment
from graders.render.pictures import case_picture
from graders.render.rows import chosen_rows
from graders.render.terminal import exercise_lines
from graders.report import ConceptResult, ExerciseResult, Report

TEXT_WIDTH = 83
"""`nbgrader validate` cuts lines to 87 characters, 4 of which it indents."""

_COLOURS = {"green": "#237a3d", "red": "#c0392b", "magenta": "#8f5b10", "dim": "#5f6772"}
"""A terminal's colours to those of a page, under white letters or beside others: no coloured letters can be read on
white and on black. Amber stands for magenta."""


def concept_html(exercise: str, concept: ConceptResult, notes: Sequence[str] = (), whole: bool = False) -> str:
    """Return the HTML fragment of one concept.

    Args:
        exercise: Id of its exercise.
        concept: The result.
        notes: Sentences about the hand-in as a whole; whatever a student wrote in them is escaped.
        whole: Whether every row of the table is wanted.
    """
    mark, colour = MARKS[concept.status]
    failed = [check for check in concept.checks if check.status not in ("passed", "skipped")]
    waits = next((check.message for check in concept.checks if check.message), "")
    shown = shown_check(concept)
    example = shown.counterexample if shown else None
    page: str = (
        environment()
        .get_template("concept.html")
        .render(
            address=f"{exercise}.{concept.id}",
            concept=concept,
            mark=mark,
            colour=_COLOURS[colour],
            colours=_COLOURS,
            word=word(concept) or "passed",
            check=shown,
            named=next((check.misconception for check in failed if check.misconception), None),
            others=len(failed) - 1,
            waits=waits,
            rows=chosen_rows(example, whole) if example and example.expected and example.actual else [],
            notes=notes,
            picture=case_picture(example) if example else "",
        )
    )
    return page


def concepts_page(report: Report) -> str:
    """Return a page of its own with the concepts of a report, as `leafgrad show --html` opens it."""
    from markupsafe import Markup

    asked = [f"{exercise.id}.{concept.id}" for exercise, concept in report.concepts()]
    shown = [(exercise.id, concept) for exercise, concept in report.concepts() if not exercise.obstacle]
    page: str = (
        environment()
        .get_template("show.html")
        .render(
            title=asked[0] if len(asked) == 1 else ", ".join(exercise.id for exercise in report.exercises),
            parts=[Markup(concept_html(exercise, concept, whole=True)) for exercise, concept in shown],
            obstacles=[(one.id, one.obstacle) for one in report.exercises if one.obstacle],
            notes=[*report.notes, *report.signals],
        )
    )
    return page


def concept_text(exercise: str, concept: ConceptResult, notes: Sequence[str] = (), width: int = TEXT_WIDTH) -> str:
    """Return the same as plain text: no line is longer than `width` characters, and none ends in a newline."""
    try:
        said = repr(concept)
    except ValueError:  # Python writes no number of more than 4,300 digits
        return _laid_out.__wrapped__(exercise, _Result("", concept), tuple(notes), width)
    return _laid_out(exercise, _Result(said, concept), tuple(notes), width)


@dataclass(frozen=True)
class _Result:
    """A result that is equal to another when both say the same."""

    said: str
    concept: ConceptResult = field(compare=False)


@lru_cache(maxsize=4096)
def _laid_out(exercise: str, result: _Result, notes: tuple[str, ...], width: int) -> str:
    """Return the text of a result. It takes milliseconds, and in a class the same results come again and again."""
    from rich.console import Console
    from rich.text import Text

    concept = result.concept
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None, highlight=False, force_jupyter=False)
    alone = ExerciseResult(
        id=exercise, score=concept.score, max_score=concept.max_score, status=concept.status, concepts=[concept]
    )
    console.print(exercise_lines(alone))
    for note in notes:
        console.print(Text(f"Note: {plain(note)}"))
    return "\n".join(line.rstrip() for line in stream.getvalue().strip("\n").split("\n"))
