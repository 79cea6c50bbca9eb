"""The verdict of each check over its bank, and whether what it leaves to other concepts is counted there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any

from graders.banks.bank import Bank
from graders.judging.compare import Tolerance
from graders.judging.diagnose import explains, explains_all
from graders.judging.finding import NO_FAILURE, find
from graders.judging.known import Known
from graders.judging.shrink import Failure
from graders.observation import OK, Observation
from graders.spec import Check, ConceptSpec, ExerciseSpec, Misconception


@dataclass
class Verdict:
    """What one check found over its bank.

    Attributes:
        failures: Every failing case, by its position.
        left: Every case that fails unless other concepts count it.
        skipped: Whether what the check looks at is missing in all cases, and that does not count here.
        spared: Concepts that count the wrong idea whose answers these are; empty where they are judged by torch's.
    """

    failures: list[tuple[int, Failure]] = field(default_factory=list)
    left: list[tuple[int, Failure]] = field(default_factory=list)
    skipped: bool = False
    spared: tuple[str, ...] = ()


@dataclass
class Verdicts:
    """The verdicts on one exercise of one submission.

    Attributes:
        spec: The exercise's declarations.
        banks: Gives its banks.
        observe: Replays the banks of some concepts, unless that has been done.
        seen: Bank id to what the student's code gave.
        tolerance: For every comparison.
        known: What was found earlier for the same answers.
    """

    spec: ExerciseSpec
    banks: Callable[[], Mapping[str, Bank]]
    observe: Callable[[Iterable[ConceptSpec]], None]
    seen: Mapping[str, Sequence[Observation]]
    tolerance: Tolerance
    known: Known
    _found: dict[tuple[Any, ...], Verdict] = field(default_factory=dict)
    _lost: dict[str, bool] = field(default_factory=dict)
    _alive: dict[tuple[str, ...], bool] = field(default_factory=dict)
    _counted: dict[Misconception, bool] = field(default_factory=dict)

    def of(self, check: Check) -> Verdict:
        """Return the verdict of a check: a wrong or missing answer that nobody else counts fails here."""
        verdict = self._settled(check)
        spared = self._spared(check) if verdict.failures else ()
        return Verdict(left=verdict.failures + verdict.left, spared=spared) if spared else verdict

    def spares(self, concept: str) -> bool:
        """Return whether all answers of a concept are those of a wrong idea that spares it and that others count.

        Torch's answers will not do instead: two faults would make them. They will where the code has the idea in part.
        """
        ideas = [idea for idea in self._ideas() if concept in idea.spares and self._counts(idea)]
        spec = self.spec.concept(concept)
        self.observe([spec] if ideas else [])
        return any(all(self._goes_by(idea, check) for check in spec.checks) for idea in ideas)

    def _goes_by(self, idea: Misconception, check: Check) -> bool:
        bank = self.banks()[check.bank.id]
        if explains(idea, check, bank, self.seen[bank.spec.id], self.tolerance):
            return True
        return not self._settled(check).failures and not all(map(self._failed, idea.counted_by))

    def counted_elsewhere(self, verdict: Verdict) -> tuple[str, ...]:
        """Return the concepts that count what is wrong in answers which passed, since it is left to them."""
        if verdict.failures:
            return ()
        left = [failure.finding for _, failure in verdict.left if failure.finding.status == "left"]
        groups = dict.fromkeys(group for finding in left for group in finding.to)
        return tuple(dict.fromkeys(next(filter(self.lost, group)) for group in groups))

    def _ideas(self) -> Iterable[Misconception]:
        return dict.fromkeys(idea for bank in self.banks().values() for idea in bank.wrong)

    def _spared(self, check: Check) -> tuple[str, ...]:
        """Return the concepts that count the wrong idea whose answers a check was given, if the idea spares it."""
        concept = next(one.id for one in self.spec.concepts if any(check is mine for mine in one.checks))
        bank = self.banks()[check.bank.id]
        seen = self.seen[bank.spec.id]
        for idea in bank.wrong if all(answer.status == OK for answer in seen) else ():
            if concept in idea.spares and explains(idea, check, bank, seen, self.tolerance) and self._counts(idea):
                return tuple(filter(self._failed, idea.counted_by))
        return ()

    def _counts(self, idea: Misconception) -> bool:
        """Return whether some concept loses something by a wrong idea, and by nothing else."""
        if idea not in self._counted:
            self._counted[idea] = any(self._failed(name) and self._explained(idea, name) for name in idea.counted_by)
        return self._counted[idea]

    def _explained(self, idea: Misconception, concept: str) -> bool:
        spec = self.spec.concept(concept)
        failed = any(self._alone(check).failures for check in spec.checks if check.bank.predict)
        return failed and explains_all(idea, spec, self.banks(), self.seen, self.tolerance)

    def _settled(self, check: Check) -> Verdict:
        verdict = self._alone(check)
        if not verdict.left:
            return verdict
        settled = [(at, replace(one, finding=one.finding.here(self.lost))) for at, one in verdict.left]
        kept = [item for item in settled if item[1].finding.status in NO_FAILURE]
        failures = [item for item in settled if item[1].finding.status not in NO_FAILURE]
        return Verdict(sorted(verdict.failures + failures, key=itemgetter(0)), kept, verdict.skipped and not failures)

    def lost(self, concept: str) -> bool:
        """Return whether a concept has lost something: by itself, or since what it leaves to others is right there.

        Others are asked only as long as they leave nothing themselves, so that no two concepts wait for each other.
        """
        if concept not in self._lost:
            left = [failure.finding for verdict in self._all_alone(concept) for _, failure in verdict.left]
            settled = [one for one in left if not any(map(self._leaves, chain.from_iterable(one.to)))]
            broken = any(one.here(self._failed).status not in NO_FAILURE for one in settled)
            self._lost[concept] = broken or self._failed(concept)
        return self._lost[concept]

    def _failed(self, concept: str) -> bool:
        return any(verdict.failures for verdict in self._all_alone(concept))

    def _leaves(self, concept: str) -> bool:
        return any(verdict.left for verdict in self._all_alone(concept))

    def _all_alone(self, concept: str) -> list[Verdict]:
        spec = self.spec.concept(concept)
        self.observe([spec])
        return [self._alone(check) for check in spec.checks]

    def leaves_to(self, check: Check) -> list[str]:
        """Return the concepts to which a check leaves some case and which have lost something."""
        groups = {group for _, failure in self._alone(check).left for group in failure.finding.to}
        return sorted(name for name in {name for group in groups for name in group} if self.lost(name))

    def passes(self, concept: str) -> bool:
        """Return whether a concept passes."""
        spec = self.spec.concept(concept)
        self.observe([spec])
        return not any(self.of(check).failures for check in spec.checks)

    def says_something(self, concepts: tuple[str, ...]) -> bool:
        """Return whether a check of some concepts passes that code which does nothing fails; True for no concepts."""
        if concepts not in self._alive:
            specs = [self.spec.concept(name) for name in concepts]
            self._alive[concepts] = not specs or any(map(self._says_something, specs))
        return self._alive[concepts]

    def _says_something(self, concept: ConceptSpec) -> bool:
        self.observe([concept])
        verdicts = (self.of(check) for check in concept.checks if not check.counts_only_with)
        return any(not verdict.failures and not verdict.skipped for verdict in verdicts)

    def _alone(self, check: Check) -> Verdict:
        """Return what a check finds by itself."""
        bank = self.banks()[check.bank.id]
        seen = self.seen[bank.spec.id]
        address = (self.spec.id, check.id, bank.spec.id, check.rule, check.labels, tuple(map(id, seen)))
        if self.known.passed(address):
            return Verdict()
        if address not in self._found:
            self._found[address] = self._judged(check, bank, seen)
            if not (self._found[address].failures or self._found[address].left):
                self.known.remember(address, seen)
        return self._found[address]

    def _judged(self, check: Check, bank: Bank, seen: Sequence[Observation]) -> Verdict:
        verdict = Verdict()
        for index, expected in enumerate(bank.expected):
            finding = find(check, partial(bank.case, index), expected, seen[index], self.tolerance)
            if finding.status != "passed":
                place = verdict.left if finding.status in NO_FAILURE else verdict.failures
                place.append((index, Failure(bank.case(index), expected, seen[index], finding)))
        verdict.skipped = [one.finding.status for _, one in verdict.left] == ["skipped"] * len(bank)
        return verdict
