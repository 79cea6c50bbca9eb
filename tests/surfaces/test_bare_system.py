"""Every command of a student without the modules of POSIX, in a folder with an awkward name, printed as cp1252."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from graders.course.course import load_course
from graders.course.release import start
from graders.submit import collect, submit, target_at
from tests.conftest import ROOT

RIGHT = b"self.grad += other.data * out.grad"
EX02 = "exercises/ex02_closures.py"


@dataclass
class Ended:
    """A command that ran: its exit code, the traceback where it raised, and what it printed."""

    code: int
    trace: str
    out: str


def run(folder: Path, commands: list[list[str]]) -> list[Ended]:
    """Run commands in one process on a bare system."""
    report = folder / "report.txt"
    environment = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("bare_system.py")), "run", str(report)],
        input="\n".join(map(json.dumps, commands)).encode(),
        capture_output=True,
        cwd=folder,
        env=environment,
    )
    ended = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert len(ended) == len(commands), done.stderr.decode("cp1252")[-2000:]
    texts = done.stdout.decode("cp1252").replace("\r\n", "\n").split("$ [")[1:]
    return [Ended(code, trace, text) for (code, trace), text in zip(ended, texts, strict=True)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, store, solutions):
    """A student's folder whose name has a blank and a backslash; ex02 has CRLF, one error, and words beyond cp1252."""
    store.prepare(["ex01_finite_differences", "ex02_closures"])
    place = tmp_path_factory.mktemp("bare") / "my \\course"
    start(place)
    wrong = solutions["ex02_closures.py"].replace(RIGHT, b"self.grad += out.grad")
    wrong += "\n# größe 勾配 ✗\n".encode()
    (place / EX02).write_bytes(wrong.replace(b"\n", b"\r\n"))
    (place / "exercises/ex01_finite_differences.py").write_bytes(solutions["ex01_finite_differences.py"])
    (place / "hand in").mkdir()
    return place


@pytest.fixture(scope="module")
def ended(folder):
    """What each command did, by its words."""
    course = load_course(folder)
    files = collect(folder / "exercises", ["ex02_closures"])
    given = {"course": course, "assignment": "scalars", "student_id": "me", "project": folder}
    receipt = submit(files, target_at(str(folder / "before.zip")), **given)[1]
    commands = {
        "start elsewhere": ["start", "another one"],
        "start": ["start"],
        "check": ["check", "ex02"],
        "json": ["check", "ex01", "--json"],
        "status": ["status"],
        "hint": ["hint", "ex02.mul"],
        "show": ["show", "ex02.mul"],
        "submit": ["submit", "ex02", "--student", "me", "--yes"],
        "submit to": ["submit", "ex02", "--student", "me", "--yes", "--to", "hand in"],
        "receipts": ["receipts"],
        "verify": ["verify", str(receipt)],
        "doctor": ["doctor"],
        "pytest": ["pytest", EX02],
        "reset": ["reset", "ex02"],
    }
    return dict(zip(commands, run(folder, list(commands.values())), strict=True))


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("start elsewhere", 0, "Your folder is ready"),
        ("start", 0, "up to date"),
        ("check", 1, "16/17 concepts, 20.67/22 points"),
        ("json", 0, '"isolation": "portable"'),
        ("status", 1, "ex02_closures            ###########.  16/17"),
        ("hint", 0, "leafgrad hint ex02_closures.mul --level 2"),
        ("show", 1, "<- they part here"),
        ("submit", 0, "Now upload this zip file"),
        ("submit to", 0, "Handed in."),
        ("receipts", 0, "scalars: ex02_closures.py"),
        ("verify", 0, "as handed in on"),
        ("doctor", 0, "What stays open: the code that is graded can read and write your files"),
        ("pytest", 1, "1 failed, 16 passed"),
        ("reset", 0, "is the stub again. Your version is kept"),
    ],
)
def test_every_command_works_without_posix(ended, command, code, said):
    one = ended[command]
    assert not one.trace
    assert (one.code, said in one.out) == (code, True), one.out


def test_the_verdicts_are_those_of_every_system(ended, grade, solutions):
    wrong = solutions["ex02_closures.py"].replace(RIGHT, b"self.grad += out.grad")
    score = grade({"ex02_closures.py": wrong}, "ex02_closures").score
    assert f"{score:.2f}/22 points" in ended["check"].out


def test_a_worker_that_cannot_start_is_no_fault_of_the_students(monkeypatch, course, store, solutions):
    """Here the standard library itself is out of reach."""
    from graders.banks.store import BankStore
    from graders.errors import EnvironmentTrouble
    from graders.grading.grade import Files, Grader
    from graders.sandbox import flavours
    from graders.sandbox.pool import SandboxPool

    monkeypatch.setattr(flavours, "environment", lambda: {"PYTHONHOME": "/nowhere"})
    with SandboxPool(course, "portable") as pool, pytest.raises(EnvironmentTrouble, match="does not start: ."):
        Grader(course, BankStore(course), pool).grade(Files(dict(solutions)), ["ex02_closures"])
