"""Holes filled with code that does nothing: whatever they return, they earn nothing."""

import re

import pytest

from tests.conftest import ROOT

CONSTANTS = ("0.0", "True", "[]", "(lambda: None)()", "")
"""What the holes return; nothing stands for their own first argument."""

EXERCISES = sorted(path.stem for path in (ROOT / "exercises").glob("ex*.py"))
_DEF = re.compile(r" *def \w+\((?P<first>\w+)")
_HOLE = "raise NotImplementedError"


def filled(stub: str, value: str) -> str:
    """Return a stub whose holes return `value`, or their own first argument where that is empty."""
    first, lines = "None", []
    for line in stub.splitlines():
        if found := _DEF.match(line):
            first = found["first"]
        lines.append(line.replace(_HOLE, f"return {value or first}") if line.strip() == _HOLE else line)
    return "\n".join(lines) + "\n"


def check_earns_nothing(grade, exercise, value):
    stub = (ROOT / "exercises" / f"{exercise}.py").read_text(encoding="utf-8")
    report = grade({f"{exercise}.py": filled(stub, value)}, exercise, search=False)
    assert {c.id: c.score for _, c in report.concepts() if c.score} == {}, value or "first argument"
    assert all(c.status != "passed" for _, c in report.concepts())


@pytest.mark.parametrize("place", range(len(EXERCISES)), ids=EXERCISES.__getitem__)
def test_code_that_does_nothing_earns_nothing(place, grade):
    """Two of the five in each exercise, so that each stands beside every other."""
    for value in (CONSTANTS[place % 5], CONSTANTS[(place + 1 + place // 5) % 5]):
        check_earns_nothing(grade, EXERCISES[place], value)


@pytest.mark.proof
@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("value", CONSTANTS)
def test_no_code_that_does_nothing_earns_anything(exercise, value, grade):
    check_earns_nothing(grade, exercise, value)


def test_what_is_left_alone_counts_beside_something_right(grade, solutions):
    source = solutions["ex09_sgd.py"].decode()
    idle = source.replace("p -= self.lr * p.grad", "self.lr * p.grad")
    backwards = source.replace("p -= self.lr", "p += self.lr")
    assert source not in (idle, backwards)
    report = grade({"ex09_sgd.py": idle}, "ex09_sgd", search=False)
    left = {c.id: (c.status, c.checks[0].message) for _, c in report.concepts()}
    assert left["no_history"][0] == left["grad_untouched"][0] == "skipped"
    assert "An empty function would pass this too" in left["no_history"][1]
    found = {c.id: c.status for _, c in grade({"ex09_sgd.py": backwards}, "ex09_sgd", search=False).concepts()}
    assert (found["sign"], found["no_history"], found["grad_untouched"]) == ("failed", "passed", "passed")
