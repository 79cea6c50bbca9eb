"""Banks: the same for everybody under one key, found again by content, never trusted when damaged."""

import os
import shutil
from pathlib import Path

import pytest

import graders
from graders.banks.bank import read_banks
from graders.banks.fingerprint import code_fingerprint
from graders.banks.generate import build_bank, draw_cases
from graders.banks.store import BankStore
from graders.spec import load_spec


@pytest.fixture(scope="module")
def spec():
    return load_spec("ex02_closures")


@pytest.fixture(scope="module")
def few():
    """The exercise whose banks are built soonest."""
    return load_spec("ex01_finite_differences")


@pytest.fixture(scope="module")
def built(course, tmp_path_factory, few):
    """A folder that caches small banks, and the banks."""
    folder = tmp_path_factory.mktemp("built")
    return folder, small(course, "k", folder).banks(few.id)


def small(course, key, folder, cases=5):
    defaults = course.defaults.model_copy(update={"cases": cases})
    return BankStore(course.model_copy(update={"defaults": defaults}), key, folder)


def test_a_bank_depends_on_the_key_and_on_nothing_else(spec):
    bank = next(bank for bank in spec.banks() if bank.id == "mul")
    one, again, other = (build_bank(spec, bank, key, 30) for key in ("k1", "k1", "k2"))
    assert one.wires == again.wires and one.expected == again.expected
    assert one.wires != other.wires
    fixed = len(bank.fixed)
    assert one.wires[:fixed] == other.wires[:fixed]


def test_what_else_is_loaded_decides_nothing(tmp_path, monkeypatch):
    spec = next(bank for bank in load_spec("ex09_sgd").banks() if bank.draw)
    before = draw_cases(spec, 1, 30)
    (tmp_path / "numbers_of_mine.py").write_text("\n".join(f"c{i} = {i}.0625, {i}" for i in range(500)))
    monkeypatch.syspath_prepend(str(tmp_path))
    __import__("numbers_of_mine")
    assert draw_cases(spec, 1, 30) == before


def test_drawn_cases_stand_from_simple_to_large(spec):
    for bank_spec in spec.banks()[:6]:
        bank = build_bank(spec, bank_spec, "k", 30)
        sizes = [bank.case(index).size() for index in range(len(bank_spec.fixed), len(bank))]
        assert sizes == sorted(sizes)


def test_a_cached_bank_is_read_back_equal(course, built, few):
    folder, banks = built
    read = read_banks(small(course, "k", folder).path(few.id), few)
    assert read is not None and any(bank.wrong for bank in banks.values())
    for name, bank in banks.items():
        assert read[name].wires == bank.wires
        assert repr(read[name].expected) == repr(bank.expected)
        assert read[name].wrong.keys() == bank.wrong.keys()


def test_a_damaged_cache_is_rebuilt(course, built, tmp_path, few):
    folder, banks = built
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    path = small(course, "k", tmp_path).path(few.id)
    whole = path.read_bytes()
    assert read_banks(path, few) is not None
    for damaged in (whole[:-1], whole[:60] + b"\xff" + whole[61:], b"", b"leafgrad" * 20):
        path.write_bytes(damaged)
        assert read_banks(path, few) is None
    again = small(course, "k", tmp_path).banks(few.id)
    assert {name: bank.wires for name, bank in again.items()} == {name: bank.wires for name, bank in banks.items()}
    assert read_banks(path, few) is not None


def test_a_stale_cache_is_never_found(course, tmp_path):
    paths = {small(course, key, tmp_path, cases).path("ex02_closures") for key in ("a", "b") for cases in (5, 6)}
    assert len(paths) == 4


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ("oracles/scalar.py", True),
        ("players/scalar_ops.py", True),
        ("players/scalar_walk.py", True),
        ("players/engine.py", True),
        ("oracles/tensor.py", False),
        ("players/tensor.py", False),
    ],
)
def test_the_fingerprint_follows_the_code_of_its_own_kind_only(tmp_path, spec, changed, counts):
    home = Path(graders.__file__).parent
    shutil.copytree(home, tmp_path / "g", ignore=shutil.ignore_patterns("__pycache__"))
    before = code_fingerprint(spec, home)
    assert code_fingerprint(spec, tmp_path / "g") == before
    other = tmp_path / "changed"
    (tmp_path / "g").rename(other)  # sources are read once for each path
    (other / changed).write_text((other / changed).read_text() + "\n# changed\n")
    assert (code_fingerprint(spec, other) != before) == counts


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_cache_costs_the_cache_not_the_grading(course, tmp_path, few):
    tmp_path.chmod(0o500)
    assert small(course, "k", tmp_path).banks(few.id)


def test_a_cache_folder_that_is_a_file_costs_the_cache_not_the_grading(course, tmp_path, few):
    (tmp_path / "banks").write_text("in the way")
    assert small(course, "k", tmp_path / "banks").banks(few.id)


def test_the_key_is_not_told_by_its_id(course, tmp_path):
    store = small(course, "a secret", tmp_path)
    assert store.key_id not in ("public", "a secret")
    assert small(course, None, tmp_path).key_id == "public"
