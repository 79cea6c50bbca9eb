"""The proof that the graders grade: stubs earn nothing, solutions everything, each mutant loses just its own concepts.

A mutant is a solution with a small wrong edit, declared in `solutions/wrong/<exercise>.yml` with the concepts that it
must cost and the misconception that must be named for it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import local
from typing import Any

from graders.banks.jobs import Progress
from graders.banks.store import BankStore
from graders.course.bind import bind, look_up
from graders.course.costs import Cost, cost_of
from graders.course.course import Course
from graders.course.wrong import Mutant, load_wrong
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from graders.report import Report
from graders.sandbox.pool import SandboxPool


@dataclass(frozen=True)
class MutantResult:
    """What grading a mutant gave.

    Attributes:
        mutant: What was graded.
        lost: The concepts that it failed.
        named: Concept to the misconception that the report named for it.
        waiting: Concepts that were not judged, since they build on a lost one.
        cost: What all this took off.
    """

    mutant: Mutant
    lost: tuple[str, ...]
    named: Mapping[str, str]
    waiting: tuple[str, ...]
    cost: Cost

    @property
    def killed(self) -> bool:
        """Whether it lost any concept."""
        return bool(self.lost)

    @property
    def own_only(self) -> bool:
        """Whether it lost exactly the concepts declared for it; one that waits for a lost one may be declared too."""
        declared = set(self.mutant.costs)
        return set(self.lost) <= declared <= {*self.lost, *self.waiting}

    @property
    def naming(self) -> str:
        """`"rightly"`, `"unnamed"` or `"misnamed"`."""
        wrong = any(self.mutant.named.get(concept) != name for concept, name in self.named.items())
        if wrong:
            return "misnamed"
        return "rightly" if self.named else "unnamed"


@dataclass
class SelftestResult:
    """Scores of stubs and solutions by exercise, and the kill matrix."""

    stubs: dict[str, Report] = field(default_factory=dict)
    solutions: dict[str, Report] = field(default_factory=dict)
    mutants: list[MutantResult] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether every stub scores 0, every solution full, and every mutant costs just what it should."""
        return (
            all(report.score == 0 for report in self.stubs.values())
            and all(report.passed and report.score == report.max_score for report in self.solutions.values())
            and all(result.killed and result.own_only and result.naming != "misnamed" for result in self.mutants)
            and all(result.mutant.dear or not result.cost.much for result in self.mutants)
        )


def load_mutants(course: Course, exercise: str) -> list[Mutant]:
    """Return the mutants of an exercise, none when it declares none.

    Raises:
        CourseError: an edit does not match the solution, or an entry names an unknown concept.
    """
    wrong = load_wrong(course.folder / "solutions", bind(course, [exercise])[exercise])
    return list(wrong.mutants) if wrong else []


def run_selftest(
    course: Course,
    exercises: Sequence[str],
    key: str | None = None,
    building: Progress | None = None,
    progress: Progress | None = None,
    every: int = 1,
) -> SelftestResult:
    """Grade stubs, solutions and mutants of some exercises.

    Args:
        course: The course, with `exercises/` and `solutions/` beside its course.yml.
        exercises: Ids.
        key: Seed of the cases; None for the public key.
        building: Called with (exercise, banks built, banks in all).
        progress: Called with (exercise, answers graded, answers in all).
        every: Take one of so many mutants of each exercise, from the first on.
    """
    for spec in bind(course, exercises).values():
        look_up(spec)
    store = BankStore(course, key, progress=building)
    solutions = _sources(course.folder / "solutions", course.exercise_ids)
    result = SelftestResult()
    jobs: list[tuple[str, str, dict[str, bytes], Any]] = []
    store.prepare(exercises)
    for exercise in exercises:
        stubs = _sources(course.folder / "exercises", [exercise])
        jobs.append(("stub", exercise, stubs, None))
        jobs.append(("solution", exercise, solutions, None))
        for mutant in load_mutants(course, exercise)[::every]:
            jobs.append(("mutant", exercise, solutions | {f"{exercise}.py": mutant.source}, mutant))
    for (what, exercise, _, mutant), report in zip(jobs, _graded(course, store, jobs, progress), strict=True):
        if what == "stub":
            result.stubs[exercise] = report
        elif what == "solution":
            result.solutions[exercise] = report
        else:
            result.mutants.append(outcome(course, mutant, report))
    return result


def _graded(
    course: Course,
    store: BankStore,
    jobs: Sequence[tuple[str, str, dict[str, bytes], Any]],
    progress: Progress | None,
) -> list[Report]:
    mine, pools = local(), []
    counts, done = Counter(exercise for _, exercise, _, _ in jobs), Counter[str]()

    def grade(job: tuple[str, str, dict[str, bytes], Any]) -> Report:
        what, exercise, files, mutant = job
        if not hasattr(mine, "grader"):
            pools.append(SandboxPool(course))
            mine.grader = Grader(course, store, pools[-1], Budget(calls=0))
        report: Report = mine.grader.grade(
            Files(files, student_id=f"{what} {mutant.id if mutant else exercise}"), [exercise]
        )
        done[exercise] += 1
        if progress:
            progress(exercise, done[exercise], counts[exercise])
        return report

    try:
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as executor:
            return list(executor.map(grade, jobs))
    finally:
        for pool in pools:
            pool.close()


def outcome(course: Course, mutant: Mutant, report: Report) -> MutantResult:
    """Return what the report on a mutant says of it."""
    named = {
        concept.id: check.misconception.id
        for _, concept in report.concepts()
        for check in concept.checks
        if check.misconception
    }
    waiting: list[str] = []
    lost: list[str] = []
    for exercise, concept in report.concepts():
        waits = concept.status == "skipped" and course.concept(f"{exercise.id}.{concept.id}")[1].requires
        if concept.status != "passed":
            (waiting if waits else lost).append(concept.id)
    return MutantResult(mutant, tuple(lost), named, tuple(waiting), cost_of(report))


def _sources(folder: Path, exercises: Iterable[str]) -> dict[str, bytes]:
    files = {f"{exercise}.py": folder / f"{exercise}.py" for exercise in exercises}
    return {name: path.read_bytes() for name, path in files.items() if path.is_file()}
