"""Part 2: how close to a bare loop over the same cases, and where the rest goes."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from graders.bank import Bank
from graders.compare import Tolerance
from graders.grade import Files
from graders.judging import ExerciseRun, Known
from graders.observation import Observation
from graders.replay import Replay
from graders.sandbox.client import Block, Limits, Sandbox, Worker
from graders.sandbox.pool import SandboxPool
from graders.shrink import Budget
from graders.spec import ExerciseSpec, load_spec
from tests.bench.ground import ROOT, Ground, files
from tests.bench.measure import Row, row, seconds


def run(ground: Ground) -> Iterator[Row]:
    """Yield, for each exercise, the bare loop, a graded submission, and what its parts take."""
    exercises = ground.size.limits or tuple(e.id for e in ground.course.exercises if e.concepts)
    ground.store.prepare(exercises)
    limit, graded = 0.0, 0.0
    with SandboxPool(ground.course) as sandboxes:
        for exercise in exercises:
            rows = list(_exercise(ground, sandboxes, exercise))
            limit, graded = limit + rows[0].median, graded + rows[1].median
            yield from rows
    what = f"{len(exercises)} exercises together: graded"
    yield row(2, what, [graded], 1.0, ratio=graded / limit, against="bare loop", note="goals 1000 ms and 2")


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


def _exercise(ground: Ground, sandboxes: SandboxPool, exercise: str) -> Iterator[Row]:
    submission = files(exercise, ground.solutions[f"{exercise}.py"], ground.solutions)
    grader = ground.grader(sandboxes)
    report = grader.grade(submission, [exercise])
    limit = bare(ground, exercise, ground.size.repeats)
    whole, parts = [], Parts()
    for _ in range(ground.size.repeats):
        whole.append(seconds(lambda: grader.grade(submission, [exercise])))
        _measure_parts(ground, sandboxes, exercise, submission, parts)
        parts.report.append(seconds(report.model_dump_json))
    own, cases = statistics.median(limit), sum(len(bank) for bank in ground.store.banks(exercise).values())
    passed = all(concept.status == "passed" for _, concept in report.concepts())
    yield row(2, f"{exercise}: bare loop, {cases} cases", limit)
    yield row(
        2,
        f"{exercise}: graded",
        whole,
        ratio=statistics.median(whole) / own,
        against="bare loop",
        note="" if passed else "not every concept passes",
    )
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
    loaded = worker.load(spec.id, sources, spec.supplies)
    if loaded.status != "ok":
        raise RuntimeError(f"{spec.id} cannot be loaded: {loaded.says()}")
    return worker


def _replayed(worker: Worker, banks: Mapping[str, Bank]) -> dict[str, list[Observation]]:
    blocks = [Block(bank.spec.kind, bank.spec.play, bank.packed, len(bank), bank.spec.wall) for bank in banks.values()]
    answers = iter(worker.replay_blocks(blocks))
    return {name: list(islice(answers, len(bank))) for name, bank in banks.items()}
