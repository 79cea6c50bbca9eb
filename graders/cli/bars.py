"""The lines of `leafgrad status`; those of a fresh folder without typer and pydantic, which take 0.2 s to import."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graders.course.due import due_text
from graders.course.place import find_course
from graders.course.record import Part, fresh_parts, fresh_record

_WIDE = 12


@dataclass(frozen=True)
class Standing:
    """How far one exercise is.

    Attributes:
        exercise: Its id.
        passed: Concepts that pass.
        count: Concepts that it has.
        score: Points so far.
        max_score: Points of all concepts.
        hole: Line of its first open hole, 0 where there is none.
        why: Why it earns nothing, where there is something to say.
    """

    exercise: str
    passed: int
    count: int
    score: float
    max_score: float
    hole: int = 0
    why: str = ""


def show_status(standings: Sequence[Standing], parts: Sequence[Part], home: Path, now: datetime) -> None:
    """Print a line for each exercise under the assignment that it belongs to, and where the first open hole is.

    Args:
        standings: One for each exercise.
        parts: The assignments; what belongs to none comes last.
        home: Folder with the student's files.
        now: The time, for what is left until the due dates.
    """
    rows = {standing.exercise: row for standing, row in zip(standings, _rows(standings), strict=True)}
    for part in parts:
        due = f", due {due_text(part.due, now)}" if part.due else ""
        print(f"{part.id}: {part.title}{due}")
        for exercise in part.exercises:
            if exercise in rows:
                print(f"  {rows.pop(exercise)}")
    if rows and parts:
        print("in no assignment")
    for row in rows.values():
        print(f"  {row}")
    score, most = sum(one.score for one in standings), sum(one.max_score for one in standings)
    print(f"\n{_points(score)} of {_points(most)} points")
    if at := next((one for one in standings if one.hole), None):
        print(f"First open hole: {Path(os.path.relpath(home / f'{at.exercise}.py')).as_posix()}:{at.hole}")


def first_hole(path: Path) -> int:
    """Return the line of the first `raise NotImplementedError` of a file, 0 where it has none or is no Python."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return 0
    return min((node.lineno for node in ast.walk(tree) if isinstance(node, ast.Raise) and _is_hole(node)), default=0)


def show_fresh_status() -> bool:
    """Print the status of a folder in which nothing is written yet; return False, silently, for any other.

    Raises:
        CourseError: there is no course here.
    """
    folder = find_course(Path.cwd()).parent
    record = fresh_record(folder)
    points: Mapping[str, float] = record.get("points", {})
    home = folder / "exercises"
    standings = [
        Standing(name, 0, len(concepts), 0.0, points.get(name, 0.0), first_hole(home / f"{name}.py"))
        for name, concepts in record.get("concepts", {}).items()
    ]
    if standings:
        show_status(standings, fresh_parts(record), home, datetime.now(UTC))
        print(f"Next: leafgrad check {standings[0].exercise}")
    return bool(standings)


def _rows(standings: Sequence[Standing]) -> Iterator[str]:
    name, done, count, score, most = (
        max(map(len, texts), default=0)
        for texts in (
            [one.exercise for one in standings],
            [str(one.passed) for one in standings],
            [str(one.count) for one in standings],
            [_points(one.score) for one in standings],
            [_points(one.max_score) for one in standings],
        )
    )
    for one in standings:
        full = _WIDE * one.passed // one.count if one.count else 0
        bar = "█" * full + "░" * (_WIDE - full)
        said = one.why or (f"open at line {one.hole}" if one.hole and (one.passed or one.score) else "")
        figures = f"{one.passed:{done}}/{one.count:<{count}}  {_points(one.score):>{score}} of "
        yield f"{one.exercise:{name}}  {bar}  {figures}{_points(one.max_score):>{most}} points  {said}".rstrip()


def _points(value: float) -> str:
    """Return points without trailing zeros, as `graders.render.concept.points` does, which imports too much."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _is_hole(node: ast.Raise) -> bool:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
