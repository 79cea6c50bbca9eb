"""Scores for Moodle: the grading worksheet of an assignment, filled in.

Source: Moodle itself (mod/assign/feedback/offline/importgradeslib.php). It reads back Grade and Feedback comments,
tells the student by the number in Identifier, and compares Last modified (grade) with what it has, so every other cell
stays. Comments are HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import groupby

from graders.errors import UsageError
from graders.exports.graded import Filled, one_row, other_grade, points_in, scale_note, scaled
from graders.exports.roster import name_in_address, places, same_number, same_text
from graders.exports.sheet import Sheet
from graders.exports.worksheet import columns_of
from graders.render.summary import points_line, reasons, shortfalls
from graders.report import Report
from graders.submission.roster import Roster
from graders.text import csv_cell, plain

_OURS = "leafgrad: "
"""How a comment of ours begins; it may be replaced."""

_LONGEST = 300
_COMMA = re.compile(r"\d+,\d\d")
"""Full points as languages write them that have a comma in numbers."""


def moodle(
    sheet: Sheet,
    reports: Sequence[Report],
    feedback: bool = False,
    final: bool = False,
    roster: Roster | None = None,
    overwrite: bool = False,
) -> Filled:
    """Return the worksheet with a grade for each student who has a report.

    Args:
        sheet: The worksheet as Moodle gives it, in any language.
        reports: One for each student.
        feedback: Whether to write comments too; those of people are kept.
        final: Whether lateness is taken off.
        roster: By which other names a student is known.
        overwrite: Whether a cell that holds another grade is filled too.

    Raises:
        UsageError: the table is no worksheet of Moodle, or it has no place for comments.
    """
    columns = columns_of(sheet)
    if feedback and columns.comments is None:
        raise UsageError(
            f"{sheet.name} has no column Feedback comments.", "Switch them on in the assignment's settings."
        )
    keys = [*map(same_text, columns.texts), same_number(columns.identifier)]
    keys += [] if columns.mail is None else [name_in_address(columns.mail)]
    found = places(dict(enumerate(sheet.rows)), keys, reports, sheet.name, roster)
    filled = Filled(b"", 0, f"in the column {plain(sheet.header[columns.grade])}", problems=found.problems)
    kept, possible = 0, reports[0].max_score
    for place, report in found.found.items():
        row = sheet.rows[place]
        if not columns.may_change(row):
            filled.problems.append(f"{plain(report.student_id)}: Moodle does not let the grade be changed.")
            continue
        most = row[columns.most] if columns.most is not None else ""
        possible = points_in(most) or report.max_score
        with one_row(report, filled.faults):
            cell = scaled(report, possible, final)
            cell = cell.replace(".", ",") if _COMMA.fullmatch(most.strip()) else cell
            if other := other_grade(report, row[columns.grade], cell):
                filled.other.append(other)
            if other and not overwrite:
                continue
            if feedback and columns.comments is not None:
                kept += not _commented(row, columns.comments, report, final)
            row[columns.grade] = cell
            filled.placed += 1
    filled.notes = scale_note(reports, possible, "Moodle")
    if columns.by_cells:
        filled.notes.append(f"The language of {sheet.name} is not known: its columns were told by what they hold.")
    if kept:
        filled.notes.append(f"{kept} comment{'s' if kept > 1 else ''} that somebody wrote stayed as they were.")
    filled.data = sheet.written()
    return filled


def _commented(row: list[str], place: int, report: Report, final: bool) -> bool:
    """Write a comment, and return True, unless somebody wrote one."""
    if row[place].strip() and not row[place].startswith(_OURS):
        return False
    row[place] = csv_cell(comment(report, final))
    return True


def comment(report: Report, final: bool = False) -> str:
    """Return what a student reads beside the grade, as HTML: points, and what is wrong, said once for each exercise.

    Points that somebody gave are told with the reason, with `final` also what lateness costs.
    """
    lines = [_OURS + points_line(report)]
    lines += [plain(f"{said}.", limit=_LONGEST) for said in [reasons(report, late=final)] if said]
    found = groupby(shortfalls(report), key=lambda one: (one[0].id, len(one[0].concepts), one[2], one[3]))
    for (exercise, count, said, named), group in found:
        titles = [concept.title for _, concept, _, _ in group]
        where = exercise if len(titles) == count else f"{exercise}, {'; '.join(titles)}"
        lines.append(f"{plain(where, limit=_LONGEST)}: {plain(said, limit=_LONGEST)} {plain(named, limit=_LONGEST)}")
    lines += [plain(note, limit=_LONGEST) for note in report.notes]
    return "<br>".join(html.escape(line.strip(), quote=False) for line in lines)
