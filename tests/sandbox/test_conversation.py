"""The grader's side of the wire, against workers that do not keep to the rules."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping

import pytest

from graders.observation import Observation
from graders.sandbox import answers, client
from graders.sandbox.client import Block, Limits, Worker, pack_cases
from graders.sandbox.clock import Allowance, Spent
from graders.sandbox.wire import HEADER, LARGEST_REPLY, pack, unpack_payload

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


class Shelf(Liar):
    """A channel that answers each request in full and notes what it was sent; one case of each block is special."""

    def __init__(self, room: int = 1 << 30) -> None:
        super().__init__(self._answers)
        self.requests: list[dict] = []
        self.taken = b""
        self.room = room

    def send(self, data: bytes | memoryview, seconds: float) -> int:
        if not self.room:
            time.sleep(seconds)
        part = bytes(data[: self.room])
        self.taken += part
        if len(self.taken) >= HEADER.size and len(self.taken) == HEADER.size + HEADER.unpack_from(self.taken)[0]:
            nonce = HEADER.unpack_from(self.taken)[1]
            self.requests.append(unpack_payload(self.taken[HEADER.size :]))
            self.coming, self.taken = self._answers(nonce), b""
        return len(part)

    def _answers(self, nonce: int) -> Iterator[bytes | None]:
        request = self.requests[-1]
        for index in range(request["start"], len(unpack_payload(request["cases"]))):
            assert self.requests[-1] is request, "the next bank came before the last answer to this one was taken"
            yield ok(nonce, index, [request["play"], index])


def blocks(*counts: int) -> list[Block]:
    return [Block("scalar", f"play{i}", pack_cases([i] * count), count) for i, count in enumerate(counts)]


def test_one_bank_is_sent_at_a_time_and_the_next_after_the_last_answer() -> None:
    shelf = Shelf()
    seen = Worker(shelf, Limits()).replay_blocks(blocks(3, 0, 2), start=1)
    assert [item.fields for item in seen] == [["play0", 1], ["play0", 2], ["play2", 0], ["play2", 1]]
    assert [(request["play"], request["start"]) for request in shelf.requests] == [("play0", 1), ("play2", 0)]
    assert all(set(request) == {"do", "kind", "play", "cases", "start", "each"} for request in shelf.requests)


def test_a_request_may_be_taken_in_small_parts() -> None:
    shelf = Shelf(room=7)
    assert len(Worker(shelf, Limits()).replay_blocks(blocks(3, 2))) == 5


def test_a_worker_that_reads_no_more_is_ended_by_the_clock_of_the_case() -> None:
    shelf = Shelf(room=0)
    begun = time.monotonic()
    seen = Worker(shelf, Limits(wall=0.2)).replay_blocks(blocks(3, 2))
    assert [item.status for item in seen] == ["timeout"]
    assert "not read within 0.2 s" in seen[0].text
    assert shelf.killed == 1
    assert time.monotonic() - begun < 5


def test_what_is_said_between_two_banks_is_a_violation_of_the_next() -> None:
    shelf = Shelf()
    answers = shelf._answers

    def more(nonce: int) -> Iterator[bytes | None]:
        yield b"".join(answer for answer in answers(nonce) if answer) + b"\0"

    shelf._answers = more  # type: ignore[method-assign]
    seen = Worker(shelf, Limits()).replay_blocks(blocks(3, 2))
    assert [item.status for item in seen] == ["ok"] * 3 + ["violation"]
    assert len(shelf.requests) == 1


def test_a_wait_ends_when_nobody_waits_any_more() -> None:
    class Gone(Exception):
        pass

    def pulse() -> None:
        raise Gone

    liar = Liar(lambda nonce: itertools.repeat(None))
    begun = time.monotonic()
    with pytest.raises(Gone):
        Worker(liar, Limits(wall=60.0), Allowance(pulse=pulse)).replay("scalar", "operation", b"", 1)
    assert liar.killed == 1
    assert time.monotonic() - begun < 5


def test_time_and_answers_are_paid_for() -> None:
    def slowly(nonce: int) -> Iterator[bytes | None]:
        for index in range(3):
            time.sleep(0.05)
            yield ok(nonce, index, ["x" * 1000])

    allowance = Allowance("this exercise", 1.0, 1.0)
    assert len(Worker(Liar(slowly), Limits(), allowance).replay("scalar", "operation", b"", 3)) == 3
    assert 0.15 <= allowance.used < 1.0
    for seconds, megabytes, says in ((0.1, 1.0, "more than 0.1 s"), (9.0, 0.005, "larger than 0.005 MB")):
        liar = Liar(slowly)
        with pytest.raises(Spent, match=says):
            Worker(liar, Limits(), Allowance("this exercise", seconds, megabytes)).replay("scalar", "operation", b"", 3)
        assert liar.killed == 1


def test_an_answer_that_is_too_long_fails_its_case_only() -> None:
    seen, liar = ask(lambda nonce: iter([ok(nonce, 0, [None] * 100_001), ok(nonce, 1), ok(nonce, 2)]))
    assert [item.status for item in seen] == ["raised", "ok", "ok"]
    assert seen[0].text == "the answer is too large to send"
    assert not liar.killed


def test_remembered_answers_are_the_same_object_and_take_bounded_memory() -> None:
    remembered = answers._Remembered(most=20_000)
    payloads = [pack(0, [index, "ok", [1.5, "x"], "", "", "", 0])[HEADER.size :] for index in range(1000)]
    assert remembered.read(payloads[0])[1] is remembered.read(payloads[0])[1]
    for payload in payloads:
        assert remembered.read(payload)[0] == payloads.index(payload)
        assert remembered._size < 25_000
