"""`leafgrad nbgrader init`, run again and again: what an instructor has edited stays."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbcourse import Desk, marks_of, small_course, text_of

from graders.course.course import Course, load_course
from graders.errors import UsageError
from graders.notebook.doctor import examine_course
from graders.notebook.init import init

PLACE = Path("source") / "scalars" / "ex02_closures.ipynb"


def edit(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / PLACE
    notebook = json.loads(path.read_bytes())
    change(notebook)
    path.write_text(json.dumps(notebook))


def cells(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / PLACE).read_bytes())["cells"]
    return found


def test_a_second_run_changes_nothing(directory: Desk, small: Course) -> None:
    before = {path: path.read_bytes() for path in directory.folder.rglob("*.ipynb")}
    made = init(small, directory.folder)
    assert not made.written and not made.kept
    assert {path: path.read_bytes() for path in directory.folder.rglob("*.ipynb")} == before


def test_the_tensor_that_failing_cases_use_lies_beside_their_notebooks(course: Course, tmp_path: Path) -> None:
    init(course, tmp_path / "nb")
    with_it = {path.parent.name for path in tmp_path.rglob("given_tensor.py")}
    needed = {one.id for one in course.assignments if {"ex05_losses", "ex12_training_loop"} & set(one.exercises)}
    assert with_it == needed and 0 < len(needed) < len(course.assignments)
    assert [one.says for one in examine_course(tmp_path / "nb") if not one.good] == []


def test_edits_additions_removals_and_order_stay(directory: Desk, small: Course) -> None:
    def change(notebook: dict[str, Any]) -> None:
        first, *rest = notebook["cells"]
        first["source"] = "# My own words"
        own = {"cell_type": "markdown", "metadata": {}, "source": "Mine.", "id": "mine"}
        removed = next(cell for cell in rest if marks_of(cell).get("grade_id") == "ex02_closures-add")
        rest.remove(removed)
        rest.append(rest.pop(0))
        notebook["cells"] = [first, own, *rest]

    edit(directory.folder, change)
    kept = init(small, directory.folder).kept
    texts = [text_of(cell) for cell in cells(directory.folder)]
    assert texts[:2] == ["# My own words", "Mine."] and "import math" in texts[-1]
    assert not any('points("ex02_closures.add")' in text for text in texts)
    assert len(kept) == 2 and "kept as you have edited it" in kept[0] and "you have removed it" in kept[1]


def test_graded_cells_are_always_those_of_the_course(directory: Desk, small: Course) -> None:
    def change(notebook: dict[str, Any]) -> None:
        graded = next(cell for cell in notebook["cells"] if marks_of(cell).get("grade"))
        graded["source"] = "10"
        marks_of(graded)["points"] = 10

    edit(directory.folder, change)
    before = [text_of(cell) for cell in cells(directory.folder)]
    kept = init(small, directory.folder).kept
    assert "10" in before and "10" not in [text_of(cell) for cell in cells(directory.folder)]
    assert any("points are" in note for note in kept)


def test_a_changed_stub_reaches_untouched_cells_only(root: Path, tmp_path: Path) -> None:
    small = load_course(small_course(root, tmp_path / "course"))
    init(small, tmp_path / "nb")
    edit(tmp_path / "nb", lambda notebook: notebook["cells"][0].update(source="Mine"))
    for room in ("exercises", "solutions"):
        path = small.folder / room / "ex02_closures.py"
        path.write_text(path.read_text().replace("import math", "import math, cmath"))
    init(small, tmp_path / "nb")
    texts = [text_of(cell) for cell in cells(tmp_path / "nb")]
    assert texts[0] == "Mine" and any("cmath" in text for text in texts)


def test_a_copied_cell_of_ours_is_the_instructors_own(directory: Desk, small: Course) -> None:
    edit(directory.folder, lambda notebook: notebook["cells"].insert(1, {**notebook["cells"][0], "id": "copy"}))
    count = len(cells(directory.folder))
    init(small, directory.folder)
    init(small, directory.folder)
    assert len(cells(directory.folder)) == count


def test_an_edited_configuration_and_due_date_are_kept(directory: Desk, small: Course) -> None:
    from graders.notebook.gradebook import open_gradebook

    config = directory.folder / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.Execute.timeout = 7\n")
    url = f"sqlite:///{directory.folder / 'gradebook.db'}"
    with open_gradebook(url, small.course) as gradebook:
        gradebook.update_or_create_assignment("scalars", duedate="2027-05-01 00:00:00 UTC")
    kept = init(small, directory.folder).kept
    assert "c.Execute.timeout = 7" in config.read_text()
    assert any("nbgrader_config.py" in note for note in kept) and any("2027-05-01" in note for note in kept)
    with warnings.catch_warnings(), open_gradebook(url, small.course) as gradebook:
        assert str(gradebook.find_assignment("scalars").duedate) == "2027-05-01 00:00:00"
        assert str(gradebook.find_assignment("optimizers").duedate) == "2027-02-07 23:59:00"


def test_a_configuration_that_an_earlier_version_made_is_brought_up_to_date(directory: Desk, small: Course) -> None:
    config = directory.folder / "nbgrader_config.py"
    now = config.read_text()
    text = now.partition("\n")[2].replace("graders.notebook.save.SaveGrades", "nbgrader.preprocessors.SaveAutoGrades")
    earlier = f"# Made by `leafgrad nbgrader init`, sha256 {hashlib.sha256(text.encode()).hexdigest()}\n{text}"
    config.write_text(earlier)
    assert earlier != now and "nbgrader_config.py" in init(small, directory.folder).written
    assert config.read_text() == now
    config.write_text(earlier + "# mine")
    assert "nbgrader_config.py" not in init(small, directory.folder).written


def test_another_folder_is_left_alone(small: Course, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(UsageError, match="something else"):
        init(small, tmp_path)
