"""The grader's side of the wire, against workers that do not keep to the rules."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping

import pytest

from graders.observation import Observation
from graders.sandbox import client
from graders.sandbox.client import Limits, Worker
from graders.sandbox.wire import HEADER, LARGEST_REPLY, pack

Reply = Callable[[int], Iterator[bytes | None]]


class Liar:
    """A channel that answers each request with the bytes of a generator; None lets the time of one wait pass."""

    notes: Mapping[str, int] = {}

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.coming: Iterator[bytes | None] = iter(())
        self.early: list[bytes] = []
        self.killed = 0

    def send(self, data: bytes | memoryview, seconds: float) -> int:
        self.coming = self.reply(HEADER.unpack_from(data)[1])
        return len(data)

    def receive(self, seconds: float) -> bytes | None:
        if not seconds:
            return self.early.pop() if self.early else None
        data = next(self.coming, b"")
        if data is None:
            time.sleep(seconds)
        return data

    def cpu(self) -> float | None:
        return None

    def delayed(self) -> float | None:
        return 0.0

    def kill(self) -> str:
        self.killed += 1
        return "killed"

    def output(self) -> bytes:
        return b""


def ok(nonce: int, index: int, fields: list | None = None) -> bytes:
    return pack(nonce, [index, "ok", fields or [], "", "", "", 0])


def ask(reply: Reply, count: int = 3) -> tuple[list[Observation], Liar]:
    liar = Liar(reply)
    worker = Worker(liar, Limits(wall=0.2))
    return worker.replay("scalar", "operation", b"", count), liar


def test_right_answers_arrive_in_any_pieces() -> None:
    whole = b"".join(ok(7, index, [1.5]) for index in range(3))

    for size in (1, 5, 13, len(whole)):

        def pieces(nonce: int, size: int = size) -> Iterator[bytes]:
            data = whole.replace(HEADER.pack(0, 7)[4:], HEADER.pack(0, nonce)[4:])
            return (data[at : at + size] for at in range(0, len(data), size))

        seen, liar = ask(pieces)
        assert [item.fields for item in seen] == [[1.5]] * 3
        assert not liar.killed


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (lambda nonce: iter([ok(nonce ^ 1, 0)]), "wrong nonce"),
        (lambda nonce: iter([ok(nonce, 1)]), "does not answer the case"),
        (lambda nonce: iter([b"".join(ok(nonce, index) for index in range(4))]), "more answers than"),
        (lambda nonce: iter([HEADER.pack(LARGEST_REPLY + 1, nonce)]), "over the limit"),
        (lambda nonce: iter([HEADER.pack(1, nonce) + b"\xc1"]), "not msgpack"),
        (lambda nonce: iter([pack(nonce, {"score": 1.0})]), "does not answer the case"),
        (lambda nonce: iter([pack(nonce, [True, "ok", [], "", "", "", 0])]), "does not answer the case"),
        (lambda nonce: iter([pack(nonce, [0, "passed", [], "", "", "", 0])]), "wrong form"),
        (lambda nonce: iter([pack(nonce, [0, "ok", {}, "", "", "", 0])]), "wrong form"),
        (lambda nonce: iter([pack(nonce, [0, "ok", [], "x" * 401, "", "", 0])]), "wrong form"),
        (lambda nonce: iter([pack(nonce, [0, "ok", [], "", "", "", True])]), "wrong form"),
    ],
)
def test_a_broken_answer_is_a_violation(reply: Reply, says: str) -> None:
    seen, liar = ask(reply)
    assert seen[-1].status == "violation"
    assert says in seen[-1].text
    assert liar.killed == 1


def test_the_end_of_the_wire_is_a_crash() -> None:
    seen, _ = ask(lambda nonce: iter([ok(nonce, 0)]))
    assert [item.status for item in seen] == ["ok", "crashed"]


def test_silence_is_blamed_on_the_right_case() -> None:
    seen, _ = ask(lambda nonce: iter([ok(nonce, 0), None]))
    assert [item.status for item in seen] == ["ok", "timeout"]


def test_drops_do_not_stop_the_clock() -> None:
    def drops(nonce: int) -> Iterator[bytes]:
        yield HEADER.pack(1000, nonce)
        while True:
            time.sleep(0.01)
            yield b"x"

    begun = time.monotonic()
    seen, _ = ask(drops)
    assert seen[-1].status == "timeout"
    assert time.monotonic() - begun < 5


def test_what_comes_unasked_is_a_violation() -> None:
    liar = Liar(lambda nonce: iter([ok(nonce, 0)]))
    worker = Worker(liar, Limits(wall=0.2))
    assert worker.replay("scalar", "operation", b"", 1)[0].status == "ok"
    liar.early.append(b"x")
    assert worker.replay("scalar", "operation", b"", 1)[0].status == "violation"


def test_all_answers_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_MOST_BYTES", 10_000)
    seen, _ = ask(lambda nonce: (ok(nonce, index, ["x" * 900]) for index in itertools.count()), count=1000)
    assert seen[-1].status == "violation"
    assert "longer than" in seen[-1].text
    assert len(seen) < 15


def test_the_nonce_is_new_for_each_request() -> None:
    nonces: list[int] = []

    def keep(nonce: int) -> Iterator[bytes]:
        nonces.append(nonce)
        return iter([ok(nonce, 0)])

    worker = Worker(Liar(keep), Limits(wall=0.2))
    for _ in range(5):
        worker.replay("scalar", "operation", b"", 1)
    assert len(set(nonces)) == 5
