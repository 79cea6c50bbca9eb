"""The traps of nbgrader: what happens without our guard, and that it does not with it; `doctor` finds each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbcourse import Desk, autograde_here, code_cell, marks_of, scores_of, small_course
from typer.testing import CliRunner

from graders.course.course import Course, load_course
from graders.errors import CourseError
from graders.notebook.doctor import examine_course, examine_machine
from graders.notebook.init import init
from graders.notebook.preprocess import outputs
from graders.report import CheckResult, ConceptResult, ExerciseResult, Report

EX = "ex01_finite_differences"


def graded_cell(*cell_outputs: Any) -> Any:
    marks = {"grade": True, "locked": True, "solution": False, "points": 10, "grade_id": "a", "schema_version": 3}
    return nbformat.v4.new_code_cell("x", outputs=list(cell_outputs), metadata={"nbgrader": marks})


def value(text: str) -> Any:
    return nbformat.v4.new_output("execute_result", {"text/plain": text})


def report(score: float) -> Report:
    checks = [CheckResult(id="c", says="It does.", status="failed", message="It does not.")]
    concept = ConceptResult(id="a", title="A", score=score, max_score=10, status="failed", checks=checks)
    exercise = ExerciseResult(id="ex", score=score, max_score=10, status="failed", concepts=[concept])
    about = {"course": "c", "grader_version": "0", "key_id": "k", "isolation": "jail", "student_id": "s"}
    return Report(**about, submission_sha256="0", score=score, max_score=10, exercises=[exercise])


@pytest.mark.parametrize("text", ["np.float64(7.5)", "tensor(7.5)", "nan", "-1", "True", "'7.5'"])
def test_nbgrader_reads_odd_values_as_all_points_so_cells_end_in_plain_floats(text: str) -> None:
    from nbgrader.utils import determine_grade

    assert determine_grade(graded_cell(value(text)))[0] == 10
    for score in (0.0, 2.5, 1 / 3, 1e-9, 10.0):
        assert determine_grade(graded_cell(*outputs("ex", report(score), "a")))[0] == score


def test_standard_error_before_the_value_gives_zero_so_there_is_none() -> None:
    from nbgrader.utils import determine_grade

    warned = nbformat.v4.new_output("stream", name="stderr", text="[W NNPACK.cpp:53] Could not initialize NNPACK!")
    assert determine_grade(graded_cell(warned, value("7.5")))[0] == 0
    assert not [item for item in outputs("ex", report(5.0), "a") if item.output_type == "stream"]


def test_a_students_file_is_not_replaced_by_the_instructors(released: Desk) -> None:
    (released.folder / "source" / "first" / f"{EX}.py").write_text("# the instructor's\n")
    home = released.hand_in("filer", "first")
    (home / f"{EX}.py").write_text("# the student's\n")
    graded = released.folder / "autograded" / "filer" / "first" / f"{EX}.py"
    assert autograde_here(released.folder, "first", "filer")["success"]
    assert graded.read_text() == "# the student's\n"
    assert autograde_here(released.folder, "first", "filer", without="exclude_overwriting")["success"]
    assert graded.read_text() == "# the instructor's\n"
    (released.folder / "source" / "first" / f"{EX}.py").unlink()


def test_the_students_code_never_runs_in_nbgraders_process(released: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbgrader.preprocessors import Execute

    def refuse(*arguments: Any, **options: Any) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr(Execute, "preprocess", refuse)
    released.hand_in("quiet", "first")
    assert autograde_here(released.folder, "first", "quiet")["success"]
    assert not autograde_here(released.folder, "first", "quiet", without="autograde_preprocessors")["success"]


def test_a_deleted_graded_cell_is_graded(released: Desk) -> None:
    def remove(exercise: str, notebook: dict[str, Any]) -> None:
        notebook["cells"] = [cell for cell in notebook["cells"] if not marks_of(cell).get("grade")]

    for student in ("remover", "unguarded"):
        released.hand_in(student, "first", remove)
    autograde_here(released.folder, "first", "remover")
    assert all(scores_of(released.folder, "first", "remover").values())
    autograde_here(released.folder, "first", "unguarded", without="sanitize_preprocessors")
    assert not any(scores_of(released.folder, "first", "unguarded").values())


def test_a_concept_without_points_is_refused(root: Path, tmp_path: Path) -> None:
    path = small_course(root, tmp_path)
    path.write_text(path.read_text().replace("points: 2", "points: 0", 1))
    with pytest.raises(CourseError, match="points"):
        load_course(path)


@pytest.mark.proof
def test_cells_added_after_submissions_are_told(root: Path, tmp_path: Path) -> None:
    path = small_course(root, tmp_path / "course", {"first": [EX]})
    init(load_course(path), tmp_path / "nb")
    desk = Desk(tmp_path / "nb")
    desk.nbgrader("generate_assignment", "first")
    desk.hand_in("early", "first")
    assert autograde_here(desk.folder, "first", "early")["success"]
    text = path.read_text()
    path.write_text(text.replace("- id: descent", "- id: descent2", 1))
    assert any("submissions are recorded" in note for note in init(load_course(path), desk.folder).kept)
    assert "cells_changed" in {finding.trap for finding in examine_course(desk.folder)}
    assert "Cannot add or remove cells" in desk.nbgrader("generate_assignment", "first", "--force", check=False)


def test_our_own_course_has_none_of_the_traps(directory: Desk) -> None:
    assert all(finding.good for finding in examine_course(directory.folder))


def broken_course(folder: Path) -> Path:
    """Make a course directory that is in every trap at once."""
    source = folder / "source" / "hw1"
    source.mkdir(parents=True)
    (folder / "source" / "hw+2").mkdir()
    (folder / ".github" / "classroom").mkdir(parents=True)
    (folder / ".github" / "classroom" / "autograding.json").write_text("{}")
    (folder / "submitted" / "amy" / "hw1").mkdir(parents=True)
    (folder / "submitted" / "amy" / "hw1" / "ex02_closures.py").write_text("x = 1\n")
    (source / "stub.py").write_text("### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n")
    cells = []
    for grade_id, points, text in (
        ("a", 10, "print('report')\nnp.mean(scores)"),
        ("b", 0, "assert f(1) == 1"),
        ("c", 5, "### BEGIN HIDDEN TESTS\nassert f(2) == 3\n### END HIDDEN TESTS"),
        ("d", 5, "import otter\nassert True"),
        ("d", 5, "11"),
    ):
        cell = code_cell(text)
        marks = {"grade": True, "locked": True, "solution": False, "schema_version": 3}
        cell["metadata"]["nbgrader"] = marks | {"grade_id": grade_id, "points": points}
        cells.append(cell)
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (source / "hw1.ipynb").write_text(json.dumps(notebook))
    (source / "broken.ipynb").write_text("{")
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'c1'\n")
    return folder


def test_doctor_finds_every_trap_and_says_the_fix(tmp_path: Path) -> None:
    found = examine_course(broken_course(tmp_path / "nb"))
    assert {finding.trap for finding in found} == {
        *("execute", "stderr", "metadata", "unreadable", "renamed"),
        *("overwriting", "released_solution", "plus", "classroom", "no_notebook"),
        *("value", "validate", "zero", "hidden_tests", "other_grader", "duplicate", "broken"),
    }
    assert all(finding.fix for finding in found)


def command(*arguments: str) -> Any:
    import typer

    from graders.cli import course_tools

    app = typer.Typer()
    course_tools.register(app)
    return CliRunner().invoke(app, list(arguments))


def test_the_commands(small: Course, tmp_path: Path) -> None:
    made = command("nbgrader", "init", str(tmp_path / "nb"), "--course", str(small.path))
    assert made.exit_code == 0 and "wrote" in made.output
    following = f"  nbgrader generate_assignment {small.assignments[0].id}\n  leafgrad doctor .\n"
    assert made.output.endswith(f"Next:\n  cd {tmp_path / 'nb'}\n{following}")
    again = command("nbgrader", "init", str(tmp_path / "nb"), "--course", str(small.path))
    assert again.exit_code == 0 and "up to date" in again.output
    well = command("doctor", str(tmp_path / "nb"))
    assert well.exit_code == 0 and "Nothing to fix" in well.output
    ill = command("doctor", str(broken_course(tmp_path / "ill")))
    assert ill.exit_code == 1 and "Fix:" in ill.output


def test_the_machine(small: Course) -> None:
    says = [finding.says for finding in examine_machine(small.path)]
    assert any(text.startswith("Python 3.") for text in says) and any("Isolation" in text for text in says)
    assert any("key" in text and "exercises prepared" in text for text in says)


def test_without_nbgrader_the_pip_command_is_said(
    small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graders.errors import EnvironmentTrouble
    from graders.notebook import gradebook

    def missing(name: str) -> Callable[[], None]:
        raise ImportError(name)

    monkeypatch.setattr(gradebook, "import_module", missing)
    with pytest.raises(EnvironmentTrouble, match="pip install"):
        init(small, tmp_path / "nb")


def test_a_key_in_reach_of_executed_notebooks_is_told(
    small: Course, directory: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEAFGRAD_KEY", raising=False)
    ill = broken_course(tmp_path / "ill")
    traps = lambda folder: {finding.trap for finding in examine_course(folder)}  # noqa: E731
    assert not traps(ill) & {"key_file", "key_variable"}
    (ill / "leafgrad.key").write_text("k\n")
    monkeypatch.setenv("LEAFGRAD_KEY", "k")
    assert {"key_file", "key_variable"} <= traps(ill)
    assert not traps(directory.folder) & {"key_file", "key_variable"}, "with our preprocessor nothing is executed"
    path = next((directory.folder / "source").glob("*/*.ipynb"))
    notebook = json.loads(path.read_bytes())
    cell = code_cell("assert f(1) == 1")
    cell["metadata"]["nbgrader"] = {"grade": True, "locked": True, "points": 1, "grade_id": "own", "schema_version": 3}
    path.write_text(json.dumps(notebook | {"cells": [*notebook["cells"], cell]}))
    assert "key_variable" in traps(directory.folder), "graded cells of other kinds are executed"


def test_a_graded_cell_beside_the_students_code_uses_the_public_key(
    small: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from graders.notebook import cell

    monkeypatch.setenv("LEAFGRAD_KEY", "the secret one")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.chdir(small.folder)
    (small.folder / f"{EX}.ipynb").write_bytes(b'{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}')
    asked: list[Any] = []

    def noted(path: Path, graded: bool = False) -> Any:
        asked.append(graded)
        raise CourseError("stop")

    monkeypatch.setattr("graders.notebook.cell_grader.cell_grader", noted)
    with pytest.raises(cell.CannotGrade):
        cell.points(f"{EX}.slope")
    (small.folder / f"{EX}.ipynb").unlink()
    assert asked == [False]
