"""`leafgrad grade` over a class with a hand-in of every kind: the honest one loses nothing, no traceback is shown."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import runner  # noqa: F401  importing it enters all rows
from arena import HOUSE
from handin import HAND_INS, solution

from graders.sandbox.probe import probe

HANDFUL = ("deep_list", "malformed_array", "empty_array", "raises_not_wrong", "leaks_by_value", "engine_by_import")
FEW = ("ex02_closures.add", "ex04_tensor_closures.add")
EXERCISES = ("ex02_closures", "ex03_backward", "ex04_tensor_closures", "ex09_sgd", "ex12_training_loop.cubic_fit")
HONEST = "honest"
SPENT = {"sleeps", "ends_slowly", "never_reads", "reads_slowly", "forged_half"}
BROKEN = {"deep_list", "raw_bytes", "dict_without_keys", "malformed_array", "odd_numbers"}
BROKEN |= {"forged_extension", "forged_repeatedly"}
FINE = {"long_double", "raises_not_wrong", "raises_absent", "raises_unwritten", "raises_exit"}


@pytest.mark.parametrize(
    ("names", "only"),
    [(HANDFUL, FEW), pytest.param(tuple(HAND_INS), EXERCISES, marks=pytest.mark.proof)],
    ids=["few", "all"],
)
def test_a_class_with_every_kind_is_graded(tmp_path: Path, names: tuple[str, ...], only: tuple[str, ...]) -> None:
    if probe().level == "portable":
        pytest.skip("hostile files are graded behind walls only")
    (tmp_path / "course.yml").write_text(_course())
    for name in (HONEST, *names):
        _hand_in(tmp_path / "class" / name, name)
    command = [sys.executable, "-m", "graders.cli", "--debug", "grade", str(tmp_path / "class")]
    command += ["--out", str(tmp_path / "out"), "--course", str(tmp_path / "course.yml"), "--jobs", "2"]
    command += [part for one in only for part in ("--only", one)]
    environment = {**os.environ, "COLUMNS": "500", "PYTHONPATH": str(HOUSE)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    rows = {row["student_id"]: row for row in csv.DictReader((tmp_path / "out/grades.csv").read_text().splitlines())}
    assert rows.keys() == {HONEST, *names}
    assert rows[HONEST]["score"] == rows[HONEST]["max_score"] != "0.0"
    assert not any(row["status"] == "ungraded" for row in rows.values())
    assert (tmp_path / "out/index.html").read_text().count(HONEST) and (tmp_path / "out/scores.csv").is_file()
    assert not (tmp_path / "out/faults").exists()
    named = set(re.findall(rf"^\W*({'|'.join(rows)})\b", done.stdout.partition("your attention:")[2], re.MULTILINE))
    assert named & (SPENT | BROKEN | FINE | {HONEST}) == (SPENT | BROKEN) & set(names), done.stdout


def _course() -> str:
    """Return the course with budgets that are soon spent."""
    text = (HOUSE / "course.yml").read_text(encoding="utf-8")
    for name, value in {"exercise": "10", "submission": "20"}.items():
        text, count = re.subn(rf"^  {name}: \d+$", f"  {name}: {value}", text, flags=re.MULTILINE)
        assert count == 1
    return text


def _hand_in(folder: Path, name: str) -> None:
    folder.mkdir(parents=True)
    hand_in = HAND_INS.get(name)
    own = hand_in.exercises if hand_in else sorted(path.stem for path in (HOUSE / "solutions").glob("ex*.py"))
    for exercise in own:
        source = hand_in.source(exercise) if hand_in else solution(exercise).encode()
        (folder / f"{exercise}.py").write_bytes(source)
