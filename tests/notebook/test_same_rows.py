"""Our steps of autograde leave the rows and notebooks that nbgrader's own steps leave, and do so when run again."""

from __future__ import annotations

import json
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from everykind import (
    EARLIER,
    NBGRADERS_CLEANING,
    NBGRADERS_STEPS,
    OWN_CLEANING,
    Outputs,
    after,
    autograde,
    class_of_all_kinds,
    copy,
    notebooks,
    of,
    rows,
)
from nbcourse import Desk

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from graders.notebook.repair import OverwriteReleased
    from graders.notebook.save import SaveGrades, SubmittedRows


@pytest.fixture(scope="module")
def the_class(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return class_of_all_kinds(root, tmp_path_factory.mktemp("rows"))


@pytest.fixture(scope="module")
def nbgraders(the_class: Desk) -> tuple[list[Any], Path]:
    """What nbgrader's own steps leave: the rows after each round, and the course directory."""
    home = copy(the_class, "nbgraders")
    return after(home, NBGRADERS_CLEANING, NBGRADERS_STEPS), home


def test_the_class_has_every_kind_of_row(nbgraders: tuple[list[Any], Path]) -> None:
    first, second = nbgraders[0]
    graded = {(student, name): tuple(rest) for student, name, _, *rest in first["grades"]}
    points = {name: grade or task for name, _, grade, task in first["cells"] if grade or task}
    assert graded["right", "tests"] == (5, None, None, 0) and graded["right", "essay"] == (None, None, None, 1)
    assert graded["unanswered", "essay"][0] == 0 and graded["right", "project"][0] == EARLIER
    assert graded["manual", "essay"] == (None, 2, 0.25, 1) and graded["raising", "tests"][0] == 0
    assert graded["shouting", "tests"][0] == 0 and graded["odd", "tests"][0] == points["tests"]
    comments = {(student, name): (auto, manual) for student, name, _, auto, manual in first["comments"]}
    assert comments["unanswered", "program"][0] == "No response." and comments["right", "program"][0] is None
    assert comments["manual", "project"] == (None, "Seen: project")
    penalty = {student: lost for student, _, _, lost, _ in first["submissions"]}
    assert penalty["late"] > 0 and penalty["extended"] is None and 0 < penalty["manual"] < 99
    assert first["grades"] != second["grades"] and first["submissions"] != second["submissions"]


def test_grades_comments_and_penalties_are_those_of_nbgraders_own_steps(
    the_class: Desk, nbgraders: tuple[list[Any], Path]
) -> None:
    home = copy(the_class, "ours")
    assert after(home, OWN_CLEANING, (Outputs, SaveGrades)) == nbgraders[0]
    assert notebooks(home) == notebooks(nbgraders[1])


class KeepsPenalty(SaveGrades):
    def _penalise(self, notebook: Any, seconds_late: float) -> None:
        notebook.late_submission_penalty = 1.0


class NeverAsksForManualGrades(SaveGrades):
    def _add_score(self, cell: Any, resources: Any) -> None:
        super()._add_score(cell, resources)
        self.gradebook.find_grade(cell.metadata.nbgrader.grade_id).needs_manual_grade = False


class SaysNothing(SaveGrades):
    def _add_comment(self, cell: Any, resources: Any) -> None:
        pass


class ForgetsTasks(SaveGrades):
    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        is_task = cell.metadata.get("nbgrader", {}).get("task")
        return (cell, resources) if is_task else super().preprocess_cell(cell, resources, cell_index)


class OverridesManualScores(SaveGrades):
    def _add_score(self, cell: Any, resources: Any) -> None:
        self.gradebook.find_grade(cell.metadata.nbgrader.grade_id).manual_score = None
        super()._add_score(cell, resources)


class OverridesManualComments(SaveGrades):
    def _add_comment(self, cell: Any, resources: Any) -> None:
        super()._add_comment(cell, resources)
        self.gradebook.find_comment(cell.metadata.nbgrader.grade_id).manual_comment = None


class GradesOnce(SaveGrades):
    def _add_score(self, cell: Any, resources: Any) -> None:
        if self.gradebook.find_grade(cell.metadata.nbgrader.grade_id).auto_score is None:
            super()._add_score(cell, resources)


class IgnoresExtensions(SaveGrades):
    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        nb, resources = super().preprocess(nb, resources)
        from graders.notebook.run import run_of

        with run_of(self) as run, run.gradebook(self.db_url) as gradebook:
            found = SubmittedRows(gradebook, self.notebook_id, self.assignment_id, self.student_id)
            if found.assignment.extension and found.assignment.extension > timedelta(0):
                found.notebook.late_submission_penalty = 1.0
            gradebook.db.commit()
        return nb, resources


@pytest.mark.parametrize(
    ("broken", "student"),
    [
        (KeepsPenalty, "late"),
        (IgnoresExtensions, "extended"),
        (NeverAsksForManualGrades, "right"),
        (SaysNothing, "unanswered"),
        (ForgetsTasks, "right"),
        (OverridesManualScores, "manual"),
        (OverridesManualComments, "manual"),
        (GradesOnce, "wrong"),
    ],
)
def test_a_broken_step_leaves_other_rows(
    the_class: Desk, nbgraders: tuple[list[Any], Path], broken: Any, student: str
) -> None:
    for step, equal in ((SaveGrades, True), (broken, False)):
        home = copy(the_class, f"{broken.__name__}-{equal}")
        found = after(home, OWN_CLEANING, (Outputs, step), student)
        assert (of(student, found) == of(student, nbgraders[0])) is equal


def test_missing_cells_come_back_where_nbgrader_is_told_to_add_them(the_class: Desk) -> None:
    homes = []
    for cleaning in (OWN_CLEANING, NBGRADERS_CLEANING):
        homes.append(copy(the_class, f"adding-{len(homes)}"))
        for student in ("gap", "moved", "duplicate"):
            assert autograde(homes[-1], cleaning, (Outputs,), student, add_missing_cells=True)
    assert notebooks(homes[0]) == notebooks(homes[1])
    assert "missing from the submission" in json.dumps(notebooks(homes[0])["gap"])


class ForgetsLockedCells(OverwriteReleased):
    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        return cell, resources


class ForgetsTheKernel(OverwriteReleased):
    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        kept = nb.metadata.get("kernelspec")
        nb, resources = super().preprocess(nb, resources)
        nb.metadata["kernelspec"] = kept
        return nb, resources


@pytest.mark.parametrize(("broken", "student"), [(ForgetsLockedCells, "retyped"), (ForgetsTheKernel, "julia")])
def test_a_broken_cleaning_leaves_another_notebook(
    the_class: Desk, nbgraders: tuple[list[Any], Path], broken: Any, student: str
) -> None:
    home = copy(the_class, broken.__name__)
    steps = [broken if step is OverwriteReleased else step for step in OWN_CLEANING]
    assert autograde(home, steps, (Outputs,), student)
    assert notebooks(home)[student] != notebooks(nbgraders[1])[student]


class TooManyPoints(Outputs):
    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "tests":
            cell.outputs[0].data["text/plain"] = "1000.0"
        return cell, resources


def test_a_submission_that_cannot_be_graded_keeps_all_of_its_rows(the_class: Desk) -> None:
    home = copy(the_class, "too_many")
    before, Outputs.round = rows(home), 1
    assert not autograde(home, OWN_CLEANING, (TooManyPoints, SaveGrades), "right")
    assert rows(home) == before
    assert autograde(home, OWN_CLEANING, (Outputs, SaveGrades), "right")
    assert rows(home) != before
