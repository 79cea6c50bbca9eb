"""A wrong idea is named only where it is the reason: not for code that does nothing, and not for two bugs at once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from graders.course.course import load_course
from graders.course.selftest import load_mutants
from graders.report import Report
from tests.conftest import ROOT

EXERCISES = load_course(ROOT).exercise_ids
_MOST_WRONG = 0.01
"""Share of names that may be wrong where two bugs meet."""


def names(report: Report) -> dict[str, str]:
    """Return concept to the idea that is named."""
    return {
        concept.id: check.misconception.id
        for _, concept in report.concepts()
        for check in concept.checks
        if check.misconception
    }


def without(solution: bytes, function: str, body: str) -> str:
    """Return a solution in which one function, the last of its class or file, has another body."""
    head, found, rest = solution.decode().partition(f"def {function}(")
    assert found
    opening = rest.index('"""')
    closing = rest.index('"""', opening + 3) + 3
    indent = rest[rest.rindex("\n", 0, opening) + 1 : opening]
    after = rest.find("\n\n", closing)
    lines = "".join(f"\n{indent}{line}" for line in body.split("\n"))
    return head + found + rest[:closing] + lines + "\n" + (rest[after:] if after > 0 else "")


def test_a_step_that_moves_nothing_is_no_special_case(grade, solutions):
    body = "for p in self.params:\n    if p.grad is not None:\n        p = p - self.lr * p.grad"
    source = without(solutions["ex09_sgd.py"], "step", body)
    assert names(grade({"ex09_sgd.py": source}, "ex09_sgd", search=False)) == {"in_place": "rebinds"}


def test_clearing_nothing_is_no_special_case(grade, solutions):
    body = "for p in params:\n    grad = p.grad\n    if set_to_none:\n        grad = None"
    source = without(solutions["ex08_zero_grad.py"], "zero_grad", body)
    assert names(grade({"ex08_zero_grad.py": source}, "ex08_zero_grad", search=False)) == {"none_mode": "local_name"}


def test_one_concept_alone_is_judged_as_in_the_whole(grade, solutions):
    source = without(solutions["ex09_sgd.py"], "step", "moved = self.lr")
    assert names(grade({"ex09_sgd.py": source}, "ex09_sgd.frozen", search=False)) == {}


def pairs(exercise: str, solution: str, count: int) -> Iterator[tuple[str, dict[str, set[Any]]]]:
    """Yield sources with the edits of two mutants, and for each concept the ideas that these may be named as."""
    mutants = [mutant for mutant in load_mutants(load_course(ROOT), exercise) if mutant.changes]
    chosen = random.Random(exercise)
    for _ in range(count):
        two = chosen.sample(mutants, 2)
        source = solution
        for old, new in (change for mutant in two for change in mutant.changes):
            source = source.replace(old, new) if source.count(old) == 1 else ""
        if source:
            known: dict[str, set[Any]] = {}
            for mutant in two:
                for concept, idea in mutant.named.items():
                    known.setdefault(concept, set()).add(idea)
            yield source, known


def wrongly_named(grade, solutions, exercise: str, count: int) -> tuple[int, list[tuple[str, str]]]:
    named, wrong = 0, []
    for source, known in pairs(exercise, solutions[f"{exercise}.py"].decode(), count):
        report = grade(solutions | {f"{exercise}.py": source}, exercise, search=False)
        found = names(report)
        named += len(found)
        wrong += [(concept, idea) for concept, idea in found.items() if idea not in known.get(concept, ())]
    return named, wrong


@pytest.mark.parametrize("exercise", ["ex08_zero_grad", "ex09_sgd"])
def test_two_bugs_are_not_given_a_third_name(grade, solutions, exercise):
    named, wrong = wrongly_named(grade, solutions, exercise, 10)
    assert named and not wrong


@pytest.mark.proof
def test_two_bugs_are_seldom_given_a_third_name_anywhere(grade, solutions):
    found = [wrongly_named(grade, solutions, exercise, 60) for exercise in EXERCISES]
    named, wrong = sum(count for count, _ in found), [item for _, items in found for item in items]
    assert named > 300 and len(wrong) <= _MOST_WRONG * named, wrong
