"""What a report shows is what a student sees who pastes the smallest case under the own file and runs it.

Every row of the failing cases of every mutant and of every student of the class: all of them under the marker `proof`,
a tenth of the mutants in the usual run, in `tests/course/test_mutants.py`.
"""

from __future__ import annotations

import pytest

from graders.course.course import load_course
from graders.course.selftest import load_mutants
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from tests.conftest import ROOT
from tests.proof.pasting import Pasted, cases, differences, too_wide

EXERCISES = load_course(ROOT).exercise_ids


@pytest.mark.proof
@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_mutant(course, store, sandboxes, solutions, tmp_path, exercise):
    every = mutants(course, store, sandboxes, solutions, exercise, Budget(seconds=0.3, calls=100))
    assert not differences(every, tmp_path)
    assert not too_wide(every)


@pytest.mark.proof
@pytest.mark.parametrize("exercise", ["ex02_closures", "ex03_backward", "ex09_sgd"])
def test_every_student_of_the_class(course, store, sandboxes, tmp_path, exercise):
    grader = Grader(course, store, sandboxes, Budget())
    found: list[Pasted] = []
    for folder in sorted((ROOT / "tests" / "classroom").iterdir()):
        files = {path.name: path.read_bytes() for path in folder.glob("*.py")}
        if f"{exercise}.py" in files:
            found += cases(folder.name, files, grader.grade(Files(files), [exercise]))
    assert found
    assert not differences(found, tmp_path)
    assert not too_wide(found)


def mutants(course, store, sandboxes, solutions, exercise, budget) -> list[Pasted]:
    """Return the failing cases of the mutants of an exercise."""
    grader = Grader(course, store, sandboxes, budget)
    found: list[Pasted] = []
    for mutant in load_mutants(course, exercise):
        files = solutions | {f"{exercise}.py": mutant.source}
        found += cases(mutant.id, files, grader.grade(Files(files), [exercise]))
    return found
