"""The commands submit, receipts and verify."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.cli import main
from graders.cli.submitting import assignment_and_exercises
from graders.course.course import load_course
from graders.errors import UsageError
from graders.submission import find_submissions

COURSE = Path(__file__).parents[2] / "course.yml"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's project with one file, and a drive beside it; grading is tested elsewhere."""
    (tmp_path / "project" / "exercises").mkdir(parents=True)
    (tmp_path / "drive").mkdir()
    (tmp_path / "project" / "course.yml").write_bytes(COURSE.read_bytes())
    (tmp_path / "project" / "exercises" / "ex02_closures.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    monkeypatch.setattr("graders.cli.submitting._show_score", lambda *_: None)
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


def test_submit_receipts_verify(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("submit", "ex02", "--to", str(desk / "drive"), "--yes") == 0
    assert "Handed in." in capsys.readouterr().out
    (found,) = find_submissions(desk / "drive", load_course(COURSE).exercise_ids, "scalars")
    assert found.student_id == "alice" and found.files == {"ex02_closures.py": b"x = 1\n"} and found.submitted_at
    assert run("receipts") == 0
    receipt = capsys.readouterr().out.split("\n")[1].strip()
    assert run("verify", receipt) == 0
    assert run("verify", receipt, "--dir", "exercises") == 0
    (desk / "project" / "exercises" / "ex02_closures.py").write_text("x = 2\n")
    capsys.readouterr()
    assert run("verify", receipt, "--dir", "exercises") == 1
    assert "is not what was handed in" in capsys.readouterr().out


def test_without_a_target_a_zip_is_made_here(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("submit", "--assignment", "scalars", "--yes") == 0
    assert (desk / "project" / "scalars-alice.zip").exists() and "upload this zip" in capsys.readouterr().out


def test_saying_no_sends_nothing(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert run("submit", "ex02", "--to", str(desk / "drive")) == 1
    assert not any((desk / "drive").iterdir())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["submit", "--yes"], "Which assignment"),
        (["submit", "ex02", "--assignment", "tensors", "--yes"], "not part of tensors"),
        (["submit", "ex02", "--to", "nowhere", "--yes"], "There is no folder nowhere"),
        (["submit", "ex03", "--yes"], "none of the files"),
        (["submit", "ex02", "--student", "../bob", "--yes"], "cannot be"),
        (["verify", "nothing.json"], "cannot be read"),
    ],
)
def test_mistakes_are_answered_in_a_sentence(
    desk: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert run(*arguments) == 2
    error = capsys.readouterr().err
    assert says in error and "Traceback" not in error and error.count("\n") == 1


def test_the_assignment_is_told_from_the_exercises() -> None:
    course = load_course(COURSE)
    chosen, ids = assignment_and_exercises(course, ["ex03", "ex02"], None)
    assert (chosen.id, ids) == ("scalars", ("ex02_closures", "ex03_backward"))
    assert assignment_and_exercises(course, [], "tensors")[1] == course.assignment("tensors").exercises
    with pytest.raises(UsageError):
        assignment_and_exercises(course, ["ex02", "ex04"], None)
