"""Scores for Canvas: a table to import, made from the gradebook that Canvas exports.

Source: the exporter and importer of Canvas itself (instructure/canvas-lms, lib/gradebook_exporter.rb and
lib/gradebook_importer.rb). The columns up to Section tell the student; the heading of an assignment ends with its id,
and a heading without a known id would become a new assignment; the row of Points Possible says what full points are,
or that a column is read-only. Students who are not in the table keep their scores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graders.errors import UsageError
from graders.exports.graded import Filled, one_row, other_grade, points_in, scale_note, scaled
from graders.exports.roster import places, same_number, same_text
from graders.exports.sheet import Sheet
from graders.report import Report
from graders.submission.roster import Roster
from graders.text import plain

_ASSIGNMENT = re.compile(r"(?P<title>.*\S)\s*\((?P<id>\d+)\)\s*", re.DOTALL)
_REMARK = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE | re.DOTALL)
_POINTS = "Points Possible"
_NOT_GRADED = {"EX": "excused", "N/A": "not assigned"}
_STUDENT_COLUMNS = ("SIS Login ID", "SIS User ID", "Integration ID")


def canvas(
    sheet: Sheet,
    reports: Sequence[Report],
    wanted: str | None = None,
    final: bool = False,
    roster: Roster | None = None,
    overwrite: bool = False,
) -> Filled:
    """Return the table to import: who is graded, and one column.

    Args:
        sheet: The gradebook as Canvas exports it.
        reports: One for each student.
        wanted: The column: its heading, its title without the id, or the id; None for the only one there is.
        final: Whether lateness is taken off; Canvas has a policy of its own.
        roster: By which other names a student is known.
        overwrite: Whether a cell that holds another grade is filled too.

    Raises:
        UsageError: the table is no gradebook of Canvas, or the column is not there or cannot be changed.
    """
    section, number = sheet.column("Section"), sheet.column("ID")
    if section is None or number is None:
        raise UsageError(
            f"{sheet.name} is not a gradebook of Canvas: it has no columns ID and Section.",
            "In Canvas: Grades, Export, Export Entire Gradebook.",
        )
    column = _column(sheet, section, wanted)
    heads = {place for place, row in enumerate(sheet.rows) if _is_head(row)}
    points = next((sheet.rows[place][column] for place in heads if _POINTS in sheet.rows[place][0]), "")
    if "read" in points and "only" in points:
        raise UsageError(f"Canvas does not let anybody change {sheet.header[column]}.", "Choose another column.")
    possible = points_in(points) or reports[0].max_score
    keys = [same_text(place) for name in _STUDENT_COLUMNS if (place := sheet.column(name)) is not None]
    keys.append(same_number(number))
    students = {place: row for place, row in enumerate(sheet.rows) if place not in heads}
    found = places(students, keys, reports, sheet.name, roster)
    graded, faults, others = set(), list[str](), list[str]()
    for place, report in found.found.items():
        before = sheet.rows[place][column].strip().upper()
        if before in _NOT_GRADED:
            found.problems.append(f"{plain(report.student_id)}: {_NOT_GRADED[before]} in Canvas.")
            continue
        with one_row(report, faults):
            cell = scaled(report, possible, final)
            other = other_grade(report, sheet.rows[place][column], cell)
            others += [other] if other else []
            if overwrite or not other:
                sheet.rows[place][column] = cell
                graded.add(place)
    sheet.rows = [row for place, row in enumerate(sheet.rows) if place in heads | graded]
    return Filled(
        sheet.written([*range(section + 1), column]),
        len(graded),
        f"in the column {plain(sheet.header[column])}",
        scale_note(reports, possible, "Canvas"),
        found.problems,
        faults,
        others,
    )


def _column(sheet: Sheet, section: int, wanted: str | None) -> int:
    """Return the place of the assignment's column."""
    there = {
        place: found
        for place, name in enumerate(sheet.header)
        if place > section and (found := _ASSIGNMENT.fullmatch(name))
    }
    if wanted is None:
        chosen = list(there)
    else:
        asked = wanted.strip().casefold()
        chosen = [
            place
            for place, found in there.items()
            if asked in (found["title"].casefold(), found["id"], sheet.header[place].strip().casefold())
        ]
    if len(chosen) == 1:
        return chosen[0]
    titles = ", ".join(plain(sheet.header[place]) for place in there) or "none"
    problem = f"no column {plain(wanted)}" if wanted and not chosen else f"{len(chosen)} columns that could be meant"
    raise UsageError(f"{sheet.name} has {problem}.", f"Choose one with --column; there are: {titles}.")


def _is_head(row: Sequence[str]) -> bool:
    """Return whether a row speaks of assignments and not of a student."""
    return _POINTS in row[0] or all(_REMARK.fullmatch(cell) for cell in row)
