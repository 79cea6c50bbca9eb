"""The one loop that turns a submission into a report, whatever surface asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from graders import __version__
from graders.banks.store import BankStore
from graders.course.course import Concept, Course, Exercise
from graders.course.own import spec_of
from graders.course.signals import used_against_advice
from graders.judging.compare import Tolerance
from graders.judging.concepts import judge_all
from graders.judging.exercise import ExerciseRun
from graders.judging.known import Known
from graders.judging.replay import Replay, setup_of
from graders.judging.shrink import Budget
from graders.report import ConceptResult, Report, sum_exercise, total
from graders.sandbox.client import Limits
from graders.sandbox.clock import Allowance
from graders.sandbox.pool import SandboxPool
from graders.submission.model import digest


class HandIn(Protocol):
    """What grading needs to know of a submission; `graders.submission.Submission` is one."""

    @property
    def student_id(self) -> str:
        """As it is shown."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """File name to source."""

    @property
    def sha256(self) -> str:
        """Digest over names and contents."""

    @property
    def along(self) -> Mapping[str, Mapping[str, bytes]]:
        """Exercise file name to the files that came with it and are no hand-ins of their own."""

    def files_for(self, exercise: str) -> Mapping[str, bytes]:
        """Return the files that an exercise is judged with."""

    @property
    def submitted_at(self) -> str | None:
        """ISO 8601 in UTC, if known."""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences about what was renamed, left out or refused."""

    @property
    def problem(self) -> str | None:
        """One sentence when nothing can be graded."""

    @property
    def only(self) -> tuple[str, ...] | None:
        """Addresses of the concepts that a batch grades of it; None for all that it is asked for."""


_NAMELESS = (
    "No wrong ideas are named here: the prepared cases of this course are missing, or belong to another leafgrad. "
    "Get the course's folder for students again: they are in its .leafgrad/banks."
)


@dataclass
class Grader:
    """Grades submissions of one course on one set of banks.

    Args:
        course: The course.
        store: Its banks under the key of this run.
        sandboxes: Where workers come from.
        budget: What the search for each smallest failing case may cost.
        known: Shared by the graders of a batch.
        progress: Called with each concept's verdict as soon as it is known, before its failing cases are looked for.
        pulse: Called often while the student's code is waited for; an exception of it ends the grading.
    """

    course: Course
    store: BankStore
    sandboxes: SandboxPool
    budget: Budget = Budget()
    known: Known = field(default_factory=Known)
    progress: Callable[[Exercise, ConceptResult], None] | None = None
    pulse: Callable[[], None] | None = None

    def grade(self, submission: HandIn, only: Iterable[str] | None = None) -> Report:
        """Return the report on one submission.

        Args:
            submission: What was handed in.
            only: Exercise ids or concept addresses to grade; None for the whole course.

        Raises:
            UsageError: `only` holds a name that the course does not have.
        """
        wanted = wanted_concepts(self.course, only)
        needed = needed_concepts(self.course, wanted)
        done: dict[str, ConceptResult] = {}
        signals: list[str] = []
        left_out: list[str] = []
        whole = Allowance("this submission", self.course.limits.submission, pulse=self.pulse)
        exercises = []
        for exercise in self.course.exercises:
            concepts = [concept for concept in exercise.concepts if f"{exercise.id}.{concept.id}" in needed]
            if not concepts:
                continue
            run = self._run(exercise, submission.files_for(exercise.id), signals, whole)
            ground = self._ground(exercise, submission, wanted, done, whole)
            results = self._exercise(run, concepts, submission, ground, left_out)
            done |= {address: ground[address] for address in ground if address.startswith(f"{exercise.id}.")}
            shown = [result for result in results if f"{exercise.id}.{result.id}" in wanted]
            if shown:
                exercises.append(sum_exercise(exercise.id, shown, self.store.cases_digest(exercise.id), run.obstacle))
        if any(self.store.nameless(exercise.id) for exercise in exercises):
            left_out.append(_NAMELESS)
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
            notes=[*([submission.problem] if submission.problem else []), *submission.notes, *dict.fromkeys(left_out)],
            signals=signals,
            exercises=exercises,
        )

    def _ground(
        self,
        exercise: Exercise,
        submission: HandIn,
        wanted: set[str],
        done: Mapping[str, ConceptResult],
        whole: Allowance,
    ) -> dict[str, ConceptResult]:
        """Return the results that an exercise builds on: those of the files that came along with it, where some did.

        They are nobody's score, and are judged anew since the student's other copies may differ.
        """
        along = submission.along.get(f"{exercise.id}.py", {})
        asked = {address for address in wanted if address.startswith(f"{exercise.id}.")}
        needed = needed_concepts(self.course, asked) if along and asked else set()
        ground = dict(done)
        for other in self.course.exercises:
            concepts = [concept for concept in other.concepts if f"{other.id}.{concept.id}" in needed]
            if other.id != exercise.id and concepts and f"{other.id}.py" in along:
                run = self._run(other, submission.files_for(exercise.id), [], whole)
                try:
                    judge_all(run, concepts, ground, "")
                finally:
                    run.replay.renew()
        return ground

    def _exercise(
        self,
        run: ExerciseRun,
        concepts: Sequence[Concept],
        submission: HandIn,
        done: dict[str, ConceptResult],
        left_out: list[str],
    ) -> list[ConceptResult]:
        """Return the results of some concepts of one exercise, and add them to `done` by address.

        Sentences about statements of the file that were not run are added to `left_out`.
        """
        source = submission.files.get(f"{run.exercise.id}.py")
        missing = (
            (submission.problem or f"There is no {run.exercise.id}.py in the submission.") if source is None else ""
        )
        results = []
        try:
            for result in judge_all(run, concepts, done, missing):
                results.append(result)
                if self.progress:
                    self.progress(run.exercise, result)
            for result in results:
                run.explain(result)
        finally:
            run.replay.renew()
        if source is not None:
            run.signals += used_against_advice(run.exercise, run.spec, source)
        if run.replay.loaded is not None:
            left_out += [field for field in run.replay.loaded.fields if isinstance(field, str)]
        if run.replay.blocked:
            calls = ", ".join(sorted(run.replay.blocked))
            run.signals.append(f"{run.exercise.id}: tried what the sandbox blocks: {calls}")
        return results

    def _run(self, exercise: Exercise, files: Mapping[str, bytes], signals: list[str], whole: Allowance) -> ExerciseRun:
        limits, defaults, spec = self.course.limits, self.course.defaults, spec_of(self.course.folder, exercise.id)
        replay = Replay(
            partial(self.sandboxes.get, exercise.flavour),
            Limits(wall=limits.wall, memory=limits.memory, output=limits.output),
            exercise.id,
            files,
            setup_of(spec),
            Allowance("this exercise", limits.exercise, limits.answers, whole),
        )
        return ExerciseRun(
            exercise,
            spec,
            partial(self.store.banks, exercise.id),
            replay,
            Tolerance(defaults.rtol, defaults.atol),
            self.budget,
            self.known,
            signals,
        )


def wanted_concepts(course: Course, only: Iterable[str] | None) -> set[str]:
    """Return the addresses of the concepts to report on.

    Args:
        course: The course.
        only: Exercise ids or concept addresses; None for the whole course.

    Raises:
        UsageError: the course has no such exercise or concept.
    """
    wanted = set()
    for name in course.exercise_ids if only is None else only:
        if "." in name:
            exercise, concept = course.concept(name)
            wanted.add(f"{exercise.id}.{concept.id}")
        else:
            exercise = course.exercise(name)
            wanted |= {f"{exercise.id}.{concept.id}" for concept in exercise.concepts}
    return wanted


def needed_concepts(course: Course, wanted: Iterable[str]) -> set[str]:
    """Return the addresses of the concepts that are wanted or stand under a wanted one."""
    needed = set(wanted)
    rest = list(needed)
    while rest:
        for required in course.concept(rest.pop())[1].requires:
            if required not in needed:
                needed.add(required)
                rest.append(required)
    return needed


@dataclass(frozen=True)
class Files:
    """A submission made of files in memory."""

    files: Mapping[str, bytes]
    student_id: str = "you"
    submitted_at: str | None = None
    notes: Sequence[str] = ()
    problem: str | None = None
    only: tuple[str, ...] | None = None
    along: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    def files_for(self, exercise: str) -> Mapping[str, bytes]:
        """Return the files that an exercise is judged with."""
        return {**self.files, **self.along.get(f"{exercise}.py", {})}

    @property
    def sha256(self) -> str:
        """Digest over names and contents."""
        return digest(self.files)
