"""A sample of the attacks in the strongest mode of this machine; all of them in all modes under the marker `proof`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from arena import Arena
from attack import ATTACKS
from handin import SUBMISSIONS, without_trick
from matrix import TABLE, Mode, Verdict, banks, modes, table

from graders.judging.imports import import_ahead
from graders.sandbox.probe import probe

_QUICK = [number for number, attack in sorted(ATTACKS.items()) if attack.quick]


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    arena = Arena(probe().level)
    import_ahead(arena.course.folder, arena.course.exercise_ids)  # what a batch imports does not count as growth
    arena.honest()
    yield arena
    arena.close()


def test_there_is_an_attack_for_every_row() -> None:
    assert sorted(ATTACKS) == list(range(1, 120))


def test_every_submission_is_one_of_a_row() -> None:
    tricks = {path.stem for path in SUBMISSIONS.glob("*.py") if path.read_text() != without_trick(path.read_text())}
    shared = {"looking", "hollow_value", "hollow_tensor", "optimizer_hollow", "quadratic_walk"}
    assert tricks == {path.stem for path in SUBMISSIONS.glob("*.py")} - shared
    assert tricks <= {attack.test.__name__ for attack in ATTACKS.values()}


def test_a_twin_is_the_same_file_without_the_trick() -> None:
    assert (
        without_trick("a = 1\nif a:\n    b(a)  # trick\nc = 2  # no trick\n")
        == "a = 1\nif a:\n    pass\nc = 2  # no trick\n"
    )


@pytest.mark.parametrize("number", _QUICK, ids=lambda number: f"{number}-{ATTACKS[number].test.__name__}")
def test_is_stopped(arena: Arena, number: int) -> None:
    if arena.mode not in ATTACKS[number].modes:
        pytest.skip(f"{arena.mode} does not stop it")
    assert ATTACKS[number].test(arena)
    arena.honest()


_RESULTS: dict[Mode, dict[int, Verdict]] = {}


@pytest.fixture(scope="session")
def small() -> Iterator[Path]:
    folder = banks()
    yield folder
    shutil.rmtree(folder)


@pytest.mark.proof
@pytest.mark.parametrize("mode", modes(), ids=lambda mode: mode.name)
def test_all_are_stopped(mode: Mode, small: Path) -> None:
    try:
        _RESULTS[mode] = mode.verdicts("--banks", str(small))
    except RuntimeError as error:
        pytest.skip(f"not offered here: {error}")
    failures = {verdict.number: verdict.failure for verdict in _RESULTS[mode].values() if verdict.failure}
    assert not failures
    assert sorted(_RESULTS[mode]) == sorted(ATTACKS)


@pytest.mark.proof
def test_the_table_is_written() -> None:
    if len(_RESULTS) == len(modes()) and os.access(TABLE, os.W_OK):
        TABLE.write_text(table(_RESULTS))
