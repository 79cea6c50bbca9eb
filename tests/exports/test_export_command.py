"""`leafgrad export` as an instructor meets it: what it says, its exit codes, and that no file is harmed."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from graders.exports.canvas import canvas
from graders.exports.classroom50 import classroom50
from graders.exports.junit import junit
from graders.exports.moodle import moodle
from graders.exports.sheet import read_sheet
from tests.exports.samples import GRADEBOOK, RUNNER, WORKSHEET


@pytest.fixture
def graded(tmp_path, of):
    def make(**students):
        home = tmp_path / "graded"
        (home / "reports").mkdir(parents=True)
        for student, kind in students.items():
            (home / "reports" / f"{student}.json").write_text(of(student, kind).model_dump_json())
        return home

    return make


@pytest.fixture
def export(root, tmp_path):
    def run(*arguments, **environment):
        command = [sys.executable, "-m", "graders.cli", "export", *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"COLUMNS": "100"} | environment
        )
        assert "Traceback" not in done.stderr + done.stdout
        return done

    return run


def test_canvas_says_what_it_did_and_whom_it_left_out(export, graded, tmp_path):
    (tmp_path / "canvas.csv").write_text(GRADEBOOK)
    home = graded(alee="right", zoe="wrong")
    done = export("canvas", home, "--fill", "canvas.csv", "--column", "7002", "--out", "out/import.csv")
    assert done.returncode == 1 and not done.stderr
    assert "import.csv holds 1 of 2 scores, in the column Closures, first (7002)." in done.stdout
    assert "Left out: zoe: no row of canvas.csv could be this student's." in done.stdout
    assert (tmp_path / "out" / "import.csv").read_text().count("\n") == 4
    assert (tmp_path / "canvas.csv").read_text() == GRADEBOOK


def test_when_all_have_their_place_it_is_exit_0(export, graded, tmp_path):
    (tmp_path / "canvas.csv").write_text(GRADEBOOK)
    done = export("canvas", graded(alee="right"), "--fill", "canvas.csv", "--column", "7002", "--out", "import.csv")
    assert done.returncode == 0 and "1 of 1 scores" in done.stdout


def test_the_download_is_not_written_over(export, graded, tmp_path):
    (tmp_path / "canvas.csv").write_text(GRADEBOOK)
    done = export("canvas", graded(alee="right"), "--fill", "canvas.csv", "--column", "7002", "--out", "canvas.csv")
    assert done.returncode == 2 and "Choose another name" in done.stderr
    assert (tmp_path / "canvas.csv").read_text() == GRADEBOOK


def test_gradescope_and_classroom50_and_junit(export, graded, tmp_path):
    home = graded(ann="wrong")
    assert export("gradescope", home, "--out", "results.json").returncode == 0
    assert export("classroom50", home / "reports" / "ann.json", **RUNNER).returncode == 0
    assert export("junit", home, "--out", "junit.xml").returncode == 0
    assert len(json.loads((tmp_path / "results.json").read_bytes())["tests"]) == 3
    assert json.loads((tmp_path / "result.json").read_bytes())["max-score"] > 0
    assert (tmp_path / "junit.xml").read_bytes().startswith(b"<?xml")


def test_a_class_for_gradescope_is_a_folder_of_results(export, graded, tmp_path):
    home = graded(ann="right", ben="wrong")
    assert export("gradescope", home, "--out", "results").returncode == 0
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == ["ann.json", "ben.json"]
    done = export("gradescope", home, "--out", "results.json")
    assert done.returncode == 2 and "holds 2 reports" in done.stderr


def test_only_an_assignment(export, graded, tmp_path, course, of):
    first = course.assignments[0]
    done = export(
        "gradescope", graded(ann="right"), "--out", "r.json", "--assignment", first.id, "--course", course.path
    )
    missing = sorted(set(first.exercises) - {"ex02_closures", "ex03_backward"})
    assert done.returncode == 2 and f"does not cover {', '.join(missing)}" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "holds no reports"),
        ("{", "is not a whole report"),
        ('{"format": "leafgrad/report/v1"}', "is not a whole report"),
    ],
)
def test_reports_that_are_not_there_or_not_whole(export, tmp_path, content, said):
    (tmp_path / "graded" / "reports").mkdir(parents=True)
    if content is not None:
        (tmp_path / "graded" / "reports" / "ann.json").write_text(content)
    done = export("junit", "graded", "--out", "junit.xml")
    assert done.returncode == 2 and said in done.stderr and not (tmp_path / "junit.xml").exists()


def test_a_broken_report_among_a_class_is_named_and_the_others_are_written(export, graded, tmp_path):
    home = graded(ann="right", alee="right")
    (home / "reports" / "zoe.json").write_text('{"format": "leafgrad/rep')
    (tmp_path / "canvas.csv").write_text(GRADEBOOK)
    (tmp_path / "moodle.csv").write_text(WORKSHEET)
    commands = {
        "junit": ("--out", "junit.xml"),
        "gradescope": ("--out", "results"),
        "canvas": ("--fill", "canvas.csv", "--column", "7002", "--out", "import.csv"),
        "moodle": ("--fill", "moodle.csv", "--out", "upload.csv"),
    }
    for kind, arguments in commands.items():
        done = export(kind, home, *arguments)
        assert done.returncode == 2 and not done.stderr, kind
        assert "Left out: " in done.stdout and "zoe.json is not a whole report" in done.stdout
    assert (tmp_path / "junit.xml").read_bytes().count(b"<testsuite ") == 2
    assert len(list((tmp_path / "results").iterdir())) == 2 and "10.00" in (tmp_path / "import.csv").read_text()
    (home / "reports" / "ann.json").unlink()
    done = export("gradescope", home, "--out", "results.json")
    assert done.returncode == 2 and "holds 2 reports" in done.stderr


def test_a_row_that_cannot_be_made_is_named_and_the_others_are_written(of, tmp_path, monkeypatch):
    """A fault of ours with one student: no other student's score waits for it."""
    (tmp_path / "canvas.csv").write_text(GRADEBOOK)
    (tmp_path / "moodle.csv").write_text(WORKSHEET)
    reports = [of("alee"), of("zxu")]

    def failing(report, possible, final=False):
        if report.student_id in ("alee", "ann"):
            raise OverflowError("ours \x1b[31m")
        return "7.00"

    monkeypatch.setattr("graders.exports.canvas.scaled", failing)
    monkeypatch.setattr("graders.exports.moodle.scaled", failing)
    filled = canvas(read_sheet(tmp_path / "canvas.csv"), reports, "7002")
    assert filled.faults == ["alee: An unexpected OverflowError: ours \\x1b[31m."] and filled.placed == 1
    assert b"alee" not in filled.data and b"7.00" in filled.data
    filled = moodle(read_sheet(tmp_path / "moodle.csv"), [of("ann"), of("bo")], feedback=True, overwrite=True)
    assert [fault.partition(":")[0] for fault in filled.faults] == ["ann"] and filled.placed == 1
    monkeypatch.setattr("graders.exports.junit.points_line", lambda report: failing(report, 1))
    faults = []
    assert junit(reports, faults).count(b"<testsuite ") == 1 and len(faults) == 1


@pytest.mark.parametrize("when", ["1-01-01T00:00:00Z", "yesterday", "\x00", ""])
def test_a_time_that_is_none_is_not_passed_on(of, when):
    report = of("ann").model_copy(update={"submitted_at": when})
    assert b"timestamp" not in junit([report])
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert classroom50(report, RUNNER, now)["datetime"] == "2026-01-02T00:00:00Z"


def test_reports_of_two_kinds_of_grading(export, graded, tmp_path):
    home = graded(ann="right", ben="right")
    path = home / "reports" / "ben.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"key_id": "another"}))
    done = export("junit", home, "--out", "junit.xml")
    assert done.returncode == 2 and "were not all graded in the same way" in done.stderr


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is empty"),
        (b"\xff\xfeS\x00t\x00", "is not text in UTF-8"),
        (b'Student,ID,Section\n"Lee', "is not a whole table"),
        (b"Student,ID,Section\na,b,c,d\n", "Row 2 of"),
    ],
)
def test_tables_that_are_not_there_or_not_whole(export, graded, tmp_path, data, said):
    if data is not None:
        (tmp_path / "canvas.csv").write_bytes(data)
    done = export("canvas", graded(alee="right"), "--fill", "canvas.csv", "--out", "import.csv")
    assert done.returncode == 2 and said in done.stderr


def test_half_of_an_assignment_has_its_own_points(of):
    from graders.exports.graded import only

    report = of("ann", "wrong")
    part = only(report, ["ex03_backward"])
    assert (part.score, part.max_score) == (report.exercises[1].score, report.exercises[1].max_score)
    assert [exercise.id for exercise in part.exercises] == ["ex03_backward"]


@pytest.mark.parametrize(
    ("cell", "points"),
    [
        ("10", 10),
        ("10.00", 10),
        ("10,50", 10.5),
        ("1,000.00", 1000),
        (" 7 ", 7),
        ("", None),
        ("0.00", None),
        ("-", None),
    ],
)
def test_points_as_platforms_write_them(cell, points):
    from graders.exports.graded import points_in

    assert points_in(cell) == points
