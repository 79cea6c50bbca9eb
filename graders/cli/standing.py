"""How far a student is: `leafgrad status`, and which concept `leafgrad hint ex02` is about."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from graders.cli.addresses import again, understood
from graders.cli.bars import Standing, first_hole, show_status
from graders.cli.desk import exercise_folder, open_desk
from graders.course.course import Course, load_course
from graders.course.extras import gradable
from graders.course.record import Part, untouched
from graders.errors import UsageError
from graders.render.next_step import following, next_command
from graders.report import Report
from graders.submit import kept_hand_ins


def print_status(course: Path | None, folder: Path | None) -> bool:
    """Print how far each exercise is; return whether all of the course passes.

    Args:
        course: course.yml or its folder; None to look for it from here upwards.
        folder: The student's files; None for the course's `exercises/`.
    """
    loaded = load_course(course)
    home = exercise_folder(loaded, folder)
    report, stubs, without = _written(loaded, home)
    standings = [*_standings(loaded, report, home, stubs)]
    show_status(standings, _parts(loaded), home, datetime.now(UTC))
    if without:
        print(without)
    for one in kept_hand_ins(loaded.folder):
        print(f"{one.assignment} is kept since {one.kept_at} and NOT handed in yet. To send it: leafgrad submit")
    where = again(folder, course)
    begin = next((f"leafgrad check {name}{where}" for name in stubs if loaded.exercise(name).concepts), "")
    if said := (report and next_command(report, where)) or begin:
        print(f"Next: {said}")
    return bool(report and report.passed and len(report.exercises) == len(loaded.exercises))


def concept_at_hand(course: Course, folder: Path | None) -> str:
    """Return the address of the concept that comes next: what `leafgrad status` ends with.

    Raises:
        UsageError: all of the course passes.
    """
    report, stubs, _ = _written(course, exercise_folder(course, folder))
    if left := report and following(report):
        return f"{left[0].id}.{left[1].id}"
    for name in stubs:
        if concepts := course.exercise(name).concepts:
            return f"{name}.{concepts[0].id}"
    raise UsageError("All of it passes.", "For one concept, give its name: leafgrad status lists the exercises.")


def concept_to_hint(course: Course, typed: str, folder: Path | None) -> str:
    """Return the address of a concept: the one that is named, or of an exercise the first that does not pass.

    Args:
        course: The course.
        typed: The name; empty for what comes next.
        folder: The student's files; None for the course's `exercises/`.

    Raises:
        UsageError: the name means nothing, or all of that exercise or of the course passes.
    """
    if not typed:
        return concept_at_hand(course, folder)
    address = understood(course, typed)
    if "." in address:
        return address
    concepts = [f"{address}.{concept.id}" for concept in course.exercise(address).concepts]
    if address in untouched(course.folder, course.exercise_ids, exercise_folder(course, folder)):
        return concepts[0]
    with open_desk(course.path, folder, [address]) as desk:
        report = desk.report()
    left = [concept for _, concept in report.concepts() if concept.status != "passed"]
    if not left:
        raise UsageError(f"All of {address} passes.", f"For one of its hints: leafgrad hint {concepts[0]}")
    first = min(left, key=lambda one: one.status == "skipped")
    return f"{address}.{first.id}"


def _written(course: Course, home: Path) -> tuple[Report | None, list[str], str]:
    """Return the report on what is written and can be graded here, what is as given out, and what is missing here."""
    stubs = untouched(course.folder, course.exercise_ids, home)
    here, without = gradable(course, [name for name in course.exercise_ids if name not in stubs])
    if not here:
        return None, stubs, without
    with open_desk(course.path, home, here) as desk:
        return desk.report(), stubs, without


def _standings(course: Course, report: Report | None, home: Path, stubs: list[str]) -> list[Standing]:
    graded = {exercise.id: exercise for exercise in report.exercises} if report else {}
    found = []
    for exercise in course.exercises:
        hole, count = first_hole(home / f"{exercise.id}.py"), len(exercise.concepts)
        if result := graded.get(exercise.id):
            done = sum(concept.status == "passed" for concept in result.concepts)
            why = "cannot be loaded" if result.obstacle else ""
            found.append(Standing(exercise.id, done, count, result.score, exercise.max_score, hole, why))
        else:
            why = "" if exercise.id in stubs else "needs torch"
            found.append(Standing(exercise.id, 0, count, 0.0, exercise.max_score, hole, why))
    return found


def _parts(course: Course) -> list[Part]:
    return [Part(one.id, one.title, one.due, one.exercises) for one in course.assignments]
