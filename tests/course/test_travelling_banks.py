"""Prepared cases travel: a folder without solutions knows the cases and the wrong ideas of the course."""

from __future__ import annotations

import importlib.metadata
import lzma
import shutil
from pathlib import Path

import pytest

from graders import store as stores
from graders.bank import read_banks, write_banks
from graders.course import load_course
from graders.drawing import build_bank
from graders.grade import Files, Grader
from graders.release import release
from graders.shrink import Budget
from graders.spec import load_spec
from graders.store import TRAVELLED, BankStore
from tests.conftest import ROOT

FIVE = ("ex01_finite_differences", "ex02_closures", "ex03_backward", "ex04_tensor_closures", "ex05_losses")


@pytest.fixture(scope="module")
def kit(course, store, tmp_path_factory) -> Path:
    """A student's folder."""
    folder = tmp_path_factory.mktemp("kit")
    store.prepare(course.exercise_ids)
    release(course, folder)
    return folder


@pytest.fixture
def no_building(monkeypatch):
    """Nothing may be built."""

    def refuse(*arguments: object, **more: object) -> None:
        raise AssertionError("banks are built")

    monkeypatch.setattr(stores, "build_all", refuse)
    monkeypatch.setattr(stores, "build", refuse)


def test_a_kit_has_the_banks_of_every_exercise_and_nothing_older(course, kit):
    (kit / TRAVELLED / "ex02_closures-old.bank.xz").write_bytes(b"old")
    again = release(course, kit)
    names = {path.name for path in (kit / TRAVELLED).iterdir()}
    assert {name.partition("-")[0] for name in names} == set(course.exercise_ids) and len(names) == 12
    assert {path.name for path in again if path.parent == TRAVELLED} == names
    assert sum(path.stat().st_size for path in (kit / TRAVELLED).iterdir()) < 2_000_000


@pytest.mark.parametrize("exercise", FIVE)
def test_a_student_gets_the_report_of_the_course_without_solutions(
    no_building, kit, store, sandboxes, solutions, exercise, tmp_path
):
    home = load_course(kit)
    there = BankStore(home, folder=tmp_path / "cache")
    stub = (ROOT / "exercises" / f"{exercise}.py").read_bytes()
    mutants = stores_mutants(exercise)
    for source in (solutions[f"{exercise}.py"], stub, *mutants):
        files = Files({f"{exercise}.py": source})
        mine, theirs = (
            Grader(home, banks, sandboxes, Budget(calls=0)).grade(files, [exercise]) for banks in (there, store)
        )
        assert mine.model_dump() == theirs.model_dump()
        assert there.path(exercise).is_file()  # where a cluster takes them from
        assert mine.exercises[0].cases == store.cases_digest(exercise) != ""
        assert not mine.notes


def stores_mutants(exercise: str) -> list[bytes]:
    """Return four wrong answers, of which most are named."""
    from graders.selftest import load_mutants

    mutants = [mutant.source for mutant in load_mutants(load_course(ROOT), exercise)]
    return mutants[:: len(mutants) // 4][:4]


def test_a_folder_without_banks_draws_its_own_and_says_that_nothing_is_named(
    course, root, tmp_path, sandboxes, solutions
):
    (tmp_path / "exercises").mkdir()
    shutil.copyfile(root / "course.yml", tmp_path / "course.yml")
    home = load_course(tmp_path)
    bare = BankStore(home, folder=tmp_path / "cache")
    spec = load_spec("ex02_closures")
    small = {bank.id: build_bank(spec, bank, "k", 4) for bank in spec.banks()}
    bare.adopt("ex02_closures", small)
    wrong = solutions["ex02_closures.py"].replace(b"self.grad += other.data * out.grad", b"self.grad += out.grad")
    report = Grader(home, bare, sandboxes, Budget(calls=0)).grade(Files({"ex02_closures.py": wrong}), ["ex02"])
    assert any("Wrong ideas are not named here" in note and ".leafgrad/banks" in note for note in report.notes)
    assert not [check for _, concept in report.concepts() for check in concept.checks if check.misconception]


def test_banks_of_other_ideas_are_stale_where_the_ideas_are_known(tmp_path, store):
    spec = load_spec("ex02_closures")
    path = tmp_path / "a.bank"
    write_banks(path, store.banks("ex02_closures"), "these")
    assert read_banks(path, spec) is not None and read_banks(path, spec, "these") is not None
    assert read_banks(path, spec, "others") is None


def test_a_damaged_compressed_file_is_none(tmp_path, store):
    spec = load_spec("ex02_closures")
    name, data = store.travelling("ex02_closures")
    path = tmp_path / name
    for damaged in (data[:-5], b"", b"noise", lzma.compress(lzma.decompress(data)[:-1])):
        path.write_bytes(damaged)
        assert read_banks(path, spec) is None
    path.write_bytes(data)
    read = read_banks(path, spec)
    assert read is not None
    ours = store.banks("ex02_closures")
    assert {bank: list(read[bank].wrong) for bank in read} == {bank: list(ours[bank].wrong) for bank in ours}


def test_versions_do_not_decide_which_cases_one_gets(course, monkeypatch):
    before = BankStore(course).path("ex02_closures")
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "99.0")
    assert BankStore(course).path("ex02_closures") == before
    other = course.model_copy(update={"defaults": course.defaults.model_copy(update={"rtol": 1e-3})})
    assert BankStore(other).path("ex02_closures") != before != BankStore(course, "key").path("ex02_closures")
