"""A tenth of the mutants, each graded once: it loses just its own concepts, and its report holds in plain Python.

All of them are in `make proof`: `test_selftest.py` and `tests/proof/test_paste.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from graders.course.course import load_course
from graders.course.selftest import SelftestResult, load_mutants, outcome
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from graders.render.selftest import troubles
from graders.report import Report
from tests.conftest import ROOT
from tests.proof.pasting import Pasted, cases, differences, too_wide

SAMPLE = 10
"""`make test` takes one of so many mutants, from the first on."""


@dataclass
class Sample:
    """What grading a sample gave: as the selftest says it, and the failing cases of the reports."""

    result: SelftestResult
    pasted: list[Pasted]


@pytest.fixture(scope="module", params=load_course(ROOT).exercise_ids)
def sample(request, course, store, sandboxes, solutions) -> Sample:
    """Stub, solution and some mutants of an exercise."""
    exercise, found = request.param, Sample(SelftestResult(), [])
    grader, name = Grader(course, store, sandboxes, Budget(calls=0)), f"{request.param}.py"

    def graded(source: bytes, others: Mapping[str, bytes] = solutions) -> Report:
        return grader.grade(Files({**others, name: source}), [exercise])

    found.result.stubs[exercise] = graded((ROOT / "exercises" / name).read_bytes(), {})
    found.result.solutions[exercise] = graded(solutions[name])
    for mutant in load_mutants(course, exercise)[::SAMPLE]:
        report = graded(mutant.source)
        found.result.mutants.append(outcome(course, mutant, report))
        found.pasted += cases(mutant.id, solutions | {name: mutant.source}, report)
    return found


def test_each_loses_just_its_own_concepts(sample):
    assert sample.result.good, "\n".join(troubles(sample.result))


def test_each_is_named_as_declared(sample):
    assert not misnamed(sample.result)


def test_some_are_named_without_being_what_is_predicted(sample):
    mutants = [one.mutant for one in sample.result.mutants]
    assert any(mutant.named and not mutant.predicts for mutant in mutants)


def test_a_paste_prints_what_the_report_shows(sample, tmp_path):
    assert sample.pasted
    assert not differences(sample.pasted, tmp_path)
    assert not too_wide(sample.pasted)


def misnamed(result: SelftestResult) -> dict[str, Mapping[str, str]]:
    """Return the mutants whose names are not just the declared ones, with what was named."""
    return {one.mutant.id: one.named for one in result.mutants if dict(one.named) != dict(one.mutant.named)}
