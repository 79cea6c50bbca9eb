"""What is graded in a running kernel: the cells that ran, without those that later ones have replaced."""

from __future__ import annotations

from types import SimpleNamespace

from graders.grading.grade import Files
from graders.notebook.history import in_force, kernel_source


def shell(*cells: str) -> object:
    return SimpleNamespace(history_manager=SimpleNamespace(input_hist_raw=["", *cells]))


def test_earlier_versions_of_the_same_class_are_dropped() -> None:
    cells = ["import math", "class A: x = 1", "y = A()", "class A: x = 2", "class A: x = 2"]
    assert in_force(list(enumerate(cells, 1))) == [(1, "import math"), (3, "y = A()"), (5, "class A: x = 2")]


def test_a_cell_that_does_more_than_define_stays() -> None:
    cells = ["class A: pass\ncount = 1", "class A: pass"]
    assert len(in_force(list(enumerate(cells, 1)))) == 2


def test_a_broken_new_version_does_not_replace_the_old_one() -> None:
    cells = ["def f(): return 1", "def f(: return 2"]
    assert in_force(list(enumerate(cells, 1)))[0] == (1, "def f(): return 1")


def test_magics_and_the_graders_own_calls_are_taken_out() -> None:
    source, taken = kernel_source(shell("%time x = 1", "from graders.notebook import points\n\npoints('a.b')", "y = 2"))
    assert b"# %% cell [3]\ny = 2\n" in source and b"\npoints" not in source
    assert taken == ["%time x = 1"]


def test_two_hundred_runs_of_a_cell_are_one() -> None:
    source, _ = kernel_source(shell(*(f"def f():\n    return {number}" for number in range(200))))
    assert source.count(b"def f") == 1 and Files({"a.py": source}).sha256


def test_a_cell_that_only_asks_for_points_changes_nothing() -> None:
    asks = "# Adds (1 point)\nfrom graders.notebook import points\n\npoints('a.b')"
    pip = '# First.\n%pip install --quiet "leafgrad[torch]==1.0"\n'
    installs = f'{pip}from graders.notebook import use_course\n\nuse_course(\n    "eNp",\n)'
    assert kernel_source(shell(installs, "x = 1", asks, asks))[0] == b"# %% cell [2]\nx = 1\n"
    assert kernel_source(shell(installs, "x = 1", asks))[1] == []
    assert kernel_source(shell("%pip install numpy", "x = 1"))[1] == ["%pip install numpy"]
    assert b"cell [1]" in kernel_source(shell("if x:\n    points('a.b')", "x = 1"))[0]
