"""The smallest failing case of a check, found by Hypothesis against the worker, bounded in time and calls.

The bank's own failing cases come first: they stand from simple to large, so the first is nearly minimal already. Then
Hypothesis draws from the bank's strategy and shrinks what fails. Whichever is smaller is reported.
"""

from __future__ import annotations

import math
import random
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graders.banks.bank import Bank
from graders.banks.generate import reference, replay_in_process
from graders.cases import Case
from graders.judging.compare import Tolerance
from graders.judging.finding import Finding, find
from graders.judging.imports import import_for_search
from graders.judging.replay import Replay
from graders.observation import PROCESS_ENDED, Observation
from graders.spec import Check, ExerciseSpec
from graders.strategies.steady import steady


@dataclass(frozen=True)
class Budget:
    """What one search may cost: seconds after its first case, which may have to import torch; replays on the worker."""

    seconds: float = 1.0
    calls: int = 400


@dataclass(frozen=True)
class Failure:
    """A failing case with the right values, what the student's code gave, and where they part.

    Attributes:
        torchs: Whether torch gave the right values; otherwise the reference did, which stands in for it.
        after: What ran before in the same worker, where the case is right without: `"itself"` or `"others"`.
        play: The play whose notes these are; empty for the one that the check judges.
        note: A sentence that follows the message.
    """

    case: Case
    expected: dict[str, Any]
    seen: Observation
    finding: Finding
    torchs: bool = True
    after: str = ""
    play: str = ""
    note: str = ""


def smallest(
    exercise: ExerciseSpec,
    check: Check,
    bank: Bank,
    first: Failure,
    replay: Replay,
    tolerance: Tolerance,
    budget: Budget,
    counted: Callable[[str], bool],
) -> Failure:
    """Return a failing case no larger than `first` that fails in the same way: by a value, or by an exception.

    Args:
        exercise: The exercise of the check.
        check: The check that failed.
        bank: Its bank.
        first: The first failing case of the bank.
        replay: The student's code.
        tolerance: For the comparison.
        budget: Seconds and calls that the search may take.
        counted: Tells whether a concept has lost something, so that what is left to it does not fail here.

    Raises:
        Spent: the replay's allowance does not last.
    """
    if not check.bank.draw or first.seen.status in PROCESS_ENDED or budget.calls <= 0:
        return first
    import_for_search(check.bank)
    search = _Search(exercise, check, replay, tolerance, budget, counted, first.finding.status)
    search.known[first.case] = first
    found = _shrunk(check, search)
    if search.trouble is not None:
        raise search.trouble
    best = search.known.get(found) if found is not None else None
    return best if best is not None and best.case.size() < first.case.size() else first


class _Search:
    """Answers whether a case fails, each case once, until time or calls are used up.

    An exception of the replay is kept as `trouble`: Hypothesis would take it for a failing case.
    """

    def __init__(
        self,
        exercise: ExerciseSpec,
        check: Check,
        replay: Replay,
        tolerance: Tolerance,
        budget: Budget,
        counted: Callable[[str], bool],
        status: str,
    ) -> None:
        self.known: dict[Case, Failure | None] = {}
        self._check = check
        self._replay = replay
        self._tolerance = tolerance
        self._counted = counted
        self._status = status
        self._seconds = budget.seconds
        self._calls = budget.calls
        self._deadline = math.inf
        self._truth = _truth(exercise, check)
        self.trouble: Exception | None = None

    def fails(self, case: Case) -> bool:
        """Return whether the student's code fails on `case`; False for unknown cases once the budget is used up."""
        if case not in self.known:
            if self._calls <= 0 or time.monotonic() > self._deadline:
                return False
            self._calls -= 1
            self.known[case] = self._judge(case)
            self._deadline = min(self._deadline, time.monotonic() + self._seconds)
        return self.known[case] is not None

    def _judge(self, case: Case) -> Failure | None:
        expected = self._truth(case)
        if expected is None:
            return None
        try:
            seen = self._replay.probe(self._check.bank, [case.wire()])
        except Exception as error:
            self.trouble, self._calls = error, 0
            return None
        if not seen or seen[0].status in PROCESS_ENDED:
            self._calls = 0
            return None
        finding = find(self._check, lambda: case, expected, seen[0], self._tolerance).here(self._counted)
        torchs = not self._check.bank.reference
        return Failure(case, expected, seen[0], finding, torchs) if finding.status == self._status else None


def _truth(exercise: ExerciseSpec, check: Check) -> Callable[[Case], dict[str, Any] | None]:
    """Return how expected values are computed for a new case: by the torch-free reference if the bank has one."""
    spec = check.bank
    oracle = spec.oracle if not spec.reference else None
    if oracle is not None:
        compute: Callable[[Case], dict[str, Any] | None] = oracle()
        return compute
    right = reference(exercise, spec)
    labels = spec.labels()

    def by_reference(case: Case) -> dict[str, Any] | None:
        seen = replay_in_process(spec, case, right)
        names = labels(case)
        return dict(zip(names, seen.fields, strict=True)) if len(names) == len(seen.fields) else None

    return by_reference


def _shrunk(check: Check, search: _Search) -> Case | None:
    with steady():
        return _found(check, search)


def _found(check: Check, search: _Search) -> Case | None:
    import hypothesis
    from hypothesis import HealthCheck, Phase
    from hypothesis.errors import HypothesisException, HypothesisWarning

    settings = hypothesis.settings(
        max_examples=200,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", HypothesisWarning)
            case: Case = hypothesis.find(
                check.bank.strategy(), search.fails, settings=settings, random=random.Random(check.bank.id)
            )
    except HypothesisException:  # nothing failed within the budget, or the student's code answers by chance
        return None
    return case
