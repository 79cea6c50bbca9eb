"""A report in the terminal: a line for each concept, one failure in full, and for the others what they have in common.

A report takes the screen that it is printed on, if it can be cut to that without losing a sentence, and at most
`MOST_LINES` lines: where it is longer, less is shown of it, see `LEVELS`. `leafgrad show` prints one concept without
that limit.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group, RenderableType
from rich.text import Text

from graders.judging.messages import APART, WAITS
from graders.render.concept import MARKS, UNWRITTEN, brief, details, hole, indented, plain, points, word
from graders.render.kin import Kin, kinship
from graders.render.next_step import closing
from graders.report import ConceptResult, ExerciseResult, Obstacle, Report

MOST_LINES = 60
_MOST_NOTES = 3


@dataclass(frozen=True)
class Detail:
    """How much of a report is shown.

    Attributes:
        passed: Whether each concept that passes has a line, where there is one exercise alone.
        lines: Lines of what is told on each failure after the first.
        case: Whether the first failure has its smallest failing case.
        rest: Whether each failed concept of the exercises after the first that fails has a line.
    """

    passed: bool = True
    lines: int = 2
    case: bool = True
    rest: bool = True


LEVELS = (
    Detail(),
    Detail(passed=False),
    Detail(passed=False, lines=1),
    Detail(passed=False, lines=0),
    Detail(passed=False, lines=0, rest=False),
    Detail(passed=False, lines=0, rest=False, case=False),
)
"""From most to least."""

_ON_SCREEN = 3
"""Levels at which each failure still has its sentence."""

_GAP = Text()
"""An empty line between what is told at length and what comes next."""

_LEAST_TITLE = 16
"""Cells of a title below which it is left out, since the concept's id says as much."""

_LEAST_FOLDED = 2
"""Concepts that are not written yet, or that wait for others, which share a line."""


def show_report(console: Console, report: Report, attention: Sequence[str] = (), where: str = "") -> None:
    """Print a report, the next step last.

    Args:
        console: Where to print.
        report: The report.
        attention: Sentences on what earns nothing although it is written.
        where: Options that commands need to be about the same files, ` --dir mine`.
    """
    notes = [*_notes(console.width, report, where), *_attention(console.width, attention)]
    end = [*([Text()] if notes else []), *notes, *closing(console.width, report, where)]
    below = _height(console, end)
    body = cache(lambda level: digest(console.width, report, LEVELS[level], where))
    height = cache(lambda level: _height(console, body(level)) + below)
    screen = console.height - 1 if console.is_terminal else 0  # the prompt takes a line
    levels = range(len(LEVELS))
    on_screen = (level for level in levels[:_ON_SCREEN] if screen and height(level) <= min(screen, MOST_LINES))
    fitting = chain(on_screen, (level for level in levels if height(level) <= MOST_LINES))
    console.print(Group(*body(next(fitting, levels[-1])), *end), crop=False)


def show_concept(console: Console, report: Report, where: str = "") -> None:
    """Print all there is to say on the concepts of a report: every row, every failed check; see `show_report`."""
    for exercise in report.exercises:
        console.print(Text(f"\n{plain(exercise.id)}", style="bold"))
        if exercise.obstacle:
            console.print(Group(*_obstacle(exercise, exercise.obstacle)))
            continue
        console.print(Group(*_spaced(_in_full(exercise, whole=True))))
    notes = list(_notes(console.width, report, where))
    end = [*([Text()] if notes else []), *notes, *closing(console.width, report, where)]
    console.print(Group(*end), crop=False)


def exercise_lines(exercise: ExerciseResult) -> RenderableType:
    """Return one exercise: its heading, its concepts, and what is wrong with each."""
    return Group(Text(f"\n{plain(exercise.id)}", style="bold"), *_spaced(_in_full(exercise)))


def _in_full(exercise: ExerciseResult, whole: bool = False) -> Iterator[RenderableType]:
    for concept in exercise.concepts:
        told = list(details(concept, exercise.id, whole=whole))
        yield from (concept_line(concept, exercise.id), *told, *([_GAP] if told else []))


def digest(width: int, report: Report, detail: Detail, where: str = "") -> list[RenderableType]:
    """Return what is shown of a report, without its closing."""
    kin = kinship(report)
    alone = len(report.exercises) == 1
    parts: list[RenderableType] = []
    idle: list[str] = []
    failed = False
    for exercise in report.exercises:
        if exercise.obstacle:
            parts += [_heading(exercise), *_obstacle(exercise, exercise.obstacle)]
        elif exercise.status == "not_started" and not alone:
            idle.append(exercise.id)
        elif exercise.status == "passed" and not alone:
            parts.append(_one_line(exercise, f"all {len(exercise.concepts)} concepts pass", "green"))
        elif failed and not detail.rest:
            lost = sum(concept.status != "passed" for concept in exercise.concepts)
            parts.append(_one_line(exercise, f"{lost} of {len(exercise.concepts)} concepts do not pass", "red"))
        else:
            parts += [_heading(exercise), *_spaced(_concepts(width, exercise, detail, kin, alone, where))]
            failed = failed or exercise.status != "skipped"
    if idle:
        parts.append(Text(f"\nNot started: {plain(', '.join(idle))}.", style="dim"))
    return parts


def _spaced(parts: Iterable[RenderableType]) -> Iterator[RenderableType]:
    """Yield parts of a report, an empty line for each gap that something follows."""
    gap = False
    for part in parts:
        if gap and part is not _GAP:
            yield Text()
        gap = part is _GAP
        if not gap:
            yield part


def _concepts(
    width: int, exercise: ExerciseResult, detail: Detail, kin: Kin, alone: bool, where: str
) -> Iterator[RenderableType]:
    passed = [concept.id for concept in exercise.concepts if concept.status == "passed"]
    folded = not (alone and detail.passed)
    holes, waiting = _unwritten(exercise), _waiting(exercise)
    said = ""
    for concept in exercise.concepts:
        if (concept.status == "passed" and folded) or concept in (*holes, *waiting):
            continue
        told = brief(concept, exercise.id)
        like = kin.like.get((exercise.id, concept.id), "") or _apart(concept, told)
        yield concept_line(concept, exercise.id, like, width)
        if (exercise.id, concept.id) == kin.first:
            yield from details(concept, exercise.id, case=detail.case, where=where)
            if detail.case:
                yield _GAP
        elif not like:
            if told and told != said and detail.lines:
                style = "dim" if concept.status in ("passed", "skipped", "not_started") else ""
                yield indented(Text(clipped(told, width - 6, detail.lines), style=style))
            said = told
    if holes:
        begin = hole(holes[0], exercise.id).rpartition("line ")[2]
        names = f"· {len(holes)} not written yet, from line {begin} on: {', '.join(one.id for one in holes)}"
        yield Text(f"  {clipped(names, width - 4, 1)}", style="dim")
    if waiting:
        names = f"– {len(waiting)} wait for {_ground(waiting)}: {', '.join(one.id for one in waiting)}"
        yield Text(f"  {clipped(names, width - 4, 1)}", style="magenta")
    if passed and folded:
        names = clipped(f"✓ {len(passed)} pass: {', '.join(passed)}", width - 4, 1 + detail.passed)
        yield Text(textwrap.indent(names, "  "), style="green")


def _unwritten(exercise: ExerciseResult) -> list[ConceptResult]:
    """Return the concepts of which nothing is written yet; none where that is a single one."""
    found = [one for one in exercise.concepts if hole(one, exercise.id).startswith(UNWRITTEN)]
    return found if len(found) >= _LEAST_FOLDED else []


def _waiting(exercise: ExerciseResult) -> list[ConceptResult]:
    """Return the concepts that wait for others; none where that is a single one."""
    found = [
        one
        for one in exercise.concepts
        if one.status == "skipped" and all(check.message.startswith(WAITS) for check in one.checks)
    ]
    return found if len(found) >= _LEAST_FOLDED else []


def _ground(waiting: Sequence[ConceptResult]) -> str:
    """Return what some concepts wait for: the one concept that all of them do, or "others"."""
    grounds = {check.message.removeprefix(WAITS).rstrip(".") for one in waiting for check in one.checks}
    ground = grounds.pop().rpartition(".")[2] if len(grounds) == 1 else ""
    return ground if ground.isidentifier() else "others"


def _apart(concept: ConceptResult, told: str) -> str:
    """Return in a few words which concepts count the fault that a passed one has; nothing where it has none."""
    beside = told.removeprefix(APART).removesuffix(".") if told.startswith(APART) else ""
    return f"right, apart from {beside}" if concept.status == "passed" and beside else ""


def concept_line(concept: ConceptResult, exercise: str, like: str = "", width: int = 0) -> Text:
    """Return the line of one concept: mark, title, id, points, and what happened in a word or two.

    Args:
        concept: The result.
        exercise: Id of its exercise.
        like: Which other failure it is like.
        width: Characters of a line; the title is cut where it needs more. 0 for any.
    """
    mark, style = MARKS[concept.status]
    said = hole(concept, exercise) or word(concept)
    if like:
        said = f"{said}, {like}" if said else like
    score, name = f"  {points(concept.score)}/{points(concept.max_score)}", f"  {plain(concept.id)}"
    title, end = plain(concept.title), f"  {plain(said)}" if said else ""
    left = width - cell_len(f"  {mark} {name}{score}{end}")
    if width and cell_len(title) > left:
        title = _cut(title, left)
    line = Text.assemble(("  " + mark + " ", style), (title, "" if concept.status != "not_started" else "dim"))
    line.append(name if title else name.lstrip(), style="dim")
    line.append(score, style="bold" if concept.score else "dim")
    return line.append(end, style=style)


def _cut(title: str, left: int) -> str:
    """Return the first words of a title that fit into so many cells, nothing where too few do to tell what it is."""
    words = set_cell_size(title, max(left, 0)).rpartition(" ")[0].rstrip(" ,:")
    return f"{words}…" if cell_len(words) >= _LEAST_TITLE else ""


def clipped(text: str, width: int, most: int) -> str:
    """Return text wrapped to a width, cut after so many lines."""
    return "\n".join(textwrap.wrap(plain(text), max(width, 20), max_lines=max(most, 1), placeholder=" …"))


def _heading(exercise: ExerciseResult) -> Text:
    score = f"  {points(exercise.score)}/{points(exercise.max_score)}"
    return Text.assemble("\n", (plain(exercise.id), "bold"), (score, "dim"))


def _one_line(exercise: ExerciseResult, said: str, style: str) -> Text:
    return _heading(exercise).append(f"  {said}", style=style)


def _obstacle(exercise: ExerciseResult, obstacle: Obstacle) -> Iterator[RenderableType]:
    """Yield why a file cannot be loaded, once for all of its concepts: the line, a caret under it, what to do."""
    count = len(exercise.concepts)
    none = f"none of its {count} concepts can be judged" if count > 1 else "it cannot be judged"
    yield Text(f"  ✗ {plain(exercise.id)}.py cannot be loaded, so {none}.", style="red")
    yield indented(Text(plain(obstacle.says), style="red"))
    if obstacle.line:
        yield indented(Text(f"{plain(obstacle.file)}, line {obstacle.line}:", style="dim"))
    if obstacle.code:
        code = plain(obstacle.code)
        caret = cell_len(plain(obstacle.code[: obstacle.caret]))
        yield indented(Text(f"  {code}\n  {' ' * caret}^", no_wrap=True))
    if obstacle.advice:
        yield indented(Text(plain(obstacle.advice), style="bold"))


def _notes(width: int, report: Report, where: str) -> Iterator[RenderableType]:
    notes = [*report.notes, *(f"{signal}." for signal in report.signals)]
    for note in notes[:_MOST_NOTES]:
        yield Text(clipped(f"Note: {note}", width, 3), style="magenta")
    if len(notes) > _MOST_NOTES:
        yield Text(
            f"{len(notes) - _MOST_NOTES} more notes are in the report: leafgrad check --json{where}", style="magenta"
        )


def _attention(width: int, attention: Sequence[str]) -> Iterator[RenderableType]:
    for one in attention[:_MOST_NOTES]:
        yield Text(clipped(f"Needs your attention: {one}", width, 3), style="bold")


def _height(console: Console, parts: Sequence[RenderableType]) -> int:
    return len(console.render_lines(Group(*parts), pad=False)) if parts else 0
