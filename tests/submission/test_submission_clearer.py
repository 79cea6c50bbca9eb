"""Two hand-ins of one student: the clearer counts, the other is named, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from handins import CODE, EXERCISES, notebook, tarred, zipped

from graders.submission import Submission, find_submissions, read_submission

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


@pytest.mark.parametrize(
    ("clear", "other"),
    [
        ("alice/ex02_closures.py", "alice.zip"),
        ("alice/ex02_closures.py", "alice.tar.gz"),
        ("alice/ex02_closures.py", "alice_ex02_closures.py"),
        ("alice/ex02_closures.py", "ex02_closures-alice.py"),
        ("alice/ex02_closures.py", "alice_ex2.py"),
        ("alice/deep/down/ex02_closures.py", "alice_ex02_closures.ipynb"),
        ("alice/ex02_closures.py", "Closures_alice_attempt_2030-01-01-00-00-00_ex02_closures.py"),
        ("alice.zip", "alice_ex02_closures.py"),
        ("Jos\u00e9/ex02_closures.py", "Jose\u0301/ex02_closures.py"),
        ("Jos\u00e9/ex02_closures.py", "Jose\u0301_ex02_closures.py"),
    ],
)
def test_the_clearer_of_two_hand_ins_counts_and_the_other_is_named(tmp_path: Path, clear: str, other: str) -> None:
    for name, code in ((clear, CODE), (other, OTHER)):
        packed = {"zip": zipped, "gz": lambda files: tarred(list(files.items()))}.get(name.rpartition(".")[2])
        data = packed({"ex02_closures.py": code}) if packed else notebook("x = 1") if "ipynb" in name else code
        plant(tmp_path, {name: data})
    (got,) = found(tmp_path).values()
    assert got.files == {"ex02_closures.py": CODE} and got.problem is None
    assert "is graded" in " ".join(got.notes) and "holds another version" in " ".join(got.notes)


def test_equally_clear_versions_cost_that_exercise_only_and_are_named(tmp_path: Path) -> None:
    plant(tmp_path, {"alice.zip": zipped({"ex02_closures.py": CODE, "ex03_backward.py": CODE})})
    plant(tmp_path, {"alice.tar.gz": tarred([("ex02_closures.py", OTHER)])})
    got = found(tmp_path)["alice"]
    assert set(got.files) == {"ex03_backward.py"} and "alice.tar.gz, alice.zip" in " ".join(got.notes)


def test_two_sources_of_one_student_are_put_together(tmp_path: Path) -> None:
    plant(tmp_path, {"alice/ex02_closures.py": CODE})
    plant(tmp_path, {"alice.zip": zipped({"ex02_closures.py": CODE, "ex03_backward.py": OTHER})})
    got = found(tmp_path)["alice"]
    assert len(got.files) == 2 and got.notes == (
        "ex03_backward.py is taken from alice.zip: the main hand-in holds no written version of it.",
    )


def test_something_unreadable_beside_a_folder_is_a_remark(tmp_path: Path) -> None:
    plant(tmp_path, {"alice/ex02_closures.py": CODE, "alice.zip": b"PK junk", "alice_ex02_closures.py": b"\xff"})
    got = found(tmp_path)["alice"]
    assert got.files == {"ex02_closures.py": CODE} and got.problem is None and len(got.notes) == 2


def test_ids_that_differ_in_capital_letters_are_two_students_who_are_told(tmp_path: Path) -> None:
    plant(tmp_path, {"alice/ex02_closures.py": CODE, "Alice/ex02_closures.py": OTHER})
    got = found(tmp_path)
    assert got["alice"].files["ex02_closures.py"] == CODE and got["Alice"].files["ex02_closures.py"] == OTHER
    assert "a hand-in of Alice as well" in got["alice"].notes[0] and "of alice" in got["Alice"].notes[0]


def test_of_a_folder_without_an_exercise_it_is_told_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "ex02_closures.docx").write_bytes(b"x")
    assert (read_submission(tmp_path, EXERCISES).problem or "").endswith("ex02_closures.docx: ignored.")


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"kernelspec": {"language": "R"}}, "is a notebook of R: only Python is graded"),
        ({"language_info": {"name": "julia"}}, "is a notebook of julia"),
        ({"kernelspec": {"language": "python"}}, ""),
        ({"kernelspec": {"name": "x"}, "language_info": 3}, ""),
    ],
)
def test_a_notebook_of_another_language_is_told(tmp_path: Path, metadata: dict[str, object], said: str) -> None:
    (tmp_path / "ex02_closures.ipynb").write_bytes(notebook("x = 1", **metadata))
    notes = " ".join(read_submission(tmp_path, EXERCISES).notes)
    assert said in notes and bool(said) == ("notebook of" in notes)
