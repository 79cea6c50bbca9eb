"""The table for Canvas: only who is graded, only one column, and never a row of somebody else."""

import csv
import io

import pytest

from graders.errors import UsageError
from graders.exports.canvas import canvas
from graders.exports.sheet import read_sheet
from tests.exports.samples import GRADEBOOK


@pytest.fixture
def gradebook(tmp_path):
    def make(text=GRADEBOOK, encoding="utf-8"):
        path = tmp_path / "gradebook.csv"
        path.write_bytes(text.encode(encoding))
        return read_sheet(path)

    return make


def rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_graded_students_and_one_column_and_the_head(gradebook, of):
    filled = canvas(gradebook(), [of("leeann_4711", "wrong"), of("ben@uni.example")], "7002", overwrite=True)
    half = of("x", "wrong")
    assert rows(filled.data) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Closures, first (7002)"],
        ["", "", "", "", "", "Manual Posting"],
        ["    Points Possible", "", "", "", "", "10.00"],
        ["Lee, Ann", "4711", "20260001", "alee", "Monday", f"{10 * half.score / half.max_score:.2f}"],
        ["Bo, Ben", "4712", "20260002", "ben@uni.example", "Monday", "10.00"],
    ]
    assert 0 < half.score < half.max_score and filled.placed == 2 and not filled.problems
    assert filled.notes == [f"The {half.max_score:g} points of these reports are worth 10 in Canvas."]


def test_what_canvas_itself_asks_of_a_header(gradebook, of):
    """The rules of its importer: the names begin the row, and Section is the last column before the assignments."""
    header = rows(canvas(gradebook(), [of("alee")], "7002").data)[0]
    assert "Student" in header[0] and "ID" in header[1] and header[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
    assert len(header) == 6


@pytest.mark.parametrize("student", ["alee", "ALEE", "20260001", "leeann_4711", "Ann_Marie_4711"])
def test_ways_to_know_a_student(gradebook, of, student):
    assert rows(canvas(gradebook(), [of(student)], "7002").data)[-1][0] == "Lee, Ann"


@pytest.mark.parametrize("student", ["4711", "alee2", "4711_x", "", "student_04", "2026000"])
def test_nobody_gets_the_row_of_somebody_else(gradebook, of, student):
    filled = canvas(gradebook(), [of(student), of("zxu")], "7002")
    assert filled.placed == 1 and len(rows(filled.data)) == 4
    assert filled.problems == [f"{student}: no row of gradebook.csv could be this student's."]


@pytest.mark.parametrize(("cell", "said"), [("EX", "excused"), ("N/A", "not assigned")])
def test_who_need_not_be_graded_is_left_as_it_was(gradebook, of, cell, said):
    filled = canvas(gradebook(GRADEBOOK.replace("3.00", cell)), [of("ben@uni.example"), of("alee")], "7002")
    assert filled.placed == 1 and filled.problems == [f"ben@uni.example: {said} in Canvas."]
    assert "Bo, Ben" not in filled.data.decode()


def test_two_reports_for_one_row_fill_neither(gradebook, of):
    filled = canvas(gradebook(), [of("alee"), of("leeann_4711", "wrong"), of("zxu")], "7002")
    assert filled.placed == 1 and "alee and leeann_4711" in filled.problems[0]


def test_one_report_for_two_rows_fills_neither(gradebook, of):
    filled = canvas(gradebook(GRADEBOOK.replace("zxu", "alee")), [of("alee")], "7002")
    assert filled.placed == 0 and "2 rows" in filled.problems[0]


def test_semicolons_commas_in_numbers_and_a_byte_order_mark_stay(gradebook, of):
    text = GRADEBOOK.replace('"Closures, first (7002)"', "Closures (7002)").replace(", ", "|").replace(",", ";")
    text = text.replace("|", ", ").replace("10.00", "10,00")
    filled = canvas(gradebook(text, "utf-8-sig"), [of("alee")], "7002")
    assert filled.data.startswith(b"\xef\xbb\xbfStudent;ID;") and filled.data.count(b"\r\n") == 4
    assert filled.data.decode("utf-8-sig").splitlines()[-1].endswith(";10.00")


@pytest.mark.parametrize("wanted", ["7002", "closures, FIRST", "Closures, first (7002)"])
def test_ways_to_name_the_column(gradebook, of, wanted):
    assert canvas(gradebook(), [of("alee")], wanted).says == "in the column Closures, first (7002)"


def test_the_only_column_needs_no_name(gradebook, of):
    text = GRADEBOOK.replace("Essay (7001)", "Essay Final Score")
    assert canvas(gradebook(text), [of("alee")]).placed == 1


@pytest.mark.parametrize(
    ("text", "wanted", "said"),
    [
        (GRADEBOOK, None, "2 columns that could be meant"),
        (GRADEBOOK, "Closure", "no column Closure. Choose one with --column; there are: Essay (7001), Closures, first"),
        (GRADEBOOK, "Assignments Current Score", "no column"),
        (GRADEBOOK.replace("10.00", "(read only)"), "7002", "does not let anybody change"),
        (GRADEBOOK.replace("Section", "Group"), "7002", "not a gradebook of Canvas"),
        ("student_id,score\nann,1\n", "7002", "not a gradebook of Canvas"),
    ],
)
def test_a_table_that_will_not_do(gradebook, of, text, wanted, said):
    with pytest.raises(UsageError, match=said.replace("(", r"\(").replace(")", r"\)")):
        canvas(gradebook(text), [of("alee")], wanted)
