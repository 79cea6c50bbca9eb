"""No report on a wrong version of a solution is longer than 60 lines, or wider than the terminal."""

import pytest
from rich.cells import cell_len

from graders.course.course import load_course
from graders.course.selftest import load_mutants
from graders.render.terminal import MOST_LINES
from graders.report import CheckResult, ConceptResult, Counterexample, Report, sum_exercise
from tests.conftest import ROOT
from tests.surfaces.test_told_once import printed

EXERCISES = load_course(ROOT).exercise_ids


@pytest.mark.parametrize("exercise", EXERCISES)
def test_mutants_take_at_most_60_lines_of_80_columns(course, grade, solutions, exercise):
    """Of each exercise the mutant that costs the most concepts, and another one."""
    mutants = load_mutants(course, exercise)
    for mutant in (max(mutants, key=lambda one: len(one.costs)), mutants[len(mutants) // 2]):
        fits(grade(solutions | {f"{exercise}.py": mutant.source}, exercise), mutant.id)


@pytest.mark.proof
@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_mutant_takes_more_than_60_lines(course, grade, solutions, exercise):
    """All of them, with the failing cases of the banks, which are no smaller than those that a search finds."""
    for mutant in load_mutants(course, exercise):
        fits(grade(solutions | {f"{exercise}.py": mutant.source}, exercise, search=False), mutant.id)


def fits(report, name):
    """Fail unless the report is short and narrow at both widths."""
    for width in (80, 120):
        shown = printed(report, width).split("\n")
        assert len(shown) <= MOST_LINES == 60, name
        assert max(map(cell_len, shown)) <= width, name
        assert sum("Smallest failing case:" in line for line in shown) <= 1


@pytest.mark.parametrize("exercise", EXERCISES)
def test_whatever_fails_a_report_on_one_exercise_fits(course, exercise):
    """All concepts fail, each with long words of its own and a long case."""
    case = Counterexample(snippet="x = 1\n" * 60, expected={"a": 1.0}, actual={"a": 2.0}, first_divergence="a")
    failed = [
        CheckResult(id="a", says="x " * 60, status="failed", message=f"{one.id} " + "y " * 200, counterexample=case)
        for one in course.exercise(exercise).concepts
    ]
    results = [
        ConceptResult(id=one.id, title=one.title, score=0, max_score=one.points, status="failed", checks=[check])
        for one, check in zip(course.exercise(exercise).concepts, failed, strict=True)
    ]
    fits(Report.model_construct(score=0.0, max_score=1.0, exercises=[sum_exercise(exercise, results)]), exercise)
