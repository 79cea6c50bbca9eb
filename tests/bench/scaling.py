"""Part 4: classes of 10, 100 and 1000, one and two jobs, peak memory, and banks built, cached and invalidated."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

from graders.banks.store import BankStore
from tests.bench.fixture import Ground
from tests.bench.measure import Row, row, seconds

CHEAP = "ex01_finite_differences"


def run(ground: Ground) -> Iterator[Row]:
    """Yield the cost of a submission in classes of all sizes, then the cost of banks."""
    yield from classes(ground)
    yield from banks(ground)


def classes(ground: Ground) -> Iterator[Row]:
    """Yield the cost of a submission and the peak memory, for each size of a class, with one and two jobs."""
    ground.store.prepare([CHEAP])
    first: float | None = None
    for count in ground.size.classes:
        students = ground.hand_in(f"{CHEAP}-{count}", CHEAP, ground.mixed_class(CHEAP, count))
        for jobs in (1, 2):
            rounds = ground.size.rounds if count < 100 else 1
            taken, memory = [], []
            for _ in range(rounds):
                taken.append(seconds(lambda: memory.append(ground.batch(students, CHEAP, jobs).ru_maxrss)) / count)  # noqa: B023
            made = row(4, f"{CHEAP}: class of {count}, {jobs} jobs, a submission", taken)
            first = first or made.median
            yield row(
                4, made.what, taken, ratio=made.median / first, against=f"class of {ground.size.classes[0]}, 1 job"
            )
            yield row(4, f"{CHEAP}: class of {count}, {jobs} jobs, peak memory of one process", memory, 1 / 1024, "MB")


def banks(ground: Ground) -> Iterator[Row]:
    """Yield what banks cost: built once, read from the cache, and built again under another key."""
    folder = ground.folder / "cold-banks"
    shutil.rmtree(folder, ignore_errors=True)
    exercise = "ex02_closures"

    def store(key: str | None = None) -> BankStore:
        return BankStore(ground.course, key, folder)

    built = [seconds(lambda: store().prepare([exercise]))]
    cached = [seconds(lambda: store().prepare([exercise])) for _ in range(ground.size.repeats)]
    other = [seconds(lambda: store("another key").prepare([exercise]))]
    yield row(4, f"{exercise}: banks built, once for a class", built)
    yield row(4, f"{exercise}: banks from the cache", cached, ratio=cached[0] / built[0], against="built")
    yield row(4, f"{exercise}: banks after the key has changed", other, ratio=other[0] / built[0], against="built")
    if ground.size.whole:
        whole = ground.whole_course()
        yield row(
            4, "banks of the whole course, built", [whole], 1.0, "s", note=f"{os.cpu_count()} processes; goal 60 s"
        )
