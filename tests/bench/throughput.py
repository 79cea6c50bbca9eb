"""Part 1: a batch against what an instructor would otherwise use, on the same checks and number of cases."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graders.sandbox.pool import SandboxPool
from tests.bench.ground import Ground, files
from tests.bench.measure import Row, alternating, ratio, row
from tests.bench.peers.by_pytest import PytestPeer
from tests.bench.peers.notebook import NbgraderPeer
from tests.bench.peers.otter import OtterPeer

WRONG: Mapping[str, tuple[str, ...]] = {
    "ex02_closures": ("mul_overwrites", "log_multiplies", "relu_open_at_zero", "tanh_overflows"),
    "ex03_backward": ("recursion", "gradient_ignored", "zeroes_leaves"),
}
"""Mutants on which the peers must give our verdicts, concept by concept."""


class VerdictsDiffer(Exception):
    """A peer passes or fails other concepts than leafgrad; then its time says nothing."""


def run(ground: Ground) -> Iterator[Row]:
    """Yield the rows of every exercise that the peers know."""
    ground.store.prepare(ground.size.exercises)
    for exercise in ground.size.exercises:
        yield from _against_peers(ground, exercise)


def samples(ground: Ground, exercise: str) -> dict[str, bytes]:
    """Return submissions on which verdicts are compared: the solution and wrong versions of it, by name."""
    wrong = {name: ground.mutant(exercise, name) for name in WRONG[exercise]}
    return {"right": ground.right(exercise)[0]} | wrong


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
    """Raise `VerdictsDiffer` unless a peer loses the same concepts on every submission it graded."""
    for name, concepts in theirs.items():
        if concepts != mine[name]:
            raise VerdictsDiffer(f"{peer} on {name}: {sorted(concepts)} instead of {sorted(mine[name])}")


def _against_peers(ground: Ground, exercise: str) -> Iterator[Row]:
    size, sources = ground.size, samples(ground, exercise)
    mine = ours(ground, exercise, sources)
    home = ground.folder / "peers" / exercise
    shutil.rmtree(home, ignore_errors=True)
    by_pytest = PytestPeer(exercise, home / "pytest")
    same(by_pytest.name, _by_pytest(exercise, home, sources), mine)
    right = ground.right(exercise)
    students = ground.hand_in(f"{exercise}-{size.batch}", exercise, _distinct(right, size.batch))
    actions: dict[str, Callable[[], object]] = {
        "leafgrad, 1 job": lambda: ground.batch(students, exercise, jobs=1),
        "leafgrad, 2 jobs": lambda: ground.batch(students, exercise, jobs=2),
        by_pytest.name: lambda: by_pytest.grade(_file(exercise, right[0])),
    }
    graded = {"leafgrad, 1 job": size.batch, "leafgrad, 2 jobs": size.batch, by_pytest.name: 1}
    notes = {}
    for peer in _notebook_peers(ground, exercise, home, sources):
        actions[peer.name], graded[peer.name] = peer.autograde, size.notebooks
        same(peer.name, peer.lost(), mine)
        notes[peer.name] = f"{size.notebooks} notebooks in a run"
    taken = alternating(actions, size.rounds)
    each = {name: [value / graded[name] for value in values] for name, values in taken.items()}
    for name, values in each.items():
        yield row(
            1,
            f"{exercise}: {name}, a submission",
            values,
            ratio=None if name == "leafgrad, 1 job" else ratio(values, each["leafgrad, 1 job"]),
            against="" if name == "leafgrad, 1 job" else "leafgrad, 1 job",
            note=notes.get(name, ""),
        )


def _by_pytest(exercise: str, home: Path, sources: Mapping[str, bytes]) -> dict[str, frozenset[str]]:
    """Return the concepts that each submission loses with pytest. Nothing is timed, so two run at once."""

    def lost(name: str) -> frozenset[str]:
        return PytestPeer(exercise, home / "verdicts" / name).grade(_file(exercise, sources[name]))

    with ThreadPoolExecutor(2) as two:
        return dict(zip(sources, two.map(lost, sources), strict=True))


def _notebook_peers(
    ground: Ground, exercise: str, home: Path, sources: Mapping[str, bytes]
) -> Sequence[NbgraderPeer | OtterPeer]:
    """Return the peers that execute notebooks, each of which has graded once. That is not timed: both do so at once."""
    chosen = dict(list(sources.items())[: ground.size.notebooks]) if exercise == ground.size.exercises[0] else {}
    if not chosen:
        return []
    solution = sources["right"].decode()

    def graded(peer: NbgraderPeer | OtterPeer) -> NbgraderPeer | OtterPeer:
        for name, source in chosen.items():
            peer.hand_in(name, source.decode())
        peer.autograde()
        return peer

    with ThreadPoolExecutor(2) as two:
        by_nbgrader = two.submit(lambda: graded(NbgraderPeer(exercise, home / "nbgrader", solution)))
        command = OtterPeer.command(ground.folder)
        by_otter = [graded(OtterPeer(exercise, home / "otter", solution, command))] if command else []
        return [by_nbgrader.result(), *by_otter]


def _distinct(sources: list[bytes], count: int) -> list[bytes]:
    return [sources[i % len(sources)] + f"\n# student {i}\n".encode() for i in range(count)]


def _file(exercise: str, source: bytes) -> dict[str, bytes]:
    return {f"{exercise}.py": source}
