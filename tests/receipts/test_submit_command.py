"""The commands submit, receipts and verify."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

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
    monkeypatch.setattr("graders.cli.overview.graded", lambda seen: (SimpleNamespace(exercises=[]), []))
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
    assert run("submit", "--assignment", "scalars", "--yes", "--partial") == 0
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
        (["verify", "nothing.json"], "There is no receipt nothing.json"),
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


def test_a_yes_is_no_answer_to_a_missing_file(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "project" / "exercises" / "ex3_backward.py").write_text("x = 1\n")
    for arguments in (("--assignment", "scalars"), ("scalars",)):
        assert run("submit", *arguments, "--to", str(desk / "drive"), "--yes") == 2
        said = capsys.readouterr()
        assert (
            "scalars asks for ex01_finite_differences.py, ex03_backward.py too. To hand in without it, add --partial."
            in said.err
        )
        assert "  ex01_finite_differences.py  MISSING: it earns 0\n" in said.out
        assert "ex3_backward.py is not handed in: rename it ex03_backward.py." in said.out
        assert not any((desk / "drive").iterdir())
    assert run("submit", "scalars", "--to", str(desk / "drive"), "--yes", "--partial") == 0


def test_what_is_named_is_what_is_asked_for_and_the_rest_is_said(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("submit", "exercises/ex02_closures.py", "--yes") == 0
    assert "It asks for ex01_finite_differences, ex03_backward too" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2027-02-07T22:59:00", ", due 2027-02-07 23:59 UTC, in 1 hour\n"),
        ("2027-02-08T00:09:00", ", 10 minutes ago\n  LATE: nothing is taken off.\n"),
        ("2027-02-09T00:20:00", ", 1 day ago\n  LATE: 20% of its points are taken off.\n"),
        ("2027-03-09T00:20:00", ", 29 days ago\n  LATE: 100% of its points are taken off.\n"),
    ],
)
def test_the_due_date_is_shown_and_how_late_it_is(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, now: str, said: str
) -> None:
    clock = datetime.fromisoformat(now).replace(tzinfo=UTC)
    monkeypatch.setattr("graders.cli.submitting.datetime", SimpleNamespace(now=lambda zone: clock))
    assert run("submit", "ex02", "--yes") == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("where", ["drive", "again.zip"])
def test_an_earlier_hand_in_is_replaced_only_when_that_is_meant(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """The same files again are no question of that kind."""
    asked: list[tuple[str, bool]] = []
    answers = iter([True, True, False, True])
    monkeypatch.setattr("typer.confirm", lambda text, default: (asked.append((text, default)), next(answers))[1])
    submit = ("submit", "ex02", "--to", str(desk / where))
    assert run(*submit) == run(*submit) == 0
    file = desk / "project" / "exercises" / "ex02_closures.py"
    file.write_text("x = 2\n")
    assert run(*submit) == 1
    assert [default for _, default in asked] == [True, True, False]
    assert ["in place of what you handed in there on" in text for text, _ in asked] == [False, False, True]
    assert run(*submit) == 0
    capsys.readouterr()
    file.write_text("x = 3\n")
    assert run(*submit, "--yes") == 0 and "takes the place of" in capsys.readouterr().out


def test_a_hand_in_that_does_not_arrive_is_kept_and_sent_when_asked_again(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drive = desk / "drive"
    drive.rename(desk / "away")
    assert run("submit", "ex02", "--to", "../drive", "--yes") == 2
    said = capsys.readouterr().err
    assert "NOT handed in yet" in said and said.endswith("To send them once it works: leafgrad submit\n")
    (desk / "project" / "exercises" / "ex02_closures.py").write_text("x = 2\n")
    assert run("receipts") == 0 and "kept, NOT handed in yet" in capsys.readouterr().out
    assert run("status") == 1 and "scalars is kept since" in capsys.readouterr().out
    assert run("submit", "--yes") == 2 and "NOT handed in yet" in capsys.readouterr().err
    (desk / "away").rename(drive)
    assert run("submit", "--yes") == 0
    assert "Handed in." in capsys.readouterr().out
    (found,) = find_submissions(drive, load_course(COURSE).exercise_ids, "scalars")
    assert found.files == {"ex02_closures.py": b"x = 1\n"}  # as they were when they were kept
    assert run("submit", "--yes") == 2 and "Which assignment" in capsys.readouterr().err
    assert run("receipts") == 0 and "kept" not in capsys.readouterr().out


def test_a_later_hand_in_takes_the_place_of_a_kept_one(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Otherwise the next `leafgrad submit` would send what is older, to a path that may have been a slip."""
    assert run("submit", "ex02", "--to", "nowhere", "--yes") == 2
    (desk / "project" / "exercises" / "ex02_closures.py").write_text("x = 2\n")
    assert run("submit", "ex02", "--to", "nowhere", "--yes", "--student", "bob") == 2
    assert run("submit", "ex02", "--to", str(desk / "drive"), "--yes") == 0
    assert not any((desk / "project" / ".leafgrad" / "outbox").iterdir())


def test_a_damaged_kept_hand_in_is_no_hand_in(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("submit", "ex02", "--to", "nowhere", "--yes") == 2
    (kept,) = (desk / "project" / ".leafgrad" / "outbox").glob("*.zip")
    kept.write_bytes(b"PK")
    assert run("submit", "--yes") == 2 and "Which assignment" in capsys.readouterr().err


def test_a_place_that_refuses_keeps_nothing(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What lies there belongs to somebody else, today and tomorrow."""
    (desk / "project" / "mine.zip").write_text("my own notes")
    assert run("submit", "ex02", "--to", "mine.zip", "--yes") == 2
    assert "not overwritten" in capsys.readouterr().err
    assert not (desk / "project" / ".leafgrad" / "outbox").exists()


def test_what_an_exercise_builds_on_goes_along(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stubs = COURSE.parent / "exercises"
    monkeypatch.setattr(
        "graders.submission.clues.stub_source", lambda course, name: (stubs / f"{name}.py").read_bytes()
    )
    home = desk / "project" / "exercises"
    for name in ("ex03_backward.py", "ex04_tensor_closures.py", "ex12_training_loop.py", "ex10_sgd_momentum.py"):
        (home / name).write_text(f"{name[:4]} = 1\n")
    (home / "ex04_tensor_closures.py").write_bytes((stubs / "ex04_tensor_closures.py").read_bytes())
    assert run("submit", "--assignment", "optimizers", "--to", str(desk / "drive"), "--yes", "--partial") == 0
    said = capsys.readouterr().out
    assert "ex03_backward.py" in said and "sent along for what builds on it" in said
    sent = {path.name for path in (desk / "drive/alice/optimizers").iterdir() if path.suffix in (".py", ".ipynb")}
    pairs = {f"{name}{kind}" for name in ("ex10_sgd_momentum", "ex12_training_loop") for kind in (".py", ".ipynb")}
    assert sent == pairs | {"ex03_backward.py"}, "no notebook of what goes along, and no untouched stub"


def test_nothing_goes_along_where_nothing_is_built_on(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = desk / "project" / "exercises"
    (home / "ex03_backward.py").write_text("x = 1\n")
    (home / "ex09_sgd.py").write_text("x = 1\n")
    assert run("submit", "ex09", "--to", str(desk / "drive"), "--yes") == 0
    assert "sent along" not in capsys.readouterr().out
    assert not (desk / "drive/alice/optimizers/ex03_backward.py").exists()


def test_a_prompt_that_is_left_ends_its_line(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run("submit", "ex02", "--to", str(desk / "drive")) == 2
    seen = capsys.readouterr()
    assert seen.out.rstrip(" ").endswith("\n") and "the question got no answer" in seen.err
