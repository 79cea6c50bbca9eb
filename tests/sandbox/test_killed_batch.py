"""A batch that is killed at any instant leaves no process and no half-written file, and resumes to the same grades."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hostile_class import HOSTILE, ONLY, make_class
from test_lifecycle import PATIENCE, _descendants, _started

from tests.conftest import sampled

HOUSE = Path(__file__).resolve().parents[2]
KILLS = 12
CTRL_C_SECONDS = 2.0


def _command(out: Path, folder: Path = HOUSE / "tests/classroom", *only: str) -> list[str]:
    names = only or ("ex02_closures.mul", "ex02_closures.add")
    return [
        *(sys.executable, "-m", "graders.cli", "grade", str(folder), "--out", str(out), "--jobs", "2"),
        *(part for name in names for part in ("--only", name)),
    ]


def _written(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def _gone(below: dict[int, str]) -> bool:
    """Return whether processes that were seen have ended, waiting for it a while."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and _started(set(below)).items() & below.items():
        time.sleep(0.02)
    return not _started(set(below)).items() & below.items()


def _killed_and_resumed(command: list[str], out: Path, kills: int, usual: float, chance: random.Random) -> None:
    """Kill a batch so many times at any instant, then let it end; no process is left, and no half of a file."""
    for _ in range(kills):
        with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as batch:
            time.sleep(chance.uniform(0.2, usual))
            below = _started(_descendants(batch.pid))
            batch.send_signal(chance.choice((signal.SIGKILL, signal.SIGTERM)))
            batch.wait()
        assert _gone(below)
        for path in out.glob("reports/*.json"):
            json.loads(path.read_bytes())
        for path in out.glob("*.csv"):
            assert len({len(row) for row in csv.reader(path.read_text().splitlines())}) == 1
        if chance.random() < 0.2:
            for path in list(out.glob("reports/*.json"))[:3]:
                os.unlink(path)
    subprocess.run(command, check=True, cwd=HOUSE, capture_output=True)


def _timed(command: list[str]) -> float:
    begun = time.monotonic()
    subprocess.run(command, check=True, cwd=HOUSE, capture_output=True)
    return time.monotonic() - begun


@pytest.mark.proof
def test_a_killed_batch_resumes_to_the_same_grades(tmp_path: Path) -> None:
    _timed(_command(tmp_path / "whole"))  # builds the banks too
    usual = _timed([*_command(tmp_path / "whole"), "--fresh"])
    _killed_and_resumed(_command(tmp_path / "killed"), tmp_path / "killed", KILLS, usual, random.Random(4))
    expected = _written(tmp_path / "whole")
    assert any(name.startswith("reports") for name in expected)
    assert _written(tmp_path / "killed") == expected


@pytest.mark.parametrize(
    ("honest", "hostile", "kills"),
    [
        (4, ("garbage_writer", "huge_answer", "exit", "deep_list"), 2),
        pytest.param(18, tuple(HOSTILE), 5, marks=pytest.mark.proof),
    ],
    ids=["few", "whole class"],
)
def test_a_class_with_hostile_files_resumes_to_the_same_grades(
    tmp_path: Path, honest: int, hostile: tuple[str, ...], kills: int
) -> None:
    make_class(HOUSE, tmp_path / "class", honest, hostile)
    whole, killed = (_command(tmp_path / out, tmp_path / "class", *ONLY) for out in ("whole", "killed"))
    _timed(whole)
    usual = _timed([*whole, "--fresh"])
    _killed_and_resumed(killed, tmp_path / "killed", kills, usual, random.Random(5))
    expected = _written(tmp_path / "whole")
    assert len([name for name in expected if name.startswith("reports")]) == honest + len(hostile)
    assert _written(tmp_path / "killed") == expected
    for row in csv.DictReader((tmp_path / "whole/grades.csv").read_text().splitlines()):
        assert (row["student_id"] in hostile) or row[ONLY[0]] == "1.0", row
        assert row["status"] != "ungraded"


@pytest.mark.parametrize("name", sampled(HOSTILE, ("exit", "sleeper")))
def test_ctrl_c_ends_at_once_whatever_a_worker_does(tmp_path: Path, name: str) -> None:
    make_class(HOUSE, tmp_path / "class", 16, (name,))
    out = tmp_path / "out"
    command = _command(out, tmp_path / "class", *ONLY)
    _timed([*_command(tmp_path / "warm", HOUSE / "tests/classroom/ada", *ONLY)])  # builds the banks
    batch = subprocess.Popen(
        command,
        cwd=HOUSE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background ignores it
    )
    while not _descendants(batch.pid):
        assert batch.poll() is None
        time.sleep(0.01)
    while not out.exists():
        time.sleep(0.01)
    time.sleep(0.4)
    below = _started(_descendants(batch.pid))
    begun = time.monotonic()
    batch.send_signal(signal.SIGINT)
    _, said = batch.communicate(timeout=60)
    passed = time.monotonic() - begun
    assert b"Traceback" not in said
    assert batch.returncode == 130 and b"run the same command again" in said
    assert passed < CTRL_C_SECONDS
    assert _gone(below)
    for path in out.glob("reports/*.json"):
        json.loads(path.read_bytes())
