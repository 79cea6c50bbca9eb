"""Commands at the instructor's desk: grade, selftest."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graders.cli.student import CourseOption
from graders.errors import EXIT_NOT_PASSED, EXIT_TROUBLE

if TYPE_CHECKING:
    from rich.console import Console

    from graders.course.course import Course
    from graders.grading.attention import Attention
    from graders.report import Report
    from graders.submission import Submission


_PUBLIC = "This class is graded under the public key: every student has the cases."


def register(app: typer.Typer) -> None:
    """Add the instructor's commands to the application."""
    for command in (grade, release, selftest):
        app.command()(command)


def grade(
    path: Annotated[Path, typer.Argument(help="One folder, .py, .ipynb or .zip per student.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="Folder for reports and tables.", show_default=False)],
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Submissions graded at the same time.")] = os.cpu_count()
    or 1,
    executor: Annotated[
        str, typer.Option("--executor", help="Where: local, or dask://HOST:PORT of a dask scheduler.")
    ] = "local",
    only: Annotated[
        list[str] | None, typer.Option("--only", help="An exercise or concept.", show_default=False)
    ] = None,
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="Grade the exercises of one assignment.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Grade again even what has a report already.")] = False,
    allow_unsandboxed: Annotated[
        bool, typer.Option("--allow-unsandboxed", help="Run other people's code without kernel walls.")
    ] = False,
    gradebook: Annotated[
        str | None, typer.Option("--gradebook", help="Record scores in nbgrader's gradebook at this URL.")
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            "--roster", help="CSV file: who is who. Also read: students.csv beside course.yml.", show_default=False
        ),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Grade a class. Writes a report for each submission, index.html, grades.csv, final.csv, and more tables."""
    from graders.errors import UsageError
    from graders.grading.attention import of_strangers

    if not path.exists():
        raise UsageError(f"There is no {path}.", "Give the folder that holds the submissions.")
    if out.resolve() == path.resolve():
        raise UsageError(f"{path} holds the submissions: reports in it would be taken for students.", "Change --out.")
    from graders.grading.executors import executor_for

    where = executor_for(executor, jobs, allow_unsandboxed)
    ready = _meanwhile(where.ready)
    from rich.console import Console

    from graders.banks.store import BankStore
    from graders.cli.addresses import understood_all
    from graders.cli.progress import counting, grading
    from graders.course.course import load_course
    from graders.course.extras import need_torch
    from graders.course.granted import read_granted
    from graders.course.keys import secret_key, weakness
    from graders.grading.batch import Batch, collect
    from graders.grading.outputs import write_tables
    from graders.grading.session import needed_exercises
    from graders.render.changes import show_changes
    from graders.render.classroom import show_attention, show_class, show_notes
    from graders.submission.roster_file import course_roster

    loaded = load_course(course)
    students, told = course_roster(loaded, roster), list[str]()
    chosen = understood_all(loaded, only) or (list(loaded.assignment(assignment).exercises) if assignment else None)
    granted = read_granted(loaded, students)
    submissions = collect(path, loaded, assignment, chosen, students, told)
    if gradebook:  # before a class is graded for a database that cannot be opened
        from graders.notebook.gradebook import open_gradebook

        with open_gradebook(gradebook, loaded.course):
            pass
    if not submissions:
        raise UsageError(f"{path} holds no submission.", "Expected one folder, .py, .ipynb or .zip for each student.")
    if executor == "local":
        for name in needed_exercises(loaded, chosen):
            if loaded.exercise(name).flavour == "torch" and any(f"{name}.py" in one.files for one in submissions):
                need_torch(name)
    ready()
    console, key = Console(highlight=False), secret_key(loaded)
    if key is None or key == loaded.public_key:
        console.print(f"{_PUBLIC} `leafgrad key new` makes a secret one.", markup=False)
    elif short := weakness(key):
        console.print(f"{short} `leafgrad key new` makes a safe one.", markup=False)
    with counting() as building, grading(len(submissions)) as done:
        store = BankStore(loaded, key, progress=building)
        batch = Batch(loaded, out, store, chosen, where, fresh, done=done, granted=granted, told=told)
        if students:
            batch.roster = {one.id: one.name for one in students.people.values()}
            batch.told = [*students.notes, *told]
            ids = [one.student_id for one in submissions]
            batch.strangers = list(of_strangers(students.people, ids, students.files[0]))
        result = batch.run(submissions)
    show_class(console, result.standing)
    if result.changes:
        show_changes(console, result.changes, len(result.reports), out)
    show_notes(console, result.notes)
    try:
        if gradebook:
            result.attention += _record(console, result.reports, loaded, gradebook, submissions, out)
            result.attention += write_tables(
                out, loaded, result.reports, result.ungraded, result.attention, result.changes
            )
    finally:
        again = f", {result.reused} unchanged since the last run" if result.reused else ""
        ungraded = f", {len(result.ungraded)} could not be graded" if result.ungraded else ""
        unwritten = {one.who for one in result.attention if one.kind == "unwritten"}
        page, table = out / "index.html", out / "grades.csv"
        there = "" if {page.name, table.name} & unwritten else f" Open {page}; numbers in {table}."
        console.print(f"{result.graded} graded{again}{ungraded}.{there}", markup=False)
        show_attention(console, result.attention)
    raise typer.Exit(0 if result.whole else EXIT_TROUBLE)


def _record(
    console: Console, reports: Sequence[Report], course: Course, url: str, submissions: Sequence[Submission], out: Path
) -> list[Attention]:
    """Record reports in the gradebook, say so, and return a line on each student whose scores are not in it."""
    from graders.grading.attention import of_fault
    from graders.grading.faults import keep_trace
    from graders.notebook.gradebook import record
    from graders.submission.model import safe_name
    from graders.text import plain

    recorded = record(reports, course, url, submissions=submissions)
    for note in recorded.notes:
        console.print(f"Gradebook: {plain(note)}", markup=False)
    console.print(f"{recorded.submissions} submissions of {recorded.students} students are in the gradebook.")
    return [
        of_fault(f"{student} (gradebook)", fault, keep_trace(out, f"gradebook-{safe_name(student)}", fault))
        for student, fault in recorded.faults.items()
    ]


def _meanwhile(action: Callable[[], None]) -> Callable[[], None]:
    """Begin an action in another thread; return what waits for its end and raises what it raised."""
    from concurrent.futures import ThreadPoolExecutor

    executor = ThreadPoolExecutor(max_workers=1)
    begun = executor.submit(action)
    executor.shutdown(wait=False)
    return begun.result


def release(
    folder: Annotated[Path, typer.Argument(help="Folder for the student kit.", show_default=False)],
    course: CourseOption = None,
) -> None:
    """Write the folder for your students. It has stubs, course.yml, how to install, and nothing of the solutions."""
    from graders.cli.starting import tell
    from graders.course.course import load_course
    from graders.course.release import release as write_kit

    done = write_kit(load_course(course), folder)
    print(f"{len(done.written)} files written to {folder}; files of a student that were there are untouched.")
    tell(folder, done)
    print(f"Next: give {folder} to your students, as a zip or a repository; its README.md says how to begin.")


def selftest(
    only: Annotated[list[str] | None, typer.Argument(help="Exercises. Default: all.", show_default=False)] = None,
    course: CourseOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the kill matrix to this Markdown file.")] = None,
) -> None:
    """Prove the graders on this machine. Stubs score 0, solutions score full, every mutant loses its own concepts."""
    from rich.console import Console

    from graders.cli.addresses import exercise_meant
    from graders.cli.progress import counting
    from graders.course.course import load_course
    from graders.course.selftest import run_selftest
    from graders.files import plain_file, writable, write_whole
    from graders.render.selftest import show_selftest

    loaded = load_course(course)
    exercises = [exercise_meant(loaded, name) for name in only] if only else list(loaded.exercise_ids)
    if out:
        with writable(out):
            out.parent.mkdir(parents=True, exist_ok=True)
    with counting() as building, counting("grading wrong versions of", lines=True) as graded:
        result = run_selftest(loaded, exercises, building=building, progress=graded)
    show_selftest(Console(highlight=False), result)
    if out:
        from graders.render.selftest import as_markdown

        with writable(out):
            write_whole(out, as_markdown(result).encode(), plain_file)
    raise typer.Exit(0 if result.good else EXIT_NOT_PASSED)
