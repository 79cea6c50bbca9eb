"""What comes at the end of a report: the points, and the one thing to do next."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from graders.judging.messages import WAITS
from graders.render.concept import address_of, plain, points
from graders.report import ConceptResult, ExerciseResult, Report

_TWO = 2


def closing(width: int, report: Report, where: str = "") -> list[Text]:
    """Return the points of a report and the next step; see `next_step`."""
    passed = sum(concept.status == "passed" for _, concept in report.concepts())
    count = len(report.concepts())
    text = Text(f"\n{passed}/{count} concepts, {points(report.score)}/{points(report.max_score)} points", style="bold")
    return [text, *next_step(width, report, where)]


def next_command(report: Report, where: str = "") -> str:
    """Return what to do next in a few words, nothing when all passes; see `next_step`."""
    if line := _line_to_mend(report):
        return line
    left = following(report)
    return f"leafgrad check {address_of(left[0].id, left[1].id)}{where}" if left else ""


def _line_to_mend(report: Report) -> str:
    blocked = next((exercise for exercise in report.exercises if exercise.obstacle), None)
    if blocked is None or blocked.obstacle is None:
        return ""
    file = plain(blocked.obstacle.file) or f"{plain(blocked.id)}.py"
    return f"fix line {blocked.obstacle.line} of {file}." if blocked.obstacle.line else f"fix {file}."


def following(report: Report) -> tuple[ExerciseResult, ConceptResult] | None:
    """Return the first concept that is not right: of an exercise that is begun, if there is one; what waits is last."""
    left = [(e, c) for e, c in report.concepts() if c.status != "passed"]
    return min(left, key=lambda one: (one[1].status == "skipped", one[0].status == "not_started"), default=None)


def next_step(width: int, report: Report, where: str = "") -> list[Text]:
    """Return the one thing to do next: the line that keeps a file from being loaded, else the first concept left.

    Args:
        width: Characters of a line; a command that does not fit stands on a line of its own, so that it can be copied.
        report: The report.
        where: Options that commands need to be about the same files, ` --dir mine`.
    """
    if line := _line_to_mend(report):
        return [Text(f"Next: {line}")]
    left = following(report)
    if left is None:
        passes = Text("All of it passes.", style="green")
        if not where:
            return [passes.append(" Next: leafgrad status", style="default")]
        return [passes, *_with_command(width, "Next:", "status", "", where)]
    exercise, concept = left
    if ground := _waited_for(report, concept):
        return _with_command(width, f"Next: {plain(concept.id)} waits for {plain(ground)}:", "check", ground, where)
    address = address_of(exercise.id, concept.id)
    told = _with_command(
        width, f"Next: {plain(concept.id)} in {plain(exercise.id)}.py. A hint:", "hint", address, where
    )
    failed = [(e, c) for e, c in report.concepts() if c.status not in ("passed", "skipped", "not_started")]
    if len(failed) > 1:
        second = address_of(failed[1][0].id, failed[1][1].id)
        which = "the others" if len(failed) > _TWO else plain(failed[1][1].id)
        told += _with_command(width, f"More on {which}:", "show", second, where)
    return told


def _with_command(width: int, said: str, verb: str, address: str, where: str) -> list[Text]:
    """Return words and a command; never broken, but below the words where the line would be too long."""
    command = f"leafgrad {verb} {plain(address)}".rstrip() + where
    if cell_len(f"{said} {command}") <= width:
        return [Text(f"{said} ").append(command, style="cyan")]
    return [Text(said), Text(f"  {command}", style="cyan", no_wrap=True, overflow="ignore")]


def _waited_for(report: Report, concept: ConceptResult) -> str:
    """Return the address of another exercise's concept that a concept waits for; nothing where the report shows it."""
    said = next((check.message for check in concept.checks if check.message.startswith(WAITS)), "")
    first = said.removeprefix(WAITS).split(",")[0].split(" and ")[0].removesuffix(".")
    shown = {f"{exercise.id}.{other.id}" for exercise, other in report.concepts()}
    return first if concept.status == "skipped" and first not in shown else ""
