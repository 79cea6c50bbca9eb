"""What a whole exercise and a whole submission may use: where it ends, every concept has the one result."""

from __future__ import annotations

import time

import pytest

from graders.course.course import Course, load_course
from graders.grading.grade import Files, Grader
from graders.judging.concepts import judge_all
from graders.judging.exercise import ExerciseRun
from graders.judging.known import Known
from graders.judging.replay import Replay
from graders.judging.shrink import Budget
from graders.report import Report
from graders.sandbox.client import Limits
from graders.sandbox.clock import Allowance
from graders.sandbox.pool import SandboxPool
from graders.spec import load_spec

ONE, TWO, THREE = "ex01_finite_differences", "ex02_closures", "ex03_backward"
QUICK = Budget(calls=0)

_ENGINE = """
import time
class Value:
    def __init__(self, data, children=()):
        {made}
        self.data, self.grad, self._prev, self._backward = data, 0.0, children, lambda: None
    def __add__(self, other):
        {added}
        return Value({sum}, (self, other))
    __mul__ = __sub__ = __radd__ = __rmul__ = __add__
"""


def engine(made: str = "pass", added: str = "pass", sum: str = "0.0") -> bytes:
    return _ENGINE.format(made=made, added=added, sum=sum).encode()


@pytest.fixture
def graded(course, store):
    """Grade files under some limits, in workers of their own."""

    def run(files: dict[str, bytes], *only: str, budget: Budget = QUICK, **limits: float) -> Report:
        limited = course.model_copy(update={"limits": course.limits.model_copy(update=limits)})
        with SandboxPool(limited) as pool:
            return Grader(limited, store, pool, budget).grade(Files(files), only or None)

    return run


def results(report: Report) -> set[tuple[str, str]]:
    return {(concept.status, check.message) for _, concept in report.concepts() for check in concept.checks}


def test_code_that_is_slow_in_each_case_ends_with_one_result(graded, course) -> None:
    slow = {f"{TWO}.py": engine(added="time.sleep(0.1)")}
    begun = time.monotonic()
    report = graded(slow, TWO, wall=2.0, exercise=1.0)
    assert time.monotonic() - begun < 20
    assert results(report) == {("timeout", "Not judged: The cases of this exercise took more than 1 s together.")}
    assert (report.score, report.max_score) == (0.0, course.exercise(TWO).max_score)
    assert report.signals == [f"{TWO}: not judged. The cases of this exercise took more than 1 s together."]


def test_the_result_is_the_same_wherever_the_time_ends(graded) -> None:
    early = graded({f"{TWO}.py": engine(made="time.sleep(0.1)")}, TWO, exercise=0.5)
    late = graded({f"{TWO}.py": engine(added="time.sleep(0.04)")}, TWO, exercise=0.5)
    for report in (early, late):
        report.submission_sha256 = ""
    assert early.model_dump_json() == late.model_dump_json()


def test_large_answers_end_with_one_result_of_their_own(graded) -> None:
    source = b"def topological_order(root):\n    return [root] * 4_000\ndef backward(root):\n    pass\n"
    report = graded({f"{THREE}.py": source}, f"{THREE}.order", answers=1)
    assert results(report) == {("memory", "Not judged: The answers of this exercise are larger than 1 MB together.")}


def test_a_spent_exercise_costs_others_only_what_builds_on_it(graded, solutions) -> None:
    files = solutions | {
        f"{ONE}.py": solutions[f"{ONE}.py"]
        + b"\nimport time\n_old = central_difference\ndef "
        + (b"central_difference(*a, **k):\n    time.sleep(0.05)\n    return _old(*a, **k)\n")
    }
    report = graded(files, ONE, TWO, exercise=0.5)
    statuses = {exercise.id: {concept.status for concept in exercise.concepts} for exercise in report.exercises}
    assert statuses == {ONE: {"timeout"}, TWO: {"passed"}}


def test_after_a_spent_submission_no_exercise_is_begun(graded, solutions) -> None:
    slow = b"\nimport time\ntime.sleep(0.6)\n"
    report = graded({name: source + slow for name, source in solutions.items()}, ONE, TWO, submission=0.5)
    assert results(report) == {("timeout", "Not judged: The cases of this submission took more than 0.5 s together.")}
    assert len(report.signals) == 2


def test_what_builds_on_a_spent_exercise_waits_for_it(course) -> None:
    home = course.exercise("ex12_training_loop")
    run = ExerciseRun(home, load_spec(home.id), dict, Replay(None, Limits(), home.id, {}), None, Budget(), Known(), [])
    run.replay.allowance = Allowance("this exercise", 1.0)
    run.replay.allowance.use(2.0)
    found = {result.id: result for result in judge_all(run, home.concepts, {}, "")}
    assert found["capstone"].status == "skipped"
    assert found["capstone"].checks[0].message.startswith("Waits for ex03_backward.order and 1 more, ")
    assert {result.status for name, result in found.items() if name != "capstone"} == {"timeout"}
    missing = judge_all(run, home.concepts, {}, "There is no such file.")
    assert {result.status for result in missing} == {"not_started"}


def test_missing_files_and_right_code_are_as_ever(graded, solutions) -> None:
    report = graded({f"{TWO}.py": solutions[f"{TWO}.py"]}, ONE, TWO)
    statuses = {exercise.id: {concept.status for concept in exercise.concepts} for exercise in report.exercises}
    assert statuses == {ONE: {"not_started"}, TWO: {"passed"}}


def test_no_smaller_case_is_searched_for_slow_code(graded, monkeypatch) -> None:
    searched = []

    def note(exercise, check, bank, first, *rest):
        searched.append(check.id)
        return first

    monkeypatch.setattr("graders.judging.failing.smallest", note)
    for seconds in (0.1, 0.0):
        assert not searched
        files = {f"{TWO}.py": engine(added=f"time.sleep({seconds})")}
        report = graded(files, f"{TWO}.add", budget=Budget())
        assert report.exercises[0].concepts[0].checks[0].counterexample
        assert not report.signals
    assert searched


def test_a_search_that_is_cut_short_changes_nothing(graded) -> None:
    files = {f"{TWO}.py": engine(added="time.sleep(0.02)")}
    first = graded(files, f"{TWO}.add")
    cut = graded(files, f"{TWO}.add", budget=Budget(seconds=0.04))
    assert cut.model_dump_json() == first.model_dump_json()


def test_old_course_files_have_the_usual_budgets(root, tmp_path) -> None:
    text = (root / "course.yml").read_text()
    lines = [line for line in text.splitlines() if not line.startswith(("  exercise:", "  submission:", "  answers:"))]
    (tmp_path / "course.yml").write_text("\n".join(lines))
    old: Course = load_course(tmp_path)
    assert len(lines) == len(text.splitlines()) - 3
    assert old.limits == load_course(root).limits
