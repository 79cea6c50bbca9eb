"""What students hand in that is no clean notebook: graded, or refused with one sentence; nbgrader goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbcourse import Desk, autograde_here, code_cell, marks_of, scores_of, text_of

EX = "ex01_finite_differences"
Change = Callable[[dict[str, Any]], None]


def changed(change: Change) -> Callable[[str, dict[str, Any]], None]:
    return lambda exercise, notebook: change(notebook)


def magics(notebook: dict[str, Any]) -> None:
    notebook["cells"].insert(1, code_cell("%matplotlib inline\nfiles = !ls\n!rm -rf nowhere\n?print"))


def duplicate_ids(notebook: dict[str, Any]) -> None:
    answers = [cell for cell in notebook["cells"] if marks_of(cell).get("solution")]
    notebook["cells"].insert(0, json.loads(json.dumps(answers[0])))
    graded = [cell for cell in notebook["cells"] if marks_of(cell).get("grade")]
    notebook["cells"].append(json.loads(json.dumps(graded[0])))


def missing_cells(notebook: dict[str, Any]) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if not marks_of(cell).get("grade")]


def moved_cells(notebook: dict[str, Any]) -> None:
    graded = [cell for cell in notebook["cells"] if marks_of(cell).get("grade")]
    notebook["cells"] = graded + [cell for cell in notebook["cells"] if not marks_of(cell).get("grade")]


def odd_metadata(notebook: dict[str, Any]) -> None:
    marked = [cell for cell in notebook["cells"] if marks_of(cell)]
    marks_of(marked[0])["schema_version"] = 99
    marked[1]["metadata"]["nbgrader"] = {"grade": True}
    marked[2]["metadata"]["nbgrader"] = ["nothing"]
    marked[-1]["metadata"]["nbgrader"]["grade"] = False


def other_kernel(notebook: dict[str, Any]) -> None:
    notebook["metadata"] = {"kernelspec": {"name": "julia-1.9", "display_name": "Julia", "language": "julia"}}


def format_three(notebook: dict[str, Any]) -> None:
    cells = [
        {**cell, "input": text_of(cell), "language": "python"} if cell["cell_type"] == "code" else cell
        for cell in notebook.pop("cells")
    ]
    for cell in cells:
        cell.pop("id", None)
        if "input" in cell:
            cell.pop("source")
            cell["prompt_number"] = cell.pop("execution_count")
    notebook |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}


@pytest.mark.parametrize(
    "change", [magics, duplicate_ids, missing_cells, moved_cells, odd_metadata, other_kernel, format_three]
)
def test_is_graded_all_the_same(released: Desk, change: Change) -> None:
    student = change.__name__
    released.hand_in(student, "first", changed(change))
    done = autograde_here(released.folder, "first", student)
    assert done["success"], done["log"]
    scores = scores_of(released.folder, "first", student)
    points = {
        marks_of(cell)["grade_id"]: marks_of(cell)["points"]
        for cell in released.notebook("release", "first", EX)["cells"]
        if marks_of(cell).get("grade")
    }
    assert scores == points


def test_a_renamed_notebook_is_found(released: Desk) -> None:
    home = released.hand_in("renamed", "first")
    (home / f"{EX}.ipynb").rename(home / "final version (2).ipynb")
    assert autograde_here(released.folder, "first", "renamed")["success"]
    assert all(scores_of(released.folder, "first", "renamed").values())
    assert (home / "final version (2).ipynb").exists()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def no_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00\x01")


def hundred_megabytes(path: Path) -> None:
    notebook = json.loads(path.read_bytes())
    notebook["cells"][-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 100_000_000}]
    path.write_text(json.dumps(notebook))


def a_list(path: Path) -> None:
    path.write_text("[1, 2]")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(cut, "broken notebook"), (no_text, "broken notebook"), (hundred_megabytes, "too large"), (a_list, "no Jupyter")],
)
def test_is_refused_with_a_sentence_and_no_points(released: Desk, spoil: Callable[[Path], None], said: str) -> None:
    student = spoil.__name__
    spoil(released.hand_in(student, "first") / f"{EX}.ipynb")
    done = autograde_here(released.folder, "first", student)
    assert done["success"], done["log"]
    assert set(scores_of(released.folder, "first", student).values()) == {0.0}
    page = json.dumps(released.notebook("autograded", "first", EX, student))
    assert said in page and "Traceback" not in page


@pytest.mark.parametrize(
    ("setting", "spoil"),
    [
        ("exporter_class", lambda path: path.write_text("{")),
        ("pre_convert_hook", lambda path: path.rename(path.with_name("mine.ipynb"))),
        ("sanitize_preprocessors", lambda path: _spoil(path, odd_metadata)),
    ],
)
def test_without_its_guard_nbgrader_gives_up(released: Desk, setting: str, spoil: Callable[[Path], None]) -> None:
    student = f"without_{setting}"
    spoil(released.hand_in(student, "first") / f"{EX}.ipynb")
    assert not autograde_here(released.folder, "first", student, without=setting)["success"]


def _spoil(path: Path, change: Change) -> None:
    notebook = json.loads(path.read_bytes())
    change(notebook)
    path.write_text(json.dumps(notebook))


def test_a_notebook_whose_name_holds_the_exercise_is_found_without_metadata(tmp_path: Path) -> None:
    from graders.notebook.hooks import _claims

    names = (f"jane_{EX}.ipynb", "ex1_final.ipynb", "homework.ipynb", f"test_{EX}.ipynb")
    for name in names:
        (tmp_path / name).write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    claims = dict(_claims([tmp_path / name for name in names], [EX], [EX]))
    assert {path.name for path in claims} == set(names[:2])
