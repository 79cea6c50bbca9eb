"""The comparison of one field with torch's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.cases.program import Program
from graders.judging.compare import Tolerance, agree
from graders.judging.finding import Finding, find, judged
from graders.observation import Observation
from graders.players.seen import array, exact, number
from graders.spec import BankSpec, Check

TOLERANCE = Tolerance(1e-9, 1e-12)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_agrees_with_itself_and_its_neighbours(x):
    assert agree(x, x, TOLERANCE)
    assert agree(math.nextafter(x, math.inf), x, TOLERANCE) or abs(x) > 1e300


@given(st.floats(-1e6, 1e6), st.sampled_from([1 + 1e-8, 1 - 1e-8]))
def test_a_difference_in_the_eighth_digit_is_seen(x, factor):
    if abs(x) > 1e-3:
        assert not agree(x * factor, x, TOLERANCE)


@pytest.mark.parametrize("actual", [math.nan, None, True, "1.0", [1.0], {"odd": "E", "repr": "E()"}, math.inf])
def test_what_is_no_number_never_equals_a_number(actual):
    assert not agree(actual, 1.0, TOLERANCE)


def test_nan_and_infinity_equal_only_what_torch_says():
    assert agree(math.nan, math.nan, TOLERANCE)
    assert agree(math.inf, math.inf, TOLERANCE)
    assert not agree(-math.inf, math.inf, TOLERANCE)
    assert not agree(0.0, math.nan, TOLERANCE)


def test_none_is_not_zero():
    assert agree(None, None, TOLERANCE)
    assert not agree(0.0, None, TOLERANCE)
    assert not agree(None, 0.0, TOLERANCE)


@pytest.mark.parametrize(
    "other",
    [
        np.array([1.0, 2.0]).reshape(2, 1),
        np.array([1.0, 2.0], dtype=np.float32),
        np.array([1.0, 2.0000001]),
        np.array([]),
        np.array([1.0, math.nan]),
    ],
)
def test_arrays_must_agree_in_shape_dtype_and_every_element(other):
    mine = array(np.array([1.0, 2.0]))
    assert agree(mine, mine, TOLERANCE)
    assert not agree(array(other), mine, TOLERANCE)


def test_a_forged_array_field_is_wrong_and_does_not_raise():
    truth = array(np.array([1.0, 2.0]))
    for forged in (truth | {"data": b"short"}, truth | {"data": 3}, truth | {"dtype": "object"}, {"array": [2]}):
        assert not agree(forged, truth, TOLERANCE)


class Flatterer(float):
    """A float that claims to equal everything."""

    def __eq__(self, other):
        return True

    def __float__(self):
        raise ValueError

    __hash__ = float.__hash__


def test_hostile_subclasses_become_exact_numbers():
    assert type(exact(Flatterer(5.0))) is float
    assert type(number(Flatterer(5.0))) is float
    assert not agree(number(Flatterer(5.0)), 3.0, TOLERANCE)


@pytest.mark.parametrize("value", [10**5000, 1j, "3", [3.0], object(), {3.0}], ids=lambda value: type(value).__name__)
def test_odd_objects_are_described_not_converted(value):
    assert number(value)["odd"] == type(value).__name__


def test_a_repr_that_raises_or_floods_is_cut():
    class Loud:
        def __repr__(self):
            return "x" * 10_000_000

    class Broken:
        def __repr__(self):
            raise RuntimeError

    assert len(number(Loud())["repr"]) <= 120
    assert "Broken" in number(Broken())["repr"]


def _check(**more):
    bank = BankSpec("b", "scalar", "operation", draw="operations")
    return Check("c", "says", bank, **more)


EXPECTED = {"out.data": 1.0, "a.grad": 2.0, "b.grad": 3.0}


def _case() -> Program:
    return Program((1.0,), ())  # these checks do not look at it


def test_a_check_looks_only_at_its_labels():
    seen = Observation("ok", [1.0, 2.0, 99.0])
    assert find(_check(labels=("a.*", "out.*")), _case, EXPECTED, seen, TOLERANCE).status == "passed"
    finding = find(_check(labels=("*.grad",)), _case, EXPECTED, seen, TOLERANCE)
    assert (finding.status, finding.wrong) == ("failed", ("b.grad",))


@pytest.mark.parametrize(("truth", "answer"), [(1.0, True), (1, True), ([1.0, 2], [True, 2]), (True, 1)])
def test_true_is_not_one_even_where_python_says_so(truth, answer):
    seen = Observation("ok", [answer])
    assert find(_check(labels=("n",)), _case, {"n": truth}, seen, TOLERANCE).status == "failed"
    assert find(_check(labels=("n",)), _case, {"n": truth}, Observation("ok", [truth]), TOLERANCE).status == "passed"


def test_fields_seen_before_an_exception_still_count():
    seen = Observation("raised", [1.0], "ValueError")
    assert find(_check(labels=("out.data",)), _case, EXPECTED, seen, TOLERANCE).status == "passed"
    assert find(_check(labels=("a.grad",)), _case, EXPECTED, seen, TOLERANCE).status == "raised"


def test_silence_never_passes():
    for status in ("ok", "raised", "timeout", "crashed"):
        assert find(_check(), _case, EXPECTED, Observation(status, []), TOLERANCE).status != "passed"


def test_absence_is_skipped_only_where_the_check_says_so():
    seen = Observation("absent", [])
    assert find(_check(optional=True), _case, EXPECTED, seen, TOLERANCE).here(lambda concept: False).status == "skipped"
    assert find(_check(), _case, EXPECTED, seen, TOLERANCE).status == "absent"


def test_absence_is_skipped_only_while_the_concept_that_counts_it_has_lost_something():
    found = find(_check(absent=("add", "sub")), _case, EXPECTED, Observation("absent", [1.0]), TOLERANCE)
    assert found.here(lambda concept: concept == "sub").status == "skipped"
    here = found.here(lambda concept: False)
    assert (here.status, here.wrong, here.to) == ("absent", ("a.grad", "b.grad"), (("add", "sub"),))


def test_every_promise_must_be_kept():
    found = Finding("left", ("a.grad",), (("add",), ("sub", "mul")))
    assert found.here({"add", "mul"}.__contains__).status == "left"
    assert found.here({"mul"}.__contains__).status == "failed"


def test_patterns_choose_labels_in_order():
    assert judged(("b*", "out*"), tuple(EXPECTED)) == (0, 2)
