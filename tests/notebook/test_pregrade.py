"""Grading ahead: the same reports as without, for the files that are handed in, whatever happens to the process."""

from __future__ import annotations

import io
import json
import shutil
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from nbcourse import Desk, Notebook, code_cell, comments_of, marks_of, replace, scores_of, text_of

from graders.course.course import Course, load_course
from graders.notebook import cell_grader as cells
from graders.notebook.pregrade import Ahead, Name, serve
from graders.notebook.sources import notebook_hand_in
from graders.submission import Submission

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    from graders.notebook.cell_grader import CellGrader
    from graders.notebook.settings import course_settings

EX = "ex01_finite_differences"
OLDER = {
    "autograde_preprocessors": [
        "graders.notebook.preprocess.SandboxExecute",
        "nbgrader.preprocessors.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "graders.notebook.preprocess.WriteComments",
        "nbgrader.preprocessors.AssignLatePenalties",
    ],
    "sanitize_preprocessors": [
        "nbgrader.preprocessors.ClearOutput",
        "graders.notebook.repair.RepairMetadata",
        "nbgrader.preprocessors.OverwriteKernelspec",
        "nbgrader.preprocessors.OverwriteCells",
        "graders.notebook.repair.RestoreGradedCells",
    ],
}
"""Steps in the settings that earlier versions made."""


def wrong(exercise: str, notebook: Notebook) -> None:
    replace(notebook, "2 * eps", "eps")


def surrogate(exercise: str, notebook: Notebook) -> None:
    replace(notebook, "2 * eps", "[][chr(0xD800)]")


def changes_a_locked_cell(exercise: str, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if marks_of(cell).get("grade"):
            cell["source"] = text_of(cell) + "\nprint('mine')"
            marks_of(cell)["grade"] = False


def adds_magics(exercise: str, notebook: Notebook) -> None:
    notebook["cells"].insert(1, code_cell("%matplotlib inline\n1 / 0"))


@pytest.fixture(scope="module")
def handed_in(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A released course and a class, one of whom is broken, one late."""
    from graders.notebook.init import init

    home = tmp_path_factory.mktemp("ahead")
    desk = Desk(home / "nb")
    init(load_course(small_course_of(root, home)), desk.folder)
    desk.nbgrader("generate_assignment", "first")
    for change in (wrong, surrogate, changes_a_locked_cell, adds_magics):
        desk.hand_in(change.__name__, "first", change)
    desk.hand_in("late", "first", wrong, when="2027-02-09 12:00:00 UTC")
    (desk.hand_in("broken", "first") / f"{EX}.ipynb").write_text("{")
    renamed = desk.hand_in("renamed", "first") / f"{EX}.ipynb"
    renamed.rename(renamed.with_name("mine.ipynb"))
    return desk


def small_course_of(root: Path, home: Path) -> Path:
    from nbcourse import small_course

    return small_course(root, home / "course", {"first": [EX]})


@pytest.fixture
def graded_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The exercises that this process graded itself, one entry for each notebook."""
    graded: list[str] = []
    report = CellGrader.report

    def counted(self: CellGrader, submission: Any, exercise: str) -> Any:
        graded.append(submission.student_id)
        return report(self, submission, exercise)

    monkeypatch.setattr(CellGrader, "report", counted)
    return graded


def results(folder: Path, settings: dict[str, Any] | None = None, force: bool = True) -> dict[str, Any]:
    """Autograde the class in this process; return each student's scores, comments and outputs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = course_settings(folder).config
        config.Autograde.update(settings or {})
        api = NbGraderAPI(CourseDirectory(config=config), config=config)
        done = api.autograde("first", "*", force=force)
    assert done["success"], done["log"]
    found = {}
    for home in sorted((folder / "submitted").iterdir()):
        student = home.name
        notebook = Desk(folder).notebook("autograded", "first", EX, student)
        outputs = [cell.get("outputs") for cell in notebook["cells"]]
        found[student] = scores_of(folder, "first", student), comments_of(folder, "first", student), outputs
    return found


def copy(desk: Desk, name: str) -> Path:
    home = desk.folder.parent / name
    shutil.copytree(desk.folder, home)
    return home


@pytest.fixture(scope="module")
def alone(handed_in: Desk) -> dict[str, Any]:
    """What the settings of an earlier version give, with nothing graded ahead."""
    home = copy(handed_in, "alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graders.notebook.exporter.ahead_of", lambda converter, course: None)
        return results(home, OLDER)


def test_a_class_is_graded_ahead_with_equal_results(
    handed_in: Desk, alone: dict[str, Any], graded_here: list[str]
) -> None:
    assert results(copy(handed_in, "ahead")) == alone
    assert set(graded_here) == {"changes_a_locked_cell", "renamed"}  # nbgrader grades other files than were handed in
    assert alone["wrong"][1][EX] and sum(alone["adds_magics"][0].values()) > sum(alone["wrong"][0].values())


def test_a_course_with_older_settings_goes_on(handed_in: Desk, alone: dict[str, Any]) -> None:
    assert results(copy(handed_in, "older"), OLDER) == alone


class Silent(Ahead):
    """Its process ends before it has answered."""

    def __init__(self, course: Path, waiting: list[tuple[Name, str]]) -> None:
        super().__init__(course, waiting)
        self._process.kill()
        self._process.wait()


class Elsewhere(Ahead):
    """Its process does not find the course."""

    def __init__(self, course: Path, waiting: list[tuple[Name, str]]) -> None:
        super().__init__(course.with_name("nothing.yml"), waiting)


class OutOfStep(Ahead):
    """Answers about another notebook than the one that was asked for."""

    def __init__(self, course: Path, waiting: list[tuple[Name, str]]) -> None:
        paths = [path for _, path in waiting]
        super().__init__(
            course, [(name, path) for (name, _), path in zip(waiting, [*paths[1:], paths[0]], strict=True)]
        )


@pytest.mark.parametrize("broken", [Silent, Elsewhere, OutOfStep])
def test_whatever_happens_ahead_the_grades_are_the_same(
    handed_in: Desk, alone: dict[str, Any], graded_here: list[str], monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    monkeypatch.setattr("graders.notebook.pregrade.Ahead", broken)
    assert results(copy(handed_in, broken.__name__)) == alone
    assert len(graded_here) == len(alone)


def test_only_what_nbgrader_will_grade_is_graded_ahead(
    handed_in: Desk, graded_here: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[Name]] = []

    class Watched(Ahead):
        def __init__(self, course: Path, waiting: list[tuple[Name, str]]) -> None:
            asked.append([name for name, _ in waiting])
            super().__init__(course, waiting)

    home = copy(handed_in, "some")
    monkeypatch.setattr("graders.notebook.pregrade.Ahead", Watched)
    results(home)
    for student in ("late", "wrong"):
        shutil.rmtree(home / "autograded" / student)
    results(home, force=False)
    results(home, force=False)
    assert [len(names) for names in asked] == [7, 2] and asked[1] == [("late", EX), ("wrong", EX)]


def hand_in_of(course: Course, folder: Path, number: int = 1) -> tuple[str, Submission]:
    """Return the path of a notebook, and what it hands in."""
    cell = {"cell_type": "code", "metadata": {}, "source": f"x = {number}", "outputs": [], "execution_count": None}
    path = folder / str(number) / f"{EX}.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    return str(path), notebook_hand_in(course, EX, path.read_bytes(), student_id="ann")


@pytest.fixture
def ahead(small: Course, tmp_path: Path) -> Iterator[tuple[Ahead, Submission]]:
    """The process for one notebook, and what that hands in."""
    path, submission = hand_in_of(small, tmp_path)
    process = Ahead(small.path, [(("ann", EX), path)])
    yield process, submission
    process.close()


def test_notebooks_that_nbgrader_skips_are_left_out(small: Course, tmp_path: Path) -> None:
    notebooks = [hand_in_of(small, tmp_path, number) for number in range(10)]
    process = Ahead(small.path, [((str(number), EX), path) for number, (path, _) in enumerate(notebooks)])
    found = {number: process.report((str(number), EX), notebooks[number][1], EX) for number in (2, 8, 3, 9)}
    process.close()
    assert found[3] is None
    assert [found[number].submission_sha256 for number in (2, 8, 9)] == [notebooks[i][1].sha256 for i in (2, 8, 9)]


def test_a_report_counts_for_the_very_files_only(ahead: tuple[Ahead, Submission]) -> None:
    process, submission = ahead
    assert process.report(("ann", "other"), submission, EX) is None
    found = process.report(("ann", EX), submission, EX)
    assert found is not None and found.submission_sha256 == submission.sha256 and found.exercises[0].id == EX
    assert process.report(("ann", EX), submission, EX) is None


@pytest.mark.parametrize("change", [{"sha256": "0"}, {"notes": ("one more",)}, {"problem": "refused"}])
def test_a_report_on_other_files_does_not_count(ahead: tuple[Ahead, Submission], change: dict[str, Any]) -> None:
    from dataclasses import replace

    process, submission = ahead
    assert process.report(("ann", EX), replace(submission, **change), EX) is None


def test_what_cannot_be_graded_is_answered_with_nothing(small: Course, tmp_path: Path) -> None:
    lines = [["ann", EX, str(tmp_path / "nowhere.ipynb")], ["ann", "unknown", str(small.path)], "no list"]
    answers = io.BytesIO()
    serve(small.path, io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines)), answers)
    first, *rest = answers.getvalue().splitlines()
    assert [first, *rest] == [b"{}", b"{}", b"{}"]


@pytest.mark.parametrize("times", [1, 99])
def test_a_fault_of_ours_costs_one_student_nothing_but_the_grade(
    handed_in: Desk, alone: dict[str, Any], monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """What fails once is graded; what fails again has no autograded folder, no score, and is graded by the next run."""
    from graders.grading.grade import Grader

    home, real, asked = copy(handed_in, f"fault{times}"), Grader.grade, []
    monkeypatch.setattr(cells, "_grader", lru_cache(cells._grader.__wrapped__))  # it remembers no earlier report
    monkeypatch.setattr("graders.notebook.exporter.ahead_of", lambda converter, course: None)

    def grade(self: Grader, submission: Any, only: Any = None) -> Any:
        if submission.student_id == "late":
            asked.append(submission.student_id)
            if len(asked) <= times:
                raise MemoryError
        return real(self, submission, only)

    with monkeypatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setattr(Grader, "grade", grade)
        config = course_settings(home).config
        done = NbGraderAPI(CourseDirectory(config=config), config=config).autograde("first", "*", force=True)
    assert len(asked) == 2 and done["success"] == (times == 1)
    graded = {path.name for path in (home / "autograded").iterdir() if (path / "first").is_dir()}
    assert graded == set(alone) - ({"late"} if times > 1 else set())
    if times > 1:
        assert "late is not graded: The machine has no memory left." in done["log"]
        assert set(scores_of(home, "first", "late").values()) == {None}
        assert results(home, force=False) == alone
