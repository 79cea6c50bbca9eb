"""Tables and pages are left as they are where nothing has changed, and are written again as soon as anything has."""

import pytest

from graders.course.course import load_course
from graders.grading.attention import Attention
from graders.grading.outputs import write_tables
from graders.report import Report


@pytest.fixture
def again(desk):
    """Return what writes the tables of a class once more, and the files that it has written."""
    out, course = desk / "graded", load_course(desk)
    reports = [Report.model_validate_json(path.read_bytes()) for path in sorted((out / "reports").glob("*.json"))]
    reports.sort(key=lambda report: report.student_id)

    def write(**more):
        stamps = {path: path.stat().st_ino for path in out.rglob("*") if path.is_file()}
        assert not list(write_tables(out, **{"course": course, "reports": reports} | more))
        return {path.name for path in out.rglob("*") if path.is_file() and path.stat().st_ino != stamps.get(path)}

    write()
    return write, out, course, reports


TABLES = {"grades.csv", "final.csv", "scores.csv", "attention.csv", "changes.csv", "index.html"}


def test_nothing_is_written_twice(again):
    write, *_ = again
    assert write() == set() == write()


@pytest.mark.parametrize("name", ["grades.csv", "index.html", "students"])
def test_what_somebody_removed_or_changed_is_written_again(again, name):
    write, out, *_ = again
    path = next((out / name).iterdir()) if (out / name).is_dir() else out / name
    whole = path.read_bytes()
    path.unlink()
    assert path.name in write() and path.read_bytes() == whole
    if name in TABLES:  # a page of a student carries its own digest
        path.write_bytes(whole + b" ")
        assert path.name in write() and path.read_bytes() == whole


def test_whatever_they_are_made_from_counts(again):
    write, out, course, reports = again
    line = Attention("ada 0000", "x", "y", "zero")
    assert write(attention=[line]) == TABLES and write(attention=[line]) == set()
    assert write(course=course.model_copy(update={"title": "Another"})) >= TABLES
    assert write(ungraded=["zoe"]) >= TABLES
    assert write(reports=[one.model_copy(update={"notes": ["new"]}) for one in reports]) >= TABLES
    write()
    path = next((out / "reports").iterdir())
    path.with_suffix(".new").write_bytes(path.read_bytes())
    path.with_suffix(".new").replace(path)
    assert write() == TABLES, "a report that was written again may be another one"


def test_a_run_that_could_not_write_is_not_taken_for_whole(again, monkeypatch):
    write, out, *_ = again
    (out / "grades.csv").unlink()
    (out / "grades.csv").mkdir()
    with pytest.raises(AssertionError):
        write()
    (out / "grades.csv").rmdir()
    assert write() == TABLES and write() == set()
