"""Random replies through the real conversation and the real judging: no exception leaves a submission.

The channel is a fake. It knows the right answers, damages some of them or the frames around them, and sends the rest,
so that every reader of fields meets values that the schema lets through.
"""

from __future__ import annotations

import gc
import itertools
import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graders.banks.bank import Bank
from graders.banks.store import BankStore
from graders.course.course import load_course
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from graders.report import Report
from graders.sandbox.fields import WIDTHS
from graders.sandbox.wire import HEADER, LARGEST_REPLY, unpack_payload
from tests.conftest import ROOT

_CASES = 8
"""Of each bank; the banks are the public ones, cut."""

numbers = st.one_of(
    st.floats(),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([0, 1, -1, 2**63 - 1, -(2**63), 1e308, -0.0, float("nan"), float("inf")]),
    st.booleans(),
)
words = st.text(max_size=8) | st.sampled_from(["", " ", "again", " of ", " -> ", "None", "a", "b", "\x1b[2J", "()"])
plain = st.none() | numbers | words


@st.composite
def arrays(draw: st.DrawFn) -> dict[str, Any]:
    """Return a well-formed array field."""
    shape = draw(st.lists(st.integers(0, 3), max_size=4) | st.sampled_from([[2**20, 0], [0] * 32, [1] * 32, [7, 11]]))
    dtype = draw(st.sampled_from(sorted(WIDTHS)))
    size = WIDTHS[dtype]
    for side in shape:
        size *= side
    data = draw(st.binary(min_size=1, max_size=16)) if size else b""
    return {"array": shape, "dtype": dtype, "data": (data * size)[:size]}


tagged = (
    arrays()
    | st.builds(lambda name, text: {"odd": name, "repr": text}, words, words)
    | st.builds(lambda items: {"tuple": items}, st.lists(plain, max_size=3))
)
allowed = st.sampled_from([[], [[]], [None], "", 0]) | st.recursive(
    plain | tagged, lambda inner: st.lists(inner, max_size=4), max_leaves=12
)

refused = st.one_of(
    st.binary(max_size=8),
    st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=4)),
    st.integers(2**63, 2**64 - 1),
    st.dictionaries(words, plain, max_size=3),
    arrays().map(lambda field: {**field, "shape": [2]}),
    st.builds(lambda field, shape: {**field, "array": shape}, arrays(), st.none() | plain | st.lists(numbers)),
    st.builds(lambda field, dtype: {**field, "dtype": dtype}, arrays(), plain | st.just("float128")),
)

frames = st.sampled_from(["cut", "twice", "nonce", "long", "noise", "late", "early", "other", "silence", "end", "form"])
move = st.one_of(
    st.just(("right",)),
    st.tuples(st.just("one"), st.integers(0, 9), st.integers(0, 3), allowed),
    st.tuples(st.just("one"), st.integers(0, 9), st.integers(0, 3), allowed),
    st.tuples(st.just("all"), st.lists(allowed, max_size=5)),
    st.tuples(st.just("shorter"), st.integers(0, 4)),
    st.tuples(st.just("raised"), st.sampled_from(["raised", "absent", "unimplemented", "memory"]), words, words),
    st.tuples(st.just("one"), st.integers(0, 30), st.integers(0, 3), refused),
    st.tuples(st.just("deep"), st.integers(4, 700)),
    st.tuples(st.just("many"), st.sampled_from([100, 1_000, 10_000])),
    st.tuples(frames, st.binary(max_size=20)),
)
moves = st.lists(move, min_size=1, max_size=6)


def damaged(fields: list[Any], place: int, deeper: int, value: Any) -> list[Any]:
    """Return fields with one replaced, or an item inside of it, so many levels deeper."""
    fields = deepcopy(fields)
    target, at = fields, place
    for _ in range(deeper):
        inner = target[at % len(target)] if target else None
        if not isinstance(inner, list) or not inner:
            break
        target = inner
    if target:
        target[at % len(target)] = value
    return fields


class Liar:
    """A worker that answers every request according to a plan, over and over."""

    notes: Mapping[str, int] = {}

    def __init__(self, known: Mapping[bytes, Bank], plan: Iterator[tuple[Any, ...]]) -> None:
        self._known = known
        self._plan = plan
        self._coming: Iterator[bytes | None] = iter(())
        self._early: list[bytes] = []

    def send(self, data: bytes | memoryview, seconds: float) -> int:
        request = unpack_payload(bytes(data[HEADER.size :]))
        self._coming = self._answers(HEADER.unpack_from(data)[1], request)
        return len(data)

    def receive(self, seconds: float) -> bytes | None:
        if not seconds:
            return self._early.pop() if self._early else None
        return next(self._coming, b"")

    def cpu(self) -> float | None:
        return None

    def delayed(self) -> float | None:
        return 0.0

    def kill(self) -> str:
        return "killed"

    def output(self) -> bytes:
        return b""

    def _answers(self, nonce: int, request: dict[str, Any]) -> Iterator[bytes | None]:
        if request["do"] == "load":
            yield self._frame(nonce, -1, ["a statement"])
            return
        bank = self._known.get(request["cases"])
        for index in range(request["start"], len(unpack_payload(request["cases"]))):
            right = list(bank.expected[index].values()) if bank else [1.0, 2.0]
            yield from self._answer(nonce, index, right, next(self._plan))

    def _answer(self, nonce: int, index: int, right: list[Any], plan: tuple[Any, ...]) -> Iterator[bytes | None]:
        what, *given = plan
        if what == "one":
            yield self._frame(nonce, index, damaged(right, *given))
        elif what == "all":
            yield self._frame(nonce, index, *given)
        elif what == "deep":
            yield self._frame(nonce, index, [json.loads("[" * given[0] + "]" * given[0])])
        elif what == "many":
            yield self._frame(nonce, index, [[[]] * given[0]])
        elif what == "shorter":
            yield self._frame(nonce, index, right[: given[0]], "raised", "ValueError", "no", "ex.py", 3)
        elif what == "raised":
            status, error, text = given
            yield self._frame(nonce, index, [], status, error, text)
        else:
            yield from self._broken(what, given[0] if given else b"", nonce, index, self._frame(nonce, index, right))

    def _broken(self, what: str, noise: bytes, nonce: int, index: int, whole: bytes) -> Iterator[bytes | None]:
        if what == "cut":
            yield whole[:-1]
            yield b""
        elif what == "long":
            yield HEADER.pack(LARGEST_REPLY + 1, nonce) + noise
        elif what == "late":
            yield from (whole[at : at + 3] for at in range(0, len(whole), 3))
        elif what == "early":
            self._early.append(noise or b"x")
            yield whole
        elif what == "silence":
            yield None
        elif what != "end":
            other = msgpack.packb([index, noise.hex(), {}, None, noise, 1, 2**40])
            yield {
                "right": whole,
                "twice": whole * 2,
                "nonce": self._frame(nonce ^ 1, index, []),
                "noise": HEADER.pack(len(noise), nonce) + noise,
                "other": self._frame(nonce, index + 1, []),
                "form": HEADER.pack(len(other), nonce) + other,
            }[what]

    @staticmethod
    def _frame(nonce: int, index: int, fields: Any, status: str = "ok", *rest: Any) -> bytes:
        payload = msgpack.packb([index, status, fields, *rest, *("", "", "", 0)[len(rest) :]], use_bin_type=True)
        return struct.pack("<IQ", len(payload), nonce) + payload


class Sandboxes:
    """A pool, and at the same time its only sandbox, whose workers follow one plan."""

    level = "jail"

    def __init__(self, known: Mapping[bytes, Bank], plan: Sequence[tuple[Any, ...]]) -> None:
        self._known = known
        self._plan = itertools.cycle(plan)

    def get(self, flavour: str) -> Sandboxes:
        return self

    def channel(self) -> Liar:
        return Liar(self._known, self._plan)


@pytest.fixture(scope="module")
def fuzzed(course, store):
    """Grade an exercise or a concept, with the answers of a plan, and return the report."""
    quick = course.model_copy(update={"limits": course.limits.model_copy(update={"wall": 0.01})})
    small = BankStore(quick)
    known: dict[bytes, Bank] = {}

    def cut(exercise: str) -> None:
        banks = {}
        for name, bank in store.banks(exercise).items():
            wrong = {idea: answers[:_CASES] for idea, answers in bank.wrong.items()}
            banks[name] = Bank(bank.spec, bank.wires[:_CASES], bank.expected[:_CASES], wrong)
            known[banks[name].packed] = banks[name]
        small.adopt(exercise, banks)

    for exercise in course.exercise_ids:
        cut(exercise)

    def run(wanted: str, plan: Sequence[tuple[Any, ...]], budget: Budget) -> Report:
        files = {f"{name}.py": b"" for name in course.exercise_ids}
        grader = Grader(quick, small, Sandboxes(known, plan), budget)  # type: ignore[arg-type]
        return grader.grade(Files(files), [wanted])

    gc.freeze()  # other tests leave much that is of no interest to the collector, which each list would call
    yield run
    gc.unfreeze()


def _holds(report: Report) -> None:
    """Check what every report keeps, whatever was sent."""
    text = report.model_dump_json()
    assert Report.model_validate_json(text).model_dump_json() == text
    for exercise, concept in report.concepts():
        assert 0 <= concept.score <= concept.max_score, exercise.id
        for check in concept.checks:
            assert len(check.message) < 4000
            if check.counterexample:
                sent, right = json.dumps(check.counterexample.actual), json.dumps(check.counterexample.expected)
                assert len(sent) < 6 * (2048 + len(right)) + 200  # escaped, a character takes six


COURSE = load_course(ROOT)
EXERCISES = COURSE.exercise_ids
CONCEPTS = [f"{exercise.id}.{concept.id}" for exercise in COURSE.exercises for concept in exercise.concepts]
anything = given(wanted=st.sampled_from([*EXERCISES, *CONCEPTS]), plan=moves)
"""A whole exercise is thirteen times as much work as one of its concepts."""


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@anything
@example(wanted="ex06_graph_walkers.walk", plan=[("one", 0, 1, None)])
def test_no_reply_leaves_its_submission(fuzzed, wanted, plan) -> None:
    _holds(fuzzed(wanted, plan, Budget(calls=0)))


@pytest.mark.proof
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@anything
def test_no_plan_of_ten_thousand_leaves_its_submission(fuzzed, wanted, plan) -> None:
    _holds(fuzzed(wanted, plan, Budget(calls=0)))


def test_right_answers_of_the_fake_pass(fuzzed) -> None:
    for exercise in EXERCISES:
        report = fuzzed(exercise, [("right",)], Budget())
        assert report.exercises[0].score > 0.5 * report.exercises[0].max_score


@pytest.mark.parametrize("exercise", ["ex02_closures", "ex03_backward", "ex04_tensor_closures"])
def test_the_search_for_a_smaller_case_meets_such_answers_too(fuzzed, exercise) -> None:
    plan = [("right",), ("one", 0, 0, {"tuple": [1]}), ("all", [[[1]], "x", None]), ("right",), ("twice",), ("right",)]
    _holds(fuzzed(exercise, plan[:4], Budget(calls=30)))
    _holds(fuzzed(exercise, plan, Budget(calls=30)))
