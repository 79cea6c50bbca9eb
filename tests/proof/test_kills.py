"""Sizes of banks follow from recorded kills."""

import random
from collections import defaultdict

import pytest

from graders.banks.sizes import sizes_of
from graders.course.course import load_course
from graders.spec import load_spec
from tests.conftest import ROOT
from tests.proof.kills import LEAST, MOST, WANTED, Kills, record, sizes

PICKED = {"one": [True] + [False] * 60, "other": [False] * 60}


def made(**failing):
    """Return a record in which a wrong answer fails the given cases of bank "one"."""
    fails = {name: {"one": [case in cases for case in range(61)]} for name, cases in failing.items()}
    return Kills(PICKED, {(name, "mul"): banks for name, banks in fails.items()}, {"one": ["case"] * 61, "other": []})


@pytest.mark.parametrize("every, size", [(1, LEAST), (3, 30), (4, 30), (30, 30)])
def test_a_bank_grows_until_ten_cases_fail_or_to_its_limit(every, size):
    found = sizes(made(wrong=range(1, 61, every)), 30)
    assert found == {"one": size, "other": LEAST}


def test_what_fails_half_of_the_cases_needs_twenty():
    kills = made(wrong=range(1, 61, 2))
    assert sizes(kills, 30)["one"] == 2 * WANTED
    assert kills.expected(("wrong", "mul"), {"one": 20, "other": 12}) == pytest.approx(WANTED)


def test_hand_picked_cases_let_nothing_escape():
    kills, few = made(rare=[7], by_hand=[0]), defaultdict(lambda: 12)
    escaped = {target for seed in range(20) for target in kills.escapes(few, random.Random(seed))}
    assert escaped == {("rare", "mul")}
    told = list(kills.hanging(few))
    assert len(told) == 2 and told[0].startswith("rare mul: under 9") and "by_hand mul: under 100.0%" in told[1]


def test_every_bank_that_draws_was_measured_and_none_beside():
    for exercise in load_course(ROOT).exercises:
        drawing = {bank.id for bank in load_spec(exercise.id).banks() if bank.draw}
        found = sizes_of(exercise.id)
        assert set(found) == drawing, exercise.id
        assert all(0 < size <= MOST[exercise.flavour] for size in found.values())


def test_kills_are_recorded_from_real_answers(course, sandboxes):
    kills = record(course, "ex03_backward", sandboxes, every=30, drawn=4)
    assert len(kills.failing) >= 3
    assert all(any(fails) for banks in kills.failing.values() for fails in banks.values())
    assert {len(fails) for fails in kills.picked.values()} <= set(range(2, 9))
