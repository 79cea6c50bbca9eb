"""A student's way through each exercise: no concept passes before its holes are filled, and none is called wrong.

`holes.yml` says which concepts each hole of a stub is needed for; it was written down and read by people, and does not
come from the grader under test.
"""

from __future__ import annotations

import pytest
import yaml

from graders.cases.ops import SCALAR
from graders.course.course import load_course
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from tests.conftest import ROOT
from tests.course.walking import read_exercise

EXERCISES = load_course(ROOT).exercise_ids
_WRITTEN = yaml.safe_load((ROOT / "tests" / "course" / "holes.yml").read_text())
_OWN = {f"Value.{op.method}": [op.name] for op in SCALAR.values()}
NEEDED = {
    exercise: {
        hole: [*_OWN.get(hole, []), *_WRITTEN[exercise].get(hole, [])] for hole in read_exercise(ROOT, exercise).holes
    }
    for exercise in EXERCISES
}
WAITING = ("not_started", "skipped")
SILENT = "Tensor.__array_ufunc__"
"""A hole that cannot say that it is one: without the attribute, numpy takes `array * tensor` apart."""


@pytest.fixture
def outcome(course, store, sandboxes, solutions):
    """Grade one file of an exercise, the others being right, and return (points, concept id to result)."""
    grader = Grader(course, store, sandboxes, Budget(calls=0))

    def run(exercise, source):
        report = grader.grade(Files(solutions | {f"{exercise}.py": source.encode()}), [exercise])
        return report.score, {concept.id: concept for _, concept in report.concepts()}

    return run


def check_step(exercise, left, concepts):
    """Hold the report on a file with some open holes against the table."""
    waiting = {name for hole in left for name in NEEDED[exercise][hole]}
    for name, concept in concepts.items():
        address = f"{exercise}.{name}, still open: {', '.join(left)}"
        assert (concept.status == "passed") == (name not in waiting), f"{address}: {concept.status}"
        if SILENT in left and name in NEEDED[exercise][SILENT]:
            continue
        assert concept.status in ("passed", *WAITING), f"{address}: {concept.status}, {told(concept)}"
        assert not any(check.misconception or check.counterexample for check in concept.checks), address


def told(concept):
    return [check.message for check in concept.checks if check.message]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_table_names_every_hole_and_every_concept(course, exercise):
    table = NEEDED[exercise]
    assert set(_WRITTEN[exercise]) <= set(table)
    assert all(table.values())
    assert set().union(*table.values()) == {concept.id for concept in course.exercise(exercise).concepts}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_holes_filled_in_the_order_of_the_file(outcome, course, exercise):
    passed = set()
    for left, source in read_exercise(ROOT, exercise).steps():
        score, concepts = outcome(exercise, source)
        check_step(exercise, left, concepts)
        assert left != list(NEEDED[exercise]) or score == 0
        now = {name for name, concept in concepts.items() if concept.status == "passed"}
        assert passed <= now
        passed = now
    assert score == sum(concept.points for concept in course.exercise(exercise).concepts)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_open_hole_is_shown_with_its_line(outcome, exercise):
    stub = read_exercise(ROOT, exercise).stub
    lines = stub.splitlines()
    for concept in outcome(exercise, stub)[1].values():
        for check in concept.checks:
            if check.status == "not_started":
                place = check.message.removeprefix(f"Not written yet: {exercise}.py, line ").removesuffix(".")
                assert lines[int(place) - 1].strip() == "raise NotImplementedError", check.message


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("nothing", ["pass", "return None"])
def test_holes_filled_with_nothing_earn_nothing(outcome, exercise, nothing):
    score, concepts = outcome(
        exercise, read_exercise(ROOT, exercise).stub.replace("raise NotImplementedError", nothing)
    )
    named = {name: idea.id for name, one in concepts.items() if (idea := next(filter(None, ideas(one)), None))}
    assert score == 0
    assert named in ({}, {"errors": "accepts_anything"})  # which is what an empty __init__ does


def ideas(concept):
    return [check.misconception for check in concept.checks]


@pytest.mark.proof
@pytest.mark.parametrize("exercise", EXERCISES)
def test_holes_filled_from_the_end_of_the_file(outcome, exercise):
    walk = read_exercise(ROOT, exercise)
    for left, source in walk.steps(walk.holes[::-1]):
        check_step(exercise, left, outcome(exercise, source)[1])


@pytest.mark.proof
@pytest.mark.parametrize("exercise", EXERCISES)
def test_each_hole_left_open_alone(outcome, exercise):
    walk = read_exercise(ROOT, exercise)
    for hole in walk.holes:
        concepts = outcome(exercise, walk.open([hole]))[1]
        check_step(exercise, [hole], concepts)
        assert {name for name, concept in concepts.items() if concept.status != "passed"} == set(NEEDED[exercise][hole])
