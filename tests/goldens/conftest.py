"""The class and one failing answer per exercise, each graded once for all goldens."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from graders.banks.store import BankStore
from graders.course.course import Course
from graders.course.selftest import load_mutants
from graders.grading.batch import collect
from graders.grading.grade import Files, Grader
from graders.judging.known import Known
from graders.judging.shrink import Budget
from graders.report import Report
from graders.sandbox.pool import SandboxPool
from tests.conftest import ROOT

ASKED = list(json.loads(Path(__file__).with_name("classroom.json").read_text())["fay"]["not passed"])
"""What the class was taught, all of which fay lacks: a concept that the course gets later is not asked of it."""

ANSWERS = {
    "ex01_finite_differences": "no_division",
    "ex02_closures": "pow_forgets_operands",
    "ex03_backward": "keeps_intermediates",
    "ex04_tensor_closures": "matmul_t",
    "ex05_losses": "all_columns",
    "ex06_graph_walkers": "marked_when_pushed_everywhere",
    "ex07_connection": "clears_gradients",
    "ex08_zero_grad": "last_loss_only",
    "ex09_sgd": "ignores_lr",
    "ex10_sgd_momentum": "ema_from_zero",
    "ex11_adaptive": "no_guard",
    "ex12_training_loop": "step_first",
}
"""Exercise to the wrong version of its solution whose report is kept; most lose several concepts."""


@pytest.fixture(scope="session")
def grader(course: Course, store: BankStore, sandboxes: SandboxPool) -> Grader:
    """Searches for smallest cases by so many calls and as long as they take, so that every machine finds the same."""
    return Grader(course, store, sandboxes, Budget(seconds=600, calls=30))


@pytest.fixture(scope="session")
def reports(course: Course, grader: Grader) -> dict[str, Report]:
    """Student to report. What never ends has half a second for each case, not two."""
    soon = course.model_copy(update={"limits": course.limits.model_copy(update={"wall": 0.5})})
    impatient = replace(grader, course=soon, known=Known())
    return {
        one.student_id: (impatient if one.student_id == "hana" else grader).grade(one, ASKED)
        for one in collect(ROOT / "tests" / "classroom", course)
    }


@pytest.fixture(scope="session")
def answers(course: Course, grader: Grader, solutions: dict[str, bytes]) -> dict[str, Report]:
    """Exercise to the report on one failing answer."""
    found = {}
    for exercise, name in ANSWERS.items():
        source = next(mutant.source for mutant in load_mutants(course, exercise) if mutant.id == name)
        found[exercise] = grader.grade(Files(solutions | {f"{exercise}.py": source}, student_id=name), [exercise])
    return found
