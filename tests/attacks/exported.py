"""Everything that is made of the reports of a class: pages, tables for platforms, a gradebook."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from arena import expect
from rich.console import Console

from graders.exports.canvas import canvas
from graders.exports.classroom50 import classroom50
from graders.exports.gradescope import gradescope
from graders.exports.junit import junit
from graders.exports.moodle import moodle
from graders.exports.sheet import read_sheet
from graders.render.classroom import show_attention, show_class
from graders.render.html import class_page
from graders.render.standing import standing_of
from graders.render.terminal import show_report
from tests.exports.samples import RUNNER

if TYPE_CHECKING:
    from handin import Graded

_CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,Closures (7)\r\n    Points Possible,,,,,10.00\r\n"
_MOODLE = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\r\n"
)
_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def export_all(graded: Graded, folder: Path) -> None:
    """Make all of it for three students; every one of them must get a place, and no row may fail."""
    reports, names = graded.reports, [report.student_id for report in graded.reports]
    console = Console(file=io.StringIO(), width=100)
    show_class(console, standing_of(reports))
    show_attention(console, graded.attention)
    for report in reports:
        show_report(console, report)
        json.dumps([gradescope(report), classroom50(report, RUNNER, _NOW)], allow_nan=False)
    page = class_page(graded.course, reports)
    expect(all(name in page for name in names), "a student is missing on the page")
    faults: list[str] = []
    junit(reports, faults)
    rows = "".join(f"{name},{n},{n},{name},Monday,\r\n" for n, name in enumerate(names))
    filled = [canvas(read_sheet(_written(folder / "canvas.csv", _CANVAS + rows)), reports)]
    rows = "".join(f"Participant {n},{name},{name},{name}@x,Submitted,,10,Yes,-,-,\r\n" for n, name in enumerate(names))
    filled.append(moodle(read_sheet(_written(folder / "moodle.csv", _MOODLE + rows)), reports, feedback=True))
    for table in filled:
        expect(table.placed == len(reports), f"{table.placed} scores found a place: {table.problems}")
        faults += table.faults
    if find_spec("nbgrader"):
        from graders.notebook.gradebook import record

        book = record(reports, graded.course, str(folder / "gradebook.db"), submissions=graded.submissions)
        expect(book.students == len(reports), "a student is missing in the gradebook")
        faults += [fault.why for fault in book.faults.values()]
    expect(not faults, f"a row failed: {faults}")


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
