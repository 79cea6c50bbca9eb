"""`leafgrad deploy colab`: each notebook is run from top to bottom in a Jupyter kernel, in an empty folder."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from places import environment, graded, leafgrad, small_course

from graders.cli import main
from graders.course.course import load_course
from graders.notebook.cell import CannotGrade
from tests.conftest import sampled

pytestmark = pytest.mark.filterwarnings("ignore")
EX02 = "ex02_closures"
TRIED = "ex05_losses"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def notebooks(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebooks of the bundled course."""
    folder = tmp_path_factory.mktemp("colab") / "out"
    assert leafgrad("deploy", "colab", folder, "--from-index", "--course", root / "course.yml") == 0
    return folder


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty folder, and an environment in which pip installs nothing: the kernel's Python is that of the tests."""
    for name, value in environment(PIP_DRY_RUN="1", PIP_NO_INDEX="1").items():
        monkeypatch.setenv(name, value)
    (tmp_path / "content").mkdir()
    return tmp_path / "content"


def opened(folder: Path, exercise: str) -> Any:
    return nbformat.read(folder / f"{exercise}.ipynb", as_version=4)


def run(notebook: Any, folder: Path) -> dict[str, float]:
    """Run a notebook from top to bottom; return concept to the value of its cell, which must be a plain number."""
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    values = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.rstrip().endswith(")") and "\npoints(" in cell.source:
            (value,) = (one["data"]["text/plain"] for one in cell.outputs if one.output_type == "execute_result")
            values[cell.source.rpartition('("')[2].rstrip('")\n')] = float(value)
    return values


def fill(notebook: Any, source: str) -> Any:
    """Put a whole solution into the first cell that is to be written in, and empty the others."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and "NotImplementedError" in cell.source]
    cells[0].source = source
    for cell in cells[1:]:
        cell.source = "pass"
    return notebook


@pytest.mark.parametrize("exercise", sampled(load_course(ROOT).exercise_ids, [TRIED]))
def test_a_notebook_as_it_is_runs_from_top_to_bottom(notebooks, empty, course, exercise):
    if course.exercise(exercise).flavour == "torch":
        pytest.importorskip("torch")
    values = run(opened(notebooks, exercise), empty)
    concepts = course.exercise(exercise).concepts
    assert set(values) == {f"{exercise}.{concept.id}" for concept in concepts} and not any(values.values())
    assert [path.name for path in empty.iterdir() if not path.name.startswith(".")] == ["course.yml"]


HOSTILE = """
import os as _os, sys as _sys
for _path in ("course.yml", "/etc/hostname"):
    try:
        open(_path).read()
    except OSError:
        pass
_add = Value.__add__
def _leave(self, other):
    out = _add(self, other)
    out._backward = lambda: _os._exit(0)
    return out
Value.__add__ = _leave
"""


@pytest.mark.parametrize("student", sampled(["right", "wrong", "hostile", "empty"], ["wrong", "hostile"]))
def test_points_are_those_of_grade(notebooks, empty, tmp_path, solutions, student):
    right = solutions[f"{EX02}.py"].decode()
    source = {
        "right": right,
        "wrong": right.replace("self.grad += other.data * out.grad", "self.grad += self.data * out.grad"),
        "hostile": right + HOSTILE,
    }
    notebook = opened(notebooks, EX02)
    values = run(fill(notebook, source[student]) if student != "empty" else notebook, empty)
    (tmp_path / "class" / student).mkdir(parents=True)
    nbformat.write(notebook, tmp_path / "class" / student / f"{EX02}.ipynb")
    with pytest.raises(SystemExit) as end:
        main(["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--only", EX02, "--course", str(ROOT)])
    assert end.value.code == 0
    assert values == pytest.approx(graded(tmp_path / "out")[student])
    assert (student == "empty") == (not any(values.values()))
    report = json.loads((tmp_path / "out" / "reports" / f"{student}.json").read_bytes())
    assert report["notes"] == []  # the cell that installs is no part of the work


def test_a_course_of_ones_own_travels_in_the_notebook(tmp_path, empty):
    home = tmp_path / "own"
    path = small_course(home, {"only": ["ex01_finite_differences"]}, cases=100)
    path.write_text(path.read_text().replace("points: 2", "points: 5"))
    assert leafgrad("deploy", "colab", tmp_path / "out", "--from-index", "--course", path) == 0
    notebook = opened(tmp_path / "out", "ex01_finite_differences")
    values = run(fill(notebook, (home / "solutions" / "ex01_finite_differences.py").read_text()), empty)
    assert sum(values.values()) == sum(one.points for one in load_course(path).exercises[0].concepts) > 13
    assert load_course(empty).course == "small"


def test_a_folder_of_another_course_is_left_as_it_is(tmp_path, monkeypatch):
    from graders.notebook import use_course

    monkeypatch.chdir(tmp_path)
    theirs = (ROOT / "course.yml").read_text().replace("course: leafgrad", "course: other")
    for text, said in ((theirs, "course other"), ("exercises: 3\n", "course.yml")):
        (tmp_path / "course.yml").write_text(text)
        with pytest.raises(CannotGrade, match=said):
            use_course()
        assert (tmp_path / "course.yml").read_text() == text
    (tmp_path / "course.yml").write_text((ROOT / "course.yml").read_text())
    use_course()
    assert (tmp_path / "course.yml").read_text() == (ROOT / "course.yml").read_text()


@pytest.mark.parametrize("url", ["http://a/leafgrad.whl", 'https://a/" ; rm', "https://a/b'c", "file:///x"])
def test_an_address_that_is_none_is_refused(tmp_path, capfd, url):
    code = leafgrad("deploy", "colab", tmp_path / "out", "--url", url, "--course", ROOT / "course.yml")
    assert code == 2 and "https://" in capfd.readouterr().err and not (tmp_path / "out").exists()


def test_the_address_of_the_wheel_is_in_the_cell_that_installs(tmp_path):
    url = "https://school.example/leafgrad-0.1.0-py3-none-any.whl"
    assert leafgrad("deploy", "colab", tmp_path / "out", "--url", url, "--course", ROOT / "course.yml") == 0
    for exercise, extra in ((EX02, ""), ("ex09_sgd", "[torch]")):
        (install,) = (cell for cell in opened(tmp_path / "out", exercise).cells if "%pip" in cell.source)
        assert f'"leafgrad{extra} @ {url}"' in install.source


def test_pictures_travel_in_the_notebooks(notebooks):
    for exercise, picture in (("ex10_sgd_momentum", "ravine.svg"), ("ex11_adaptive", "axes.svg")):
        text = opened(notebooks, exercise).cells[0]
        assert list(text.attachments) == [picture] and f"](attachment:{picture})" in text.source


def test_the_notebooks_hold_no_solution(notebooks, solutions):
    for name, source in solutions.items():
        cells = {cell.source.strip() for cell in opened(notebooks, name.removesuffix(".py")).cells}
        assert source.decode().strip() not in cells and not any("BEGIN SOLUTION" in cell for cell in cells)
        assert any("NotImplementedError" in cell for cell in cells)


def test_wheels_lie_beside_the_notebooks_where_none_is_on_the_web(tmp_path):
    from test_command import wheel_of

    made = wheel_of(tmp_path / "dist")
    options = ["--wheels", tmp_path / "dist", "--course", ROOT / "course.yml"]
    assert leafgrad("deploy", "colab", tmp_path / "out", *options) == 0
    assert (tmp_path / "out" / made.name).read_bytes() == made.read_bytes()
    notebook = opened(tmp_path / "out", EX02)
    assert made.name in notebook.cells[0].source and f'"./{made.name}"' in notebook.cells[1].source
    shutil.rmtree(tmp_path / "out")
    assert os.listdir(tmp_path) == ["dist"]
