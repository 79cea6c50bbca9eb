"""`check`, the batch, `pytest --leafgrad` and notebook cells give the class the same verdicts and words."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from graders.cli import main
from graders.course.course import load_course
from graders.notebook import cell, points
from graders.render.fragment import concept_text
from graders.render.next_step import closing
from graders.report import Report
from graders.submission import read_submission
from graders.text import plain
from tests.conftest import ROOT, sampled

CLASS = ROOT / "tests" / "classroom"
EXERCISES = load_course(ROOT).exercise_ids
HAND_INS = {home.name: read_submission(home, EXERCISES) for home in sorted(CLASS.iterdir())}
SAMPLE = ["gus", "nora"]
"""A file that cannot be loaded, and one with another name. `make proof` compares the whole class."""


@pytest.fixture(params=sampled(HAND_INS, SAMPLE))
def student(patient: None, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A student whose files lie in `exercises` of a course's folder, the working directory."""
    shutil.copytree(CLASS / request.param, tmp_path / "exercises")
    shutil.copytree(ROOT / "exercises", tmp_path / ".leafgrad" / "stubs")
    shutil.copy(ROOT / "course.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return request.param


@pytest.fixture
def checked(student: str, capfd: pytest.CaptureFixture[str]) -> Report:
    """What `check` says of all that the student hands in."""
    return check(student, Path("exercises"), capfd)


def check(student: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> Report:
    names = [name.removesuffix(".py") for name in HAND_INS[student].files]
    with pytest.raises(SystemExit):
        main(["check", *names, "--dir", str(folder), "--json"])
    return Report.model_validate_json(capfd.readouterr().out)


def texts(report: Report) -> dict[str, str]:
    """Return address to what is shown of a concept: points, word, sentences, idea, case with its table, notes."""
    notes = [*report.notes, *report.signals]
    shown = report.concepts()
    return {f"{e.id}.{c.id}": concept_text(e.id, c, notes if c.status != "passed" else ()) for e, c in shown}


def test_the_batch_says_what_check_says(student: str, checked: Report) -> None:
    shutil.copytree(CLASS / student, Path("class") / student)
    only = [f"--only={exercise.id}" for exercise in checked.exercises]
    with pytest.raises(SystemExit) as end:
        main(["grade", "class", "--out", "out", *only])
    graded = Report.model_validate_json(Path("out", "reports", f"{student}.json").read_bytes())
    assert end.value.code == 0
    assert (graded.score, graded.max_score, graded.notes) == (checked.score, checked.max_score, checked.notes)
    assert [c for _, c in graded.concepts()] == [c for _, c in checked.concepts()]


class Recorder:
    """A plugin that keeps what the tests of a session said."""

    def __init__(self) -> None:
        self.said: dict[str, tuple[str, float, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            own = dict(report.user_properties)
            text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr or "")
            self.said[own["concept"]] = own["status"], own["score"], text


def test_pytest_says_what_check_says(checked: Report, capfd: pytest.CaptureFixture[str]) -> None:
    recorder, shown = Recorder(), texts(checked)
    Path("pytest.ini").write_text("[pytest]\n")
    asked = ["--leafgrad", "-p", "no:cacheprovider", "exercises"]
    assert pytest.main(asked, plugins=[recorder]) == (not checked.passed)
    wanted = {f"{e.id}.{c.id}": (c.status, c.score) for e, c in checked.concepts()}
    assert {address: said[:2] for address, said in recorder.said.items()} == wanted
    messages = {f"{e.id}.{c.id}": {plain(check.message) for check in c.checks} for e, c in checked.concepts()}
    for address, (status, _, text) in recorder.said.items():
        if status != "passed":
            assert text.removeprefix("Skipped: ").split("\n")[0] in messages[address]
        if status not in ("passed", "skipped"):
            assert body(text) == body(shown[address])
    end = capfd.readouterr().out.rpartition("= leafgrad =")[2]
    assert all(line.plain.strip() in end for line in closing(80, checked))


def test_a_cell_says_what_check_says(
    student: str, checked: Report, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of a file that cannot be loaded, what `check` says of it as a notebook: there only the statement is left out."""
    history, shown = SimpleNamespace(input_hist_raw=[""]), []
    monkeypatch.setattr(cell, "_shell", lambda: SimpleNamespace(history_manager=history))
    monkeypatch.setattr(cell, "_display", shown.append)
    files = {name.removesuffix(".py"): source.decode() for name, source in HAND_INS[student].files.items()}
    Path("books").mkdir()
    for exercise, source in files.items():
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        nbformat.write(book, Path("books", f"{exercise}.ipynb"))
    unloaded = any(one.obstacle for one in checked.exercises)
    wanted = check(student, Path("books"), capfd) if unloaded else checked.model_copy(update={"notes": []})
    for exercise, concept in wanted.concepts():
        history.input_hist_raw = ["", files[exercise.id]]
        assert points(f"{exercise.id}.{concept.id}") == concept.score
        assert placeless(shown[-1]["text/plain"]) == placeless(texts(wanted)[f"{exercise.id}.{concept.id}"])


def placeless(text: str) -> str:
    """Return a text without notes, and with lines only: a file, a kernel and a notebook call their place otherwise."""
    return re.sub(r"(cell \[?\d+\]? of )?\w+\.(py|ipynb), line", "line", flat(text.partition("Note:")[0]))


def body(text: str) -> list[str]:
    """Return the lines below the first one."""
    return [line.rstrip() for line in text.rstrip().split("\n")[1:]]


def flat(text: str) -> str:
    """Return a text without line breaks and indents."""
    return " ".join(text.split())
