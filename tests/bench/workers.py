"""What a worker costs beyond the student's own work: start, jail, load, end, on honest submissions of each flavour."""

from __future__ import annotations

from collections.abc import Iterator

from graders.sandbox.client import Limits, Worker
from graders.sandbox.pool import SandboxPool
from graders.spec import load_spec
from tests.bench.ground import Ground
from tests.bench.measure import Row, row, seconds

_EXERCISES = ("ex02_closures", "ex03_backward", "ex09_sgd")


def run(ground: Ground) -> Iterator[Row]:
    """Yield one row for each exercise: from the request for a worker to its end, the replay left out."""
    with SandboxPool(ground.course) as sandboxes:
        for exercise in _EXERCISES:
            flavour = ground.course.exercise(exercise).flavour
            taken = [_start_to_end(ground, sandboxes, exercise) for _ in range(ground.size.workers)]
            what = f"{exercise} ({flavour}): start, jail, load and end of a worker"
            yield row(2, what, taken, note=f"{len(taken)} workers; goal 12 ms")


def _start_to_end(ground: Ground, sandboxes: SandboxPool, exercise: str) -> float:
    sandbox, sources = sandboxes.get(ground.course.exercise(exercise).flavour), ground.right(exercise)
    workers: list[Worker] = []

    def start() -> None:
        workers.append(Worker(sandbox.channel(), Limits()))
        workers[0].load(exercise, {exercise: sources[0]}, load_spec(exercise).supplies)

    return seconds(start) + seconds(lambda: workers[0].kill())
