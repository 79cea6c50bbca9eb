"""Fields in messages and reports: honest ones as they are, hostile ones bounded."""

from __future__ import annotations

import json
import math

import numpy as np

from graders.judging.evidence import curves
from graders.judging.showing import Room, as_json, show
from graders.players.seen import exact


def array(value, dtype="float64"):
    return exact(np.array(value, dtype=dtype))


def test_small_values_are_shown_in_full() -> None:
    assert show(array([[1.0, 2.5]])) == "[[1.0, 2.5]] (shape (1, 2), float64)"
    assert show([1.0, [True, None]]) == "[1.0, [True, None]]"
    assert show({"tuple": [2.5, "a"]}) == "(2.5, 'a')"
    assert show({"tuple": [1]}) == "(1,)"
    assert show({"tuple": []}) == "()"
    assert show(array(range(13))).startswith("[0.0, 1.0, ") and "11.0, …] (shape (13,)" in show(array(range(13)))
    assert as_json(array([[1.0, math.inf]])) == [[1.0, "inf"]]
    assert as_json(array(np.zeros((2, 0)))) == [[], []]
    assert as_json({"tuple": [1, array([2.0])]}) == {"tuple": [1, [2.0]]}


def test_an_empty_array_never_becomes_a_list_for_each_row() -> None:
    for shape in [(2**20, 0), (0, 2**20), (2**20, 2**20, 0), (1000, 1000, 0)]:
        field = {"array": list(shape), "dtype": "float64", "data": b""}
        assert len(show(field)) < 100
        assert len(json.dumps(as_json(field))) < 100


def test_messages_are_bounded() -> None:
    deep = "x"
    for _ in range(5):
        deep = [deep] * 12
    for value in ["x" * 100_000, [["y" * 100_000] * 12] * 12, deep, {"tuple": ["z" * 9000] * 40}]:
        assert len(show(value)) <= 1001


def test_a_report_keeps_what_fits_and_marks_the_rest() -> None:
    room = Room(40)
    assert room.take([1.0, 2.0]) == [1.0, 2.0]
    cut = room.take(["abc"] * 30)
    assert cut[:3] == ["abc"] * 3 and cut[-1] == "…" and len(cut) < 8
    assert room.take("more") == "…"
    assert Room(10).take("x" * 100) == "x" * 10 + "…"


def test_what_a_counterexample_can_carry_is_bounded() -> None:
    hostile = [["y" * 9000, "x"] * 50, array(np.arange(100_000)), array(np.arange(900)), {"tuple": ["q"] * 50_000}]
    room = Room(2048)
    kept = [room.take(value) for value in [*hostile, *hostile, *["z" * 5000] * 100]]
    assert len(json.dumps(kept)) < 2048 + 12 * len(kept)


def test_curves_that_no_scale_can_hold_are_not_drawn() -> None:
    assert curves([1.0, 2.0], [3.0, 4.0]) == {"torch": [1.0, 2.0], "yours": [3.0, 4.0]}
    assert curves(array([1.0]), array([2.0])) == {"torch": [1.0], "yours": [2.0]}
    assert curves([1.0], []) == {"torch": [1.0], "yours": []}
    for mine in ([1.7e308, -1.7e308], [math.nan], [1], [[1.0]], "x", None, [1.0] * 9, {"odd": "a", "repr": "b"}):
        assert curves([1.0], mine) is None
