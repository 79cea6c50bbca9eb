"""The layouts in which a class's hand-ins lie on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from handins import CODE, EXERCISES, notebook, zipped

from graders.errors import UsageError
from graders.submission import Submission, find_submissions
from graders.submission.clues import Clues
from graders.submission.lms import recognise
from graders.submission.times import parse_time

OTHER = b"other = 1\n"


def plant(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def found(root: Path, assignment: str | None = None) -> dict[str, Submission]:
    submissions = find_submissions(root, EXERCISES, assignment)
    assert [one.student_id for one in submissions] == sorted({one.student_id for one in submissions})
    return {one.student_id: one for one in submissions}


def test_one_folder_or_file_per_student(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "alice/ex02_closures.py": CODE,
            "bob.zip": zipped({"ex02_closures.py": CODE}),
            "carol.ipynb": notebook("x = 1", leafgrad={"exercise": "ex02_closures"}),
            "dave_ex02_closures.py": CODE,
            "ex03_backward-dave.py": OTHER,
            "erin.py": CODE,
            "frank.rar": b"Rar!",
            "empty/readme.md": b"",
            "grades.csv": b"a,b",
            ".DS_Store": b"",
            ".hidden/ex02_closures.py": CODE,
        },
    )
    got = found(tmp_path)
    assert list(got) == ["alice", "bob", "carol", "dave", "empty", "erin", "frank"]
    assert {name for name, one in got.items() if one.problem} == {"empty", "erin", "frank"}
    assert dict(got["dave"].files) == {"ex02_closures.py": CODE, "ex03_backward.py": OTHER}


def test_folders_below_a_students_own_are_no_assignments(tmp_path: Path) -> None:
    plant(
        tmp_path, {"alice/ex02_closures.py": CODE, "alice/old/ex02_closures.py": OTHER, "bob/hw/ex02_closures.py": CODE}
    )
    got = found(tmp_path)
    assert got["alice"].files == got["bob"].files == {"ex02_closures.py": CODE}


def test_a_folder_with_exercise_files_is_one_student(tmp_path: Path) -> None:
    plant(tmp_path / "zoe", {"ex02_closures.py": CODE, "ex03_backward.ipynb": notebook("x = 1"), "old/x.py": CODE})
    assert set(found(tmp_path / "zoe")["zoe"].files) == {"ex02_closures.py", "ex03_backward.py"}


@pytest.mark.parametrize(
    "beside",
    [
        ("alice/ex02_closures.py", "bob/ex03_backward.ipynb"),
        ("leeann_10_100_ex02_closures.py", "oakbo_LATE_11_101_ex02_closures.py"),
        ("alice_ex02_closures.py", "bob/ex02_closures.py"),
        ("Ann Lee_12_assignsubmission_file_/ex02_closures.py", "Bo Oak_13_assignsubmission_file_/hw.zip"),
    ],
)
def test_a_solution_left_in_the_folder_of_a_class_hides_nobody(tmp_path: Path, beside: tuple[str, str]) -> None:
    plant(tmp_path, dict.fromkeys(("ex02_closures.py", *beside), CODE))
    clues = Clues()
    got = find_submissions(tmp_path, EXERCISES, clues=clues)
    assert len(got) == 2 and not {"ex02_closures", tmp_path.name} & {one.student_id for one in got}
    assert any(said.startswith("ex02_closures.py: left out, since the name of a") for said in clues.told)


def test_stubs_beside_the_only_student_are_nobodys_work(tmp_path: Path) -> None:
    stub = b"def backward(root):\n    raise NotImplementedError\n"
    plant(tmp_path, {"ex03_backward.py": stub, "alice/ex03_backward.py": CODE})
    [got] = find_submissions(tmp_path, EXERCISES, clues=Clues(stubs={"ex03_backward": stub}))
    assert (got.student_id, dict(got.files)) == ("alice", {"ex03_backward.py": CODE})


def test_a_graded_class_beside_its_hand_ins_is_no_student(tmp_path: Path) -> None:
    stamped = {"alice/hw/ex02_closures.py": CODE, "alice/hw/timestamp.txt": b"2026-11-21 20:00:00 UTC"}
    tables = dict.fromkeys(("graded/grades.csv", "graded/scores.csv", "graded/index.html"), b"")
    plant(tmp_path, {**stamped, **tables, "graded/reports/alice.json": b"{}"})
    clues = Clues()
    [got] = find_submissions(tmp_path, EXERCISES, clues=clues)
    assert (got.student_id, got.submitted_at) == ("alice", "2026-11-21T20:00:00Z")
    assert clues.told == ["graded is a graded class and no hand-in."]


def test_names_without_an_ending_of_code_lose_nobody(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "alice_ex02_closures.txt": CODE,
            "alice_ex03_backward.py.txt": OTHER,
            "bob_ex02_closures": CODE,
            "eve.docx": b"PK",
            "index.html": b"",
        },
    )
    clues = Clues()
    got = {one.student_id: dict(one.files) for one in find_submissions(tmp_path, EXERCISES, clues=clues)}
    assert got == {
        "alice": {"ex02_closures.py": CODE, "ex03_backward.py": OTHER},
        "bob": {"ex02_closures.py": CODE},
    }
    assert clues.told == ["No hand-ins by their names, so not read: eve.docx."]


def test_a_single_file_is_one_student(tmp_path: Path) -> None:
    plant(tmp_path, {"in/alice.zip": zipped({"ex02_closures.py": CODE}), "zoe/ex02_closures.py": CODE})
    assert found(tmp_path / "in" / "alice.zip")["alice"].files
    assert found(tmp_path / "zoe" / "ex02_closures.py")["zoe"].files


def test_a_folder_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is nothing at"):
        find_submissions(tmp_path / "nowhere", EXERCISES)


def nbgrader_course(root: Path) -> None:
    plant(
        root,
        {
            "nbgrader_config.py": b"",
            "source/scalars/ex02_closures.ipynb": b"{}",
            "submitted/alice/scalars/ex02_closures.ipynb": notebook("x = 1"),
            "submitted/alice/scalars/timestamp.txt": b"2026-11-21 20:13:09.123456 UTC",
            "submitted/alice/scalars/submission_secret.txt": b"s",
            "submitted/alice/graphs/ex03_backward.py": CODE,
            "submitted/alice/graphs/timestamp.txt": b"2026-12-01 08:00:00 UTC\n",
            "submitted/bob/graphs/ex03_backward.py": OTHER,
        },
    )


@pytest.mark.parametrize("inside", ["", "submitted"])
def test_nbgraders_layout(tmp_path: Path, inside: str) -> None:
    nbgrader_course(tmp_path)
    got = found(tmp_path / inside)
    assert list(got) == ["alice", "bob"]
    assert dict(got["alice"].files) == {"ex02_closures.py": b"# %% cell 1\nx = 1\n", "ex03_backward.py": CODE}
    assert got["alice"].submitted_at == "2026-12-01T08:00:00Z"
    assert got["alice"].times == {
        "ex02_closures.py": "2026-11-21T20:13:09Z",
        "ex03_backward.py": "2026-12-01T08:00:00Z",
    }
    assert got["bob"].submitted_at is None and not got["alice"].notes


def test_one_assignment_of_nbgraders_layout(tmp_path: Path) -> None:
    nbgrader_course(tmp_path)
    got = found(tmp_path / "submitted", "scalars")
    assert list(got) == ["alice"] and set(got["alice"].files) == {"ex02_closures.py"}
    assert got["alice"].submitted_at == "2026-11-21T20:13:09Z"
    assert list(found(tmp_path, "graphs")) == ["alice", "bob"]


def test_the_later_assignment_wins_for_a_file_that_is_in_both(tmp_path: Path) -> None:
    nbgrader_course(tmp_path)
    plant(tmp_path, {"submitted/alice/scalars/ex03_backward.py": OTHER})
    got = found(tmp_path)["alice"]
    assert got.files["ex03_backward.py"] == CODE and any("of 2 versions the latest" in note for note in got.notes)


def test_an_assignment_that_is_a_link_is_refused(tmp_path: Path) -> None:
    nbgrader_course(tmp_path)
    (tmp_path / "submitted" / "carol").mkdir()
    (tmp_path / "submitted" / "carol" / "scalars").symlink_to(tmp_path / "submitted" / "alice" / "scalars")
    (tmp_path / "submitted" / "dave").symlink_to(tmp_path / "submitted" / "alice")
    got = found(tmp_path)
    assert not got["carol"].files and not got["dave"].files
    assert "symbolic link" in (got["carol"].problem or "") and "symbolic link" in (got["dave"].problem or "")


def test_a_broken_timestamp_costs_the_time_not_the_work(tmp_path: Path) -> None:
    nbgrader_course(tmp_path)
    plant(tmp_path, {"submitted/alice/graphs/timestamp.txt": b"\xff yesterday"})
    got = found(tmp_path)["alice"]
    assert got.submitted_at == "2026-11-21T20:13:09Z" and len(got.files) == 2
    assert "time of submission is unknown" in " ".join(got.notes)


@pytest.mark.parametrize(
    "text", ["2026-11-21 20:13:09.123456 UTC", "2026-11-21T20:13:09Z", "2026-11-21 20:13:09",
             "2026-11-21 21:13:09 CET", "2026-11-21 21:13:09.5 Europe/Berlin"],
)  # fmt: skip
def test_times_are_read_as_nbgrader_reads_them(text: str) -> None:
    assert parse_time(text.encode()) == "2026-11-21T20:13:09Z"
    utils = pytest.importorskip("nbgrader.utils")
    assert utils.parse_utc(text).strftime("%Y-%m-%dT%H:%M:%SZ") == "2026-11-21T20:13:09Z"


@pytest.mark.parametrize("text", ["2026-11-21 21:13:09 +0100", "2026-11-21 21:13:09+01:00", "2026-11-21T15:13:09-0500"])
def test_times_with_an_offset(text: str) -> None:
    assert parse_time(text.encode()) == "2026-11-21T20:13:09Z"


@pytest.mark.parametrize(
    "text", [b"", b"now", b"2026-11-21 20:13 Mars/Olympus", b"2026-13-01 00:00", b"0001-01-01 00:00 +0100"]
)
def test_what_is_no_time_is_said_to_be_none(text: bytes) -> None:
    with pytest.raises(ValueError):
        parse_time(text)


def test_moodle_downloads(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "Ann Lee_101_assignsubmission_file_/ex02_closures.py": CODE,
            "Ann Lee_102_assignsubmission_file_/work.zip": zipped({"w/ex02_closures.py": OTHER}),
            "Ann Lee_102_assignsubmission_onlinetext_/onlinetext.html": b"<p>hi</p>",
            "Bo_Å_103_assignsubmission_file_ex02_closures.py": CODE,
            "Bo_Å_103_assignsubmission_file_ex03_backward.py": OTHER,
            "Cy_104_assignsubmission_file_essay.pdf": b"%PDF",
            "Di_105_assignsubmission_file_/scalars/ex02_closures.py": CODE,
            "Di_105_assignsubmission_file_/scalars/timestamp.txt": b"2020-01-01 00:00:00 UTC",
        },
    )
    got = found(tmp_path)
    assert list(got) == ["Ann Lee_101", "Ann Lee_102", "Bo_Å_103", "Cy_104", "Di_105"]
    assert (
        got["Ann Lee_101"].files["ex02_closures.py"] == CODE and got["Ann Lee_102"].files["ex02_closures.py"] == OTHER
    )
    assert len(got["Bo_Å_103"].files) == 2
    assert "essay.pdf is no .py" in (got["Cy_104"].problem or "")
    assert got["Di_105"].files and got["Di_105"].submitted_at is None, "a student's own timestamp.txt is not believed"


def test_canvas_downloads(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "leeann_11_501_ex02_closures.py": CODE,
            "leeann_11_502_ex03_backward.py": OTHER,
            "royjo_LATE_12_503_ex02_closures-2.py": CODE,
            "royjo_LATE_12_499_ex02_closures-1.py": OTHER,
            "yan_14_601_ex02_closures.py": OTHER,
            "yan_14_1002_ex02_closures.py": CODE,
            "zed_13_504_all work.zip": zipped({"ex02_closures.py": CODE}),
        },
    )
    got = found(tmp_path)
    assert list(got) == ["leeann_11", "royjo_12", "yan_14", "zed_13"]
    assert len(got["leeann_11"].files) == 2 and not got["leeann_11"].notes
    assert got["royjo_12"].files["ex02_closures.py"] == CODE
    assert "Canvas marks this submission as late." in got["royjo_12"].notes
    assert got["yan_14"].files["ex02_closures.py"] == CODE, "the later upload has the greater number"
    assert got["zed_13"].files


def test_canvas_downloads_with_underscores_or_without_names(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "mc_donald_16_507_ex02_closures.py": CODE,
            "mc_donald_LATE_16_508_ex03_backward.py": OTHER,
            "anon_Ab3dE_509_ex02_closures.py": CODE,
            "LATE_anon_Ab3dE_510_ex03_backward.py": OTHER,
            "LATE_anon_12345_text.html": b"<p>",
            "royjo_12_link.html": b"<p>",
            "zoe_ex02_closures_2026_11_20.py": CODE,
        },
    )
    clues = Clues()
    got = {one.student_id: one for one in find_submissions(tmp_path, EXERCISES, clues=clues)}
    assert not clues.told
    assert list(got) == ["anon_12345", "anon_Ab3dE", "mc_donald_16", "royjo_12", "zoe_ex02_closures_2026_11_20"]
    assert {len(got[name].files) for name in ("mc_donald_16", "anon_Ab3dE")} == {2}
    assert "Canvas marks this submission as late." in got["anon_Ab3dE"].notes
    assert got["royjo_12"].problem and got["anon_12345"].problem


def test_blackboard_downloads(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "Closures_ann_attempt_2026-11-21-20-00-00.txt": b"Name: Ann",
            "Closures_ann_attempt_2026-11-21-20-00-00_ex02_closures.py": CODE,
            "Closures_ann_attempt_2026-11-20-20-00-00_ex02_closures.py": OTHER,
        },
    )
    assert found(tmp_path)["ann"].files == {"ex02_closures.py": CODE}


@pytest.mark.parametrize("task", ["Closures", "ex02_closures_1"])
def test_underscores_in_names_join_no_two_students(tmp_path: Path, task: str) -> None:
    when = "attempt_2026-11-21-20-00-00_ex02_closures.py"
    students = ("ann_lee", "bob_lee", "ann")
    plant(tmp_path, {f"{task}_{who}_{when}": CODE + who.encode() for who in students})
    got = found(tmp_path)
    assert {who: got[who].files["ex02_closures.py"] for who in got} == {who: CODE + who.encode() for who in students}


@pytest.mark.parametrize(
    "name", ["alice", "alice_ex02_closures.py", "a_1.py", "submission_123456", "x_assignsubmission_"]
)
def test_other_names_are_no_platforms(name: str) -> None:
    assert recognise(name) is None


def test_student_names_never_become_paths(tmp_path: Path) -> None:
    names = [
        "x\\..\\y",
        "a\x1b[2J",
        "a\\x1b[2J",
        "-rf",
        "con",
        "José",
        "ALICE",
        "\u202eevil",
        os.fsdecode(b"\xe9ric"),
        "王",
    ]
    for name in names:
        plant(tmp_path, {f"{name}/ex02_closures.py": CODE})
    got = found(tmp_path)
    assert len(got) == len(names)
    safe = {one.safe_name.casefold() for one in got.values()}
    assert len(safe) == len(names)
    for name in safe:
        (tmp_path / "out").mkdir(exist_ok=True)
        path = tmp_path / "out" / f"{name}.json"
        path.touch()
        assert path.parent == path.resolve().parent and name.isascii() and not name.startswith((".", "-"))
    assert all(one.student_id.isprintable() for one in got.values())


def test_the_two_spellings_of_an_accent_are_one_student(tmp_path: Path) -> None:
    plant(tmp_path, {"Jose\u0301/ex02_closures.py": CODE, "Jos\u00e9/ex03_backward.py": OTHER})
    assert len(found(tmp_path)["José"].files) == 2


def test_an_empty_class_has_no_submissions(tmp_path: Path) -> None:
    assert find_submissions(tmp_path, EXERCISES) == []
