"""Downloads as platforms lay them: nobody is lost, nobody is doubled, and what is odd is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from handins import CODE, EXERCISES

from graders.submission import Submission, find_submissions
from graders.submission.clues import Clues
from graders.submission.lms import recognise
from graders.submission.roster import Person, Roster
from graders.submission.times import local_time

OTHER = b"other = 1\n"
DUE = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=1)))


def found(root: Path, files: dict[str, bytes], **clues: object) -> tuple[dict[str, Submission], list[str]]:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    known = Clues(**clues)  # type: ignore[arg-type]
    return {one.student_id: one for one in find_submissions(root, EXERCISES, None, known)}, known.told


METADATA = b"""---
submission_1:
  :submitters:
  - :name: Ann Lee
    :sid: '00017'
    :email: ann@uni.example
  :created_at: 2026-11-20 10:11:12.123456000 Z
  :score: 1.0
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    tests: [{output: "x: !y &z *w"}]
  :history:
  - :id: 9
    :created_at: 2026-11-19 10:11:12.123456000 Z
submission_2:
  :submitters:
  - :name: Ben Bo
    :sid:
    :email: ben@uni.example
  - :name: "\\u674e\\u96f7"
    :sid: '18'
    :email: li@uni.example
  :created_at: 2026-11-20 10:11:12.123456000 -08:00
submission_3:
  :submitters:
  - :name: Cy
    :email: ben@other.example
  :created_at: soon
submission_5:
  :submitters:
  - :name: Gone
    :sid: '20'
"""


def export(folder: str = "") -> dict[str, bytes]:
    files = {f"{folder}submission_{number}/ex02_closures.py": CODE + b"%d" % number for number in (1, 2, 3, 4)}
    return files | {f"{folder}submission_metadata.yml": METADATA}


@pytest.mark.parametrize("folder", ["", "assignment_7_export/"])
def test_gradescope(tmp_path: Path, folder: str) -> None:
    got, told = found(tmp_path, export(folder))
    assert list(got) == ["00017", "18", "Ben Bo_2", "Cy_3", "submission_4"], "two boxes named ben tell nobody apart"
    assert got["18"].files == got["Ben Bo_2"].files and got["18"].submitted_at == "2026-11-20T18:11:12Z"
    assert got["00017"].times == {"ex02_closures.py": "2026-11-20T10:11:12Z"} and got["Cy_3"].submitted_at is None
    said = " ".join(told)
    assert "submission_2 is the work of a group: Ben Bo_2, 18." in said and "earlier attempts of 1 hand-in" in said
    assert "submission_4 is not in" in said and "submission_5 of 20, and there is no such folder" in said
    assert "@" not in said and not any(one.notes for one in got.values()), "what a student sees names no other one"


def test_one_id_of_two_people_on_gradescope_is_told(tmp_path: Path) -> None:
    table = METADATA.replace(b"'18'", b"'00017'")
    _, told = found(tmp_path, export() | {"submission_metadata.yml": table})
    [said] = [one for one in told if "student id" in one]
    assert said.startswith("submission_1 and submission_2 have the student id 00017: they are read as one student's.")


def test_two_exports_of_gradescope_and_a_roster(tmp_path: Path) -> None:
    second = METADATA.replace(b"'00017'", b"").replace(b"'18'", b"'19'")
    files = export("assignment_7_export/") | {"assignment_8_export/submission_1/ex03_backward.py": OTHER}
    files["assignment_8_export/submission_metadata.yml"] = second
    people = Roster({"ann": Person("ann", "Ann Lee", "ann@uni.example", ("17",)), "cy": Person("cy", "Cy")})
    got, _ = found(tmp_path, files, roster=people)
    assert len(got["ann"].files) == 2 and list(got["cy"].files) == ["ex02_closures.py"]


@pytest.mark.parametrize("table", [b"", b"- a\n", b"submission_1: [\n", b"\xff", b"submission_1:\n  :submitters: x\n"])
def test_a_broken_table_of_gradescope_loses_nobody(tmp_path: Path, table: bytes) -> None:
    got, told = found(tmp_path, export() | {"submission_metadata.yml": table})
    assert list(got) == [f"submission_{number}" for number in (1, 2, 3, 4)] and told


def attempt(task: str, user: str, day: int, name: str = "ex02_closures.py", full: str = "") -> dict[str, bytes]:
    head = f"{task}_{user}_attempt_2026-11-{day:02}-20-00-00"
    text = f"Name: {full or user} ({user})\r\nAssignment: {task}\r\n\r\nSubmission Field:\r\nName: x (mallory)\r\n"
    return {f"{head}.txt": text.encode(), **({f"{head}_{name}": CODE + user.encode() + b"%d" % day} if name else {})}


def test_blackboard(tmp_path: Path) -> None:
    files = attempt("HW_1", "ann_lee", 19) | attempt("HW_1", "ann_lee", 20) | attempt("HW_1", "lee", 20)
    files |= attempt("Back_prop", "ann_lee", 21, "ex03_backward.py") | attempt("HW_1", "cy", 20, "")
    got, told = found(tmp_path, files, dues=[DUE])
    assert list(got) == ["ann_lee", "cy", "lee"]
    assert got["ann_lee"].times == {
        "ex02_closures.py": "2026-11-20T19:00:00Z", "ex03_backward.py": "2026-11-21T19:00:00Z",
    }  # fmt: skip
    assert "_attempt_2026-11-20-20-00-00.txt holds none of the exercise files" in (got["cy"].problem or "")
    assert told == [
        "The times in the names of this download have no zone, so they are read as UTC+01:00, as the due dates."
    ]


def test_one_student_of_blackboard_alone(tmp_path: Path) -> None:
    assert list(found(tmp_path / "a", attempt("Back_prop", "ann_lee", 20))[0]) == ["ann_lee"]
    alone = {name: data for name, data in attempt("Back_prop", "ann_lee", 20).items() if name.endswith(".py")}
    people = Roster({"s1": Person("s1", logins=("ann_lee",))})
    assert list(found(tmp_path / "b", alone, roster=people)[0]) == ["s1"]
    got = found(tmp_path / "c", alone)[0]["lee"]
    assert got.notes == ("The user name is taken to be lee: Back_prop_ann_lee may be read in other ways.",)


def test_two_assignments_of_blackboard_without_texts(tmp_path: Path) -> None:
    both = [attempt(task, user, 20) for task in ("HW_1", "HW_2") for user in ("ann", "ben_x")]
    files = {name: data for some in both for name, data in some.items() if name.endswith(".py")}
    assert list(found(tmp_path, files)[0]) == ["ann", "ben_x"]


def test_d2l(tmp_path: Path) -> None:
    files = {
        "1201-77 - Ann Lee - Nov 19, 2026 1011 AM/ex02_closures.py": OTHER,
        "1201-77 - Ann Lee - Nov 20, 2026 1211 AM/ex02_closures.py": CODE,
        "1201-78 - Ann Lee - Nov 21, 2026 111 PM/ex03_backward.py": CODE,
        "1202-77 - Bo - Nov, Ben - 20 nov. 2026 1011 - ex02_closures.py": CODE,
        "1203-77 - Ann Lee - Foo 20, 2026 1011 AM/ex02_closures.py": CODE,
        "index.html": b"<html>",
    }
    got, told = found(tmp_path, files, dues=[DUE])
    assert list(got) == ["Ann Lee_1201", "Ann Lee_1203", "Bo - Nov, Ben_1202"]
    assert got["Ann Lee_1201"].files["ex02_closures.py"] == CODE and got["Ann Lee_1201"].times == {
        "ex02_closures.py": "2026-11-19T23:11:00Z", "ex03_backward.py": "2026-11-21T12:11:00Z",
    }  # fmt: skip
    assert got["Bo - Nov, Ben_1202"].submitted_at == "2026-11-20T09:11:00Z"
    assert got["Ann Lee_1203"].notes == ("The time Foo 20, 2026 1011 AM of this attempt cannot be read.",)
    assert told[0].startswith("Several hand-ins are of one name: Ann Lee_1201 and Ann Lee_1203.")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Nov 20, 2026 1011 AM", "2026-11-20T10:11:00"), ("Nov 20, 2026 1211 AM", "2026-11-20T00:11:00"),
        ("20 November, 2026 1:11 PM", "2026-11-20T13:11:00"), ("20. März 2026 930", "2026-03-20T09:30:00"),
        ("juil. 3, 2026 10h11", "2026-07-03T10:11:00"), ("5 giugno 2026 0011", "2026-06-05T00:11:00"),
        ("Nov 31, 2026 1011 AM", ""), ("2026", ""), ("Nov 20, 2026 9999", ""), ("", ""),
        ("Nov ٢٠, 2026 1011", "2026-11-20T10:11:00"),
    ],
)  # fmt: skip
def test_times_of_a_platform(text: str, says: str) -> None:
    assert local_time(text) == says


def test_times_are_on_the_clock_of_the_nearest_due_date() -> None:
    summer = DUE.replace(month=7, tzinfo=timezone(timedelta(hours=2)))
    clues = Clues(dues=[DUE, summer])
    assert clues.utc("2026-11-20T10:00:00") == "2026-11-20T09:00:00Z"
    assert clues.utc("2026-07-20T10:00:00") == "2026-07-20T08:00:00Z"
    assert Clues(dues=[DUE.astimezone(UTC)]).utc("2026-07-20T10:00:00") == Clues().utc("2026-07-20T10:00:00")


def test_canvas_knows_its_test_student_and_texts(tmp_path: Path) -> None:
    files = {
        "studenttest_99_501_ex02_closures.py": CODE,
        "leeann_LATE_11_502_ex02_closures-2.py": CODE,
        "leeann_LATE_11_501_ex02_closures-1.py": OTHER,
        "xuzoe_13_text.html": b"<p>",
    }
    got, told = found(tmp_path, files)
    assert list(got) == ["leeann_11", "xuzoe_13"] and got["leeann_11"].files["ex02_closures.py"] == CODE
    assert told == ["studenttest_99 is Canvas's test student, and is left out."]
    assert "text.html is no .py" in (got["xuzoe_13"].problem or "")
    people = Roster({"s9": Person("s9", "Test Student")})
    assert "s9" in found(tmp_path, {}, roster=people)[0], "a student of that name is not left out"


def test_where_the_best_attempt_counts_the_earlier_ones_are_there(tmp_path: Path) -> None:
    files = {
        "1-77 - Ann - Nov 19, 2026 1011 AM/ex02_closures.py": CODE,
        "1-77 - Ann - Nov 20, 2026 1011 AM/ex02_closures.py": OTHER,
        "1-77 - Ann - Nov 21, 2026 1011 AM/ex03_backward.py": OTHER,
        "2-77 - Ben - Nov 21, 2026 1011 AM/ex03_backward.py": OTHER,
    }
    got, _ = found(tmp_path, files, best=True)
    first, second = got["Ann_1"].earlier
    assert first.files == {"ex02_closures.py": CODE} and second.files == {"ex02_closures.py": OTHER}
    assert first.submitted_at == "2026-11-19T10:11:00Z" and not got["Ann_1"].notes and not got["Ben_2"].earlier
    assert not found(tmp_path, {})[0]["Ann_1"].earlier


@pytest.mark.parametrize(
    "name", ["12-34 - x", "12 - Ann - Nov 20, 2026", "a-1 - Ann - Nov 20, 2026", "ann_text.html", "1-2 - Ann - never"]
)
def test_other_names_are_no_platforms(name: str) -> None:
    assert recognise(name) is None
