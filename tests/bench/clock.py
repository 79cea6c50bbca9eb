"""Part 5: the student's clock: --help, a check from the start, a check in a warm process, the smallest failing case."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from graders.grading.grade import Files
from graders.sandbox.pool import SandboxPool
from tests.bench.fixture import ROOT, Ground, files
from tests.bench.measure import Row, row, seconds

EXERCISE = "ex02_closures"
_WRONG = "mul_overwrites"


def run(ground: Ground) -> Iterator[Row]:
    """Yield what a student waits for."""
    ground.store.prepare([EXERCISE])
    runs = max(3, ground.size.repeats // 2)
    idle = [seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True)) for _ in range(runs)]
    yield row(5, "python that does nothing", idle)
    helping = [seconds(lambda: ground.command("--help")) for _ in range(runs)]
    yield _against("leafgrad --help", helping, idle, "python", "goal 150 ms")
    solved = ["check", EXERCISE, "--dir", str(ROOT / "solutions")]
    cold = [seconds(lambda: ground.command(*solved)) for _ in range(runs)]
    yield _against(f"leafgrad check {EXERCISE}, from the start", cold, idle, "python", "goal 700 ms")
    folder = ground.hand_in("wrong", EXERCISE, [ground.mutant(EXERCISE, _WRONG)]) / "s0000"
    failing = ["check", EXERCISE, "--dir", str(folder)]
    searched = [seconds(lambda: ground.command(*failing, expected=(1,))) for _ in range(runs)]
    yield _against("the same with a smallest failing case to find", searched, cold, "without", "goal 2000 ms")
    with SandboxPool(ground.course) as sandboxes:
        grader = ground.grader(sandboxes)
        right = files(EXERCISE, ground.right(EXERCISE)[0])
        grader.grade(right, [EXERCISE])
        warm = [seconds(lambda: grader.grade(right, [EXERCISE])) for _ in range(ground.size.repeats)]
        wrong = files(EXERCISE, ground.mutant(EXERCISE, _WRONG))
        told = [_verdicts(ground, sandboxes, wrong) for _ in warm]
    note = "goal 150 ms from saving to the verdict"
    yield _against("the check in a warm process, as in the watch loop", warm, cold, "from the start", note)
    yield row(5, "a one-line bug in the watch loop, until its verdict", [one for one, _ in told], note="goal 60 ms")
    yield row(5, "the same, until all verdicts", [last for _, last in told], note="goal 150 ms")


def _verdicts(ground: Ground, sandboxes: SandboxPool, wrong: Files) -> tuple[float, float]:
    """Return the seconds until the first verdict that is no pass, and until the last; nothing was met before."""
    grader, told = ground.grader(sandboxes), []
    grader.progress = lambda _, result: told.append((time.perf_counter(), result.status))
    begun = time.perf_counter()
    grader.grade(wrong, [EXERCISE])
    return next(at for at, status in told if status != "passed") - begun, told[-1][0] - begun


def _against(what: str, taken: list[float], other: list[float], against: str, note: str) -> Row:
    return row(5, what, taken, ratio=statistics.median(taken) / statistics.median(other), against=against, note=note)
