"""Judging one exercise of one submission: replay the banks, find what fails and its smallest case, name the idea."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graders import observation
from graders.banks.bank import Bank
from graders.course.course import Concept, Exercise
from graders.judging.compare import Tolerance
from graders.judging.diagnose import diagnose
from graders.judging.evidence import counterexample, curves, style
from graders.judging.failing import FailingCases
from graders.judging.known import Known
from graders.judging.messages import APART, message, status_of, waits_for
from graders.judging.obstacle import cannot_load, obstacle_of
from graders.judging.replay import Replay
from graders.judging.shrink import Budget, Failure
from graders.judging.sight import KEEPS, by_sight
from graders.judging.verdicts import Verdict, Verdicts
from graders.observation import Observation
from graders.report import CheckResult, ConceptResult, NamedMisconception, Obstacle, Status, score_concept
from graders.sandbox.clock import Spent
from graders.spec import Check, ConceptSpec, ExerciseSpec, Misconception

CURVE = "loss curve"
"""Label of the loss at each step of a training run, shape (steps,)."""

_MISSING = "Not checked: the code that it needs is missing or fails, which is scored under another concept."

_DOES_NOTHING = "An empty function would pass this too. It counts once part of {concepts} is right."

_NOTHING_SEEN = Observation(observation.CRASHED, [], text="the case was not reached")


@dataclass
class ExerciseRun:
    """One exercise of one submission.

    Attributes:
        exercise: As course.yml has it.
        spec: Its declarations.
        banks: Gives its banks; asked only when there is something to judge.
        replay: Conversation with the student's code.
        tolerance: For every comparison.
        budget: What the search for each smallest failing case may cost.
        known: Counterexamples of earlier submissions.
        signals: Sentences for the instructor; this run adds to them.
        faults: Address of each concept that was judged with a fault to those of the concepts that count it.
    """

    exercise: Exercise
    spec: ExerciseSpec
    banks: Callable[[], Mapping[str, Bank]]
    replay: Replay
    tolerance: Tolerance
    budget: Budget
    known: Known
    signals: list[str]
    faults: dict[str, list[str]] = field(default_factory=dict)
    _seen: dict[str, list[Observation]] = field(default_factory=dict)
    _verdicts: Verdicts = field(init=False)
    _failed: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    _cases: FailingCases = field(init=False)

    def __post_init__(self) -> None:
        self._verdicts = Verdicts(self.spec, self.banks, self.observe, self._seen, self.tolerance, self.known)
        self._cases = FailingCases(
            self.spec,
            self.banks,
            self._seen,
            self._verdicts,
            self.replay,
            self.tolerance,
            self.budget,
            self.known,
            self.signals,
        )

    def observe(self, concepts: Iterable[Concept | ConceptSpec]) -> None:
        """Replay the banks of some concepts in one conversation, before they are judged."""
        checks = [check for concept in concepts for check in self.spec.concept(concept.id).checks]
        names = dict.fromkeys(check.bank.id for check in checks if check.bank.id not in self._seen)
        if names:
            banks = [self.banks()[name] for name in names]
            for bank, seen in zip(banks, self.replay.observe_all(banks), strict=True):
                unseen = len(bank) - len(seen)  # unreached cases repeat the last observation
                self._seen[bank.spec.id] = seen + [seen[-1] if seen else _NOTHING_SEEN] * unseen

    def judge(self, concept: Concept) -> ConceptResult:
        """Return the result of one concept, without failing cases and reasons, which `explain` adds.

        Raises:
            Spent: the allowance of the exercise does not last.
        """
        self.observe([concept])
        spec = self.spec.concept(concept.id)
        verdicts = {check.id: self._verdicts.of(check) for check in spec.checks}
        results = [self._passed_or_failed(check, verdicts[check.id]) for check in spec.checks]
        if any(result.failed for result in results):
            self._failed[concept.id] = verdicts
        if spared := [name for verdict in verdicts.values() for name in verdict.spared]:
            self.faults[f"{self.exercise.id}.{concept.id}"] = [f"{self.exercise.id}.{name}" for name in spared]
        for check, result in zip(spec.checks, results, strict=True):
            if result.status == "passed" and not self._verdicts.says_something(check.counts_only_with):
                result.status, result.message = (
                    "skipped",
                    _DOES_NOTHING.format(concepts=" or ".join(check.counts_only_with)),
                )
        return score_concept(concept.id, concept.title, concept.worth, results)

    def spared(self, concept: Concept) -> ConceptResult | None:
        """Return the result of a concept whose requirements did not pass, if a wrong idea that they count explains all.

        None where no such idea is in the code, or the concept is not right with its answers either.
        """
        if not self._verdicts.spares(concept.id):
            return None
        result = self.judge(concept)
        self._failed.pop(concept.id, None)
        return result if result.status == "passed" else None

    def explain(self, result: ConceptResult) -> None:
        """Add to a concept that `judge` found to fail its failing cases and the name of the wrong idea.

        What is left of the allowance limits the search, and nothing else: the concept keeps its score.
        """
        verdicts = self._failed.pop(result.id, None)
        if verdicts:
            failed = [position for position, check in enumerate(result.checks) if check.failed]
            self._explain(self.spec.concept(result.id), verdicts, result.checks, failed)

    def unjudged(self, concept: Concept, status: Status, why: str) -> ConceptResult:
        """Return the result of a concept that nothing can be said about, and why."""
        checks = [
            CheckResult(id=check.id, says=check.says, status=status, message=why, weight=check.weight)
            for check in self.spec.concept(concept.id).checks
        ]
        return score_concept(concept.id, concept.title, concept.worth, checks)

    def waiting(self, concept: Concept, unmet: Sequence[str]) -> ConceptResult:
        """Return the result of a concept that builds on others that did not pass."""
        return self.unjudged(concept, "skipped", waits_for(unmet, self.exercise.id))

    def _passed_or_failed(self, check: Check, verdict: Verdict) -> CheckResult:
        """Return the bare verdict; messages and cases are added to the failed ones later."""
        result = CheckResult(
            id=check.id,
            says=check.says,
            status="passed",
            cases=len(self.banks()[check.bank.id]),
            failed=len(verdict.failures),
            weight=check.weight,
        )
        result.curves = self._curves(check)
        if beside := verdict.spared or self._verdicts.counted_elsewhere(verdict):
            result.message = f"{APART}{_listed(beside)}."
        elif verdict.skipped:
            result.status, result.message = "skipped", _MISSING
        elif verdict.failures:
            failure = _telling(verdict)
            result.status = status_of(failure)
            result.message = message(check, failure, self.tolerance)
            if obstacle := self.obstacle:
                result.status = "error" if result.status in ("failed", "not_started") else result.status
                result.message = cannot_load(self.exercise.id, obstacle)
        return result

    def _curves(self, check: Check) -> dict[str, list[float]] | None:
        """Return torch's loss curve and the student's in the first case of a training bank, if both can be drawn."""
        bank = self.banks()[check.bank.id]
        for label, actual in zip(bank.expected[0], self._seen[bank.spec.id][0].fields, strict=False):
            if label == CURVE:
                return curves(bank.expected[0][label], actual)
        return None

    @property
    def obstacle(self) -> Obstacle | None:
        """What keeps the student's file from being loaded; None where it is loaded, or was not looked at."""
        return obstacle_of(self.replay.loaded, self.replay.files) if self.replay.loaded else None

    def _explain(
        self,
        concept: ConceptSpec,
        verdicts: Mapping[str, Verdict],
        results: Sequence[CheckResult],
        failed: Sequence[int],
    ) -> None:
        """Add failing cases to the results, the smallest to the first of them, and the name of the wrong idea."""
        first: tuple[Check, CheckResult, Failure] | None = None
        shown = kept = False
        for position in failed:
            check, result = concept.checks[position], results[position]
            if result.status == "not_started" or self.obstacle:
                continue
            failure = _telling(verdicts[check.id])
            if failure.seen.status == observation.ABSENT and not failure.finding.to:
                continue
            failure = self._cases.of(check, verdicts[check.id], failure, small=not shown)
            first = first or (check, result, failure)
            shown = True
            kept = kept or bool(failure.after)
            result.counterexample = counterexample(check, failure, self.tolerance, self._style(check, failure))
            result.message = message(check, failure, self.tolerance)
        failing = {check.bank.id: 0 for check in concept.checks}
        for check in concept.checks:
            failing[check.bank.id] = max(failing[check.bank.id], len(verdicts[check.id].failures))
        steady = shown and not any(map(self._cases.varies, failing))
        named = KEEPS if kept else None
        if steady:
            named = self._named(concept, failing) or by_sight(_all(verdicts))
        if named:
            results[failed[0]].misconception = NamedMisconception(id=named.id, sentence=named.sentence)
            if first:
                first[1].message = message(first[0], first[2], self.tolerance, named=True)

    def _style(self, check: Check, failure: Failure) -> list[Any]:
        """Return how the student's code is used in a failing case, nothing where that cannot be found out any more."""
        try:
            return style(check, failure, self.replay)
        except Spent:
            return []

    def _named(self, concept: ConceptSpec, failing: Mapping[str, int]) -> Misconception | None:
        """Return the wrong idea behind a failed concept, None where there is none, or no time left to tell."""
        try:
            named = diagnose(self.spec, concept, self.banks(), self._seen, failing, self.tolerance, self.observe)
            return named if named and all(map(self._verdicts.passes, named.given)) else None
        except Spent:
            return None


def _listed(names: Sequence[str]) -> str:
    return f"{names[0]} and {len(names) - 1} more" if len(names) > 2 else " and ".join(names)


def _telling(verdict: Verdict) -> Failure:
    """Return the failure to report: the first of written code, else the first hole of the stub."""
    failures = [failure for _, failure in verdict.failures]
    return next((one for one in failures if one.seen.status != observation.UNIMPLEMENTED), failures[0])


def _all(verdicts: Mapping[str, Verdict]) -> list[Failure]:
    """Return every failure of a concept, of written code where there is some."""
    return [failure for verdict in verdicts.values() for _, failure in verdict.failures]
