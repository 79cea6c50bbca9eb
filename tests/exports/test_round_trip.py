"""From a platform's download through grading back to the same platform's table."""

import csv
import io

import pytest

from graders.exports.canvas import canvas
from graders.exports.graded import read_graded
from graders.exports.moodle import moodle
from graders.exports.sheet import read_sheet
from graders.grading.batch import Batch, collect
from tests.exports.samples import GRADEBOOK, WORKSHEET

ONLY = ["ex02_closures.add", "ex02_closures.mul"]


@pytest.fixture
def graded(course, store, tmp_path):
    def make(**files):
        home, out = tmp_path / "download", tmp_path / "graded"
        for name, source in files.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source)
        Batch(course, out, store, ONLY).run(collect(home, course))
        return read_graded(out)[0]

    return make


def rows(data):
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_canvas(graded, tmp_path, solutions):
    right = solutions["ex02_closures.py"]
    reports = graded(
        **{
            "leeann_4711_90001_ex02_closures.py": right,
            "boben_LATE_4712_90002_ex02_closures-1.py": b"class Value:\n    pass\n",
            "gone_5555_90003_ex02_closures.py": right,
        }
    )
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK)
    filled = canvas(read_sheet(tmp_path / "gradebook.csv"), reports, "7002", overwrite=True)
    scores = {row[0]: row[-1] for row in rows(filled.data)[3:]}
    assert scores == {"Lee, Ann": "10.00", "Bo, Ben": "0.00"}
    assert filled.problems == ["gone_5555: no row of gradebook.csv could be this student's."]


def test_moodle(graded, tmp_path, solutions):
    reports = graded(
        **{
            "Ann Lee_311_assignsubmission_file_/ex02_closures.py": solutions["ex02_closures.py"],
            "Ben Bo_312_assignsubmission_file_/ex02_closures.py": b"def broken(:\n",
        }
    )
    (tmp_path / "Grades.csv").write_text(WORKSHEET)
    filled = moodle(read_sheet(tmp_path / "Grades.csv"), reports, feedback=True, overwrite=True)
    found = {row[0]: (row[5], row[10]) for row in rows(filled.data)[1:]}
    assert found["Participant 311"] == ("100.00", "leafgrad: 2 of 2 concepts, 3 of 3 points")
    assert found["Participant 312"][0] == "0.00" and "cannot be loaded" in found["Participant 312"][1]
    assert found["Participant 1311"] == ("", "") and not filled.problems
