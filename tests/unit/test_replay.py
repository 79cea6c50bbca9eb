"""Answers travel together, yet the case that ends a worker is the one that is blamed."""

from __future__ import annotations

import pytest

from graders.judging.replay import Replay, setup_of
from graders.sandbox.client import Limits
from graders.spec import load_spec

EXERCISE = "ex02_closures"
_MUL = "out = Value(self.data * other.data"


@pytest.fixture
def replay(course, sandboxes, solutions):
    """Return a function that makes the conversation with the solution, one line put into its product."""
    made = []

    def make(line: str, wall: float = 1.0) -> Replay:
        source = solutions[f"{EXERCISE}.py"].decode().replace(_MUL, f"{line}\n        {_MUL}")
        files = {f"{EXERCISE}.py": source.encode()}
        made.append(
            Replay(lambda: sandboxes.get("python"), Limits(wall=wall), EXERCISE, files, setup_of(load_spec(EXERCISE)))
        )
        return made[-1]

    yield make
    for each in made:
        each.renew()


@pytest.fixture
def banks(store):
    """Three banks, of which the middle one multiplies."""
    return [store.banks(EXERCISE)[name] for name in ("add", "mul", "sub")]


def _statuses(seen):
    return [[item.status for item in of_bank] for of_bank in seen]


def test_several_banks_in_one_request_show_what_they_show_one_by_one(replay, banks):
    together = replay("pass").observe_all(banks)
    alone = replay("pass")
    assert together == [alone.observe(bank) for bank in banks]
    assert [len(seen) for seen in together] == [len(bank) for bank in banks]


def test_a_case_that_ends_the_process_is_blamed_and_the_others_go_on(replay, banks):
    a, b = banks[1].case(5).leaves
    seen = replay(f"if (self.data, other.data) == ({a!r}, {b!r}): import os; os._exit(3)").observe_all(banks)
    guilty = [i for i in range(len(banks[1])) if banks[1].case(i).leaves == (a, b)]
    assert [i for i, item in enumerate(seen[1]) if item.status == "crashed"] == guilty
    assert all(item.status == "ok" for i, item in enumerate(seen[1]) if i not in guilty)
    assert all(item.status == "ok" for of_bank in (seen[0], seen[2]) for item in of_bank)


def test_a_case_that_hangs_is_blamed_and_ends_its_bank_only(replay, banks):
    a, b = banks[1].case(5).leaves
    seen = replay(f"while (self.data, other.data) == ({a!r}, {b!r}): pass", wall=0.3).observe_all(banks)
    first = next(i for i in range(len(banks[1])) if banks[1].case(i).leaves == (a, b))
    assert _statuses(seen)[1] == ["ok"] * first + ["timeout"]
    assert _statuses(seen)[2] == ["ok"] * len(banks[2])


def test_a_bank_whose_cases_keep_ending_the_worker_is_left(replay, banks):
    seen = replay("import os; os._exit(3)").observe_all(banks)
    assert _statuses(seen)[1] == ["crashed"] * 3
    assert _statuses(seen)[2] == ["ok"] * len(banks[2])


def test_a_file_that_cannot_be_loaded_answers_every_case_with_that(replay, banks):
    broken = replay("pass")
    broken.files = {f"{EXERCISE}.py": b"def :\n"}
    assert all(item.error == "SyntaxError" for seen in broken.observe_all(banks) for item in seen)
