"""`leafgrad status` and the hint for an exercise: how far one is, when it is due, where to go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graders.banks.store import BankStore
from graders.cli import main
from graders.cli.bars import Standing, first_hole, show_status
from graders.course.course import load_course
from graders.course.due import due_text
from graders.course.record import Part
from graders.course.release import release

NOW = datetime(2027, 2, 5, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder, with that as the working directory."""
    release(load_course(root), tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(list(arguments))
    return capsys.readouterr().out


def test_a_fresh_folder_and_a_begun_one_are_shown_alike(
    home: Path, capsys: pytest.CaptureFixture[str], store: BankStore, solutions: dict[str, bytes]
) -> None:
    """The first is read from the record alone, the second is graded."""
    store.prepare(["ex01_finite_differences"])
    fresh = run(capsys, "status").splitlines()
    first = home / "exercises" / "ex01_finite_differences.py"
    hole = next(n for n, line in enumerate(first.read_text().splitlines(), 1) if "NotImplementedError" in line)
    assert f"First open hole: exercises/ex01_finite_differences.py:{hole}" in fresh
    assert fresh[0].startswith("scalars: Gradients by hand, due 2027-02-07 23:59 UTC, ")
    first.write_bytes(solutions[first.name].replace(b"2 * eps", b"eps"))
    begun = run(capsys, "status").splitlines()
    assert "0/8 " in fresh[1] and " 0 of 13 points" in fresh[1] and " of 13 points" in begun[1]
    assert "First open hole: exercises/ex02_closures.py:" in begun[-2]
    assert begun[-1] == "Next: leafgrad check ex01_finite_differences.slope"
    assert [line.partition(", in")[0] for line in begun if ", due " in line] == [
        line.partition(", in")[0] for line in fresh if ", due " in line
    ]


def test_a_hint_for_an_exercise_is_about_its_first_open_concept(
    home: Path, capsys: pytest.CaptureFixture[str], store: BankStore, solutions: dict[str, bytes]
) -> None:
    store.prepare(["ex02_closures"])
    assert run(capsys, "hint", "exercises/ex02_closures.py").startswith("ex02_closures.add: ")
    file = home / "exercises" / "ex02_closures.py"
    file.write_bytes(solutions[file.name].replace(b"self.grad += other.data * out.grad", b"self.grad += out.grad"))
    assert run(capsys, "hint", "ex2").startswith("ex02_closures.mul: ")
    file.write_bytes(solutions[file.name])
    with pytest.raises(SystemExit) as ended:
        main(["hint", "ex2"])
    assert ended.value.code == 2 and "All of ex02_closures passes." in capsys.readouterr().err


def test_hint_and_show_without_a_name_are_about_what_comes_next(
    home: Path, capsys: pytest.CaptureFixture[str], store: BankStore, solutions: dict[str, bytes]
) -> None:
    store.prepare(["ex01_finite_differences", "ex02_closures"])
    assert run(capsys, "hint").startswith("ex01_finite_differences.slope: ")
    file = home / "exercises" / "ex02_closures.py"
    file.write_bytes(solutions[file.name].replace(b"self.grad += other.data * out.grad", b"self.grad += out.grad"))
    assert run(capsys, "status").splitlines()[-1] == "Next: leafgrad check ex02_closures.mul"
    assert run(capsys, "hint").startswith("ex02_closures.mul: ")
    shown = run(capsys, "show")
    assert "a * b  mul" in shown and "smallest_case()" in shown and "a + b" not in shown


def test_columns_are_aligned(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    standings = [
        Standing("ex01", 3, 4, 2.5, 5, hole=7),
        Standing("ex10_long", 12, 12, 22, 22),
        Standing("ex11", 0, 1, 0, 9, hole=3, why="cannot be loaded"),
        Standing("ex12", 0, 1, 0, 9, hole=3),
    ]
    show_status(standings, [Part("a", "A", NOW, ["ex10_long", "gone"]), Part("b", "B", None, ["ex01"])], tmp_path, NOW)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "a: A, due 2027-02-05 12:00 UTC, in less than a minute",
        "  ex10_long  ████████████  12/12   22 of 22 points",
        "b: B",
        "  ex01       █████████░░░   3/4   2.5 of  5 points  open at line 7",
    ]
    assert lines[4:7] == [
        "in no assignment",
        "  ex11       ░░░░░░░░░░░░   0/1     0 of  9 points  cannot be loaded",
        "  ex12       ░░░░░░░░░░░░   0/1     0 of  9 points",
    ]
    assert lines[8] == "24.5 of 45 points" and lines[9].endswith("ex01.py:7")


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(days=2, hours=3), "in 2 days"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(hours=5), "in 5 hours"),
        (timedelta(seconds=-61), "1 minute ago"),
        (timedelta(days=-40), "40 days ago"),
    ],
)
def test_a_due_date_says_how_long(later: timedelta, said: str) -> None:
    assert due_text(NOW + later, NOW).endswith(f" UTC, {said}")
    assert due_text((NOW + later).replace(tzinfo=None), NOW).endswith(f" UTC, {said}")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('"""raise NotImplementedError"""\ndef f():\n    # raise NotImplementedError\n    return 1\n', 0),
        ("def f():\n    raise NotImplementedError('later')\n", 2),
        ("def f(:\n    raise NotImplementedError\n", 0),
        ("\0", 0),
    ],
)
def test_a_hole_is_found_in_code_only(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "a.py").write_text(text)
    assert first_hole(tmp_path / "a.py") == line
    assert first_hole(tmp_path / "none.py") == 0
