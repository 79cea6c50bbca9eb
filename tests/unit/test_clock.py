"""Allowances: who pays, when they are spent, and what the machine's own delay does to them."""

from __future__ import annotations

import pytest

from graders.sandbox import clock
from graders.sandbox.clock import Allowance, Meter, Spent


class Process:
    """A worker that says what it is told to."""

    delay: float | None = 0.0

    def cpu(self) -> float | None:
        return None

    def delayed(self) -> float | None:
        return self.delay


@pytest.fixture
def now(monkeypatch):
    """The time, which stands still unless it is moved."""
    time = [100.0]
    monkeypatch.setattr(clock.time, "monotonic", lambda: time[0])
    return time


def test_a_part_is_paid_by_the_whole() -> None:
    whole = Allowance("this submission", 10)
    for _ in range(2):
        part = Allowance("this exercise", 6, whole=whole)
        part.use(5)
        part.check()
    third = Allowance("this exercise", 6, whole=whole)
    third.use(0.5)
    with pytest.raises(Spent, match="The cases of this submission took more than 10 s together.") as spent:
        third.check()
    assert spent.value.status == "timeout"


def test_a_part_of_its_own_is_spent_before_the_whole() -> None:
    exercise = Allowance("this exercise", 90)
    search = exercise.part(1)
    search.use(2)
    with pytest.raises(Spent, match="more than 1 s"):
        search.check()
    exercise.check()
    assert exercise.used == 2


def test_memory_has_a_sentence_of_its_own() -> None:
    allowance = Allowance("this exercise", megabytes=1)
    allowance.use(0, 2**20)
    allowance.check()
    allowance.use(0, 1)
    with pytest.raises(Spent, match="The answers of this exercise are larger than 1 MB together.") as spent:
        allowance.check()
    assert spent.value.status == "memory"


def test_the_machines_own_delay_does_not_count(now) -> None:
    process, allowance = Process(), Allowance("this exercise", 10, whole=Allowance("this submission", 10))
    meter = Meter(process, allowance)
    meter.start()
    now[0] += 25
    process.delay = 20.0
    meter.charge()
    now[0] += 4
    meter.charge()
    now[0] += 2
    with pytest.raises(Spent):
        meter.charge()


def test_a_delay_is_excused_up_to_four_fifths_and_once(now) -> None:
    process, allowance = Process(), Allowance("this exercise", 10)
    meter = Meter(process, allowance)
    meter.start()
    process.delay = 1000.0
    now[0] += 49
    meter.charge()
    now[0] += 2
    with pytest.raises(Spent):
        meter.charge()


@pytest.mark.parametrize("delay", [None, 0.0])
def test_sleep_counts_in_full(now, delay) -> None:
    process = Process()
    process.delay = delay
    meter = Meter(process, Allowance("this exercise", 10))
    meter.start()
    now[0] += 10.5
    with pytest.raises(Spent):
        meter.charge()


def test_time_between_requests_is_nobodys(now) -> None:
    meter = Meter(Process(), Allowance("this exercise", 10))
    for _ in range(5):
        meter.start()
        now[0] += 1
        meter.charge()
        now[0] += 100


def test_the_caller_is_let_in_through_every_part() -> None:
    def pulse() -> None:
        raise KeyboardInterrupt

    whole = Allowance(pulse=pulse)
    with pytest.raises(KeyboardInterrupt):
        Meter(Process(), Allowance(whole=whole).part(1)).charge()
