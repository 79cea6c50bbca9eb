"""Every operator mutant of a solution loses a concept, or stands in `equivalent.yml` with the reason why not."""

from __future__ import annotations

import random

import pytest

from graders.banks.store import BankStore
from graders.course.course import Course, load_course
from graders.sandbox.pool import SandboxPool
from tests.conftest import ROOT
from tests.operators.mutations import mutants
from tests.operators.running import Runs, equivalent, of_exercise

EXERCISES = load_course(ROOT).exercise_ids
SAMPLE = 60
"""Drawn from all of them, the same in every run."""
SOURCE = '''
def f(x: int = 1, y=2):
    """Text + 1."""
    x += y
    if x < y and not y:
        return g(x, y, key=True)
    return [x - y for x in y if x]
'''


@pytest.fixture
def runs(course: Course, store: BankStore, sandboxes: SandboxPool, solutions: dict[str, bytes]) -> Runs:
    return Runs(course, store, sandboxes, solutions, wall=0.5)


def test_every_rule_finds_its_place() -> None:
    found = {one.id.partition(" -> ")[2] for one in mutants(SOURCE)}
    assert found >= {
        "x -= y",
        "x = y",
        "",
        "if x <= y and (not y):",
        "if x < y or not y:",
        "if x < y and y:",
        "if not (x < y and (not y)):",
        "return g(y, x, key=True)",
        "return g(x, y)",
        "return g(x, y, key=False)",
        "return [x + y for x in y if x]",
        "return [y - x for x in y if x]",
        "return [x - x for x in y if x]",
        "return [x - y for x in y]",
        "return [x - y for x in y if not x]",
        "def f(x: int=2, y=2):",
    }
    assert not any("Text" in text for text in found)


def test_what_the_stub_gives_stays() -> None:
    assert not mutants(SOURCE, SOURCE)
    kept = {one.id.partition(" -> ")[0] for one in mutants(SOURCE, SOURCE.replace("not y", "y"))}
    assert "f: x += y" not in kept and "f: if x < y and (not y): / return g(x, y, key=True)" in kept


def test_what_is_listed_as_equivalent_is_there() -> None:
    for exercise, listed in equivalent().items():
        assert not set(listed) - {one.id for one in of_exercise(exercise)}
        assert all(len(reason) > 10 for reason in listed.values())


def test_a_sample_of_operator_mutants_is_killed(runs: Runs) -> None:
    listed = equivalent()
    every = [(exercise, one) for exercise in EXERCISES for one in of_exercise(exercise)]
    wrong = [(exercise, one) for exercise, one in every if one.id not in listed.get(exercise, {})]
    chosen = sorted(random.Random(14).sample(wrong, SAMPLE), key=lambda pair: EXERCISES.index(pair[0]))
    assert [(name, one.id) for name, one in chosen if runs.killed_by(name, one.source) is None] == []


@pytest.mark.proof
@pytest.mark.parametrize("exercise", EXERCISES)
def test_all_operator_mutants_are_killed_or_equivalent(runs: Runs, exercise: str) -> None:
    listed = set(equivalent().get(exercise, {}))
    alive = {one.id for one in of_exercise(exercise) if runs.killed_by(exercise, one.source) is None}
    assert alive == listed
