"""The benchmark runs, and its peers judge as we do; what it measures is never asserted."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.bench import again, clock, failing, growth, limit, scaling, table, throughput, workers
from tests.bench.__main__ import TINY
from tests.bench.fixture import Ground
from tests.bench.measure import alternating, exponent, quartiles, ratio, row
from tests.bench.peers.by_pytest import PytestPeer
from tests.bench.peers.notebook import calls
from tests.conftest import sampled


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory, store) -> Ground:
    """A ground of the smallest sizes that shares the banks of the other tests."""
    made = Ground(tmp_path_factory.mktemp("bench"), TINY)
    made.store = store
    made.environment["LEAFGRAD_CACHE"] = str(store.folder.parent)
    return made


@pytest.mark.parametrize("name", sampled(["right", "mul_overwrites"], ["mul_overwrites"]))
def test_the_pytest_peer_loses_the_same_concepts_as_we_do(ground, tmp_path, name):
    source = throughput.samples(ground, "ex02_closures")[name]
    peer = PytestPeer("ex02_closures", tmp_path / "peer")
    mine = throughput.ours(ground, "ex02_closures", {name: source})
    throughput.same(peer.name, {name: peer.grade({"ex02_closures.py": source}, only="mul or add")}, mine)


def test_other_verdicts_stop_the_benchmark():
    with pytest.raises(throughput.VerdictsDiffer, match=r"\['mul'\] instead of \[\]"):
        throughput.same("peer", {"right": frozenset({"mul"})}, {"right": frozenset()})
    with pytest.raises(throughput.VerdictsDiffer, match="has not graded right"):
        throughput.same("peer", {}, {"right": frozenset()})


@pytest.mark.parametrize("exercise", ["ex02_closures", "ex03_backward"])
def test_the_notebook_peers_have_a_cell_for_every_concept(ground, exercise):
    assert set(calls(exercise)) == {concept.id for concept in ground.course.exercise(exercise).concepts}


@pytest.mark.parametrize("part", sampled([limit, workers, failing, clock, growth], [limit, failing]))
def test_each_part_runs(ground, part):
    rows = list(part.run(ground))
    assert rows and all(row.low <= row.median <= row.high for row in rows)
    assert part is workers or any(row.ratio for row in rows)


def test_classes_are_graded_with_one_and_two_jobs(ground):
    rows = list(scaling.classes(ground))
    assert len(rows) == 2 * 2 * len(TINY.classes)


def test_a_second_run_is_measured(ground):
    rows = list(again.run(ground))
    assert len(rows) == 1 + 2 * len(again.CHANGED) and all(row.ratio for row in rows[1::2])


def test_a_mixed_class_has_all_kinds_and_no_two_files_alike(ground):
    sources = ground.mixed_class("ex02_closures", 30)
    assert len(set(sources)) == 30
    lost = throughput.ours(ground, "ex02_closures", {str(i): source for i, source in enumerate(sources[:10])})
    bugs = sorted(len(concepts) for concepts in lost.values())
    assert bugs[:6] == [0] * 6 and all(bugs[6:]) and bugs[-1] > 1


def test_a_slow_machine_has_one_round():
    taken = alternating({"slow": lambda: time.sleep(0.02), "quick": lambda: None}, rounds=3, enough=0.005)
    assert [len(values) for values in taken.values()] == [1, 1]
    assert [len(values) for values in alternating({"quick": lambda: None}, rounds=3, enough=60.0).values()] == [3]


def test_the_numbers_behind_the_table(tmp_path: Path):
    assert quartiles([1.0, 2.0, 3.0, 4.0, 5.0]) == (2.0, 3.0, 4.0)
    assert quartiles([7.0]) == (7.0, 7.0, 7.0)
    assert ratio([2.0, 6.0, 4.0], [1.0, 2.0, 4.0]) == 2.0
    assert exponent([1, 2, 4], [3.0, 6.0, 12.0]) == pytest.approx(1.0)
    assert exponent([1, 2, 4], [1.0, 4.0, 16.0]) == pytest.approx(2.0)
    table.write(tmp_path / "b" / "bench.json", [row(1, "x", [0.25])], {"cores": 2}, 1.5)
    written = json.loads((tmp_path / "b" / "bench.json").read_bytes())
    assert written["rows"][0]["median"] == 250.0 and written["machine"] == {"cores": 2}
