"""Part 3: passing and failing submissions, the search for the smallest case, diagnosis, and a class of all kinds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from graders.course.selftest import load_mutants
from graders.judging import exercise as judging
from graders.judging import failing
from graders.sandbox.pool import SandboxPool
from tests.bench.fixture import ENDLESS, Ground, files
from tests.bench.measure import Row, row, seconds


def run(ground: Ground) -> Iterator[Row]:
    """Yield the rows of every exercise that the peers know."""
    ground.store.prepare(ground.size.exercises)
    with SandboxPool(ground.course) as sandboxes:
        for exercise in ground.size.exercises:
            yield from _exercise(ground, sandboxes, exercise)


class Stopwatch:
    """Adds up the seconds spent in a function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.seconds = 0.0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        begun = time.perf_counter()
        try:
            return self._function(*args, **kwargs)
        finally:
            self.seconds += time.perf_counter() - begun


def _exercise(ground: Ground, sandboxes: SandboxPool, exercise: str) -> Iterator[Row]:
    grader = ground.grader(sandboxes)
    right = files(exercise, ground.right(exercise)[0])
    grader.grade(right, [exercise])
    passing = [seconds(lambda: grader.grade(right, [exercise])) for _ in range(ground.size.repeats)]
    yield row(3, f"{exercise}: passing", passing)
    first, again, searching, naming = [], [], [], []
    wrong = [mutant for mutant in load_mutants(ground.course, exercise) if mutant.id not in ENDLESS]
    for mutant in wrong[:: max(1, len(wrong) // ground.size.repeats)][: ground.size.repeats]:
        submission = files(exercise, mutant.source)
        with (
            patch.object(failing, "smallest", Stopwatch(failing.smallest)) as search,
            patch.object(judging, "diagnose", Stopwatch(judging.diagnose)) as name,
        ):
            first.append(seconds(lambda: grader.grade(submission, [exercise])))  # noqa: B023
        searching.append(search.seconds)
        naming.append(name.seconds)
        again.append(seconds(lambda: grader.grade(submission, [exercise])))  # noqa: B023
    middle = row(3, "", passing).median / 1e3
    yield _against(f"{exercise}: failing, its answers met first", first, middle)
    yield row(3, f"{exercise}: of it the smallest case", searching)
    yield row(3, f"{exercise}: of it the name of the wrong idea", naming)
    yield _against(f"{exercise}: failing, the same answers met again", again, middle)
    count = ground.size.batch
    students = ground.hand_in(f"{exercise}-mixed-{count}", exercise, ground.mixed_class(exercise, count))
    taken = [seconds(lambda: ground.batch(students, exercise, jobs=2)) / count]
    yield row(
        3, f"{exercise}: class of {count}, 60% right, 30% one bug, 10% several, a submission", taken, note="2 jobs"
    )


def _against(what: str, values: list[float], passing: float) -> Row:
    middle = row(3, what, values).median / 1e3
    return row(3, what, values, ratio=middle / passing, against="passing")
