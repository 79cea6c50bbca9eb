"""Drawing banks: hand-picked cases first, then those that Hypothesis draws under a key, from simple to large.

Torch's truth and the answers of the wrong ideas are computed here, once for each bank.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graders import exchange, observation
from graders.banks.bank import Bank
from graders.banks.sizes import size_of
from graders.cases import Case, decode
from graders.judging.compare import Tolerance, agree
from graders.observation import Observation
from graders.players.seen import Seen
from graders.players.subject import Absent, Fixed, Subject, Unusable
from graders.spec import BankSpec, ExerciseSpec, Misconception
from graders.strategies.steady import DRAWS_ONLY, steady

_ROUNDED = 1e-6
"""Players of ex01 note slopes to six decimals."""

_ROUNDS = 4

Ideas = Mapping[Misconception, Callable[[], Subject]]
"""Each wrong idea and what makes a subject that has it."""

_NO_IDEAS: Ideas = {}


class BankError(Exception):
    """A bank cannot be made; this is a fault of the course, never of a student."""


def build(
    spec: ExerciseSpec,
    key: str,
    cases: int,
    tolerance: Tolerance,
    progress: Callable[[int, int], None] | None = None,
    ideas: Ideas = _NO_IDEAS,
) -> dict[str, Bank]:
    """Draw the banks of one exercise and compute torch's truth (imports hypothesis and torch).

    Args:
        spec: The exercise.
        key: Seed of everything that is drawn.
        cases: Cases to draw for each bank whose size was not measured.
        tolerance: For proving references equal to torch.
        progress: Called with (banks done, banks in all).
        ideas: Wrong ideas, whose answers are kept beside torch's.
    """
    specs = spec.banks()
    banks = {}
    for done, bank_spec in enumerate(specs):
        if progress:
            progress(done, len(specs))
        size = size_of(spec.id, bank_spec.id) or cases
        banks[bank_spec.id] = build_bank(spec, bank_spec, key, size, tolerance, ideas)
    if progress:
        progress(len(specs), len(specs))
    return banks


def build_bank(
    exercise: ExerciseSpec,
    spec: BankSpec,
    key: str,
    size: int,
    tolerance: Tolerance | None = None,
    ideas: Ideas = _NO_IDEAS,
) -> Bank:
    """Return one bank: fixed cases, then drawn ones from simple to large.

    Args:
        exercise: The exercise that declares the bank.
        spec: The bank's declaration.
        key: Seed of what is drawn.
        size: Number of cases to draw; fewer where the strategy does not have as many.
        tolerance: For proving the reference equal to torch.
        ideas: Wrong ideas, whose answers are kept beside torch's.

    Raises:
        BankError: the strategy gives nothing, or the reference that stands in for torch disagrees with torch.
    """
    drawn = draw_cases(spec, seed(key, exercise.id, spec.id), size) if spec.draw else []
    oracle = spec.oracle()
    kept: list[Case] = []
    expected: list[dict[str, Any]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in [*spec.fixed, *sorted(drawn, key=lambda case: case.size())]:
            truth = oracle(case)
            if truth is not None:
                kept.append(case)
                expected.append(truth)
        if not kept:
            raise BankError(f"{exercise.id}: the bank {spec.id!r} is empty")
        bank = Bank(spec, [_plain(exchange.kept(spec.kind, spec.play, case)) for case in kept], expected)
        if spec.reference:
            _agree_with_torch(exercise, bank, kept, tolerance or Tolerance())
        if spec.predict:
            bank.wrong = _wrong_answers(exercise, spec, kept, ideas)
    return bank


def draw_cases(spec: BankSpec, seed_value: int, count: int) -> list[Case]:
    """Return up to `count` different cases drawn by Hypothesis, none of them hand-picked (imports hypothesis)."""
    with steady():
        return _drawn(spec, seed_value, count)


def _drawn(spec: BankSpec, seed_value: int, count: int) -> list[Case]:
    import hypothesis
    from hypothesis import HealthCheck, Phase

    strategy, fixed = spec.strategy(), set(spec.fixed)
    found: dict[Case, None] = {}
    settings = hypothesis.settings(
        backend=DRAWS_ONLY,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    for round_number in range(_ROUNDS):
        missing = count - len(found)

        @hypothesis.seed(seed_value + round_number)
        @hypothesis.settings(settings, max_examples=missing + 1)  # each round begins with the plainest case
        @hypothesis.given(strategy)
        def collect(case: Case) -> None:
            if case not in fixed:
                found.setdefault(case)

        collect()
        if len(found) >= count:
            break
    return list(found)[:count]


def seed(key: str, exercise: str, bank: str) -> int:
    """Return the seed of one bank under a key."""
    return int.from_bytes(hashlib.sha256(f"{key}\0{exercise}\0{bank}".encode()).digest()[:8], "big")


def replay_in_process(spec: BankSpec, case: Case, subject: Subject) -> Observation:
    """Return what trusted code (never a student's) shows on one case."""
    seen = Seen()
    dealt = case
    if not exchange.plainly_sent(spec.kind, spec.play):
        dealt = decode(spec.kind, exchange.sent(spec.kind, spec.play, case))
    answer = Observation(observation.OK, seen)
    try:
        spec.player()(dealt, subject, seen)
    except Absent as error:
        answer = Observation(observation.ABSENT, seen, text=str(error))
    except Exception as error:  # a wrong idea may well crash: that is its answer
        name = "" if isinstance(error, Unusable) else type(error).__name__
        answer = Observation(observation.RAISED, seen, name, observation.cut(str(error)))
    return exchange.received(spec.kind, spec.play, lambda _: case, [answer])[0]


def _wrong_answers(
    exercise: ExerciseSpec, spec: BankSpec, cases: Sequence[Case], ideas: Ideas
) -> dict[Misconception, list[Observation]]:
    concerned = {concept.id for concept in exercise.concepts if any(check.bank is spec for check in concept.checks)}
    answers = {}
    for idea, subject in ideas.items():
        if concerned & {*idea.concepts, *idea.spares}:
            wrong = subject()
            answers[idea] = [replay_in_process(spec, case, wrong) for case in cases]
    return answers


def _agree_with_torch(exercise: ExerciseSpec, bank: Bank, cases: Sequence[Case], tolerance: Tolerance) -> None:
    right = reference(exercise, bank.spec)
    tolerance = Tolerance(tolerance.rtol, max(tolerance.atol, _ROUNDED))
    for case, expected in zip(cases, bank.expected, strict=True):
        seen = replay_in_process(bank.spec, case, right)
        values = list(expected.values())
        if seen.status != observation.OK or not agree(list(seen.fields), values, tolerance):
            raise BankError(f"{exercise.id}: the reference and torch differ in bank {bank.spec.id!r} on {case!r}")


def reference(exercise: ExerciseSpec, spec: BankSpec) -> Subject:
    """Return the right implementation of a bank that has one, for truth without torch."""
    assert spec.reference
    return Fixed(exercise.id, spec.reference())


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
