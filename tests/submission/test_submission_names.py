"""Names of files: which exercise each means, and what is said where none can be told."""

from __future__ import annotations

from pathlib import Path

import pytest
from handins import CODE, EXERCISES

from graders.submission import Submission, read_submission


def read(path: Path) -> Submission:
    return read_submission(path, EXERCISES)


def one(folder: Path, data: bytes, name: str = "ex02_closures.py") -> Submission:
    (folder / name).write_bytes(data)
    return read(folder / name)


@pytest.mark.parametrize(
    "name", ["ex02.py", "Ex02_Closures.py", "ex02-closures.py", "ex02_closures (1).py", "ex02_closures-2.py",
             "Copy of ex02_closures.py", "ex02_closures - Copy (2).py", "exercise 2.py", "EX2.PY"],
)  # fmt: skip
def test_near_misses_are_read_and_said(tmp_path: Path, name: str) -> None:
    got = one(tmp_path, CODE, name)
    assert got.files == {"ex02_closures.py": CODE}
    assert got.notes == (f"{name} is read as ex02_closures.py.",)


@pytest.mark.parametrize("name", ["homework.py", "ex12.py", "ex22_closures.py", "ex02_backward.py", "test_ex02.py"])
def test_a_file_that_is_no_exercise_says_how_to_name_it(tmp_path: Path, name: str) -> None:
    got = one(tmp_path, CODE, name)
    assert not got.files
    assert "named like ex01_finite_differences.py" in (got.problem or "")
    assert any("is not one of the exercise files" in note for note in got.notes)


@pytest.mark.parametrize(
    "name",
    ["ex02_closure.py", "ex02_closuers.py", "ex02_closures_final.py", "ex2_closures.py", "jane_ex02_closures.py",
     "closures.py", "EX02 closures FINAL v2.py", "jane-ex2.py", "ex02_closures.v2.py", "еx02_closures.py",
     "ex02_closures.py.txt", "ex02_closures.txt", "ex02_closures", "ex02_closures.py.py", "ex02_closures.pyw"],
)  # fmt: skip
def test_a_name_that_can_only_mean_one_exercise_is_read_and_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "jane").mkdir()
    (tmp_path / "jane" / name).write_bytes(CODE)
    got = read(tmp_path / "jane")
    assert got.files == {"ex02_closures.py": CODE} and got.problem is None
    assert len(got.notes) == 1 and "is read as ex02_closures.py." in got.notes[0]


def test_a_typo_is_answered_with_the_right_name(tmp_path: Path) -> None:
    assert "did you mean ex02_closures.py?" in " ".join(one(tmp_path, CODE, "ex22_closures.py").notes)


def test_a_vaguer_name_never_takes_the_place_of_a_clearer_one(tmp_path: Path) -> None:
    (tmp_path / "ex02_closures_final.py").write_bytes(b"final = 1\n")
    (tmp_path / "ex02_closures.py").write_bytes(CODE)
    got = read(tmp_path)
    assert got.files == {"ex02_closures.py": CODE}
    assert got.notes == ("ex02_closures_final.py: not read, since ex02_closures.py is there.",)


def test_two_vague_names_with_different_content_are_refused(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"ex02_closures_v{number}.py").write_bytes(b"x = %d\n" % number)
    got = read(tmp_path)
    assert not got.files and "ex02_closures_v1.py, ex02_closures_v2.py" in (got.problem or "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_text_is_read_as_utf_8(tmp_path: Path, encoding: str) -> None:
    text = "# coding: utf-16\nname = 'Zoë'\n"
    data = ("" if encoding in ("utf-16", "utf-32") else "\ufeff") + text
    got = one(tmp_path, data.encode(encoding))
    assert got.files["ex02_closures.py"].decode() == "#\nname = 'Zoë'\n"
    assert "is read as UTF-8" in got.notes[0]


def test_letters_that_only_look_right_are_spelled_out(tmp_path: Path) -> None:
    got = one(tmp_path, CODE, "\u0435x02_closures.py")
    assert "(spelled \\u0435x02_closures.py)" in " ".join(got.notes)
