"""Answers about stretched operands are completed in the grader, from whatever a worker sent."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.banks.references import tensor_engine
from graders.concepts.ex04_shapes import STRETCHED
from graders.exchange.tensor import without_faults
from graders.judging.compare import as_numpy
from graders.players.seen import Seen, array
from graders.players.subject import Fixed
from graders.players.tensor import extended
from tests.conftest import wrong_subject

CASE = STRETCHED["mul"].fixed[0]
"""`a * b` with a of shape (2, 2) and b of shape (2,): the result and two gradients, then the same for full shapes."""


def noted(subject):
    seen = Seen()
    extended(CASE, subject, seen)
    return list(seen)


ENGINE = Fixed("ex04_tensor_closures", tensor_engine())
RIGHT = noted(ENGINE)


def flipped_factors():
    return wrong_subject("ex04_tensor_closures", "mul_own_factor")


def test_the_worker_sends_what_the_engine_gave_and_nothing_that_was_computed_from_it():
    assert len(RIGHT) == 6
    assert [field["array"] for field in RIGHT] == [[2, 2], [2, 2], [2], [2, 2], [2, 2], [2, 2]]


def test_right_answers_stay_as_they_are():
    assert without_faults(CASE, RIGHT) == RIGHT[:3]


def test_a_wrong_formula_is_taken_off_and_a_missing_sum_is_not():
    flipped = noted(flipped_factors())
    assert flipped[:3] != RIGHT[:3]
    mine = [as_numpy(field) for field in without_faults(CASE, flipped)]
    assert all(np.allclose(one, as_numpy(field)) for one, field in zip(mine, RIGHT, strict=False))
    unsummed = [*RIGHT[:2], array(as_numpy(RIGHT[4])), *RIGHT[3:]]
    assert without_faults(CASE, unsummed) == unsummed[:3]


FORGED = [
    None,
    1.0,
    "Tensor",
    [],
    {},
    {"odd": "int", "repr": "3"},
    {"array": None, "dtype": "float64", "data": b""},
    {"array": 3, "dtype": "float64", "data": b"x" * 24},
    {"array": [2, 2], "dtype": "float64", "data": b"short"},
    {"array": [2, 2], "dtype": "float64", "data": "x" * 32},
    {"array": [2, 2], "dtype": "object", "data": b"x" * 32},
    {"array": [2, 2], "dtype": ["float64"], "data": b"x" * 32},
    {"array": [10**9, 0], "dtype": "float64", "data": b""},
    {"array": [2, [2]], "dtype": "float64", "data": b"x" * 32},
    {"data": b"x" * 32},
    {"array": [2, 2], "dtype": "float32", "data": b"x" * 16},
    {"array": [2.0, 2], "dtype": "float64", "data": b"\xff" * 32},
    {"array": [2, 2], "dtype": "float64", "data": b"\xff" * 32},
    {"array": [2, 2], "dtype": "float64", "data": np.full(4, np.inf).tobytes()},
]


@given(st.lists(st.sampled_from([*FORGED, *RIGHT]), max_size=8))
def test_forged_fields_are_compared_as_they_came(fields):
    begun = time.process_time()
    completed = without_faults(CASE, fields)
    assert time.process_time() - begun < 0.5
    assert len(completed) in (3, len(fields))


@pytest.mark.parametrize("field", FORGED[:-4], ids=lambda field: str(field)[:40])
def test_a_field_of_another_form_is_left_alone_on_either_side(field):
    for position in range(3):
        fields = [*RIGHT]
        fields[position] = field
        assert without_faults(CASE, fields)[position] == field
        fields = [*RIGHT]
        fields[position + 3] = field
        assert without_faults(CASE, fields) == RIGHT[:3]


def test_fields_that_an_exception_cut_short_are_left_alone():
    for count in (0, 1, 3, 5):
        assert without_faults(CASE, RIGHT[:count]) == RIGHT[:count]
