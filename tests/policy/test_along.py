"""What came along with an assignment is the ground of what builds on it, and counts itself where nothing else does."""

import pytest

from graders.grading.batch import Batch, collect

ONLY = ["ex03_backward.order", "ex12_training_loop.capstone"]
WRONG = (b"for node in reversed(order):", b"for node in order:")
GROUND = ("ex03_backward.py", "ex04_tensor_closures.py")
ASKED = ("ex10_sgd_momentum.py", "ex12_training_loop.py")


@pytest.fixture
def home(tmp_path, solutions):
    """Ada's ex03 was wrong and is mended, ben's was right and is broken, cem sends it along and never handed it in."""
    wrong = solutions["ex03_backward.py"].replace(*WRONG)
    own = {"ada": wrong, "ben": solutions["ex03_backward.py"], "cem": None}
    along = {"ada": solutions["ex03_backward.py"], "ben": wrong, "cem": solutions["ex03_backward.py"]}
    for student, ex03 in own.items():
        sent = {name: solutions[name] for name in (*GROUND, *ASKED)} | {"ex03_backward.py": along[student]}
        for assignment, files in {"scalars": {"ex03_backward.py": ex03} if ex03 else {}, "optimizers": sent}.items():
            folder = tmp_path / "submitted" / student / assignment
            folder.mkdir(parents=True)
            (folder / "timestamp.txt").write_text("2027-02-01 12:00:00.000000 UTC")
            for name, data in files.items():
                (folder / name).write_bytes(data)
    return tmp_path / "submitted"


def statuses(course, store, home, only, assignment=None):
    submissions = collect(home, course, assignment, only)
    result = Batch(course, home.parent / f"out-{assignment}", store, only).run(submissions)
    return result, {
        (report.student_id, concept.id): concept.status for report in result.reports for _, concept in report.concepts()
    }


def test_a_class_is_judged_by_its_own_copies_and_the_ground_of_each(course, store, home):
    result, found = statuses(course, store, home, ONLY)
    assert [found[student, "order"] for student in ("ada", "ben", "cem")] == ["failed", "passed", "passed"]
    assert [found[student, "capstone"] for student in ("ada", "ben", "cem")] == ["passed", "skipped", "passed"]
    assert not result.attention
    cem = next(report for report in result.reports if report.student_id == "cem")
    assert any("ex03_backward.py" in note and "came with cem/optimizers only" in note for note in cem.notes)


def test_one_assignment_alone_gives_the_same(course, store, home):
    _, found = statuses(course, store, home, ONLY[1:], "optimizers")
    assert found == {("ada", "capstone"): "passed", ("ben", "capstone"): "skipped", ("cem", "capstone"): "passed"}
    _, whole = statuses(course, store, home, ONLY)
    assert {key: status for key, status in whole.items() if key[1] == "capstone"} == found


def test_a_mended_ground_is_graded_anew(course, store, home, solutions):
    statuses(course, store, home, ONLY)
    (home / "ben" / "optimizers" / "ex03_backward.py").write_bytes(solutions["ex03_backward.py"])
    result, found = statuses(course, store, home, ONLY)
    assert found["ben", "capstone"] == "passed" and (result.graded, result.reused) == (1, 2)
