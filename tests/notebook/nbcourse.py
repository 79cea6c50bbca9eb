"""A small course on nbgrader, its students, and nbgrader itself, for the tests."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ASSIGNMENTS = {"scalars": ["ex01_finite_differences", "ex02_closures"], "optimizers": ["ex09_sgd"]}
DUE = "2027-02-07T23:59:00Z"
Notebook = dict[str, Any]


def small_course(root: Path, folder: Path, assignments: Mapping[str, list[str]] = ASSIGNMENTS, cases: int = 12) -> Path:
    """Make a course of a few exercises in `folder`, with so many cases to a bank; return its course.yml."""
    whole = yaml.safe_load((root / "course.yml").read_text(encoding="utf-8"))
    wanted = [name for names in assignments.values() for name in names]
    late = {"percent_per_day": 10, "grace_minutes": 15, "max_days": 5}
    whole |= {
        "assignments": [
            {"id": name, "title": name, "due": DUE, "exercises": exercises, "late": late}
            for name, exercises in assignments.items()
        ],
        "exercises": [exercise for exercise in whole["exercises"] if exercise["id"] in wanted],
        "defaults": {"cases": cases},
        "course": "small",
    }
    for room, source in {"exercises": "exercises", "solutions": "solutions", ".leafgrad/stubs": "exercises"}.items():
        (folder / room).mkdir(parents=True, exist_ok=True)
        for name in wanted:
            shutil.copy(root / source / f"{name}.py", folder / room)
    (folder / "solutions" / "wrong").mkdir()
    for name in wanted:
        shutil.copy(root / "solutions" / "wrong" / f"{name}.yml", folder / "solutions" / "wrong")
    (folder / "course.yml").write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    return folder / "course.yml"


def code_cell(source: str) -> Notebook:
    """Return a code cell that a student adds."""
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None, "id": "own"}


def text_of(cell: Notebook) -> str:
    """Return the source of a cell."""
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def marks_of(cell: Notebook) -> Notebook:
    """Return nbgrader's metadata of a cell."""
    return cell["metadata"].get("nbgrader", {})


@dataclass
class Desk:
    """A course directory of nbgrader in which `init` has run.

    Attributes:
        folder: The course directory.
    """

    folder: Path

    def nbgrader(self, *arguments: str, check: bool = True, **environment: str) -> str:
        """Run nbgrader in the course directory and return what it printed."""
        command = Path(sys.executable).parent / "nbgrader"
        variables = os.environ | {"PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"} | environment
        variables["PATH"] = os.pathsep.join([str(command.parent), variables["PATH"]])
        done = subprocess.run(
            [command, *arguments], cwd=self.folder, env=variables, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0 or not check, said[-3000:]
        return said

    def notebook(self, step: str, assignment: str, exercise: str, student: str = ".") -> Notebook:
        """Return a notebook of one step as JSON."""
        found: Notebook = json.loads((self.folder / step / student / assignment / f"{exercise}.ipynb").read_bytes())
        return found

    def hand_in(
        self,
        student: str,
        assignment: str,
        change: Callable[[str, Notebook], None] = lambda exercise, notebook: None,
        when: str = "2027-02-07 12:00:00 UTC",
        solved: bool = True,
    ) -> Path:
        """Put a student's folder into `submitted`: the release, its holes filled if `solved`, then changed."""
        home = self.folder / "submitted" / student / assignment
        home.mkdir(parents=True)
        for path in sorted((self.folder / "release" / assignment).glob("*.ipynb")):
            notebook = json.loads(path.read_bytes())
            if solved:
                fill(notebook, self.notebook("source", assignment, path.stem))
            change(path.stem, notebook)
            (home / path.name).write_text(json.dumps(notebook), encoding="utf-8")
        shutil.copy(self.folder / "release" / assignment / "course.yml", home)
        (home / "timestamp.txt").write_text(when)
        return home

    def totals(self) -> dict[tuple[str, str], dict[str, float]]:
        """Run `nbgrader export`; return (assignment, student) to raw score, penalty and score."""
        self.nbgrader("export", "--to=grades.csv")
        with (self.folder / "grades.csv").open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        numbers = ("raw_score", "late_submission_penalty", "score", "max_score")
        return {(row["assignment"], row["student_id"]): {name: float(row[name]) for name in numbers} for row in rows}


def fill(notebook: Notebook, source: Notebook) -> None:
    """Fill the holes of a released notebook with the answers of the source notebook."""
    answers = {marks_of(cell)["grade_id"]: cell for cell in source["cells"] if marks_of(cell).get("solution")}
    for cell in notebook["cells"]:
        answer = answers.get(marks_of(cell).get("grade_id"))
        if answer is not None:
            cell["source"] = text_of(answer)


def replace(notebook: Notebook, old: str, new: str) -> None:
    """Replace a text in the answers of a notebook, where it must stand."""
    found = [cell for cell in notebook["cells"] if old in text_of(cell)]
    assert found, f"{old!r} is not in the notebook"
    for cell in found:
        cell["source"] = text_of(cell).replace(old, new)


def autograde_here(folder: Path, assignment: str, student: str, without: str = "") -> dict[str, Any]:
    """Autograde one submission in this process; return nbgrader's `{success, error, log}`.

    Args:
        folder: The course directory.
        assignment: Its id.
        student: The student's id.
        without: A setting of `Autograde` to take away, to see what it guards against.
    """
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    from graders.notebook.settings import course_settings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = course_settings(folder).config
        if without:
            del config.Autograde[without]
        api = NbGraderAPI(CourseDirectory(config=config), config=config)
        done: dict[str, Any] = api.autograde(assignment, student, force=True)
    return done


def scores_of(folder: Path, assignment: str, student: str) -> dict[str, float | None]:
    """Return grade id to automatic score, as the gradebook has it."""
    from graders.notebook.gradebook import open_gradebook
    from graders.notebook.settings import course_settings

    settings = course_settings(folder)
    with open_gradebook(settings.db_url, settings.course_id) as gradebook:
        submission = gradebook.find_submission(assignment, student)
        return {grade.name: grade.auto_score for notebook in submission.notebooks for grade in notebook.grades}


def comments_of(folder: Path, assignment: str, student: str) -> dict[str, str]:
    """Return notebook name to the automatic comments on it, as the gradebook has them."""
    from graders.notebook.gradebook import open_gradebook
    from graders.notebook.settings import course_settings

    settings = course_settings(folder)
    with open_gradebook(settings.db_url, settings.course_id) as gradebook:
        submission = gradebook.find_submission(assignment, student)
        return {
            notebook.name: " ".join(comment.auto_comment or "" for comment in notebook.comments)
            for notebook in submission.notebooks
        }
