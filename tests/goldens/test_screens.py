"""What the student's commands print in one folder over a week, word by word."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.banks.store import BankStore
from graders.cli import main
from graders.course.course import load_course
from graders.course.release import release
from tests.conftest import ROOT
from tests.goldens.test_whole_reports import HERE, compare_text

COURSE = ROOT / "course.yml"
UNSTABLE = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"-\d{8}T\d{6}Z-[0-9a-f]{8}", "-TIME-DIGEST"),
    (r" +\d+ bytes", "  SIZE bytes"),
    (r" UTC, (in )?\d+ \w+( ago)?", " UTC, WHEN"),
]
"""What is another in each run, and what stands for it."""
WIDTHS = ("80", "120")
ONCE = ("submit", "receipts")
"""Commands that say something else when they are run again, in lines as long as they are."""


@pytest.fixture
def screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], store: BankStore, patient: None
) -> Callable[..., str]:
    """Run a command in a student's folder at both widths; return what it prints and its exit code."""
    release(load_course(ROOT), tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    store.prepare(["ex01_finite_differences", "ex02_closures", "ex03_backward"])

    def run(*words: str) -> str:
        found, bodies = [], set()
        for width in WIDTHS[:1] if words[0] in ONCE else WIDTHS:
            monkeypatch.setenv("COLUMNS", width)
            capfd.readouterr()
            with pytest.raises(SystemExit) as end:
                main(list(words))
            said = "".join(capfd.readouterr()).replace(str(tmp_path), "")
            for pattern, instead in UNSTABLE:
                said = re.sub(pattern, instead, said)
            said = re.sub(r" +$", "", said, flags=re.MULTILINE)
            bodies.add(said)
            found.append(f"$ leafgrad {' '.join(words)}    # {width} columns, exit code {end.value.code}\n{said}")
        return found[0].replace("80 columns, ", "", 1) if len(bodies) == 1 else "\n".join(found)

    return run


def test_the_screens_of_a_week(screen: Callable[..., str], solutions: dict[str, bytes]) -> None:
    home, said = Path("exercises"), [screen("status")]
    (home / "ex01_finite_differences.py").write_bytes(solutions["ex01_finite_differences.py"])
    wrong = solutions["ex02_closures.py"].replace(b"self.grad += other.data * out.grad", b"self.grad += out.grad")
    (home / "ex02_closures.py").write_bytes(wrong)
    said += [screen("status"), screen("check", "ex02"), screen("show", "ex02.mul"), screen("hint", "ex02")]
    said += [
        screen("check", "ex02.add"),
        screen("hint", "ex02.mul", "--level", "3"),
        screen("submit", "scalars", "-y", "--student", "ada"),
    ]
    (home / "ex03_backward.py").rename(home / "ex3_backward_final.py")
    said += [screen("submit", "scalars", "-y", "--student", "ada")]
    (home / "ex3_backward_final.py").unlink()
    (home / "ex03_backward.py").write_bytes(solutions["ex03_backward.py"])
    said += [screen("submit", "scalars", "-y", "--student", "ada"), screen("receipts"), screen("submit", "nothing")]
    assert max(map(len, "".join(said[:2]).splitlines())) <= 80  # a table is read only where no line of it wraps
    compare_text(HERE / "screens.txt", "\n".join(said))
