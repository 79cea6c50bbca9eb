"""Reports read back from where `leafgrad grade` wrote them, and what an export says of a class."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from graders.errors import UsageError
from graders.grading.faults import said
from graders.grading.feedback import still_there
from graders.report import Report, final_of, rounded, total
from graders.text import plain

_POINTS = re.compile(r"\s*(?:(\d[\d.,]*)[.,])?(\d+)\s*", re.ASCII)
_CENT = 0.006
"""Grades that differ by less are equal: platforms round them to two decimals."""

_AGAIN = "Run `leafgrad grade` again: it grades what is missing."


@dataclass
class Filled:
    """A table of a platform with our scores in it.

    Attributes:
        data: The file, as it is to be uploaded.
        placed: Number of scores in it.
        says: What was filled in, as the end of a sentence.
        notes: Sentences on what is worth knowing.
        problems: Sentences on scores that found no place.
        faults: Sentences on rows that could not be made.
        other: Sentences on cells that hold another grade, which stays unless it may be overwritten.
    """

    data: bytes
    placed: int
    says: str
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)


@contextmanager
def one_row(report: Report, faults: list[str]) -> Iterator[None]:
    """Keep what goes wrong with the row of one student from all others: it is added to `faults`, with the name."""
    try:
        yield
    except Exception as error:
        faults.append(f"{plain(report.student_id)}: {said(error)}")


def read_reports(path: Path) -> tuple[list[Report], list[str]]:
    """Return the reports in a folder that `leafgrad grade --out` wrote, or the one in a file, sorted by student id.

    Sentences on reports of a class that are broken come second; the others do not wait for them.

    Raises:
        UsageError: there is no whole report.
    """
    files = sorted((path / "reports").glob("*.json")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise UsageError(
            f"{plain(str(path))} holds no reports of leafgrad.",
            "Give the folder that `leafgrad grade --out` wrote, or one report as JSON.",
        )
    reports, broken = [], []
    for file in files:
        try:
            reports.append(_read(file))
        except UsageError as error:
            broken.append(error)
    if not reports:
        raise broken[0]
    return sorted(reports, key=lambda report: report.student_id), list(map(str, broken))


def read_graded(path: Path) -> tuple[list[Report], list[str]]:
    """Return what `read_reports` does, of the students who are in the class, from reports that can stand in one table.

    Raises:
        UsageError: there is no whole report, or they were not graded in the same way.
    """
    reports, broken = read_reports(path)
    there = still_there(path, reports)[0] if path.is_dir() else reports
    if len({(report.key_id, report.max_score, report.grader_version) for report in there}) > 1:
        raise UsageError(
            f"The reports at {plain(str(path))} were not all graded in the same way: "
            "they differ in key, points or version.",
            "Grade the class into an empty folder.",
        )
    return reports, broken


def settled(reports: Iterable[Report], path: Path) -> None:
    """Raise `UsageError` where a report tells no final score."""
    for report in reports:
        if report.final is None:
            raise UsageError(
                f"The report on {plain(report.student_id)} tells no final score: an older leafgrad made it.",
                f"Run `leafgrad regrade {plain(str(path))}` first.",
            )


def only(report: Report, exercises: Collection[str], assignment: str = "") -> Report:
    """Return a report on some exercises of a report, with their points alone.

    Args:
        report: The report.
        exercises: Their ids.
        assignment: Id of the assignment that they are, whose final score is that of the result.

    Raises:
        UsageError: the report does not cover one of them.
    """
    kept = [exercise for exercise in report.exercises if exercise.id in exercises]
    missing = sorted(set(exercises) - {exercise.id for exercise in kept})
    if missing:
        raise UsageError(f"The report on {plain(report.student_id)} does not cover {', '.join(missing)}.", _AGAIN)
    score, most = total(kept)
    results = [one for one in report.assignments if one.id == assignment]
    final = None if report.final is None else rounded(score - math.fsum(one.penalty for one in results))
    changed = {"exercises": kept, "score": score, "max_score": most, "assignments": results, "final": final}
    return report.model_copy(update=changed)


def scaled(report: Report, possible: float, final: bool = False) -> str:
    """Return a score as a platform shows it, where full points are `possible` there: two decimals."""
    score = final_of(report) if final else report.score
    share = score / report.max_score if report.max_score else 0.0
    return f"{share * possible:.2f}"


def other_grade(report: Report, before: str, after: str) -> str:
    """Return a sentence where a cell holds another grade than the one that belongs there, else nothing.

    Args:
        report: On the student.
        before: The cell.
        after: What it is to hold.
    """
    old = before.strip()
    there, ours = amount_in(old), amount_in(after)
    if old in ("", "-") or (there is not None and ours is not None and abs(there - ours) < _CENT):
        return ""
    return f"{plain(report.student_id)}: {plain(old, limit=40)} is there; the score is {after}."


def scale_note(reports: Sequence[Report], possible: float, platform: str) -> list[str]:
    """Return a sentence when points here are worth something else on a platform."""
    most = reports[0].max_score
    return [] if most == possible else [f"The {most:g} points of these reports are worth {possible:g} in {platform}."]


def points_in(cell: str) -> float | None:
    """Return the full points that a cell tells; None when it tells none."""
    return amount_in(cell) or None


def amount_in(cell: str) -> float | None:
    """Return the number that a cell tells: 10, 10.00, 10,00 or 1,000.00; None when it tells none."""
    found = _POINTS.fullmatch(cell)
    if not found:
        return None
    whole, last = found.groups()
    return float(f"{re.sub('[.,]', '', whole)}.{last}" if whole else last)


def _read(path: Path) -> Report:
    try:
        return Report.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{plain(str(path))} cannot be read: {error.strerror}.", _AGAIN) from None
    except ValidationError:
        raise UsageError(f"{plain(str(path))} is not a whole report.", _AGAIN) from None
