"""A class with every kind of row that a gradebook can hold, and autograde run on copies of it with steps of our choice.

Nothing is graded: a step of the test writes outputs into the graded cells, and all ways start from one gradebook.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbcourse import Desk, Notebook, code_cell, marks_of, small_course, text_of
from test_bad_notebooks import duplicate_ids, missing_cells, moved_cells, odd_metadata, other_kernel

from graders.course.course import load_course

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from nbgrader.preprocessors import (
        AssignLatePenalties,
        ClearOutput,
        NbGraderPreprocessor,
        OverwriteCells,
        OverwriteKernelspec,
        SaveAutoGrades,
    )

    from graders.notebook.repair import OverwriteReleased, RepairMetadata, RestoreGradedCells

EX, LATE = "ex01_finite_differences", "2027-02-09 12:00:00 UTC"
EARLIER = 0.125
"""A score that no run gives; tasks keep it, since nbgrader never grades them by itself."""
ANSWERS = {"essay": "A long answer.", "program": "x = 1", "project": "A task."}


def instructors_cells() -> list[Notebook]:
    """Return cells of every kind that nbgrader knows and we do not make."""
    kinds = {
        "essay": ("markdown", {"grade": True, "solution": True, "points": 3}),
        "program": ("code", {"grade": True, "solution": True, "points": 2}),
        "project": ("markdown", {"task": True, "points": 4}),
        "tests": ("code", {"grade": True, "locked": True, "points": 5}),
        "text": ("markdown", {"locked": True}),
    }
    cells = []
    for name, (kind, flags) in kinds.items():
        flags = {"grade": False, "locked": False, "solution": False, "task": False, **flags}
        marks = {"schema_version": 3, "grade_id": name, **flags}
        cell = {**code_cell(f"# {name}"), "id": name, "cell_type": kind, "metadata": {"nbgrader": marks}}
        cells.append(cell if kind == "code" else {k: cell[k] for k in ("cell_type", "id", "metadata", "source")})
    return cells


def answered(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = ANSWERS.get(marks_of(cell).get("grade_id", ""), text_of(cell))


def retyped(notebook: Notebook) -> None:
    cells = {marks_of(cell).get("grade_id"): cell for cell in notebook["cells"]}
    cells["tests"].update(cell_type="markdown", source="Mine.")
    for key in ("outputs", "execution_count"):
        del cells["tests"][key]
    cells["text"]["source"] = "Not what was here."
    marks_of(cells["essay"])["points"] = 300


def gap(notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if marks_of(cell).get("grade_id") != "program"]


def nothing(notebook: Notebook) -> None:
    """Hand in what was released."""


STUDENTS: dict[str, Callable[[Notebook], None]] = {
    "right": answered,
    "wrong": answered,
    "silent": answered,
    "raising": answered,
    "shouting": answered,
    "odd": answered,
    "unanswered": nothing,
    "duplicate": duplicate_ids,
    "missing": missing_cells,
    "moved": moved_cells,
    "gap": gap,
    "strange": odd_metadata,
    "julia": other_kernel,
    "retyped": retyped,
    "late": answered,
    "extended": answered,
    "manual": answered,
}


class Outputs(NbGraderPreprocessor):
    """Stands for Execute: writes the output that the student's name asks for, another one in the second round."""

    round = 0

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        student, marks = resources["nbgrader"]["student"], cell.metadata.get("nbgrader", {})
        if marks.get("grade") and marks.get("locked") and cell.cell_type == "code":
            points = marks["points"] if student not in ("wrong", "late", "manual") else marks["points"] / 4
            value = "nan" if student == "odd" else repr(float(points) / (1 + self.round))
            result = {"output_type": "execute_result", "data": {"text/plain": value}, "metadata": {}}
            error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
            said = {"output_type": "stream", "name": "stderr", "text": "NNPACK"}
            outputs = {"silent": [], "raising": [error], "shouting": [said]}.get(student, [result])
            cell.outputs = [
                nbformat.from_dict({"execution_count": None, **one} if one is result else one) for one in outputs
            ]
        return cell, resources


OWN_CLEANING = (ClearOutput, RepairMetadata, OverwriteReleased, RestoreGradedCells)
NBGRADERS_CLEANING = (ClearOutput, RepairMetadata, OverwriteKernelspec, OverwriteCells, RestoreGradedCells)
NBGRADERS_STEPS = (Outputs, SaveAutoGrades, AssignLatePenalties)


def class_of_all_kinds(root: Path, home: Path) -> Desk:
    """Return a released course with an instructor's own cells, a class that handed in, one student graded by hand."""
    from graders.notebook.init import init

    desk = Desk(home / "nb")
    init(load_course(small_course(root, home / "course", {"first": [EX]})), desk.folder)
    path = desk.folder / "source" / "first" / f"{EX}.ipynb"
    notebook = json.loads(path.read_bytes())
    notebook["cells"] += instructors_cells()
    path.write_text(json.dumps(notebook))
    desk.nbgrader("generate_assignment", "first")
    for student, change in STUDENTS.items():
        when = LATE if student in ("late", "extended", "manual") else "2027-02-07 12:00:00 UTC"
        change_one = lambda _, notebook, change=change: change(notebook)  # noqa: E731
        desk.hand_in(student, "first", change_one, when=when, solved=change is not nothing)
    autograde(desk.folder, NBGRADERS_CLEANING, NBGRADERS_STEPS)
    grade_by_hand(desk.folder)
    return desk


def grade_by_hand(folder: Path) -> None:
    """Make every row one that no run would leave, and add what a grader writes."""
    from graders.notebook.gradebook import open_gradebook

    with open_gradebook(f"sqlite:///{folder / 'gradebook.db'}", "small") as gradebook:
        for notebook in gradebook.find_notebook(EX, "first").submissions:
            notebook.late_submission_penalty = 9.0
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = EARLIER, not grade.needs_manual_grade
            for comment in notebook.comments:
                comment.auto_comment = "From an earlier run."
        gradebook.grant_extension("first", "extended", days=30)
        place = (EX, "first", "manual")
        for name, score in {f"{EX}-slope": 0.5, "essay": 2.0, "project": 3.0}.items():
            grade = gradebook.find_grade(name, *place)
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = score, 0.25, False
        for name in ("essay", "project"):
            gradebook.find_comment(name, *place).manual_comment = f"Seen: {name}"
        gradebook.find_submission_notebook(*place).late_submission_penalty = 99.0
        gradebook.db.commit()


def autograde(folder: Path, cleaning: Sequence[Any], steps: Sequence[Any], student: str = "*", **more: Any) -> bool:
    """Run autograde on a class in this process, with these steps; return whether nbgrader calls it a success."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    from graders.notebook.settings import course_settings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = course_settings(folder).config
        config.CourseDirectory.root = str(folder)
        config.Autograde.sanitize_preprocessors = list(cleaning)
        config.Autograde.autograde_preprocessors = list(steps)
        config.OverwriteCells.update(more)
        api = NbGraderAPI(CourseDirectory(config=config), config=config)
        return bool(api.autograde("first", student, force=True)["success"])


def rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that the gradebook says of the class: grades, comments, submissions."""
    submitted = """join submitted_notebook n on n.id = x.notebook_id
        join submitted_assignment s on s.id = n.assignment_id join base_cell c on c.id = x.cell_id order by 1, 2, 3"""
    queries = {
        "grades": f"""select s.student_id, c.name, c.type, x.auto_score, x.manual_score, x.extra_credit,
            x.needs_manual_grade from grade x {submitted}""",
        "comments": f"select s.student_id, c.name, c.type, x.auto_comment, x.manual_comment from comment x {submitted}",
        "submissions": """select s.student_id, s.timestamp, s.extension, n.late_submission_penalty, n.flagged
            from submitted_notebook n join submitted_assignment s on s.id = n.assignment_id order by 1""",
        "cells": """select c.name, c.type, g.max_score, t.max_score from base_cell c
            left join grade_cells g on g.id = c.id left join task_cells t on t.id = c.id order by 1, 2""",
    }
    connection = sqlite3.connect(folder / "gradebook.db")
    try:
        return {name: connection.execute(query).fetchall() for name, query in queries.items()}
    finally:
        connection.close()


def copy(desk: Desk, name: str) -> Path:
    """Return a copy of the course directory, beside it, where its settings find course.yml as well."""
    home = desk.folder.parent / name
    shutil.copytree(desk.folder, home)
    return home


def after(home: Path, cleaning: Sequence[Any], steps: Sequence[Any], student: str = "*") -> list[Any]:
    """Return the rows of a course directory after one run of autograde and after another with other outputs."""
    found = []
    for Outputs.round in (0, 1):
        assert autograde(home, cleaning, steps, student)
        found.append(rows(home))
    return found


def of(student: str, found: list[Any]) -> list[Any]:
    """Return the rows of one student."""
    return [[row for kind in one.values() for row in kind if row[0] == student] for one in found]


def notebooks(folder: Path) -> dict[str, Notebook]:
    """Return the autograded notebook of each student, without the ids that are drawn for new cells."""
    found = {}
    for path in sorted((folder / "autograded").glob("*/first/*.ipynb")):
        found[path.parts[-3]] = notebook = json.loads(path.read_bytes())
        for cell in notebook["cells"]:
            cell.pop("id", None)
    return found
