"""`points()` in a cell: a plain float for nbgrader, a report for the student."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbcourse import Desk, marks_of, replace

from graders.course.course import Course
from graders.notebook import cell as module
from graders.notebook import points
from graders.notebook.cell import CannotGrade, NotPassedYet, clamped, quiet_stderr
from graders.notebook.sources import notebook_hand_in, student_folders
from graders.render.fragment import concept_html, concept_text
from graders.report import CheckResult, ConceptResult, Counterexample

ADDRESS = "ex01_finite_differences.slope"
WRONG = "def central_difference(f, *vals, arg=0, eps=1e-5):\n    return 0.0"


@pytest.fixture
def kernel(small: Course, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A kernel in the course's folder: `cells` that ran, and what was `shown`."""
    state: dict[str, Any] = {"cells": [], "shown": []}
    history = SimpleNamespace(input_hist_raw=[""])
    monkeypatch.chdir(small.folder)
    monkeypatch.setattr(module, "_shell", lambda: SimpleNamespace(history_manager=history))
    monkeypatch.setattr(module, "_display", state["shown"].append)
    state["run"] = history.input_hist_raw.append
    return state


def test_right_code_earns_a_builtin_float(kernel: dict[str, Any], small: Course) -> None:
    kernel["run"]((small.folder / "solutions" / "ex01_finite_differences.py").read_text())
    value = points(ADDRESS)
    assert type(value) is float and value == small.concept(ADDRESS)[1].points
    assert "passed" in kernel["shown"][0]["text/html"]


def test_wrong_code_shows_the_smallest_case_and_earns_less(kernel: dict[str, Any], small: Course) -> None:
    kernel["run"](WRONG)
    value = points(ADDRESS)
    assert type(value) is float and 0 <= value < small.concept(ADDRESS)[1].points
    shown = kernel["shown"][0]
    assert "Smallest failing case" in shown["text/html"] and "Smallest failing case" in shown["text/plain"]


def test_under_validate_the_report_is_raised(kernel: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    kernel["run"](WRONG)
    with pytest.raises(NotPassedYet) as raised:
        points(ADDRESS)
    lines = raised.value._render_traceback_()
    assert max(map(len, lines)) <= 83 and any("Smallest failing case" in line for line in lines)
    assert not kernel["shown"]


def test_under_autograde_the_file_counts_and_not_the_kernel(
    kernel: dict[str, Any], small: Course, directory: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = directory.folder / "source" / "scalars" / "ex01_finite_differences.ipynb"
    monkeypatch.chdir(notebook.parent)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    kernel["run"](WRONG)
    assert points(ADDRESS) == small.concept(ADDRESS)[1].points


def test_what_cannot_be_graded_is_said(kernel: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotGrade, match="has no concept"):
        points("ex01_finite_differences.nothing")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CannotGrade, match="course.yml"):
        points(ADDRESS)
    monkeypatch.undo()
    with pytest.raises(CannotGrade, match="notebook"):
        monkeypatch.chdir(Path(__file__).parent)
        points(ADDRESS)


def result(score: Any, most: float = 10.0, **more: Any) -> ConceptResult:
    return ConceptResult.model_construct(
        id="mul", title="a * b", score=score, max_score=most, status="failed", checks=[], **more
    )


@pytest.mark.parametrize(
    ("score", "value"),
    [(7.5, 7.5), (7, 7.0), (True, 1.0), (-1.0, 0.0), (11.0, 10.0), (math.nan, 0.0), (math.inf, 0.0), ("7.5", 7.5)],
)
def test_points_are_clamped_builtin_floats(score: Any, value: float) -> None:
    got = clamped(result(score))
    assert type(got) is float and got == value


def test_nothing_reaches_standard_error_not_even_from_c_code(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_stderr():
        os.write(2, b"[W NNPACK.cpp:53] Could not initialize NNPACK!\n")
        print("UserWarning", file=sys.stderr)
        subprocess.run([sys.executable, "-c", "import os; os.write(2, b'child')"], check=True)
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_the_fragment_escapes_what_a_student_wrote() -> None:
    check = CheckResult(
        id="a",
        says="Says.",
        status="failed",
        failed=3,
        cases=9,
        message="<script>alert(1)</script>\x1b[31m",
        counterexample=Counterexample(
            snippet="a = '<b>'", expected={"x": 1.0}, actual={"x": "<i>"}, first_divergence="x"
        ),
    )
    failed = result(0.0).model_copy(update={"checks": [check]})
    page = concept_html("ex02_closures", failed, ["<u>note</u>"])
    assert not any(tag in page for tag in ("<script", "<b>'", "<i>", "<u>", "\x1b"))
    assert "&lt;script&gt;" in page and "they part here" in page
    assert "\x1b" not in concept_text("ex02_closures", failed)


def test_the_students_other_exercises_come_along(small: Course, directory: Desk) -> None:
    source = "from ex01_finite_differences import descend\nclass Value: pass\n"
    cells = [nbformat.v4.new_code_cell(source)]
    data = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    folders = [directory.folder / "source" / "scalars"]
    found = notebook_hand_in(small, "ex02_closures", data, folders)
    assert sorted(found.files) == ["ex01_finite_differences.py", "ex02_closures.py"]
    alone = notebook_hand_in(small, "ex02_closures", data.replace(b"ex01_finite", b"my_finite"), folders)
    assert sorted(alone.files) == ["ex02_closures.py"]


def test_validate_shows_the_report_to_the_student(released: Desk) -> None:
    home = released.hand_in("validating", "first", lambda exercise, notebook: replace(notebook, "2 * eps", "eps"))
    said = released.nbgrader("validate", str(home / "ex01_finite_differences.ipynb"), check=False)
    assert "Smallest failing case" in said and "Partial credit" not in said
    lines = [line for line in said.split("\n") if not line.startswith("[")]
    assert "Traceback" not in said and max(map(len, lines)) <= 90
    assert marks_of(released.notebook("release", "first", "ex01_finite_differences")["cells"][-1])["grade"]


def test_a_copy_beside_the_notebook_comes_before_those_of_other_assignments(course: Course, tmp_path: Path) -> None:
    notebook = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'
    for assignment, text in (("scalars", "own"), ("tensors", "foreign"), ("optimizers", "along")):
        (tmp_path / assignment).mkdir()
        (tmp_path / assignment / "ex03_backward.py").write_text(f"{text} = 1\n")
    (tmp_path / "tensors" / "ex04_tensor_closures.py").write_text("own = 1\n")
    folders = student_folders(course, tmp_path / "optimizers")
    found = notebook_hand_in(course, "ex12_training_loop", notebook, folders).files
    assert found["ex03_backward.py"] == b"along = 1\n" and found["ex04_tensor_closures.py"] == b"own = 1\n"
    (tmp_path / "optimizers" / "ex03_backward.py").unlink()
    (tmp_path / "scalars" / "ex03_backward.py").unlink()
    found = notebook_hand_in(course, "ex12_training_loop", notebook, folders).files
    assert "ex03_backward.py" not in found, "what came along with a third assignment is nobody's hand-in"
