"""grade --only and grade again: nothing of other exercises is dropped, points and dates cost no worker."""

import csv
import io

import pytest

from graders.course.granted import Extension, Granted
from graders.grading.batch import STATE, Batch, collect
from graders.report import Report

ADD, DIFF = "ex02_closures.add", "ex01_finite_differences.slope"


@pytest.fixture
def home(tmp_path, solutions):
    for student in ("amy", "ben"):
        folder = tmp_path / "class" / student
        folder.mkdir(parents=True)
        for name in ("ex01_finite_differences.py", "ex02_closures.py"):
            (folder / name).write_bytes(solutions[name])
    return tmp_path / "class"


def run(course, store, home, only, **options):
    return Batch(course, home.parent / "out", store, only, **options).run(collect(home, course, only=only))


def grades(home):
    text = (home.parent / "out" / "grades.csv").read_text(encoding="utf-8")
    return {row["student_id"]: row for row in csv.DictReader(io.StringIO(text))}


def repriced(course, concept, points, **more):
    exercises = [
        one.model_copy(
            update={
                "concepts": tuple(
                    each.model_copy(update={"points": points}) if f"{one.id}.{each.id}" == concept else each
                    for each in one.concepts
                )
            }
        )
        for one in course.exercises
    ]
    fields = {name: getattr(course, name) for name in type(course).model_fields}
    return type(course)(**fields | {"exercises": tuple(exercises), **more})


def test_another_exercise_joins_and_none_is_dropped(course, store, home):
    assert run(course, store, home, [ADD]).graded == 2
    assert run(course, store, home, [DIFF]).graded == 2
    assert {name: (row["score"], row["max_score"]) for name, row in grades(home).items()} == {
        "amy": ("3.0", "3.0"),
        "ben": ("3.0", "3.0"),
    }
    assert (run(course, store, home, [ADD]).graded, run(course, store, home, [ADD, DIFF]).graded) == (0, 0)
    (home / "ben" / "ex02_closures.py").write_bytes(b"x = 1\n")
    result = run(course, store, home, [ADD])
    assert result.graded == 1 and grades(home)["ben"]["score"] == "2.0"
    assert [(change.student_id, change.why) for change in result.changes] == [("ben", ("hand-in",))]
    assert result.notes == []
    (home / "ben" / "ex01_finite_differences.py").write_bytes(b"x = 1\n")
    result = run(course, store, home, [ADD])
    (note,) = result.notes
    assert result.graded == 0
    assert note.startswith("Kept from earlier runs: ex01_finite_differences.") and "for 1 student" in note


def test_who_joins_or_hands_in_nothing_has_the_points_of_all_to_reach(course, store, home, solutions):
    run(course, store, home, [ADD])
    (home / "cleo").mkdir()
    (home / "cleo" / "ex01_finite_differences.py").write_bytes(solutions["ex01_finite_differences.py"])
    for path in (home / "ben").iterdir():
        path.unlink()
    (home / "ben").rmdir()
    result = run(course, store, home, [DIFF])
    found = {name: (float(row["score"]), row["max_score"], row["status"]) for name, row in grades(home).items()}
    assert found == {"amy": (3.0, "3.0", "passed"), "ben": (1.0, "3.0", "failed"), "cleo": (2.0, "3.0", "failed")}
    assert [report.student_id for report in result.reports] == ["amy", "ben", "cleo"]
    assert run(course, store, home, [ADD, DIFF]).graded == 0
    assert sorted(grades(home)) == ["amy", "cleo"]  # all that the class has was asked for: ben has left


def test_points_and_dates_grade_nobody(course, store, home):
    first = run(course, store, home, [ADD, DIFF])
    dates = tuple(one.model_copy(update={"due": None, "title": "other"}) for one in course.assignments)
    later = run(repriced(course, ADD, 4.0, assignments=dates), store, home, [ADD, DIFF])
    assert (later.graded, later.reused) == (0, 2) and {row["score"] for row in grades(home).values()} == {"6.0"}
    assert [change.why for change in later.changes] == [("course",)] * 2
    extended = Granted({"amy": (Extension("scalars", None, 3.0, "ill"),)})
    assert run(course, store, home, [ADD, DIFF], granted=extended).graded == 0
    assert run(course, store, home, [ADD, DIFF]).reports == first.reports


def test_limits_and_requirements_grade_again(course, store, home):
    run(course, store, home, [ADD])
    limits = course.model_copy(update={"limits": course.limits.model_copy(update={"output": 63})})
    assert run(limits, store, home, [ADD]).graded == 2


def test_hand_ins_that_differ_are_attempts(course, store, home, solutions):
    run(course, store, home, [ADD])
    (home / "ben" / "ex02_closures.py").write_bytes(b"x = 1\n")
    run(course, store, home, [ADD])
    assert grades(home)["ben"]["score"] == "0.0"
    best = tuple(one.model_copy(update={"attempts": "best"}) for one in course.assignments)
    result = run(course.model_copy(update={"assignments": best}), store, home, [ADD])
    assert result.graded == 0 and grades(home)["ben"]["score"] == "1.0"
    (home / "ben" / "ex02_closures.py").write_bytes(b"x = 2\n")
    result = run(course.model_copy(update={"assignments": best}), store, home, [ADD])
    assert result.graded == 1 and grades(home)["ben"]["score"] == "1.0"
    (ben,) = [report for report in result.reports if report.student_id == "ben"]
    assert (ben.assignments[0].attempt, ben.assignments[0].attempts) == (1, 3)
    run(course, store, home, [ADD])
    assert grades(home)["ben"]["score"] == "0.0"


def test_a_fault_leaves_other_exercises(course, store, home, monkeypatch):
    from graders.grading.grade import Grader

    run(course, store, home, [ADD])
    real = Grader.grade

    def grade(self, submission, only=None):
        if submission.student_id == "ben":
            raise ValueError("ours")
        return real(self, submission, only)

    with monkeypatch.context() as broken:
        broken.setattr(Grader, "grade", grade)
        assert run(course, store, home, [DIFF]).ungraded == ["ben"]
    assert grades(home)["ben"]["status"] == "ungraded" and grades(home)["ben"]["score"] == ""
    assert run(course, store, home, [DIFF]).graded == 1 and grades(home)["ben"]["score"] == "3.0"


def test_reports_and_state_of_the_old_form_are_true(course, store, home):
    result = run(course, store, home, [ADD])
    out = home.parent / "out"
    for report in result.reports:
        exercises = [
            one.model_copy(
                update={"basis": "", "concepts": [c.model_copy(update={"share": None}) for c in one.concepts]}
            )
            for one in report.exercises
        ]
        old = report.model_copy(update={"exercises": exercises, "final": None, "assignments": []})
        (out / "reports" / f"{report.student_id}.json").write_text(old.model_dump_json(indent=1))
    batch = Batch(course, out, store, [ADD])
    (out / STATE).write_text(batch.old_state())
    again = batch.run(collect(home, course, only=[ADD]))
    assert (again.graded, again.reports) == (0, result.reports) and not (out / STATE).exists()
    assert isinstance(again.reports[0], Report)
