"""Part 2: how close to a bare loop over the same cases, and where the rest goes."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from graders.banks.bank import Bank
from graders.grading.grade import Files, Grader
from graders.judging.compare import Tolerance
from graders.judging.exercise import ExerciseRun
from graders.judging.known import Known
from graders.judging.replay import Replay, setup_of
from graders.judging.shrink import Budget
from graders.observation import Observation
from graders.report import ConceptResult, Report
from graders.sandbox.client import Block, Limits, Sandbox, Worker
from graders.sandbox.pool import SandboxPool
from graders.spec import ExerciseSpec, load_spec
from tests.bench.fixture import ROOT, Ground
from tests.bench.measure import Row, row, seconds


def run(ground: Ground) -> Iterator[Row]:
    """Yield, for each exercise, the bare loop, its share in grading the whole course, and what its parts take."""
    exercises = ground.size.limits or tuple(e.id for e in ground.course.exercises if e.concepts)
    if ground.size.whole:
        ground.whole_course()
    ground.store.prepare(exercises)
    limits = {exercise: bare(ground, exercise, ground.size.repeats) for exercise in exercises}
    submission = Files(ground.solutions)
    with SandboxPool(ground.course) as sandboxes:
        graders = [Clocked(ground.course, ground.store, sandboxes, known=Known()) for _ in range(ground.size.repeats)]
        report = ground.grader(sandboxes).grade(submission, exercises)
        firsts = [seconds(partial(grader.grade, submission, exercises)) for grader in graders]
        graded = {exercise: [grader.taken[exercise] for grader in graders] for exercise in exercises}
        agains = [seconds(partial(graders[0].grade, submission, exercises)) for _ in graders]
        for exercise in exercises:
            own = report.model_copy(update={"exercises": [each for each in report.exercises if each.id == exercise]})
            yield row(2, f"{exercise}: bare loop, {_cases(ground, exercise)} cases", limits[exercise])
            yield row(
                2,
                f"{exercise}: graded",
                graded[exercise],
                ratio=statistics.median(graded[exercise]) / statistics.median(limits[exercise]),
                against="bare loop",
                note="" if own.passed else "not every concept passes",
            )
            yield from _parts(ground, sandboxes, own, submission, limits[exercise])
    limit = sum(statistics.median(limits[exercise]) for exercise in exercises)
    for what, whole in (("every answer compared", firsts), ("answers compared before", agains)):
        ratio = statistics.median(whole) / limit
        note = "goals 1000 ms and 2"
        yield row(2, f"{len(exercises)} files graded, {what}", whole, ratio=ratio, against="bare loop", note=note)


@dataclass
class Clocked(Grader):
    """A grader that notes what each exercise takes.

    Attributes:
        taken: Seconds of each exercise in the last submission.
    """

    taken: dict[str, float] = field(default_factory=dict)

    def _exercise(self, run: ExerciseRun, *rest: Any) -> list[ConceptResult]:
        begun = time.perf_counter()
        results = super()._exercise(run, *rest)
        self.taken[run.exercise.id] = time.perf_counter() - begun
        return results


def _cases(ground: Ground, exercise: str) -> int:
    return sum(len(bank) for bank in ground.store.banks(exercise).values())


def bare(ground: Ground, exercise: str, runs: int) -> list[float]:
    """Return the seconds of the bare loop, in a process of its own."""
    ground.store.banks(exercise)
    command = [sys.executable, "-m", "tests.bench.bare", exercise, str(ground.store.path(exercise)), str(runs)]
    done = subprocess.run(command, cwd=ROOT, env=ground.environment, capture_output=True, text=True, check=True)
    taken: list[float] = json.loads(done.stdout)
    return taken


@dataclass
class Parts:
    """Seconds of each part of grading, over some runs of it."""

    start: list[float] = field(default_factory=list)
    replay: list[float] = field(default_factory=list)
    compare: list[float] = field(default_factory=list)
    report: list[float] = field(default_factory=list)


def _parts(
    ground: Ground, sandboxes: SandboxPool, report: Report, submission: Files, limit: Sequence[float]
) -> Iterator[Row]:
    """Yield what the parts of grading the one exercise of `report` take."""
    exercise, parts = report.exercises[0].id, Parts()
    for _ in range(ground.size.repeats):
        _measure_parts(ground, sandboxes, exercise, submission, parts)
        parts.report.append(seconds(report.model_dump_json))
    own = statistics.median(limit)
    yield row(2, f"{exercise}: of it start, jail, load, end", parts.start)
    yield row(2, f"{exercise}: of it wire (replay less the bare loop)", [taken - own for taken in parts.replay])
    yield row(2, f"{exercise}: of it compare", parts.compare)
    yield row(2, f"{exercise}: of it report", parts.report)


def _measure_parts(ground: Ground, sandboxes: SandboxPool, exercise: str, submission: Files, parts: Parts) -> None:
    """Start a worker, replay all banks, end it, and judge what was seen, each with its own clock."""
    entry, spec, banks = ground.course.exercise(exercise), load_spec(exercise), ground.store.banks(exercise)
    limits = Limits(wall=ground.course.limits.wall, memory=ground.course.limits.memory)
    workers: list[Worker] = []
    seen: dict[str, list[Observation]] = {}
    start = seconds(lambda: workers.append(_started(sandboxes.get(entry.flavour), limits, spec, submission)))
    parts.replay.append(seconds(lambda: seen.update(_replayed(workers[0], banks))))
    parts.start.append(start + seconds(workers[0].kill))
    canned = Canned(lambda: sandboxes.get(entry.flavour), limits, exercise, submission.files)
    canned.seen = seen
    judge = ExerciseRun(entry, spec, lambda: banks, canned, Tolerance(), Budget(calls=0), Known(), [])
    parts.compare.append(seconds(lambda: [judge.judge(concept) for concept in entry.concepts]))


class Canned(Replay):
    """Observations that were made before, in place of a worker."""

    seen: Mapping[str, list[Observation]]

    def observe_all(self, banks: Sequence[Bank]) -> list[list[Observation]]:
        """Return what is known."""
        return [self.seen[bank.spec.id] for bank in banks]


def _started(sandbox: Sandbox, limits: Limits, spec: ExerciseSpec, submission: Files) -> Worker:
    worker = Worker(sandbox.channel(), limits)
    sources = {name.removesuffix(".py"): source for name, source in submission.files.items()}
    loaded = worker.load(spec.id, sources, setup_of(spec))
    if loaded.status != "ok":
        raise RuntimeError(f"{spec.id} cannot be loaded: {loaded.says()}")
    return worker


def _replayed(worker: Worker, banks: Mapping[str, Bank]) -> dict[str, list[Observation]]:
    blocks = [Block(bank.spec.kind, bank.spec.play, bank.packed, len(bank), bank.spec.wall) for bank in banks.values()]
    answers = iter(worker.replay_blocks(blocks))
    return {name: list(islice(answers, len(bank))) for name, bank in banks.items()}
