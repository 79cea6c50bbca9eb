"""Notebooks in the worker: cell after cell, as in a kernel."""

from __future__ import annotations

import pytest

from tests.conftest import Grade, lost

EX = "ex01_finite_differences.py"


def cells(*texts: str) -> dict[str, str]:
    return {EX: "\n".join(f"# %% cell {number}\n{text}\n" for number, text in enumerate(texts, 1))}


def test_cells_that_fail_cost_only_what_they_define(grade: Grade, solutions: dict[str, bytes]) -> None:
    solution = solutions[EX].decode()
    whole = cells("%pass\n1 / 0", "def broken(", "import nowhere", "raise SystemExit", solution, "assert False")
    assert grade(whole, "ex01").passed


def test_a_future_import_holds_for_the_cells_that_follow(grade: Grade) -> None:
    report = grade(
        cells(
            "x = 1",
            "from __future__ import annotations",
            "def central_difference(f: Unknown, *vals, arg=0, eps=1e-5):\n"
            "    up = [v + eps * (i == arg) for i, v in enumerate(vals)]\n"
            "    down = [v - eps * (i == arg) for i, v in enumerate(vals)]\n"
            "    return (f(*up) - f(*down)) / (2 * eps)",
        ),
        "ex01.slope",
    )
    assert report.passed


def test_the_error_of_the_cell_that_should_define_a_name_is_told(grade: Grade) -> None:
    report = grade(cells("x = 1", "def central_difference(f, *vals\n    return 0"), "ex01.slope", search=False)
    message = report.exercises[0].concepts[0].checks[0].message
    assert lost(report) and "SyntaxError" in message and "cell 2 of ex01_finite_differences.ipynb, line 1" in message


def test_a_line_that_fails_leaves_the_rest_of_its_cell(grade: Grade, solutions: dict[str, bytes]) -> None:
    text = solutions[EX].decode()
    report = grade(cells(f"import matplotlib.pyplot as plt\nplt.figure(figsize=(3, 3))\nundefined\n{text}"), "ex01")
    assert report.passed
    place = "Cell 1 of ex01_finite_differences"
    assert report.notes == [
        f"{place}, line 2 was left out: matplotlib.pyplot.figure is used, but ex01_finite_differences does without "
        "matplotlib.",
        f"{place}, line 3 was left out: NameError: name 'undefined' is not defined.",
    ]


ENDS = {
    "sleeps": ("import time\ntime.sleep(20)", "line 2", "it ran for more than 2 s"),
    "loops": ("while True:\n    pass", "line 1", "it ran for more than 2 s"),
    "exits": ("x = 1\nimport os\nos._exit(3)", "line 3", "the process ended itself with exit code 3"),
    "crashes": ("import ctypes\nctypes.string_at(0)", "line 2", "the process crashed"),
    "swallows": (
        "while True:\n    try:\n        1 / 0\n    except BaseException:\n        pass",
        "line 1", "it ran for more than 2 s",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "why"), ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("first", [True, False], ids=["first cell", "last cell"])
def test_a_statement_that_never_ends_or_ends_the_process_is_left_out(
    grade: Grade, solutions: dict[str, bytes], text: str, line: str, why: str, first: bool
) -> None:
    solution = solutions[EX].decode()
    report = grade(cells(text, solution) if first else cells(solution, text), "ex01")
    assert report.passed
    number = 1 if first else 2
    assert report.notes == [f"Cell {number} of ex01_finite_differences, {line} was left out: {why}."]


def test_several_such_statements_are_each_told(grade: Grade, solutions: dict[str, bytes]) -> None:
    report = grade(cells("import os", "os._exit(1)", solutions[EX].decode(), "os._exit(2)\nos._exit(3)"), "ex01")
    assert report.passed
    told = [note.replace(" of ex01_finite_differences", "").partition(" was left out: ") for note in report.notes]
    code = "the process ended itself with exit code"
    assert [(place, why) for place, _, why in told] == [
        ("Cell 2, line 1", f"{code} 1."),
        ("Cell 4, line 1", f"{code} 2."),
        ("Cell 4, line 2", f"{code} 3."),
    ]


def test_a_magic_above_a_future_import_in_one_cell(grade: Grade, solutions: dict[str, bytes]) -> None:
    assert grade(cells(f"pass  # %matplotlib inline\n{solutions[EX].decode()}"), "ex01").passed


def test_too_many_such_statements_are_a_file_that_cannot_be_loaded(grade: Grade, solutions: dict[str, bytes]) -> None:
    many = cells("import os", *["os._exit(1)"] * 7, solutions[EX].decode())
    report = grade(many, "ex01.slope", search=False)
    assert report.score == 0
    assert "cannot be loaded" in report.exercises[0].concepts[0].checks[0].message
