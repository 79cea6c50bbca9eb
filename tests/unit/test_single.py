"""Arrays stored as float32 where torch gives float64: right numbers are left to the concept `dtype`, others fail."""

from __future__ import annotations

import numpy as np
import pytest

from graders.cases.tensor import Array, Leaf, TensorProgram, Unbroadcast
from graders.exchange.tensor import without_faults
from graders.judging.compare import Tolerance
from graders.judging.finding import find
from graders.judging.single import PRECISION, agree_in_float32, largest, stored
from graders.observation import Observation
from graders.players.seen import array
from graders.spec import BankSpec, Check, load_spec
from tests.unit.test_tensor_exchange import CASE, ENGINE, FORGED, RIGHT, flipped_factors, noted

PLAIN = Tolerance(1e-9, 1e-12)
SMALL = Unbroadcast(Array((1,), (0.5,)), ())
THIRDS = np.array([1 / 3, 100 / 3])
TRUTH = {"out.data": array(THIRDS), "a.grad": array(np.array([0.1]))}


def find_in(*arrays, **more):
    check = Check("c", "says", BankSpec("b", "tensor", "closure", draw="binary"), **more)
    return find(check, lambda: SMALL, TRUTH, Observation("ok", [array(np.asarray(each)) for each in arrays]), PLAIN)


NARROW = (THIRDS.astype(np.float32), np.array([0.1], np.float32))


def test_right_numbers_are_left_to_the_concept_that_counts_the_dtype():
    finding = find_in(*NARROW, dtype=("dtype",))
    assert (finding.status, finding.to) == ("left", (("dtype",),))
    assert finding.here(lambda concept: True).status == "left"
    assert finding.here(lambda concept: False).status == "failed"


def test_elsewhere_the_dtype_is_part_of_the_answer():
    assert find_in(*NARROW).status == "failed"


def test_a_float64_gradient_beside_a_float32_result_has_its_precision():
    mixed = (NARROW[0], NARROW[1].astype(np.float64))
    assert find_in(*mixed, dtype=("dtype",)).status == "left"
    assert find_in(THIRDS, mixed[1], dtype=("dtype",)).status == "failed"


@pytest.mark.parametrize("dtype", [np.float16, np.int32, bool])
def test_no_other_dtype_is_left(dtype):
    assert find_in(THIRDS.astype(dtype), NARROW[1], dtype=("dtype",)).status == "failed"


@pytest.mark.parametrize("error", [2 * PRECISION, -2 * PRECISION, 1e-3])
def test_less_than_float32_can_do_is_wrong(error):
    off = THIRDS + error * np.array([0.0, 100 / 3])
    assert find_in(off.astype(np.float32), NARROW[1], dtype=("dtype",)).wrong == ("out.data",)


def test_numbers_of_the_size_of_others_may_have_cancelled():
    truth = [array(np.array([1e-3])), array(np.array([1e3]))]
    near = array(np.array([1.001e-3], np.float32))
    assert largest(truth, SMALL) == 1e3
    assert largest(truth[:1], SMALL) == 0.5
    assert largest(truth[:1], TensorProgram((Leaf(Array((), (-7.0,)), preload=(np.inf,)),), (), SMALL.grad)) == 7.0
    assert agree_in_float32(near, truth[0], 1e3)
    assert not agree_in_float32(near, truth[0], 1e-3)


def test_nan_and_infinity_are_what_torch_says():
    truth = array(np.array([np.nan, np.inf, 1.0]))
    assert agree_in_float32(array(np.array([np.nan, np.inf, 1.0], np.float32)), truth, 1.0)
    for other in ([0.0, np.inf, 1.0], [np.nan, -np.inf, 1.0], [np.nan, 1.0, 1.0], [np.nan, np.inf, np.nan]):
        assert not agree_in_float32(array(np.array(other, np.float32)), truth, 1.0)


@pytest.mark.parametrize("field", FORGED, ids=lambda field: str(field)[:40])
def test_forged_fields_agree_with_nothing(field):
    assert not agree_in_float32(field, RIGHT[1], 1.0)
    assert stored([field], RIGHT) is (type(field) is dict and field.get("dtype") == "float32")


def test_a_wrong_formula_in_float32_is_taken_off_as_well():
    right, flipped = (
        [array(np.frombuffer(field["data"]).astype(np.float32).reshape(field["array"])) for field in noted(engine)]
        for engine in (ENGINE, flipped_factors())
    )
    left = without_faults(CASE, flipped)
    assert [field["dtype"] for field in left] == ["float32"] * 3
    assert all(
        agree_in_float32(mine, truth, largest(RIGHT[:3], CASE)) for mine, truth in zip(left, RIGHT, strict=False)
    )
    assert without_faults(CASE, right) == right[:3]


def test_every_check_of_ex04_but_those_of_dtype_itself_leaves_float32_to_it():
    for concept in load_spec("ex04_tensor_closures").concepts:
        for check in concept.checks:
            assert check.dtype == (() if concept.id == "dtype" else ("dtype",))
