"""Part 1: a batch against what an instructor would otherwise use, on the same checks and number of cases."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from graders.sandbox.pool import SandboxPool
from tests.bench.fixture import Ground, files
from tests.bench.measure import Row, alternating, ratio, row
from tests.bench.peers.by_pytest import PytestPeer
from tests.bench.peers.notebook import NbgraderPeer
from tests.bench.peers.otter import OtterPeer
from tests.bench.peers.verdicts import POWER

WRONG: Mapping[str, tuple[str, ...]] = {
    "ex02_closures": ("mul_overwrites", "log_multiplies", "relu_open_at_zero", "tanh_overflows"),
    "ex03_backward": ("recursion", "gradient_ignored", "zeroes_leaves"),
}
"""Mutants on which the peers must give our verdicts, concept by concept."""

_TIMED: Mapping[str, tuple[str, ...]] = {NbgraderPeer.name: ("right", "right_too"), OtterPeer.name: ("right",)}
"""The notebooks of a timed run: nbgrader's share a process, otter starts one for each anyway."""

_ENOUGH = 8.0
"""Seconds of a run on average after which a machine is too slow for a second round within fifteen minutes."""


class VerdictsDiffer(Exception):
    """A peer passes or fails other concepts than leafgrad; then its time says nothing."""


def run(ground: Ground) -> Iterator[Row]:
    """Yield the rows of every exercise that the peers know."""
    ground.store.prepare(ground.size.exercises)
    for exercise in ground.size.exercises:
        yield from _against_peers(ground, exercise)


def samples(ground: Ground, exercise: str) -> dict[str, bytes]:
    """Return submissions on which verdicts are compared: the solution, twice, and wrong versions of it, by name."""
    solution = ground.right(exercise)[0]
    wrong = {name: ground.mutant(exercise, name) for name in WRONG[exercise]}
    return {"right": solution, "right_too": solution} | wrong


def ours(ground: Ground, exercise: str, sources: Mapping[str, bytes]) -> dict[str, frozenset[str]]:
    """Return the concepts that each submission loses with leafgrad."""
    with SandboxPool(ground.course) as sandboxes:
        grader = ground.grader(sandboxes, search=False)
        reports = {name: grader.grade(files(exercise, source), [exercise]) for name, source in sources.items()}
    return {
        name: frozenset(concept.id for _, concept in report.concepts() if concept.status != "passed")
        for name, report in reports.items()
    }


def same(peer: str, theirs: Mapping[str, frozenset[str]], mine: Mapping[str, frozenset[str]]) -> None:
    """Raise `VerdictsDiffer` unless a peer loses the same concepts as we do on every submission of ours."""
    for name, concepts in mine.items():
        if name not in theirs:
            raise VerdictsDiffer(f"{peer} has not graded {name}")
        if theirs[name] != concepts:
            raise VerdictsDiffer(f"{peer} on {name}: {sorted(theirs[name])} instead of {sorted(concepts)}")


def _against_peers(ground: Ground, exercise: str) -> Iterator[Row]:
    size, sources = ground.size, samples(ground, exercise)
    mine = ours(ground, exercise, sources)
    home = ground.folder / "peers" / exercise
    shutil.rmtree(home, ignore_errors=True)
    by_pytest = PytestPeer(exercise, home / "pytest")
    with_notebooks = size.notebooks and exercise == size.exercises[0]
    with ThreadPoolExecutor(2) as two:  # nothing here is timed
        made = [two.submit(make, ground, exercise, home, sources) for make in _MAKERS if with_notebooks]
        names = ["right", *WRONG[exercise]]
        theirs = two.map(lambda name: PytestPeer(exercise, home / name).grade(_file(exercise, sources[name])), names)
        same(by_pytest.name, dict(zip(names, theirs, strict=True)), {name: mine[name] for name in names})
        by_notebook = [peer for future in made if (peer := future.result())]
    right = ground.right(exercise)
    students = ground.hand_in(f"{exercise}-{size.batch}", exercise, _distinct(right, size.batch))
    actions: dict[str, Callable[[], object]] = {
        "leafgrad, 1 job": lambda: ground.batch(students, exercise, jobs=1),
        "leafgrad, 2 jobs": lambda: ground.batch(students, exercise, jobs=2),
        by_pytest.name: lambda: by_pytest.grade(_file(exercise, right[0])),
    }
    graded = {"leafgrad, 1 job": size.batch, "leafgrad, 2 jobs": size.batch, by_pytest.name: 1}
    examples = json.loads(POWER.read_text(encoding="utf-8")).get(exercise)
    if examples:
        equal = PytestPeer(exercise, home / "power", examples["examples"])
        name = f"the same with {examples['examples']} examples a check, for equal power"
        actions[name], graded[name] = lambda: equal.grade(_file(exercise, right[0])), 1
    for peer in by_notebook:
        actions[peer.name], graded[peer.name] = partial(peer.autograde, "right*"), len(_TIMED[peer.name])
    taken = alternating(actions, size.rounds, _ENOUGH)
    for peer in by_notebook:
        same(peer.name, peer.lost(), {name: mine[name] for name in (*_TIMED[peer.name], WRONG[exercise][0])})
    each = {name: [value / graded[name] for value in values] for name, values in taken.items()}
    for name, values in each.items():
        yield row(
            1,
            f"{exercise}: {name}, a submission",
            values,
            ratio=None if name == "leafgrad, 1 job" else ratio(values, each["leafgrad, 1 job"]),
            against="" if name == "leafgrad, 1 job" else "leafgrad, 1 job",
            note=f"{graded[name]} in a run",
        )


def _otter(ground: Ground, exercise: str, home: Path, sources: Mapping[str, bytes]) -> OtterPeer | None:
    command = OtterPeer.command(ground.folder)
    if command is None:
        return None
    peer = OtterPeer(exercise, home / "otter", sources["right"].decode(), command)
    _hand_in(peer, exercise, sources)
    return peer


def _nbgrader(ground: Ground, exercise: str, home: Path, sources: Mapping[str, bytes]) -> NbgraderPeer:
    peer = NbgraderPeer(exercise, home / "nbgrader", sources["right"].decode())
    _hand_in(peer, exercise, sources)
    return peer


def _hand_in(peer: NbgraderPeer | OtterPeer, exercise: str, sources: Mapping[str, bytes]) -> None:
    """Hand in right notebooks and a wrong one, and grade the wrong one, whose time is not compared."""
    wrong = WRONG[exercise][0]
    for name in (*_TIMED[peer.name], wrong):
        peer.hand_in(name, sources[name].decode())
    peer.autograde(wrong)


_MAKERS = (_otter, _nbgrader)


def _distinct(sources: list[bytes], count: int) -> list[bytes]:
    return [sources[i % len(sources)] + f"\n# student {i}\n".encode() for i in range(count)]


def _file(exercise: str, source: bytes) -> dict[str, bytes]:
    return {f"{exercise}.py": source}
