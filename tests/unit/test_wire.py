"""Frames: what goes in comes out, and nothing else is accepted."""

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.sandbox.wire import HEADER, Frames, Violation, pack

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=10,
)


@given(st.lists(plain, max_size=5), st.integers(0, 2**64 - 1), st.integers(1, 40))
def test_messages_survive_any_cutting_of_the_stream(messages, nonce, step):
    stream = b"".join(pack(nonce, message) for message in messages)
    frames, received = Frames(nonce), []
    for at in range(0, len(stream), step):
        received += frames.feed(stream[at : at + step])
    assert received == messages


def test_a_wrong_nonce_is_a_violation():
    with pytest.raises(Violation, match="nonce"):
        Frames(1).feed(pack(2, [0]))


def test_a_frame_over_the_limit_is_refused_by_its_header_alone():
    with pytest.raises(Violation, match="over the limit"):
        Frames(1, largest=100).feed(HEADER.pack(4_000_000_000, 1))


def test_extension_types_are_refused():
    payload = msgpack.packb(msgpack.ExtType(1, b"x"))
    with pytest.raises(Violation):
        Frames(1).feed(HEADER.pack(len(payload), 1) + payload)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_never_raise_anything_but_a_violation(data):
    try:
        Frames(0).feed(data)
    except Violation:
        pass
    try:
        Frames(7).feed(HEADER.pack(len(data), 7) + data)
    except Violation:
        pass
