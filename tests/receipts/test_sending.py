"""From the student's folder to a target: what is collected, what goes along with it, and the receipt."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graders.course.course import load_course
from graders.errors import SubmissionError
from graders.submission import find_submissions
from graders.submit import (
    FolderTarget,
    ZipTarget,
    as_graded,
    collect,
    delivered,
    files_of,
    list_receipts,
    load_receipt,
    submit,
    target_at,
    verify,
    who_am_i,
)

COURSE = load_course(Path(__file__).parents[2])
EXERCISES = ("ex02_closures", "ex03_backward")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FIRST = {"ex02_closures.py": b"x = 1\n"}


def graded(root: Path) -> dict[str, bytes]:
    (found,) = find_submissions(root, EXERCISES, "scalars")
    assert not found.notes
    return dict(found.files)


def test_from_the_students_folder_to_the_receipt(tmp_path: Path) -> None:
    (tmp_path / "exercises").mkdir()
    (tmp_path / "drive").mkdir()
    for name, data in {**FIRST, "notes.txt": b"private"}.items():
        (tmp_path / "exercises" / name).write_bytes(data)
    ids = {"course": COURSE, "assignment": "scalars", "student_id": "alice", "project": tmp_path}
    files = collect(tmp_path / "exercises", EXERCISES)
    receipt, path = submit(files, target_at(str(tmp_path / "drive")), now=NOON, **ids)
    assert graded(tmp_path / "drive") == FIRST and load_receipt(path) == receipt
    assert path.parent == tmp_path / ".leafgrad" / "receipts"
    again = submit(files, target_at(str(tmp_path / "drive")), **ids)
    assert again == (receipt, path) and len(list_receipts(tmp_path)) == 1
    assert verify(receipt, files_of(tmp_path / "exercises", receipt), copies=False) == []
    (tmp_path / "exercises" / "ex02_closures.py").write_bytes(b"x = 1\n# more")
    assert len(verify(receipt, files_of(tmp_path / "exercises", receipt), copies=False)) == 1
    with pytest.raises(SubmissionError, match="is no folder"):
        files_of(tmp_path / "nowhere", receipt)


@pytest.mark.parametrize(
    "source", [b"x = 1\n", b"x = 1\r\ny = 2", b"from ex02_closures import Value\nx = 7 % 3\n", b""]
)
def test_a_folder_gets_a_notebook_that_says_the_same(tmp_path: Path, source: bytes) -> None:
    ids = {"course": COURSE, "assignment": "scalars", "student_id": "alice", "project": tmp_path}
    receipt, _ = submit({"ex03_backward.py": source}, FolderTarget(tmp_path), now=NOON, **ids)
    files = delivered(receipt)
    notebook = json.loads(files["ex03_backward.ipynb"])
    graded_cells = [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
    assert len(graded_cells) == len(COURSE.exercise("ex03_backward").concepts)
    assert receipt.manifest.files["ex03_backward.ipynb"].copy_of == "ex03_backward.py"
    assert graded(tmp_path) == {"ex03_backward.py": source}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "ex03_backward.py").write_bytes(source)
    mine = files_of(tmp_path / "mine", receipt)
    assert verify(receipt, mine, copies=False) == [] and len(verify(receipt, mine)) == 1


def test_a_notebook_that_says_something_else_is_mentioned(tmp_path: Path) -> None:
    ids = {"course": COURSE, "assignment": "scalars", "student_id": "alice", "project": tmp_path}
    submit(FIRST, FolderTarget(tmp_path), **ids)
    place = tmp_path / "alice" / "scalars" / "ex02_closures.py"
    place.write_bytes(b"x = 2\n")
    (found,) = find_submissions(tmp_path, EXERCISES, "scalars")
    assert found.files == {"ex02_closures.py": b"x = 2\n"} and "not read" in found.notes[0]


def test_a_zip_holds_the_students_own_files_only(tmp_path: Path) -> None:
    ids = {"course": COURSE, "assignment": "scalars", "student_id": "alice", "project": tmp_path}
    receipt, _ = submit(FIRST, ZipTarget(tmp_path / "a.zip"), **ids)
    assert delivered(receipt) == FIRST


@pytest.mark.parametrize("student_id", ["../bob", "", "a/b", ".hidden", "a b", "-x", "a\0"])
def test_ids_that_are_no_folder_names_are_refused(tmp_path: Path, student_id: str) -> None:
    ids = {"course": COURSE, "assignment": "scalars", "student_id": student_id, "project": tmp_path}
    with pytest.raises(SubmissionError, match="cannot be the name of a folder"):
        submit(FIRST, FolderTarget(tmp_path), **ids)


def test_only_what_can_be_graded_is_collected(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="none of the files"):
        collect(tmp_path, EXERCISES)
    (tmp_path / "ex02_closures.py").write_bytes(b"\xff\xfe")
    with pytest.raises(SubmissionError, match="UTF-16"):
        collect(tmp_path, EXERCISES)
    (tmp_path / "ex02_closures.py").unlink()
    (tmp_path / "ex02_closures.ipynb").write_bytes(b'{"cells": []}')
    files = collect(tmp_path, EXERCISES)
    assert files == {"ex02_closures.ipynb": b'{"cells": []}'}
    assert as_graded(files, EXERCISES) == {"ex02_closures.py": b""}


def test_targets_are_told_apart_by_their_address(tmp_path: Path) -> None:
    assert isinstance(target_at(str(tmp_path)), FolderTarget)
    assert isinstance(target_at("handin.ZIP"), ZipTarget)
    with pytest.raises(SubmissionError, match="cannot be submitted to"):
        target_at("https://example.org/inbox")


def test_the_hub_knows_the_student(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    assert who_am_i() == "alice"
    monkeypatch.delenv("JUPYTERHUB_USER")
    monkeypatch.setattr("getpass.getuser", lambda: (_ for _ in ()).throw(KeyError("no user")))
    with pytest.raises(SubmissionError, match="--student"):
        who_am_i()
