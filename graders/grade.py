"""grade(): the one loop that turns a submission into a report, whatever surface asked for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from graders import __version__, observation
from graders.bank import Bank, BankStore
from graders.compare import Tolerance, find
from graders.course import Concept, Course, Exercise, load_course
from graders.diagnose import diagnose
from graders.explain import STATUS, as_json, message
from graders.observation import Observation
from graders.replay import Replay
from graders.report import (
    CheckResult,
    ConceptResult,
    Counterexample,
    ExerciseResult,
    NamedMisconception,
    Report,
    score_concept,
    sum_exercise,
    total,
)
from graders.sandbox.pool import SandboxPool
from graders.sandbox.client import Limits
from graders.shrink import Budget, Failure, smallest
from graders.spec import Check, ConceptSpec, ExerciseSpec, load_spec

_RERUN = 5
"""Failing cases of a bank that are run once more in a fresh worker, to tell chance from a wrong idea."""


class HandIn(Protocol):
    """What grading needs to know of a submission; `graders.submission.Submission` is one."""

    @property
    def student_id(self) -> str: ...
    @property
    def files(self) -> Mapping[str, bytes]: ...
    @property
    def sha256(self) -> str: ...
    @property
    def submitted_at(self) -> str | None: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def problem(self) -> str | None: ...


@dataclass
class Known:
    """Counterexamples found earlier for the same wrong answers, so that a class pays for each search once."""

    failures: dict[tuple[str, str, str], Failure] = field(default_factory=dict)


@dataclass
class Grader:
    """Grades submissions of one course on one set of banks.

    Args:
        course: The course.
        store: Its banks under the key of this run.
        sandboxes: Where workers come from.
        budget: What the search for each smallest failing case may cost.
        known: Shared by the graders of a batch.
        progress: Called with the address of each concept and its result.
    """

    course: Course
    store: BankStore
    sandboxes: SandboxPool
    budget: Budget = Budget()
    known: Known = field(default_factory=Known)
    progress: Callable[[Exercise, ConceptResult], None] | None = None

    @property
    def tolerance(self) -> Tolerance:
        """The course's tolerance."""
        return Tolerance(self.course.defaults.rtol, self.course.defaults.atol)

    def grade(self, submission: HandIn, only: Iterable[str] | None = None) -> Report:
        """Return the report on one submission.

        Args:
            submission: What was handed in.
            only: Exercise ids or concept addresses to grade; None for the whole course.
        """
        wanted = self._wanted(only)
        done: dict[str, ConceptResult] = {}
        signals: list[str] = []
        exercises = []
        for exercise in self.course.exercises:
            concepts = self._needed(exercise, wanted)
            if not concepts:
                continue
            results = _ExerciseRun(self, exercise, submission, done, signals).grade(concepts)
            shown = [result for result in results if f"{exercise.id}.{result.id}" in wanted]
            if shown:
                exercises.append(sum_exercise(exercise.id, shown))
        score, max_score = total(exercises)
        return Report(
            course=self.course.course,
            grader_version=__version__,
            key_id=self.store.key_id,
            isolation=self.sandboxes.level,
            student_id=submission.student_id,
            submission_sha256=submission.sha256,
            submitted_at=submission.submitted_at,
            score=score,
            max_score=max_score,
            notes=[*([submission.problem] if submission.problem else []), *submission.notes],
            signals=signals,
            exercises=exercises,
        )

    def _wanted(self, only: Iterable[str] | None) -> set[str]:
        """Return the addresses of the concepts to report on."""
        if only is None:
            only = self.course.exercise_ids
        wanted = set()
        for name in only:
            if "." in name:
                exercise, concept = self.course.concept(name)
                wanted.add(f"{exercise.id}.{concept.id}")
            else:
                exercise = self.course.exercise(name)
                wanted |= {f"{exercise.id}.{concept.id}" for concept in exercise.concepts}
        return wanted

    def _needed(self, exercise: Exercise, wanted: set[str]) -> list[Concept]:
        """Return the concepts of an exercise that are wanted or stand under a wanted one."""
        needed, rest = set(wanted), list(wanted)
        while rest:
            for required in self.course.concept(rest.pop())[1].requires:
                if required not in needed:
                    needed.add(required)
                    rest.append(required)
        return [concept for concept in exercise.concepts if f"{exercise.id}.{concept.id}" in needed]


class _ExerciseRun:
    """One exercise of one submission."""

    def __init__(
        self,
        grader: Grader,
        exercise: Exercise,
        submission: HandIn,
        done: dict[str, ConceptResult],
        signals: list[str],
    ) -> None:
        self.grader = grader
        self.exercise = exercise
        self.done = done
        self.signals = signals
        self.submission = submission
        self.spec: ExerciseSpec = load_spec(exercise.id)
        self.banks: Mapping[str, Bank] = {}
        self.seen: dict[str, list[Observation]] = {}
        self.flaky: set[str] = set()
        limits = grader.course.limits
        self.replay = Replay(
            grader.sandboxes.get(exercise.flavour),
            Limits(wall=limits.wall, memory=limits.memory, output=limits.output),
            exercise.id,
            submission.files,
            self.spec.supplies,
        )

    def grade(self, concepts: Sequence[Concept]) -> list[ConceptResult]:
        """Return the result of each concept, in order."""
        missing = self._missing()
        if not missing:
            self.banks = self.grader.store.banks(self.exercise.id)
        results = []
        try:
            for concept in concepts:
                result = self._concept(concept, missing)
                self.done[f"{self.exercise.id}.{concept.id}"] = result
                results.append(result)
                if self.grader.progress:
                    self.grader.progress(self.exercise, result)
        finally:
            self.replay.renew()
        if self.replay.blocked:
            calls = ", ".join(sorted(self.replay.blocked))
            self.signals.append(f"{self.exercise.id}: tried what the sandbox blocks: {calls}")
        return results

    def _missing(self) -> str:
        """Return why there is nothing to grade, empty when the student's file is there."""
        if f"{self.exercise.id}.py" in self.submission.files:
            return ""
        return self.submission.problem or f"There is no {self.exercise.id}.py in the submission."

    def _concept(self, concept: Concept, missing: str) -> ConceptResult:
        spec = self.spec.concept(concept.id)
        unmet = [name for name in concept.requires if name in self.done and self.done[name].status != "passed"]
        if missing:
            checks = [_unjudged(check, "not_started", missing) for check in spec.checks]
        elif unmet:
            checks = [_unjudged(check, "skipped", f"Waits for {', '.join(unmet)}.") for check in spec.checks]
        else:
            checks = self._judge(spec)
        return score_concept(concept.id, concept.title, concept.points, checks)

    def _judge(self, concept: ConceptSpec) -> list[CheckResult]:
        failures = {check.id: self._failures(check) for check in concept.checks}
        results = [self._result(check, failures[check.id]) for check in concept.checks]
        failing = {check.bank.id: 0 for check in concept.checks}
        for check in concept.checks:
            failing[check.bank.id] = max(failing[check.bank.id], len(failures[check.id]))
        if any(failing.values()) and not self.flaky & failing.keys():
            named = diagnose(self.spec, concept, self.banks, self.seen, failing, self.grader.tolerance)
            if named:
                first = next(result for result in results if result.failed)
                first.misconception = NamedMisconception(id=named.id, sentence=named.sentence)
        return results

    def _failures(self, check: Check) -> list[tuple[int, Failure]] | list[Any]:
        """Return (index, failure) of every case on which a check fails; a lone None when it concerns no case."""
        bank = self.banks[check.bank.id]
        if bank.spec.id not in self.seen:
            self.seen[bank.spec.id] = self.replay.observe(bank)
        failures: list[Any] = []
        skipped = 0
        for index, (expected, seen) in enumerate(zip(bank.expected, self.seen[bank.spec.id], strict=False)):
            case = bank.case(index) if check.judge else None
            finding = find(check, case, expected, seen, self.grader.tolerance)
            if finding.status == "skipped":
                skipped += 1
            elif finding.status != "passed":
                failures.append((index, Failure(bank.case(index), expected, seen, finding)))
        return [None] if skipped == len(bank) else failures

    def _result(self, check: Check, failures: list[Any]) -> CheckResult:
        bank = self.banks[check.bank.id]
        result = CheckResult(id=check.id, says=check.says, status="passed", cases=len(bank), weight=check.weight)
        if failures == [None]:
            return result.model_copy(update={"status": "skipped", "message": "Your code does not define this operation."})
        if not failures:
            return result
        written = [pair for pair in failures if pair[1].seen.status != observation.UNIMPLEMENTED]
        index, failure = (written or failures)[0]
        result.failed = len(failures)
        result.status = STATUS[failure.finding.status]
        if self.replay.loaded is not None and self.replay.loaded.status != observation.OK:
            result.status = "error" if result.status in ("failed", "not_started") else result.status
            result.message = f"{self.exercise.id}.py cannot be loaded: {self.replay.loaded.says()}."
            return result
        if result.status != "not_started" and failure.seen.status != observation.ABSENT:
            failure = self._smallest(check, bank, written, failure)
            result.counterexample = counterexample(check, failure)
            if self._differs_when_repeated(bank, written):
                self._note_flaky(check)
        result.message = message(check, failure)
        return result

    def _smallest(self, check: Check, bank: Bank, failures: list[Any], first: Failure) -> Failure:
        address = (self.exercise.id, check.bank.id + "/" + check.id, _digest(self.seen[bank.spec.id]))
        known = self.grader.known.failures.get(address)
        if known is not None and self._still_fails(check, known):
            return known
        found = smallest(self.spec, check, bank, first, self.replay, self.grader.tolerance, self.grader.budget)
        self.grader.known.failures[address] = found
        return found

    def _still_fails(self, check: Check, known: Failure) -> bool:
        seen = self.replay.probe(check.bank, [known.case.wire()]) if known.seen.status != "timeout" else [known.seen]
        return bool(seen) and (seen[0].status, seen[0].fields) == (known.seen.status, known.seen.fields)

    def _differs_when_repeated(self, bank: Bank, failures: list[Any]) -> bool:
        """Return whether some failing cases answer otherwise in a fresh worker, without the cases before them."""
        again = [index for index, failure in failures[:_RERUN] if failure.seen.status in ("ok", "raised")]
        if not again or bank.spec.id in self.flaky:
            return bank.spec.id in self.flaky
        self.replay.renew()
        seen = self.replay.probe(bank.spec, [bank.wires[index] for index in again])
        before = [self.seen[bank.spec.id][index] for index in again]
        return [_answer(mine) for mine in seen] != [_answer(mine) for mine in before]

    def _note_flaky(self, check: Check) -> None:
        self.flaky.add(check.bank.id)
        said = f"{self.exercise.id}: not deterministic, the same case gave different answers in two runs"
        if said not in self.signals:
            self.signals.append(said)


def counterexample(check: Check, failure: Failure) -> Counterexample:
    """Return a failing case as the report shows it."""
    from graders.cases import snippet

    spec = check.bank
    wrong = failure.finding.wrong
    return Counterexample(
        snippet=snippet(spec.kind, failure.case, spec.play),
        expected={label: as_json(value) for label, value in failure.expected.items()},
        actual={label: as_json(value) for label, value in zip(failure.expected, failure.seen.fields, strict=False)},
        first_divergence=wrong[0] if wrong else None,
        kind=spec.kind,
        case=failure.case.wire(),
    )


def _unjudged(check: Check, status: Any, why: str) -> CheckResult:
    return CheckResult(id=check.id, says=check.says, status=status, message=why, weight=check.weight)


def _digest(seen: Sequence[Observation]) -> str:
    return hashlib.sha256(repr([_answer(item) for item in seen]).encode()).hexdigest()


def _answer(seen: Observation) -> Any:
    """Return what makes two observations the same answer (NaN counts as itself)."""
    return repr((seen.status, seen.fields, seen.error))


@dataclass(frozen=True)
class Files:
    """A submission made of files in memory."""

    files: Mapping[str, bytes]
    student_id: str = "you"
    submitted_at: str | None = None
    notes: Sequence[str] = ()
    problem: str | None = None

    @property
    def sha256(self) -> str:
        """Digest over names and contents."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(f"{name}\0{len(self.files[name])}\0".encode() + self.files[name])
        return digest.hexdigest()


def grade(
    files: Mapping[str, bytes] | HandIn,
    *,
    course: Course | None = None,
    only: Iterable[str] | None = None,
    key: str | None = None,
    student_id: str = "you",
) -> Report:
    """Return the report on one submission.

    Args:
        files: File name to source bytes, or a `Submission`.
        course: None walks up from the working directory to course.yml.
        only: Exercise ids or concept addresses; None for the whole course.
        key: Seed of the cases; None for the course's public key.
        student_id: Shown in the report when `files` is a mapping.

    Raises:
        CourseError: the course is missing or broken.
    """
    course = course or load_course()
    submission = Files(files, student_id) if isinstance(files, Mapping) else files
    with SandboxPool(course) as sandboxes:
        return Grader(course, BankStore(course, key), sandboxes).grade(submission, only)


def check(*names: str, folder: str | Path = "exercises", course: Course | None = None) -> Report:
    """Return the report on the exercise files in a folder, under the public key.

    Args:
        names: Exercise ids or concept addresses; none for the whole course.
        folder: Where the student's files are.
        course: None walks up from the working directory to course.yml.
    """
    course = course or load_course()
    home = Path(folder) if Path(folder).is_absolute() else course.folder / folder
    found = {f"{name}.py": home / f"{name}.py" for name in course.exercise_ids}
    return grade({name: path.read_bytes() for name, path in found.items() if path.is_file()}, course=course, only=names or None)
