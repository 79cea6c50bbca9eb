"""The failing case of a check that a report shows: small, and one that fails in the same way where it is pasted.

A bank is replayed in one worker, case after case. What the student's code keeps from one case to the next is not there
when a case runs by itself, so failing cases are run once more in a fresh worker. Where they answer otherwise, a case is
shown that fails by itself, or one that is right at first and wrong when it runs once more.
Where there is none, something is kept from other cases, and no case by itself could show it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from graders import observation
from graders.banks.bank import Bank
from graders.judging.compare import Tolerance
from graders.judging.evidence import as_printed
from graders.judging.finding import NO_FAILURE, find
from graders.judging.known import Known, answer_of, digest_of
from graders.judging.replay import Replay
from graders.judging.shrink import Budget, Failure, smallest
from graders.judging.verdicts import Verdict, Verdicts
from graders.observation import Observation
from graders.sandbox.clock import Spent
from graders.spec import Check, ExerciseSpec

_RERUN = 5
"""Failing cases of a bank that are run once more in a fresh worker."""

_FIRST, _SLOW = 0.1, 0.05
"""Seconds for the first case in a fresh worker, and for each on average, beyond which no smaller case is searched."""

_CHANCE = "{exercise}: not deterministic, the same case gave different answers in two runs"
_KEPT = (
    "{exercise}: the same case gave another answer after other cases: something is kept from call to call, as in a"
    " global, a class or a default argument"
)


@dataclass
class FailingCases:
    """Finds the failing cases of one exercise of one submission that a report shows.

    Attributes:
        spec: The exercise's declarations.
        banks: Gives its banks.
        seen: Bank id to what the student's code gave.
        verdicts: On its checks.
        replay: Conversation with the student's code.
        tolerance: For every comparison.
        budget: What the search for each smallest failing case may cost.
        known: Counterexamples of earlier submissions.
        signals: Sentences for the instructor; a search adds to them.
    """

    spec: ExerciseSpec
    banks: Callable[[], Mapping[str, Bank]]
    seen: Mapping[str, Sequence[Observation]]
    verdicts: Verdicts
    replay: Replay
    tolerance: Tolerance
    budget: Budget
    known: Known
    signals: list[str]
    _varying: dict[str, str] = field(default_factory=dict)
    _slow: set[str] = field(default_factory=set)
    _spent: bool = False

    def of(self, check: Check, verdict: Verdict, first: Failure, small: bool) -> Failure:
        """Return the failing case of a check to show.

        Args:
            check: It failed.
            verdict: On it.
            first: The case to show where no better one is found, nor time is left to look for one.
            small: Whether a smaller case than `first` is looked for: one known from the same wrong answers, or one
                newly searched. Where the code is slow none is: how far a search gets would depend on the machine.
        """
        bank, found = self.banks()[check.bank.id], first
        try:
            if self._spent:
                return first
            if self._varies(bank, verdict):
                found = self._by_itself(check, verdict) or first
                if found is first and self._varying[bank.spec.id] == _KEPT:
                    found = replace(first, after="others")
                self._signal(bank, found)
                self.replay.renew()
            elif small and first.seen.status not in observation.PROCESS_ENDED and bank.spec.id not in self._slow:
                found = self._known_or_found(check, bank, first)
                if found.case != first.case and not self._stands_alone(check, found):
                    self._varying[bank.spec.id], found = _KEPT, first
                    self._signal(bank, found)
            return (
                found
                if found.after == "others"
                else as_printed(check, found, self.replay, self.tolerance, self.verdicts.lost)
            )
        except Spent:
            self._spent = True
            return found

    def varies(self, bank: str) -> bool:
        """Return whether a bank's failing cases were found to answer otherwise in another run."""
        return bool(self._varying.get(bank))

    def _known_or_found(self, check: Check, bank: Bank, first: Failure) -> Failure:
        left_to = ",".join(self.verdicts.leaves_to(check))
        address = (self.spec.id, f"{bank.spec.id}/{check.id}/{left_to}", digest_of(self.seen[bank.spec.id]))
        known = self.known.failure(address)
        found = self._as_it_fails_here(check, known) if known is not None else None
        if found is None:
            self.replay.ready()
            with self.replay.within(self.replay.allowance.part(2 * self.budget.seconds)):
                lost = self.verdicts.lost
                found = smallest(self.spec, check, bank, first, self.replay, self.tolerance, self.budget, lost)
            self.known.keep(address, found)
        return found

    def _as_it_fails_here(self, check: Check, known: Failure) -> Failure | None:
        """Return another student's failing case with this one's words and lines; None where it gives other answers."""
        seen = self.replay.probe(check.bank, [known.case.wire()])
        return replace(known, seen=seen[0]) if seen and answer_of(seen[0]) == answer_of(known.seen) else None

    def _stands_alone(self, check: Check, found: Failure) -> bool:
        """Return whether a case that a search found answers alike in a fresh worker."""
        self.replay.renew()
        seen = self.replay.probe(check.bank, [found.case.wire()])
        return not seen or _same(seen, [found.seen])

    def _varies(self, bank: Bank, verdict: Verdict) -> bool:
        """Return whether some failing cases answer otherwise in a fresh worker, without the cases before them."""
        name = bank.spec.id
        if name not in self._varying:
            answered = (observation.OK, observation.RAISED)
            cases = [index for index, failure in verdict.failures if failure.seen.status in answered][:_RERUN]
            again = self._fresh(bank, cases)
            if not _same(again, [self.seen[name][index] for index in cases[: len(again)]]):
                self._varying[name] = _KEPT if _same(again, self._fresh(bank, cases)) else _CHANCE
            else:
                self._varying[name] = ""
        return bool(self._varying[name])

    def _signal(self, bank: Bank, shown: Failure) -> None:
        """Tell that answers vary, unless the case that is shown tells why."""
        signal = self._varying[bank.spec.id].format(exercise=self.spec.id)
        if not shown.after and signal not in self.signals:
            self.signals.append(signal)

    def _by_itself(self, check: Check, verdict: Verdict) -> Failure | None:
        """Return a case that fails in a fresh worker by itself, else one that fails when it is run once more there."""
        bank = self.banks()[check.bank.id]
        failing = [index for index, _ in verdict.failures[:_RERUN]]
        for times, cases in ((1, failing), (2, range(min(_RERUN, len(bank))))):
            for index in cases:
                case, expected = bank.case(index), bank.expected[index]
                seen = self._fresh(bank, [index] * times)
                if len(seen) < times:
                    continue
                finding = find(check, partial(bank.case, index), expected, seen[-1], self.tolerance)
                finding = finding.here(self.verdicts.lost)
                if finding.status not in NO_FAILURE:
                    return Failure(case, expected, seen[-1], finding, after="itself" if times == 2 else "")
        return None

    def _fresh(self, bank: Bank, cases: Sequence[int]) -> list[Observation]:
        """Return what some cases show one after the other in a fresh worker, as far as it lives."""
        self.replay.renew()
        if not cases:
            return []
        self.replay.ready()
        before = self.replay.allowance.used
        seen = self.replay.probe(bank.spec, [bank.wires[index] for index in cases])
        if self.replay.allowance.used - before > _FIRST + _SLOW * len(cases):
            self._slow.add(bank.spec.id)
        return seen


def _same(seen: Sequence[Observation], other: Sequence[Observation]) -> bool:
    return list(map(answer_of, seen)) == list(map(answer_of, other))
