"""Notebooks in the worker: cell after cell, as in a kernel."""

from __future__ import annotations

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
