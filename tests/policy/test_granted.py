"""extensions.csv and overrides.csv: what is understood, and one plain sentence for each row that is not."""

import shutil
from datetime import datetime, timedelta, timezone

import pytest

from graders.course.course import load_course
from graders.course.granted import read_granted
from graders.errors import CourseError

HEAD = {
    "extensions.csv": "student_id,assignment,until,days,reason",
    "overrides.csv": "student_id,exercise,concept,points,reason",
}


@pytest.fixture
def folder(root, tmp_path):
    shutil.copy(root / "course.yml", tmp_path)
    return tmp_path


def granted(folder, name, *rows, head=None, encoding="utf-8"):
    (folder / name).write_text("\n".join([head or HEAD[name], *rows]) + "\n", encoding=encoding)
    return read_granted(load_course(folder))


def test_nothing_there_is_nothing_granted(folder):
    found = read_granted(load_course(folder))
    assert not found.extensions and not found.overrides and not found.notes


def test_an_extension_is_a_time_or_days(folder):
    rows = ("ada,scalars,2027-02-10T12:00:00+01:00,,ill", 'ben,,,2.5,"a, b"', "# left out", "", "ada,tensors,,1,")
    found = granted(folder, "extensions.csv", *rows)
    first, second = found.extensions["ada"]
    assert first.until == datetime(2027, 2, 10, 12, tzinfo=timezone(timedelta(hours=1))) and first.reason == "ill"
    assert (second.assignment, second.days) == ("tensors", 1.0)
    assert (found.extensions["ben"][0].assignment, found.extensions["ben"][0].reason) == ("", "a, b")
    assert not found.notes


def test_a_clock_without_a_zone_and_a_day_without_a_clock(folder):
    found = granted(folder, "extensions.csv", "ada,scalars,2027-02-10 12:00,,", "ben,scalars,2027-02-10,,")
    assert found.extensions["ben"][0].until == datetime(2027, 2, 10, 23, 59)
    assert len(found.notes) == 2 and all("has no zone, so it is read as UTC" in note for note in found.notes)
    assert "extensions.csv, line 2: " in found.notes[0]


def test_a_due_date_without_a_zone_is_told(folder):
    path = folder / "course.yml"
    path.write_text(path.read_text().replace("due: 2027-02-07T23:59:00Z", "due: 2027-02-07T23:59:00"))
    (note,) = read_granted(load_course(folder)).notes
    assert note == "course.yml: scalars is due 2027-02-07 23:59 without a zone, so it is read as UTC."


def test_an_extension_that_ends_before_the_due_date_is_told(folder):
    (note,) = granted(folder, "extensions.csv", "ada,scalars,2027-01-10T12:00Z,,").notes
    assert note.endswith("line 2: scalars is due later than that, so the row changes nothing.")


@pytest.mark.parametrize("head", ["Student,Exercise,Concept,Points,Reason", "id;exercise;concept;points;reason"])
def test_files_of_a_spreadsheet(folder, head):
    row = "Žofie 1,ex02,mul,1.5,looked at".replace(",", ";" if ";" in head else ",")
    found = granted(folder, "overrides.csv", row, head=head, encoding="utf-8-sig")
    (one,) = found.overrides["Žofie 1"]
    assert (one.exercise, one.concept, one.points, one.reason) == ("ex02_closures", "mul", 1.5, "looked at")


def test_an_address_in_either_column(folder):
    rows = ("ada,ex02_closures.mul,,1,r", "ben,ex02,ex02_closures.mul,1,r", "cy,ex02_closures,,3,r")
    found = granted(folder, "overrides.csv", *rows).overrides
    assert [found[name][0].concept for name in ("ada", "ben", "cy")] == ["mul", "mul", ""]


BAD = {
    "extensions.csv": {
        "ada,nowhere,,1,": "there is no assignment 'nowhere'; the course has scalars,",
        "ada,scalars,,,": "give exactly one of `until` and `days`.",
        "ada,scalars,2027-02-10,1,": "give exactly one of `until` and `days`.",
        "ada,scalars,10.02.2027,,": "until is '10.02.2027'; write a time such as",
        "ada,scalars,0001-01-01T00:00+10:00,,": "write a time such as",
        "ada,scalars,,-1,": "days is -1, and cannot be negative.",
        "ada,scalars,,nan,": "days is 'nan', which is no number",
        "ada,scalars,,1e9,": "longer than ten years.",
        ",scalars,,1,": "there is no student id.",
        "ada,scalars,,1,ill,really": "the row has more cells than there are columns.",
    },
    "overrides.csv": {
        "ada,ex99,,1,r": "There is no exercise 'ex99'.",
        "ada,ex02,nothing,1,r": "ex02_closures has no concept 'nothing'.",
        "ada,ex02,mul,-1,r": "points is -1, and cannot be negative.",
        "ada,ex02,mul,1;5,r": "points is '1;5', which is no number; write 2 or 1.5.",
        "ada,ex02,mul,inf,r": "which is no number",
        "ada,ex02,mul,9,r": "9 points are more than the 2 of ex02_closures.mul.",
        "ada,ex02,mul,1,": "there is no reason; every table shows it beside the points.",
        "ada,,mul,1,r": "there is no exercise; the columns are student_id, exercise, concept",
    },
}


@pytest.mark.parametrize(("name", "row"), [(name, row) for name, rows in BAD.items() for row in rows])
def test_a_row_that_means_nothing_is_a_sentence_with_its_line(folder, name, row):
    with pytest.raises(CourseError) as error:
        granted(folder, name, row)
    assert f"{name}, line 2: " in str(error.value) and BAD[name][row] in str(error.value)


@pytest.mark.parametrize("other", ["ada,ex02,mul,1,r", "ada,ex02,,1,r"])
def test_two_rows_for_the_same_points(folder, other):
    with pytest.raises(CourseError, match="line 3: ada has points for ex02_closures.* in a row above already"):
        granted(folder, "overrides.csv", other, "ada,ex02,mul,2,r")


@pytest.mark.parametrize("data", [b"\x81\xff", b"student_id\nada\n", b"a,b\n1,2\n", b'student_id,days\n"ada,1\nx\x00'])
def test_a_file_that_is_no_table(folder, data):
    (folder / "extensions.csv").write_bytes(data)
    with pytest.raises(CourseError, match=r"extensions\.csv"):
        read_granted(load_course(folder))


@pytest.mark.parametrize("end", ["", '"'])
def test_a_quotation_mark_swallows_no_rows(folder, end):
    rows = ('ada,scalars,,1,"ill', f"ben,scalars,,2,ill{end}", "cy,scalars,,3,")
    with pytest.raises(CourseError, match=r"extensions\.csv, line 2: a quotation mark is opened there and not closed"):
        granted(folder, "extensions.csv", *rows)


def test_a_reason_of_two_lines_is_one_cell(folder):
    assert granted(folder, "extensions.csv", 'ada,scalars,,1,"ill,\nas told"').extensions["ada"][0].days == 1.0


def test_a_column_that_is_not_read_is_told(folder):
    (note,) = granted(folder, "extensions.csv", "ada,scalars,1", head="student_id,asignment,days").notes
    assert note.endswith("line 1: not read: asignment; the columns are student_id, assignment, until, days, reason.")


def test_a_column_stands_once(folder):
    with pytest.raises(CourseError, match="line 1: two columns are student_id"):
        granted(folder, "extensions.csv", "ada,ben,1", head="student,student_id,days")


def test_who_is_not_in_the_class_is_told(folder):
    found = granted(folder, "extensions.csv", "ada,,,1,", "zoe,,,1,", "zoe,scalars,,2,")
    told = [note.partition(" of ")[0].rpartition("/")[2] for note in found.unknown(["ada"])]
    assert told == [f"extensions.csv, line {line}: there is no hand-in" for line in (3, 4)]
    (note,) = granted(folder, "overrides.csv", "yan,ex02,mul,1,r").unknown(["ada", "zoe"])
    assert note.endswith("overrides.csv, line 2: there is no hand-in of yan, so the row changes nothing.")
    assert not list(found.unknown(["ada", "zoe"]))
