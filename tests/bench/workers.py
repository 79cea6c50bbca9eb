"""What a worker costs beyond the student's own work: start, jail, end; and what loading an honest submission adds."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from graders.judging.replay import setup_of
from graders.sandbox.client import Limits, Worker
from graders.sandbox.pool import SandboxPool
from graders.spec import load_spec
from tests.bench.fixture import Ground
from tests.bench.measure import Row, row, seconds

_EXERCISES = ("ex02_closures", "ex03_backward", "ex04_tensor_closures", "ex09_sgd")


def run(ground: Ground) -> Iterator[Row]:
    """Yield two rows for each exercise, replay left out: a worker for an empty file, and what the right one adds."""
    with SandboxPool(ground.course) as sandboxes:
        for exercise in _EXERCISES:
            flavour = ground.course.exercise(exercise).flavour
            right = ground.right(exercise)[0]
            empty, whole = [], []
            for _ in range(ground.size.workers):
                empty.append(_start_to_end(ground, sandboxes, exercise, b""))
                whole.append(_start_to_end(ground, sandboxes, exercise, right))
            what = f"{exercise} ({flavour}): start, jail and end of a worker"
            yield row(2, what, empty, note=f"{len(empty)} in a row, freed while the next one starts; goal 12 ms")
            less = statistics.median(empty)
            yield row(2, f"{exercise}: loading the student's file", [taken - less for taken in whole])


def _start_to_end(ground: Ground, sandboxes: SandboxPool, exercise: str, source: bytes) -> float:
    sandbox = sandboxes.get(ground.course.exercise(exercise).flavour)
    workers: list[Worker] = []

    def start() -> None:
        workers.append(Worker(sandbox.channel(), Limits()))
        workers[0].load(exercise, {exercise: source}, setup_of(load_spec(exercise)))

    return seconds(start) + seconds(lambda: workers[0].kill())
