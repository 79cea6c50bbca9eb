"""Holes filled with code that does nothing: whatever they return, they earn nothing."""

import re

import pytest

from tests.conftest import ROOT

CONSTANTS = ("0.0", "True", "[]", "(lambda: None)()")
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


@pytest.mark.parametrize("exercise", sorted(path.stem for path in (ROOT / "exercises").glob("ex*.py")))
def test_code_that_does_nothing_earns_nothing(exercise, grade):
    stub = (ROOT / "exercises" / f"{exercise}.py").read_text(encoding="utf-8")
    for value in (*CONSTANTS, ""):
        report = grade({f"{exercise}.py": filled(stub, value)}, exercise, search=False)
        assert {c.id: c.score for _, c in report.concepts() if c.score} == {}, value or "first argument"
        assert all(c.status != "passed" for _, c in report.concepts())


def test_what_is_left_alone_counts_beside_something_right(grade, solutions):
    source = solutions["ex09_sgd.py"].decode()
    idle = source.replace("p -= self.lr * p.grad", "self.lr * p.grad")
    backwards = source.replace("p -= self.lr", "p += self.lr")
    assert source not in (idle, backwards)
    report = grade({"ex09_sgd.py": idle}, "ex09_sgd", search=False)
    left = {c.id: (c.status, c.checks[0].message) for _, c in report.concepts()}
    assert left["no_history"][0] == left["grad_untouched"][0] == "skipped"
    assert "does nothing" in left["no_history"][1]
    found = {c.id: c.status for _, c in grade({"ex09_sgd.py": backwards}, "ex09_sgd", search=False).concepts()}
    assert (found["sign"], found["no_history"], found["grad_untouched"]) == ("failed", "passed", "passed")
