"""Scores for Moodle: the grading worksheet of an assignment, filled in.

Source: Moodle itself (mod/assign/feedback/offline/importgradeslib.php). It reads back Grade and Feedback comments,
tells the student by the number in Identifier, and compares Last modified (grade) with what it has, so every other cell
stays. Comments are HTML.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import groupby

from graders.errors import UsageError
from graders.exports.graded import Filled, one_row, points_in, scale_note, scaled
from graders.exports.roster import name_in_address, places, same_number, same_text
from graders.exports.sheet import Sheet
from graders.render.summary import points_line, reasons, shortfalls
from graders.report import Report
from graders.text import csv_cell, plain

_OURS = "leafgrad: "
"""How a comment of ours begins; it may be replaced."""

_MUST = ("Identifier", "Grade", "Last modified (grade)")
_LONGEST = 300


def moodle(sheet: Sheet, reports: Sequence[Report], feedback: bool = False, final: bool = False) -> Filled:
    """Return the worksheet with a grade for each student who has a report.

    Args:
        sheet: The worksheet as Moodle gives it.
        reports: One for each student.
        feedback: Whether to write comments too; those of people are kept.
        final: Whether lateness is taken off.

    Raises:
        UsageError: the table is no worksheet of Moodle, or it has no place for comments.
    """
    missing = [name for name in _MUST if sheet.column(name) is None]
    if missing:
        raise UsageError(
            f"{sheet.name} is not a grading worksheet of Moodle: it has no column {' and no '.join(missing)}.",
            "In Moodle, set to English: View all submissions, Download grading worksheet.",
        )
    grade, most = sheet.column("Grade") or 0, sheet.column("Maximum Grade")
    comments = sheet.column("Feedback comments")
    if feedback and comments is None:
        raise UsageError(
            f"{sheet.name} has no column Feedback comments.", "Switch them on in the assignment's settings."
        )
    keys = [
        make(place)
        for name, make in (
            ("Username", same_text),
            ("ID number", same_text),
            ("Email address", same_text),
            ("Identifier", same_number),
            ("Email address", name_in_address),
        )
        if (place := sheet.column(name)) is not None
    ]
    found = places(dict(enumerate(sheet.rows)), keys, reports, sheet.name)
    locked, kept, placed, faults = sheet.column("Grade can be changed"), 0, 0, list[str]()
    possible = reports[0].max_score
    for place, report in found.found.items():
        row = sheet.rows[place]
        if locked is not None and row[locked].strip().casefold() == "no":
            found.problems.append(f"{plain(report.student_id)}: Moodle does not let the grade be changed.")
            continue
        possible = (points_in(row[most]) if most is not None else None) or report.max_score
        with one_row(report, faults):
            cell, ours = scaled(report, possible, final), row[comments] if feedback and comments is not None else None
            if ours is not None and comments is not None:
                if ours.strip() and not ours.startswith(_OURS):
                    kept += 1
                else:
                    row[comments] = csv_cell(comment(report, final))
            row[grade], placed = cell, placed + 1
    notes = scale_note(reports, possible, "Moodle")
    if kept:
        notes.append(f"{kept} comment{'s' if kept > 1 else ''} that somebody wrote stayed as they were.")
    return Filled(sheet.written(), placed, "in the column Grade", notes, found.problems, faults)


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
