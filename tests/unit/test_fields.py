"""The one reader of replies: what an observation may hold, and what reading anything else may cost."""

from __future__ import annotations

import struct
import tracemalloc

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.judging.compare import as_numpy
from graders.players.seen import Seen
from graders.sandbox.fields import WIDTHS, TooLarge, read_reply
from graders.sandbox.wire import LARGEST_REPLY, Violation


def reply(*fields, status="ok", index=0, texts=("", "", ""), line=0) -> bytes:
    return msgpack.packb([index, status, list(fields), *texts, line], use_bin_type=True)


def array(shape, dtype, data):
    return {"array": shape, "dtype": dtype, "data": data}


def nested(depth):
    return [nested(depth - 1)] if depth else []


HONEST = [
    None,
    True,
    -(2**63),
    2**63 - 1,
    float("nan"),
    float("-inf"),
    "names",
    [[["x", 1.0], []]],
    array([2, 3], "float32", b"\0" * 24),
    array([], "float64", b"\0" * 8),
    array([3, 0, 2], "int8", b""),
    array([2], "bfloat16", b"\0" * 4),
    {"odd": "Value", "repr": "<Value at 0x...>"},
    {"tuple": [1, {"tuple": []}, array([1], "bool", b"\1")]},
]


@pytest.mark.parametrize("value", HONEST, ids=repr)
def test_what_players_send_arrives_as_it_is(value) -> None:
    index, seen = read_reply(reply(value, index=7))
    assert index == 7
    assert repr(seen.fields) == repr([value])
    assert seen.size > 0


def test_everything_that_a_player_may_note_is_in_the_schema() -> None:
    seen = Seen()
    loop: list[object] = []
    loop.append(loop)
    for value in [1, 2.5, "x", None, (1, (2, (3, (4, (5,))))), loop, object(), 2**70, {1}, b"x", 1j, np.float16(1)]:
        seen(value)
    for name in WIDTHS.keys() - {"bfloat16"}:
        seen(np.zeros((2, 1), dtype=name))
        seen(np.zeros((), dtype=name))
    seen(np.zeros(2, dtype=">f8"))
    seen(np.zeros(2, dtype=complex))
    assert read_reply(msgpack.packb([0, "ok", seen, "", "", "", 0]))[1].fields == seen


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (nested(500), "lists inside each other"),
        (nested(6), "lists inside each other"),
        ({"tuple": [{"tuple": [nested(3)]}]}, "lists inside each other"),
        (b"\xff\xfe", "bytes outside an array"),
        (msgpack.ExtType(5, b"x"), "extension type"),
        (msgpack.Timestamp(1), "extension type"),
        (2**63, "64 bits"),
        ({}, "a dict that describes"),
        ({"array": [1]}, "a dict that describes"),
        ({"odd": "x", "repr": 1}, "a dict that describes"),
        ({"odd": "x", "repr": "y", "more": 1}, "a dict that describes"),
        ({"odd": "x" * 101, "repr": "y"}, "a dict that describes"),
        ({"tuple": "ab"}, "a dict that describes"),
        ({b"array": [1], b"dtype": "int8", b"data": b"x"}, "a dict that describes"),
        (array(3, "float64", b"\0" * 24), "malformed array"),
        (array(None, "float64", b""), "malformed array"),
        (array([3], "float64", "x" * 24), "malformed array"),
        (array([0] * 33, "float64", b""), "malformed array"),
        (array([3], "float64", b"\0" * 23), "do not fill"),
        (array([2**40, 2**40], "float64", b""), "impossible shape"),
        (array([10**9, 0], "float64", b""), "impossible shape"),
        (array([-1, -8], "int8", b"\0" * 8), "impossible shape"),
        (array([True], "int8", b"\0"), "impossible shape"),
        (array([2.0], "int8", b"\0\0"), "impossible shape"),
        (array([1], "float128", b"\0" * 16), "no known dtype"),
        (array([1], "O", b"\0" * 8), "no known dtype"),
        (array([1], ["float64"], b"\0" * 8), "no known dtype"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_anything_else_is_a_violation_with_a_sentence(value, says) -> None:
    with pytest.raises(Violation, match=says):
        read_reply(reply(value))


@pytest.mark.parametrize(
    "bad",
    [
        reply(status="passed"),
        reply(status=["ok"]),
        reply(texts=("x" * 401, "", "")),
        reply(texts=(None, "", "")),
        reply(line=-1),
        reply(line=2**31),
        reply(index=True),
        reply(index=[0]),
        msgpack.packb({"score": 1}),
        reply() + b"\0",
        reply()[:-1],
    ],
)
def test_the_frame_around_the_fields_is_as_strict(bad) -> None:
    with pytest.raises(Violation):
        read_reply(bad)


def _claims(count: int, levels: int) -> bytes:
    """Return a payload whose lists say that they hold `count` items, each inside the one before."""
    return (b"\x97\x00\xa2ok" + (b"\xdd" + struct.pack(">I", count)) * levels).ljust(LARGEST_REPLY, b"\x90")


NASTY = {
    "a million lists": reply([[]] * 1_000_000),
    "a thousand lists of a thousand": reply([[[]] * 1000] * 990),
    "a million dicts": reply([{}] * 1_000_000),
    "a million nones": reply([None] * 1_000_000),
    "many short floats": reply([0.0] * 110_000),
    "lists that claim a million items": _claims(1_000_000, 200_000),
    "lists that claim a thousand items": _claims(1000, 200_000),
    "lists that claim all that is allowed": _claims(99_999, 200_000),
    "a dict that claims four billion": (b"\x97\x00\xa2ok\xdf\xff\xff\xff\xff").ljust(LARGEST_REPLY, b"\xc0"),
    "small, yet deep claims": _claims(4000, 600)[:4096],
    "a long string of wide characters": reply("\U0001f600" + "x" * 1_000_000),
    "an array with sides without end": reply(array([2**20] * 31 + [0], "int8", b"")),
    "an array of a megabyte": reply(array([2**17 - 100], "float64", bytes(8 * (2**17 - 100)))),
    "texts of a megabyte": reply(texts=("", "x" * 1_000_000, "")),
    "deep arrays": msgpack.packb([0, "ok", [array([1] * 32, "int8", b"\0")] * 9000, "", "", "", 0]),
}


@pytest.mark.parametrize("name", NASTY)
def test_no_reply_costs_the_grader_much_beyond_its_size(name) -> None:
    payload = NASTY[name]
    assert len(payload) <= LARGEST_REPLY
    tracemalloc.start()
    try:
        kept = read_reply(payload)
    except (Violation, TooLarge):
        kept = None
    finally:
        now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20 * 2**20
    if kept is not None:
        assert now < 1.1 * kept[1].size + 4096  # what an allowance pays for is not less than what is kept


def test_a_large_honest_answer_is_read_and_one_too_long_is_no_violation() -> None:
    numbers = [[float(i), f"v{i}"] for i in range(20_000)]
    assert read_reply(reply(numbers))[1].fields == [numbers]
    with pytest.raises(TooLarge):
        read_reply(reply(["v1"] * 100_000))
    with pytest.raises(TooLarge):
        read_reply(reply("x" * 10_001))


@given(st.binary(max_size=60), st.integers(0, 60), st.sampled_from(HONEST))
def test_damaged_replies_of_any_size_raise_nothing_else(noise, at, value) -> None:
    for whole in (reply(value), reply(value, "x" * 5000)):
        for payload in (noise, whole[:at] + noise + whole[at:], whole[:at] + noise + whole[at + len(noise) :]):
            try:
                index, seen = read_reply(payload)
            except (Violation, TooLarge):
                continue
            assert type(index) is int
            assert type(seen.fields) is list


def test_bfloat16_is_read_as_float32() -> None:
    halves = np.array([1.5, -2.0, 3.0], "<f4").view("<u4") >> 16
    field = array([3, 1], "bfloat16", halves.astype("<u2").tobytes())
    assert as_numpy(field).tolist() == [[1.5], [-2.0], [3.0]]
