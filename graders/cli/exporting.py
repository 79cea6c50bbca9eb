"""leafgrad export: what `leafgrad grade` wrote, in the forms that learning platforms and build servers read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graders.cli.student import CourseOption
from graders.errors import EXIT_NOT_PASSED, EXIT_TROUBLE

if TYPE_CHECKING:
    from graders.exports.graded import Filled
    from graders.report import Report
    from graders.submission.roster import Roster

GradedArgument = Annotated[
    Path, typer.Argument(metavar="GRADED", help="The folder that `leafgrad grade --out` wrote, or one report.")
]
AssignmentOption = Annotated[
    str | None, typer.Option("--assignment", help="Only the exercises of this assignment.", show_default=False)
]
FinalOption = Annotated[
    bool, typer.Option("--final", help="Take the final score: lateness taken off, as in final.csv.")
]

OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Replace other grades that are there. Without it, they are listed and stay.")
]
RosterOption = Annotated[
    Path | None,
    typer.Option(
        "--roster", help="CSV file: who is who. Also read: students.csv beside course.yml.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.callback()(_group)
    for command in (canvas, moodle, gradescope, classroom50, junit):
        group.command()(command)
    app.add_typer(group, name="export")


def _group() -> None:
    """Take scores to a platform. Canvas, Moodle, Gradescope, Classroom 50 or a build server (JUnit)."""


def canvas(
    graded: GradedArgument,
    fill: Annotated[Path, typer.Option("--fill", help="The gradebook as Canvas exports it.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The table to import.", show_default=False)],
    column: Annotated[
        str | None, typer.Option("--column", help="Title or id of the assignment in Canvas.", show_default=False)
    ] = None,
    assignment: AssignmentOption = None,
    final: FinalOption = False,
    overwrite: OverwriteOption = False,
    roster: RosterOption = None,
    course: CourseOption = None,
) -> None:
    """Fill a column of Canvas's gradebook."""
    from graders.exports.canvas import canvas as filled
    from graders.exports.sheet import read_sheet

    reports, broken = _reports(graded, assignment, course, final)
    who = _roster(course, roster)
    made = filled(read_sheet(fill), reports, column, final, who, overwrite)
    _fill(made, fill, out, len(reports), broken, overwrite)


def moodle(
    graded: GradedArgument,
    fill: Annotated[Path, typer.Option("--fill", help="The grading worksheet of Moodle.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The worksheet to upload.", show_default=False)],
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Write comments too; what people wrote is kept.")
    ] = False,
    assignment: AssignmentOption = None,
    final: FinalOption = False,
    overwrite: OverwriteOption = False,
    roster: RosterOption = None,
    course: CourseOption = None,
) -> None:
    """Fill Moodle's grading worksheet."""
    from graders.exports.moodle import moodle as filled
    from graders.exports.sheet import read_sheet

    reports, broken = _reports(graded, assignment, course, final)
    who = _roster(course, roster)
    made = filled(read_sheet(fill), reports, feedback, final, who, overwrite)
    _fill(made, fill, out, len(reports), broken, overwrite)


def gradescope(
    graded: GradedArgument,
    out: Annotated[
        Path, typer.Option("--out", help="results.json, or a folder for a file of each student.", show_default=False)
    ],
    assignment: AssignmentOption = None,
    final: FinalOption = False,
    course: CourseOption = None,
) -> None:
    """Write results.json for Gradescope."""
    from graders.exports.graded import one_row
    from graders.exports.gradescope import gradescope as results
    from graders.submission.model import safe_name

    reports, faults = _reports(graded, assignment, course, final)
    if out.suffix == ".json":
        _write_json(out, results(_the_only(reports, faults, graded), final))
        print(f"{out} holds the results.")
        return
    left_out, made = len(faults), dict[str, object]()
    for report in reports:
        with one_row(report, faults):
            made[safe_name(report.student_id)] = results(report, final)
    for name, result in made.items():
        _write_json(out / f"{name}.json", result)
    print(f"{out} holds the results of {len(reports) + left_out - len(faults)} students.")
    _say_faults(faults)


def classroom50(
    graded: GradedArgument,
    out: Annotated[Path, typer.Option("--out", help="Where the runner looks for it.")] = Path("result.json"),
    assignment: AssignmentOption = None,
    course: CourseOption = None,
) -> None:
    """Write result.json for Classroom 50."""
    import os
    from datetime import UTC, datetime

    from graders.exports.classroom50 import classroom50 as result

    report = _the_only(*_reports(graded, assignment, course), graded)
    _write_json(out, result(report, os.environ, datetime.now(UTC)))
    print(f"{out} holds the result.")


def junit(
    graded: GradedArgument,
    out: Annotated[Path, typer.Option("--out", help="The XML file.", show_default=False)],
    assignment: AssignmentOption = None,
    course: CourseOption = None,
) -> None:
    """Write JUnit's XML for a build server."""
    from graders.exports.junit import junit as document

    reports, faults = _reports(graded, assignment, course)
    left_out = len(faults)
    _write(out, document(reports, faults))
    suites = len(reports) + left_out - len(faults)
    print(f"{out} holds {suites} suite{'' if suites == 1 else 's'}.")
    _say_faults(faults)


def _reports(
    graded: Path, assignment: str | None, course: Path | None, final: bool = False
) -> tuple[list[Report], list[str]]:
    """Return the reports to export, narrowed to an assignment if one was named, and sentences on broken ones.

    Who is not in grades.csv any more has left the class, which is said, and is in no export.
    """
    from graders.exports.graded import only, read_graded, settled
    from graders.grading.feedback import still_there
    from graders.text import plain

    reports, broken = read_graded(graded)
    if graded.is_dir():
        reports, gone = still_there(graded, reports)
        if gone:
            print(f"Not in grades.csv any more, so not exported: {', '.join(map(plain, gone))}.")
    if final:
        settled(reports, graded)
    if assignment is None:
        return reports, broken
    from graders.course.course import load_course

    exercises = load_course(course).assignment(assignment).exercises
    return [only(report, exercises, assignment) for report in reports], broken


def _roster(course: Path | None, file: Path | None) -> Roster | None:
    """Return who is who, and say what is odd about it."""
    from contextlib import suppress

    from graders.course.place import find_course
    from graders.errors import LeafgradError
    from graders.submission.roster_file import STUDENTS, roster_of

    folder = course or Path()
    with suppress(LeafgradError):  # an export needs no course
        folder = folder if course else find_course(folder)
    roster = roster_of((folder.parent if folder.is_file() else folder) / STUDENTS, file)
    for note in roster.notes if roster else ():
        print(note)
    return roster


def _the_only(reports: list[Report], broken: list[str], graded: Path) -> Report:
    from graders.errors import UsageError

    count = len(reports) + len(broken)
    if count != 1:
        raise UsageError(
            f"{graded} holds {count} reports, and this file is on one student.", "Give one of the reports."
        )
    return reports[0]


def _fill(filled: Filled, source: Path, out: Path, count: int, broken: list[str], overwrite: bool) -> None:
    """Write a filled table, and say what is in it, who is not, and what other grades were there."""
    from graders.errors import UsageError

    if out.exists() and out.samefile(source):
        raise UsageError(f"{out} is the table that was downloaded.", "Choose another name with --out.")
    _write(out, filled.data)
    print(f"{out} holds {filled.placed} of {count + len(broken)} scores, {filled.says}.")
    for note in filled.notes:
        print(note)
    for problem in filled.problems:
        print(f"Left out: {problem}")
    for other in filled.other:
        print(f"{'Overwritten' if overwrite else 'Kept'}: {other}")
    if filled.other and not overwrite:
        print(
            f"{len(filled.other)} other grade{'s' if len(filled.other) > 1 else ''} stayed: --overwrite replaces them."
        )
    print(f"Next: upload {out} to the platform.")
    _say_faults([*broken, *filled.faults])
    raise typer.Exit(EXIT_NOT_PASSED if filled.problems or (filled.other and not overwrite) else 0)


def _say_faults(faults: list[str]) -> None:
    """Name the students whose rows are missing by a fault of ours, and exit if there are any."""
    for fault in faults:
        print(f"Left out: {fault}")
    if faults:
        raise typer.Exit(EXIT_TROUBLE)


def _write_json(path: Path, value: object) -> None:
    import json

    _write(path, json.dumps(value, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")


def _write(path: Path, data: bytes) -> None:
    from graders.files import writable, write_whole

    with writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
