"""A class of reports as grading leaves them, drawn without grading anybody."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from graders.course.course import Course
from graders.course.granted import NOTHING
from graders.grading.attention import late
from graders.grading.kept import Kept
from graders.grading.late import due_date
from graders.grading.outputs import write_tables
from graders.report import CheckResult, Counterexample, NamedMisconception, Report, score_concept, sum_exercise, total
from graders.spec import load_spec
from graders.submission.model import safe_name
from graders.submission.times import format_time

KINDS = ("right", "one bug", "several", "late", "hostile", "nothing", "again")
NAMES = ("ada", "Lee, Ann", "=cmd|x", "Žofie", "李雷", "a@b.example", "O'Brien")


def ids(count: int) -> list[str]:
    """Return ids in several scripts, some of which a spreadsheet would take for formulas."""
    return [f"{NAMES[number % len(NAMES)]} {number:04}" for number in range(count)]


def reports(course: Course, count: int, seed: int = 0) -> Iterator[tuple[str, list[Report]]]:
    """Yield kind and attempts of each student; who is `again` has two."""
    for number, student in enumerate(ids(count)):
        dice = random.Random(f"{seed}-{number}")
        kind = KINDS[number % len(KINDS)]
        yield kind, [report(course, student, kind, dice, attempt) for attempt in range(2 if kind == "again" else 1)]


def report(course: Course, student: str, kind: str, dice: random.Random, attempt: int = 0) -> Report:
    """Return what grading gives for a student of a kind."""
    chance = {"right": 1.0, "late": 0.9, "one bug": 0.98, "several": 0.6, "hostile": 0.1, "nothing": -1.0, "again": 0.7}
    exercises, times = [], []
    for exercise in course.exercises:
        assignment = next((one for one in course.assignments if exercise.id in one.exercises), None)
        due = due_date(assignment) if assignment else None
        days = dice.choice((0.5, 1.5, 3, 9)) if kind == "late" or (kind == "again" and attempt) else -1
        concepts = []
        for concept in exercise.concepts:
            checks = [
                check_result(check.id, check.says, check.weight, dice.random() < chance[kind], kind)
                for check in load_spec(exercise.id).concept(concept.id).checks
            ]
            concepts.append(score_concept(concept.id, concept.title, concept.worth, checks))
        made = sum_exercise(exercise.id, concepts, "c" * 24)
        when = format_time(due + timedelta(days=days)) if due and kind != "nothing" else None
        times += [when] if when else []
        exercises.append(made.model_copy(update={"basis": "b" * 24, "submitted_at": when}))
    score, most = total(exercises)
    return Report(
        course=course.course,
        grader_version="0.1.0",
        key_id="public",
        isolation="jail",
        student_id=student,
        submission_sha256=f"{attempt}{dice.getrandbits(200):063x}",
        submitted_at=max(times, default=None),
        score=score,
        max_score=most,
        exercises=exercises,
    )


def check_result(name: str, says: str, weight: float, good: bool, kind: str) -> CheckResult:
    """Return the verdict of a check."""
    if kind == "nothing":
        return CheckResult(id=name, says=says, status="not_started", weight=weight, message="Not written yet.")
    text = "</td><script>alert(1)</script>" if kind == "hostile" else "a.grad is 2.0; torch gives 4.0."
    case = Counterexample(snippet="a = Value(2.0)\nb = a * a\n", expected={"a.grad": 4.0}, actual={"a.grad": 2.0})
    named = NamedMisconception(id="overwrites", sentence="Gradients add up.") if kind == "one bug" else None
    return CheckResult(
        id=name,
        says=says,
        status="passed" if good else "failed",
        cases=100,
        failed=0 if good else 7,
        weight=weight,
        counterexample=None if good else case,
        misconception=None if good else named,
        message="" if good else text,
    )


def write_class(out: Path, course: Course, count: int) -> None:
    """Write reports, attempts and tables of a class as a run of `leafgrad grade` leaves them."""
    (out / "reports").mkdir(parents=True)
    kept = Kept(out, course, granted=NOTHING)
    for _, attempts in reports(course, count):
        for one in attempts:
            stored = Report.model_validate_json(one.model_dump_json())
            kept.put(safe_name(one.student_id), stored)
    settled = sorted(kept.reports.values(), key=lambda one: one.student_id)
    assert not list(write_tables(out, course, settled, (), [line for one in settled for line in late(one)]))
    kept.forget_before()
