"""Prepared cases travel: a folder without solutions knows the cases and the wrong ideas of the course."""

from __future__ import annotations

import importlib.metadata
import lzma
import shutil
import subprocess
import sys

import pytest
import yaml

from graders.banks import store as stores
from graders.banks.bank import read_banks, write_banks
from graders.banks.generate import build_bank
from graders.banks.store import TRAVELLED, BankStore
from graders.cli import main
from graders.course.course import load_course
from graders.course.keys import secret_key
from graders.course.release import release
from graders.errors import EnvironmentTrouble
from graders.grading.grade import Files, Grader
from graders.judging.shrink import Budget
from graders.spec import load_spec
from tests.conftest import ROOT

FIVE = ("ex01_finite_differences", "ex02_closures", "ex03_backward", "ex04_tensor_closures", "ex05_losses")


@pytest.fixture
def no_building(monkeypatch):
    """Nothing may be built."""

    def refuse(*arguments: object, **more: object) -> None:
        raise AssertionError("banks are built")

    monkeypatch.setattr(stores, "build_all", refuse)
    monkeypatch.setattr(stores, "build", refuse)


def test_a_kit_has_the_banks_of_every_exercise_and_nothing_older(course, given_out, tmp_path):
    kit = shutil.copytree(given_out, tmp_path / "kit")
    (kit / TRAVELLED / "ex02_closures-old.bank.xz").write_bytes(b"old")
    again = release(course, kit)
    names = {path.name for path in (kit / TRAVELLED).iterdir()}
    assert {name.partition("-")[0] for name in names} == set(course.exercise_ids) and len(names) == 12
    assert {path.name for path in again.written if path.parent == TRAVELLED} == names
    assert sum(path.stat().st_size for path in (kit / TRAVELLED).iterdir()) < 2_000_000


@pytest.mark.parametrize("exercise", FIVE)
def test_a_student_gets_the_report_of_the_course_without_solutions(
    no_building, given_out, store, sandboxes, solutions, exercise, tmp_path
):
    home = load_course(given_out)
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


@pytest.mark.parametrize("exercise", FIVE)
def test_smaller_cases_of_the_first_five_are_searched_without_torch(exercise):
    assert not [bank.id for bank in load_spec(exercise).banks() if bank.draw and not bank.reference]


def stores_mutants(exercise: str) -> list[bytes]:
    """Return four wrong answers, of which most are named."""
    from graders.course.selftest import load_mutants

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
    assert any("No wrong ideas are named here" in note and ".leafgrad/banks" in note for note in report.notes)
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


def test_another_process_finds_the_same_files(course):
    digests = "from graders.banks.store import BankStore; from graders.course.course import load_course; "
    digests += (
        f"c = load_course({str(course.folder)!r}); print(*(BankStore(c).cases_digest(e) for e in c.exercise_ids))"
    )
    said = subprocess.run([sys.executable, "-c", digests], capture_output=True, text=True, check=True).stdout.split()
    assert said == [BankStore(course).cases_digest(exercise) for exercise in course.exercise_ids]


def test_a_machine_without_the_key_grades_as_with_it(tmp_path, root, sandboxes, solutions, monkeypatch, capsys):
    monkeypatch.delenv("LEAFGRAD_KEY", raising=False)
    home, there = tmp_path / "home", tmp_path / "there"
    home.mkdir()
    course = yaml.safe_load((root / "course.yml").read_text(encoding="utf-8"))
    chosen = [one for one in course["exercises"] if one["id"] == "ex01_finite_differences"]
    few = {"cases": 4, "rtol": 1e-6, "atol": 1e-8}
    small = course | {"exercises": chosen, "assignments": [], "defaults": few}
    (home / "course.yml").write_text(yaml.safe_dump(small), encoding="utf-8")
    shutil.copytree(root / "solutions", home / "solutions")
    (home / "leafgrad.key").write_text("a key of this test 5d1f\n")
    with pytest.raises(SystemExit) as left:
        main(["key", "seal", str(there), "--course", str(home / "course.yml")])
    assert not left.value.code and "The key stays here." in capsys.readouterr().out
    assert (there / "leafgrad.key").read_text().startswith("id:")
    assert not [path for path in there.rglob("*") if path.is_file() and b"a key of this test" in path.read_bytes()]

    wrong = solutions["ex01_finite_differences.py"].replace(b"(2 * eps)", b"eps")
    reports = []
    for folder in (home, there):
        loaded = load_course(folder)
        banks = BankStore(loaded, secret_key(loaded), folder=tmp_path / f"cache of {folder.name}")
        for source in (wrong, solutions["ex01_finite_differences.py"]):
            files = Files({"ex01_finite_differences.py": source})
            reports.append(Grader(loaded, banks, sandboxes, Budget(calls=0)).grade(files).model_dump())
    assert reports[:2] == reports[2:]
    assert reports[0]["score"] < reports[1]["score"] == reports[1]["max_score"]
    assert reports[0]["key_id"] != "public"

    for path in (there / TRAVELLED).iterdir():
        path.unlink()
    lost = BankStore(load_course(there), secret_key(load_course(there)), folder=tmp_path / "nothing")
    with pytest.raises(EnvironmentTrouble, match="under the key .* Where the key is, run `leafgrad key seal` again"):
        lost.banks("ex01_finite_differences")
