"""The same submission gets the same report in every mode; only the isolation level in it differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graders.banks.store import BankStore
from graders.course.course import Course
from graders.grading.grade import Grader
from graders.judging.shrink import Budget
from graders.sandbox.levels import LEVELS
from graders.sandbox.pool import SandboxPool
from graders.sandbox.probe import probe
from graders.submission import find_submissions

CLASSROOM = Path(__file__).resolve().parents[1] / "classroom"


@pytest.mark.proof
@pytest.mark.parametrize("exercise", ["ex02_closures", "ex03_backward", "ex09_sgd"])
def test_reports_are_equal(course: Course, store: BankStore, exercise: str) -> None:
    offered = LEVELS[LEVELS.index(probe().level) :]
    if course.exercise(exercise).flavour == "torch" and len(offered) > 1:
        offered = offered[:-1]  # a new process that imports torch for each worker would take too long
    reports: dict[str, dict[str, Any]] = {level: {} for level in offered}
    for level in offered:
        with SandboxPool(course, level) as sandboxes:
            grader = Grader(course, store, sandboxes, Budget(seconds=60))  # bounded by its calls, not by the clock
            for submission in find_submissions(CLASSROOM, list(course.exercise_ids)):
                report = json.loads(grader.grade(submission, [exercise]).model_dump_json())
                assert report.pop("isolation") == level
                reports[level][submission.student_id] = report
    for level in offered[1:]:
        for student, report in reports[level].items():
            assert report == reports[offered[0]][student], f"{student}: {offered[0]} and {level} differ"
