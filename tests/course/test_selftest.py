"""The course's own proof: stubs earn nothing, solutions everything, every mutant loses just its own concepts."""

import pytest

from graders.course.course import load_course
from graders.course.selftest import load_mutants, run_selftest
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from graders.render.selftest import troubles
from tests.conftest import ROOT, fresh_banks, lost, sampled
from tests.course.test_mutants import misnamed

EXERCISES = load_course(ROOT).exercise_ids
OF_EACH_KIND = {name for name in EXERCISES if name[:4] in ("ex01", "ex02", "ex05", "ex07", "ex09", "ex12")}
"""An exercise for each of the six kinds of case."""


def test_the_proof_runs(course):
    result = run_selftest(course, ["ex02_closures"], every=60)
    assert result.good, "\n".join(troubles(result))
    assert len(result.mutants) == 4


@pytest.mark.proof
@pytest.mark.parametrize("exercise", EXERCISES)
def test_all_mutants(course, exercise):
    result = run_selftest(course, [exercise])
    assert result.good, "\n".join(troubles(result))
    assert not misnamed(result)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_concept_has_at_least_three_mutants(course, exercise):
    mutants = load_mutants(course, exercise)
    for concept in course.exercise(exercise).concepts:
        assert sum(concept.id in mutant.costs for mutant in mutants) >= 3, f"{exercise}.{concept.id}"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_right_answers_in_other_styles_keep_full_marks(grade, solutions, root, exercise):
    styles = sorted((root / "tests" / "right" / exercise).glob("*.py"))
    assert len(styles) >= 3
    for style in styles:
        report = grade(solutions | {f"{exercise}.py": style.read_bytes()}, exercise, search=False)
        assert lost(report) <= allowed(style.read_text(), exercise), style.name


def allowed(source: str, exercise: str) -> set[str]:
    """Return the concepts that a style says, on its first lines, that it may lose, as published engines do."""
    marks = [line for line in source.splitlines()[:12] if line.startswith("# loses:")]
    return {f"{exercise}.{name.strip()}" for line in marks for name in line.removeprefix("# loses:").split(",")}


@pytest.mark.parametrize("exercise", sampled(EXERCISES, OF_EACH_KIND))
def test_right_answers_keep_full_marks_under_another_key(course, store, sandboxes, solutions, root, exercise):
    keyed = fresh_banks(course, store, exercise, "another key", cases=15)
    grader = Grader(course, keyed, sandboxes, Budget(calls=0))
    for path in [None, *sorted((root / "tests" / "right" / exercise).glob("*.py"))]:
        source = path.read_bytes() if path else solutions[f"{exercise}.py"]
        report = grader.grade(Files(solutions | {f"{exercise}.py": source}), [exercise])
        assert lost(report) <= allowed(source.decode(), exercise), path
