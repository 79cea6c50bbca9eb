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
from test_lifecycle import PATIENCE, _descendants, _started

HOUSE = Path(__file__).resolve().parents[2]
KILLS = 12


def _command(out: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "graders.cli", "grade", str(HOUSE / "tests/classroom"), "--out", str(out)),
        *("--only", "ex02_closures.mul", "--only", "ex02_closures.add", "--jobs", "2"),
    ]


def _written(out: Path) -> dict[str, bytes]:
    names = [*out.glob("reports/*.json"), *out.glob("*.csv"), *out.glob("*.html")]
    return {str(path.relative_to(out)): path.read_bytes() for path in names}


@pytest.mark.proof
def test_a_killed_batch_resumes_to_the_same_grades(tmp_path: Path) -> None:
    subprocess.run(_command(tmp_path / "whole"), check=True, cwd=HOUSE, capture_output=True)  # builds the banks too
    begun = time.monotonic()
    subprocess.run([*_command(tmp_path / "whole"), "--fresh"], check=True, cwd=HOUSE, capture_output=True)
    usual = time.monotonic() - begun
    expected = _written(tmp_path / "whole")
    assert any(name.startswith("reports") for name in expected)
    out = tmp_path / "killed"
    chance = random.Random(4)
    for _ in range(KILLS):
        with subprocess.Popen(_command(out), cwd=HOUSE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as batch:
            time.sleep(chance.uniform(0.2, usual))
            below = _started(_descendants(batch.pid))
            batch.send_signal(signal.SIGKILL)
            batch.wait()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and _started(set(below)).items() & below.items():
            time.sleep(0.02)
        assert not _started(set(below)).items() & below.items()
        for path in out.glob("reports/*.json"):
            json.loads(path.read_bytes())
        for path in out.glob("*.csv"):
            assert len({len(row) for row in csv.reader(path.read_text().splitlines())}) == 1
        if chance.random() < 0.2:
            for path in list(out.glob("reports/*.json"))[:3]:
                os.unlink(path)
    subprocess.run(_command(out), check=True, cwd=HOUSE, capture_output=True)
    assert _written(out) == expected
