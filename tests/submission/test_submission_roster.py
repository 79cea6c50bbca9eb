"""The roster: how a file of students is read, and which hand-ins it makes one student's."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from handins import CODE, EXERCISES

from graders.errors import UsageError
from graders.submission import Submission, find_submissions
from graders.submission.clues import Clues
from graders.submission.roster import Person, Roster, words_of
from graders.submission.roster_file import read_roster, roster_of

OTHER = b"other = 1\n"


def roster(folder: Path, text: str, name: str = "students.csv", encoding: str = "utf-8") -> Roster:
    (folder / name).write_bytes(text.encode(encoding))
    return read_roster(folder / name)


def found(root: Path, people: Roster | None, files: dict[str, bytes]) -> tuple[dict[str, Submission], list[str]]:
    for name, data in files.items():
        path = root / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    clues = Clues(roster=people)
    return {one.student_id: one for one in find_submissions(root / "in", EXERCISES, None, clues)}, clues.told


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id,name,mail\ns1,Žofie Nová,z@uni.example\n", "utf-8"),
        ("\ufeffID;NAME;MAIL\r\ns1;Žofie Nová;z@uni.example\r\n", "utf-8"),
        ("Mail\tStudent ID\tFull name\nz@uni.example\ts1\tŽofie Nová\n", "utf-16"),
        ("# of autumn\n\nE-Mail; Student_ID ;Vorname;Nachname\nz@uni.example;s1;Žofie;Nová\n", "utf-8"),
        ('sep=;\nOrgDefinedId;Username;Last Name;First Name;Email\n"s1";zn;Nová;Žofie;z@uni.example\n', "utf-8"),
        ("First Name,Last Name,SID,Email,Sections\nŽofie,Nová,s1,z@uni.example,A\n", "utf-8"),
        ('Student,ID,SIS User ID,SIS Login ID,Section,HW\n"    Points Possible",,,,,10\n"Nová, Žofie",7,s1,zn,A,\n'
         '"Student, Test",9,,ab,A,\n', "utf-8"),
        ('First name,Surname,ID number,Email address,Groups\nŽofie,"Nová",s1,z@uni.example,\n', "utf-8"),
    ],
)  # fmt: skip
def test_class_lists_as_platforms_and_people_write_them(tmp_path: Path, text: str, encoding: str) -> None:
    people = roster(tmp_path, text, encoding=encoding)
    assert list(people.people) == ["s1"] and not people.notes
    assert sorted(words_of(people.people["s1"].name)) == ["nova", "zofie"]
    assert people.find(["S1"]).person == "s1" and people.find([], ["Nova, Zofie"]).person == "s1"
    if "z@" in text:
        assert people.find(["z@uni.example"]).person == people.find(["z"]).person == "s1"


def test_the_code_page_of_windows_is_read_and_said(tmp_path: Path) -> None:
    people = roster(tmp_path, "id;name\ns1;Jörg Müller\n", encoding="cp1252")
    assert people.people["s1"].name == "Jörg Müller" and "cp1252" in people.notes[0]


def test_a_column_of_names_is_no_column_of_users(tmp_path: Path) -> None:
    people = roster(tmp_path, "id,name\nann,root\n")
    assert not people.checks_owners and people.people["ann"].name == "root"
    people = roster(tmp_path, "name,user,id\nAnn Lee,root,ann\n")
    assert people.people["ann"].users == ("root",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,name\na,Ann\na,Ben\n", "line 3: a has another name than in "),
        ("id,mail\na,x@y.z\n\na,u@y.z\n", "line 4: a has another mail address than in "),
        ("id,name\na,Ann\na,Ann\n", "line 3: a stands in "),
        ("id,mail\na,x@y.z\nb,X@y.z\n", "line 3: b has the same mail address as a "),
        ("name,mail\nAnn,ann@y.z\n", "line 2: there is no id, so ann is used as the id."),
        ("id,colour\na,red\n", "line 1: of the columns only id is understood."),
        ("id,name\na,Lee, Ann\n", "line 2: cells beyond the last column are not read."),
    ],
)
def test_what_is_odd_is_one_sentence_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    people = roster(tmp_path, text)
    assert len(people.notes) == 1 and said in people.notes[0] and "students.csv" in people.notes[0]
    assert "@" not in people.notes[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('id,name,mail\na,"Ann,a@y.z\nb,Ben,b@y.z\nc,Cy,c@y.z\n', "line 2: a quotation mark is opened"),
        ('id,name\na,"Ann\nb,Ben"\nc,Cy\n', "line 2: a quotation mark is opened"),
        ("a,Ann,a@y.z\nb,Ben,b@y.z\n", "line 1: a row is a student id and a user. Correct it, or write a first row"),
    ],
)
def test_a_row_that_would_lose_somebody_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        roster(tmp_path, text)


def test_two_rosters_that_disagree_lose_nobody(tmp_path: Path) -> None:
    (tmp_path / "students.csv").write_text("id,name,mail\na,Ann Lee,ann@y.z\nb,Ben Bo,ben@y.z\n")
    (tmp_path / "other.csv").write_text("id;name;mail\nb;Benjamin Bo;ben@y.z\nc;Cy;cy@y.z\n")
    people = roster_of(tmp_path / "students.csv", tmp_path / "other.csv")
    assert people and list(people.people) == ["a", "b", "c"]
    assert ["other.csv, line 2" in people.notes[0], "other.csv, line 3: c is not in" in people.notes[1]] == [True, True]
    assert people.find([], ["Ben Bo"]).person == "b" and people.find(["Benjamin Bo"]).person == "b"
    assert roster_of(tmp_path / "students.csv", tmp_path / "students.csv") == read_roster(tmp_path / "students.csv")
    assert roster_of(tmp_path / "none.csv") is None
    with pytest.raises(UsageError, match="no such file"):
        roster_of(tmp_path / "students.csv", tmp_path / "none.csv")


def test_names_in_every_script_stay_apart() -> None:
    names = ["李雷", "राम", "रमा", "की", "का", "Žofie", "محمد", "Ωmega", "O'Brien", "สมชาย", "สมชัย"]
    people = Roster({f"s{number}": Person(f"s{number}", name) for number, name in enumerate(names)})
    assert [people.find([], [name]).person for name in names] == list(people.people)
    assert people.find([], ["obrien"]).person == people.find([], ["O’Brien"]).person == "s8"


def test_zeros_that_a_spreadsheet_took_off_are_found_and_numbers_are_not_mixed_up() -> None:
    people = Roster({one: Person(one) for one in ("00123", "7", "007")})
    assert people.find(["123"]).person == "00123"
    assert people.find(["7"]).person == "7" and people.find(["007"]).person == "007"


def test_all_names_of_a_student_are_one_student(tmp_path: Path) -> None:
    people = roster(tmp_path, "id,name,mail,login\ns1,Ann Lee,ann.lee@y.z,alee\ns2,Ben Bo,ben@y.z,\n")
    files = {
        "s1/ex01_finite_differences.py": CODE,
        "alee_ex02_closures.py": CODE,
        "Lee, Ann/ex03_backward.py": CODE,
        "ann.lee@y.z/ex01_finite_differences.py": CODE,
        "Ben Bo_17_assignsubmission_file_/ex02_closures.py": OTHER,
        "zoe/ex02_closures.py": CODE,
    }
    got, told = found(tmp_path, people, files)
    assert {who: len(one.files) for who, one in got.items()} == {"s1": 3, "s2": 1, "zoe": 1}
    assert len(told) == 1 and told[0].startswith("Several hand-ins are of one student: ")


def test_a_name_alone_joins_nobody_whose_number_or_work_is_another(tmp_path: Path) -> None:
    people = roster(tmp_path, "id,name\ns1,Ann Lee\n")
    moodle = {f"Ann Lee_{n}_assignsubmission_file_/ex02_closures.py": data for n, data in ((1, CODE), (2, OTHER))}
    got, told = found(tmp_path, people, moodle)
    assert list(got) == ["Ann Lee_1", "Ann Lee_2"] and "could be s1 by the name" in told[0]
    (tmp_path / "b").mkdir()
    same = {f"leeann_{number}_50{number}_ex02_closures.py": CODE for number in (11, 12)}
    got, _ = found(tmp_path / "b", people, same)
    assert list(got) == ["leeann_11", "leeann_12"], "Canvas numbers people"
    known = roster(tmp_path, "id,name,login\ns1,Ann Lee,leeann_11\n")
    got, told = found(tmp_path / "b", known, {})
    assert list(got) == ["leeann_12", "s1"] and len(told) == 1


def test_two_students_of_one_name_are_asked_for_by_the_roster(tmp_path: Path) -> None:
    people = roster(tmp_path, "id,name\ns1,Ann Lee\ns2,Lee Ann\n")
    got, told = found(tmp_path, people, {"Ann Lee/ex02_closures.py": CODE, "s2/ex02_closures.py": OTHER})
    assert list(got) == ["Ann Lee", "s2"]
    assert told == ["Ann Lee can be s1 or s2 of students.csv, so it is graded under its own name."]


def test_without_a_roster_equal_names_are_said(tmp_path: Path) -> None:
    moodle = {f"Ann Lee_{number}_assignsubmission_file_/ex0{number}.py": CODE for number in (1, 2)}
    got, told = found(tmp_path, None, moodle)
    assert len(got) == 2 and "Ann Lee_1 and Ann Lee_2" in told[0] and "students.csv" in told[0]


def test_ten_thousand_hand_ins_are_told_apart_in_little_memory(tmp_path: Path) -> None:
    rows = "".join(f"s{n},Ann Lee {n},ann{n}@y.z\n" for n in range(10_000))
    tracemalloc.start()
    people = roster(tmp_path, f"id,name,mail\n{rows}")
    assert all(people.find([], [f"Lee {n} Ann"]).person == f"s{n}" for n in range(0, 10_000, 7))
    assert tracemalloc.get_traced_memory()[1] < 200 << 20
    tracemalloc.stop()


def test_one_hand_in_alone_is_told_by_the_roster_too(tmp_path: Path) -> None:
    people = roster(tmp_path, "id,name,user\ns1,Ann Lee,\ns2,Ben Bo,root\n")
    (tmp_path / "Ann Lee").mkdir()
    (tmp_path / "Ann Lee" / "ex02_closures.py").write_bytes(CODE)
    (alone,) = find_submissions(tmp_path / "Ann Lee", EXERCISES, None, Clues(roster=people))
    assert alone.student_id == "s1"
    got, _ = found(tmp_path, people, {"s1/ex02_closures.py": CODE})
    assert got["s1"].notes == ("s1 has no user in the roster: who handed this in was not checked.",)
