"""Part 7: the whole course, one exercise and the building of banks, beside an earlier commit in the same run."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.bench.clock import EXERCISE
from tests.bench.fixture import ROOT, Ground
from tests.bench.measure import Row, row

COMMIT = "077baa4"
"""Before banks were sized by what they kill."""

_TIMED = """
import json, sys, time
from pathlib import Path
sys.path.insert(0, str(Path.cwd()))
if Path("graders/banks").is_dir():
    from graders.banks.store import BankStore
    from graders.course.course import load_course
    from graders.grading.grade import Files, Grader
    from graders.judging.shrink import Budget
else:
    from graders.course import load_course
    from graders.grade import Files, Grader
    from graders.shrink import Budget
    from graders.store import BankStore
from graders.sandbox.pool import SandboxPool

cache, one, runs = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
course = load_course(Path.cwd())
store = BankStore(course, folder=cache)
begun = time.perf_counter()
store.prepare(course.exercise_ids)
told = {"banks": [time.perf_counter() - begun], "whole": [], "one": []}
told["cases"] = [sum(len(bank) for name in course.exercise_ids for bank in store.banks(name).values())]
right = {path.name: path.read_bytes() for path in Path("solutions").glob("ex*.py")}
with SandboxPool(course) as sandboxes:
    grader = Grader(course, store, sandboxes, Budget(calls=0))
    for number in range(-1, runs):
        for what, names in (("one", [one]), ("whole", course.exercise_ids)):
            begun = time.perf_counter()
            grader.grade(Files(right, f"student {number}"), names)
            told[what] += [time.perf_counter() - begun] if number >= 0 else []
print(json.dumps(told))
"""


def run(ground: Ground) -> Iterator[Row]:
    """Yield what took how long there and here; nothing where the history does not reach back to that commit."""
    there = _checked_out(ground.folder / COMMIT)
    if there is None:
        return
    homes = {"there": there, "here": ROOT}
    rounds = [{name: _timed(ground, home) for name, home in homes.items()} for _ in range(ground.size.rounds)]
    told = {name: {what: sum((one[name][what] for one in rounds), []) for what in rounds[0][name]} for name in homes}
    building = {name: [each[name]["banks"][0] for each in rounds[:1]] for name in homes}
    for what, key in (("the whole course, right, every case asked", "whole"), (f"a right {EXERCISE}", "one")):
        yield from _pair(what, {name: told[name][key] for name in homes})
    yield from _pair("the banks of the whole course, built from nothing", building)
    cases = {name: told[name]["cases"][:1] for name in homes}
    yield row(
        7,
        "cases of the whole course",
        cases["here"],
        1.0,
        "",
        ratio=cases["here"][0] / cases["there"][0],
        against=COMMIT,
    )


def _pair(what: str, taken: Mapping[str, list[float]]) -> Iterator[Row]:
    share = statistics.median(taken["here"]) / statistics.median(taken["there"])
    yield row(7, f"{what}, at {COMMIT}", taken["there"])
    yield row(7, f"{what}, here", taken["here"], ratio=share, against=COMMIT)


def _checked_out(folder: Path) -> Path | None:
    """Return a folder with the files of the earlier commit, None where git does not have it."""
    if not folder.is_dir():
        archive = subprocess.run(["git", "archive", COMMIT], cwd=ROOT, capture_output=True)
        if archive.returncode:
            return None
        folder.mkdir(parents=True)
        subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return folder


def _timed(ground: Ground, home: Path) -> dict[str, Any]:
    """Return seconds by what was done, in a process that grades with the code of a folder."""
    words = [str(ground.folder / "before" / home.name), EXERCISE, str(ground.size.repeats)]
    command = [sys.executable, "-c", _TIMED, *words]
    environment = {**ground.environment, "PYTHONPATH": str(home)}
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told
