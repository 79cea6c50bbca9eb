"""A hand-in of which one file has changed costs that file, and ends with the reports of a run from nothing."""

import re
from dataclasses import dataclass, field

import pytest

from graders.grading.basis import Basis
from graders.grading.batch import Batch, collect
from graders.grading.executors.local import Local
from graders.submission.model import Submission, digest

ONLY = ["ex01_finite_differences.slope", "ex02_closures.add", "ex02_closures.mul", "ex03_backward.order"]
FILES = ("ex01_finite_differences.py", "ex02_closures.py", "ex03_backward.py")
PLOT = b"\nimport matplotlib.pyplot as plt\nplt.plot([1])\n"
MUL = (b"self.grad += other.data * out.grad", b"self.grad = other.data * out.grad")


@dataclass(frozen=True)
class Noting(Local):
    """Grades here, and notes what is graded of whom."""

    asked: list = field(default_factory=list)

    def grade(self, plan, submissions):
        self.asked.extend((one.student_id, one.only) for one in submissions)
        yield from super().grade(plan, submissions)


@pytest.fixture
def home(tmp_path, solutions):
    for student in ("amy", "ben"):
        folder = tmp_path / "class" / student
        folder.mkdir(parents=True)
        for name in FILES:
            (folder / name).write_bytes(solutions[name] + (PLOT if student == "amy" else b""))
    return tmp_path / "class"


def run(course, store, home, out="out"):
    noting = Noting()
    result = Batch(course, home.parent / out, store, ONLY, executor=noting).run(collect(home, course, only=ONLY))
    return result, noting.asked


def reports(home, out="out"):
    """Return the reports, without the numbers of attempts: a run from nothing knows of one."""
    folder = home.parent / out / "reports"
    return {path.name: re.sub(r'"attempts?": \d', "", path.read_text()) for path in folder.glob("*.json")}


def test_one_changed_file_costs_that_file(course, store, home, solutions):
    result, asked = run(course, store, home)
    assert result.graded == 2 and asked == [("amy", None), ("ben", None)]
    assert run(course, store, home)[1] == []
    changed = solutions["ex02_closures.py"].replace(*MUL)
    (home / "amy" / "ex02_closures.py").write_bytes(changed)
    result, asked = run(course, store, home)
    amy = next(report for report in result.reports if report.student_id == "amy")
    assert asked == [("amy", ("ex02_closures.add", "ex02_closures.mul"))]
    assert [concept.status for _, concept in amy.concepts()] == ["passed", "passed", "failed", "passed"]
    assert [note.partition(",")[0] for note in amy.notes if "left out" in note] == [FILES[0], FILES[2]]
    run(course, store, home, "anew")
    assert reports(home) == reports(home, "anew")


def test_what_a_file_imports_counts_as_well(course, store, home):
    path = home / "ben" / "ex03_backward.py"
    path.write_bytes(b"from ex02_closures import Value as _\n" + path.read_bytes())
    run(course, store, home)
    (home / "ben" / "ex02_closures.py").write_bytes(b"class Value:\n    pass\n")
    assert [name.partition(".")[0] for name in run(course, store, home)[1][0][1]] == ["ex02_closures"] * 2 + [
        "ex03_backward"
    ]
    run(course, store, home, "anew")
    assert reports(home) == reports(home, "anew")


def test_a_changed_file_of_the_whole_course_costs_what_builds_on_it(course, store, solutions):
    def changed(exercise):
        files = solutions | {f"{exercise}.py": solutions[f"{exercise}.py"] + b"\n# changed\n"}
        digests = [Basis(course, store).of(Submission("amy", some, digest(some))) for some in (solutions, files)]
        return [name for name in course.exercise_ids if digests[0][name] != digests[1][name]]

    capstone = {"ex03_backward", "ex04_tensor_closures", "ex10_sgd_momentum"}
    for exercise in course.exercise_ids:
        others = {"ex12_training_loop"} if exercise in capstone else set()
        others |= {"ex05_losses"} if exercise == "ex04_tensor_closures" else set()
        assert set(changed(exercise)) == {exercise} | others


def test_the_digests_tell_which_files_count(course, store, solutions):
    def digests(**changed):
        files = {name: solutions[name] for name in FILES} | {f"{name}.py": source for name, source in changed.items()}
        found = Basis(course, store).of(Submission("amy", files, digest(files)))
        return {name: found[name] for name in (file.removesuffix(".py") for file in FILES)}

    def differ(one, other):
        return [name for name in one if one[name] != other[name]]

    plain, third = digests(), solutions[FILES[2]]
    assert differ(plain, digests(ex02_closures=b"x = 1")) == ["ex02_closures"]
    hidden = third + b"\n__import__('ex02_' + 'closures')\n"
    assert differ(digests(ex03_backward=hidden), digests(ex03_backward=hidden, ex02_closures=b"x = 1")) == [
        "ex02_closures",
        "ex03_backward",
    ]
    spoken = third + b"\n# `train()` and `eval( )`\n"
    assert differ(digests(ex03_backward=spoken), digests(ex03_backward=spoken, ex02_closures=b"x = 1")) == [
        "ex02_closures"
    ]
    noted = Submission("amy", {FILES[1]: b""}, "", notes=("jane_ex02_closures.py was read as ex02_closures.py.",))
    silent = Submission("amy", {FILES[1]: b""}, "")
    assert differ(Basis(course, store).of(noted), Basis(course, store).of(silent)) == ["ex02_closures"]
