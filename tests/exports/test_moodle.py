"""Moodle's worksheet: grades and comments are filled in, every other cell is as it came."""

import csv
import io

import pytest

from graders.errors import UsageError
from graders.exports.moodle import comment, moodle
from graders.exports.sheet import read_sheet
from tests.exports.samples import WORKSHEET


@pytest.fixture
def worksheet(tmp_path):
    def make(text=WORKSHEET):
        path = tmp_path / "Grades.csv"
        path.write_bytes(text.replace("\n", "\r\n").encode())
        return read_sheet(path), path.read_bytes()

    return make


def table(data):
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_grades_are_scaled_and_the_rest_stays(worksheet, of):
    sheet, before = worksheet()
    wrong = of("Ben Bo_312", "wrong")
    filled = moodle(sheet, [of("Ann Lee_311"), wrong], overwrite=True)
    after, untouched = table(filled.data), table(before)
    assert [row[5] for row in after[1:]] == ["100.00", f"{100 * wrong.score / wrong.max_score:.2f}", ""]
    assert [row[:5] + row[6:] for row in after] == [row[:5] + row[6:] for row in untouched]
    assert filled.placed == 2 and filled.notes == [
        f"The {wrong.max_score:g} points of these reports are worth 100 in Moodle."
    ]


def test_a_worksheet_in_which_nothing_is_filled_is_the_one_that_came(worksheet, of):
    sheet, before = worksheet()
    filled = moodle(sheet, [of("nobody")])
    assert filled.data == before and filled.placed == 0 and len(filled.problems) == 1


@pytest.mark.parametrize("student", ["Ann Lee_311", "Participant_311", "S100", "ann@uni.example", "ann"])
def test_ways_to_know_a_student(worksheet, of, student):
    assert table(moodle(worksheet()[0], [of(student)]).data)[1][5] == "100.00"


def test_a_grade_that_may_not_be_changed_is_left(worksheet, of):
    filled = moodle(worksheet()[0], [of("Zoe Xu_1311"), of("ann")])
    assert filled.placed == 1 and "Moodle does not let the grade be changed" in filled.problems[0]
    assert table(filled.data)[3][5] == ""


def test_comments_are_written_where_nobody_wrote(worksheet, of):
    sheet, _ = worksheet(
        WORKSHEET.replace('8:00 PM",-,', '8:00 PM",-,Well done!').replace(
            '8:05 PM",-,', '8:05 PM",-,leafgrad: of last week'
        )
    )
    filled = moodle(sheet, [of("ann"), of("s101", "wrong")], feedback=True, overwrite=True)
    comments = [row[10] for row in table(filled.data)[1:]]
    assert comments[0] == "Well done!" and comments[2] == ""
    assert comments[1].startswith("leafgrad: 2 of 3 concepts") and "last week" not in comments[1]
    assert "1 comment that somebody wrote stayed as they were." in filled.notes


def test_without_being_asked_no_comment_is_written(worksheet, of):
    assert [row[10] for row in table(moodle(worksheet()[0], [of("ann", "wrong")]).data)[1:]] == ["", "", ""]


def test_a_comment_names_what_is_wrong_and_is_safe_html(of):
    wrong, hostile = comment(of("x", "wrong")), comment(of("x", "hostile"))
    assert "<br>ex02_closures, a * b: " in wrong and "with +=" in wrong
    assert comment(of("x", "nothing")).count("There is no ex0") == 2  # once for each exercise, not for each concept
    assert "<script>" not in hostile and "&lt;script&gt;" in hostile and "\x1b" not in hostile


@pytest.mark.parametrize(
    ("text", "feedback", "said"),
    [
        (WORKSHEET.replace("Participant 311", "Ann"), False, "no column of identifiers"),
        (WORKSHEET.replace("Feedback comments", "Notes"), True, "no column Feedback comments"),
    ],
)
def test_a_table_that_will_not_do(worksheet, of, text, feedback, said):
    with pytest.raises(UsageError, match=said):
        moodle(worksheet(text)[0], [of("ann")], feedback)
