"""The notebook peers: the checks of a peer's file in cells, one graded cell for each concept, as in nbgrader."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat

from graders.cases.ops import ARITHMETIC, SCALAR
from tests.bench.peers.verdicts import FILES, concept_of

_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "bench"
c.ExecutePreprocessor.timeout = 120
c.Execute.timeout = 120
c.Exchange.root = "exchange"
"""
_TEST = re.compile(r"^((?:@.+\n)*)def (test_\w+)\((.*)\):\n", re.MULTILINE)
_CASES = re.compile(r"@pytest\.mark\.parametrize\(\"(.+?)\", (.+)\)\n")
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_COMMANDS = str(Path(sys.executable).parent)
"""Where nbgrader looks for alembic."""


def calls(exercise: str) -> dict[str, list[str]]:
    """Return, for each concept, the lines of code that run its tests in a notebook."""
    found: dict[str, list[str]] = {}
    for decorators, name, _ in _TEST.findall(FILES[exercise].read_text(encoding="utf-8")):
        cases = _CASES.findall(decorators)
        if name.startswith(("test_binary", "test_unary")):
            operations = ARITHMETIC if "binary" in name else [op for op, row in SCALAR.items() if len(row.domain) == 1]
            for op in operations:
                found.setdefault(op, []).append(f'{name}(op="{op}")')
        else:
            loops = "".join(f"{'    ' * i}for {names} in {values}:\n" for i, (names, values) in enumerate(cases))
            given = ", ".join(f"{one}={one}" for names, _ in cases for one in names.split(", "))
            found.setdefault(concept_of(name), []).append(f"{loops}{'    ' * len(cases)}{name}({given})")
    return found


def notebook(exercise: str, source: str) -> nbformat.NotebookNode:
    """Return the notebook of one student.

    Args:
        exercise: Id of the exercise.
        source: The student's code, which fills the one cell to write in.
    """
    checks = FILES[exercise].read_text(encoding="utf-8")
    checks = re.sub(rf"^from {exercise} import .+\n", "", checks, flags=re.MULTILINE)
    checks = re.sub(r"^@pytest\.mark\.parametrize.+\n", "", checks, flags=re.MULTILINE)
    cells = [
        _cell(source, "answer", solution=True),
        _cell(checks, "definitions", locked=True),
        *(
            _cell("\n".join(lines), concept, grade=True, locked=True, points=1)
            for concept, lines in calls(exercise).items()
        ),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _cell(source: str, name: str, **marks: object) -> nbformat.NotebookNode:
    kinds = {"grade": False, "solution": False, "locked": False, "task": False}
    metadata = {"nbgrader": {**kinds, **marks, "grade_id": name, "schema_version": 3, "cell_type": "code"}}
    return nbformat.v4.new_code_cell(source, metadata=metadata, id=name.replace("_", "-"))


class NbgraderPeer:
    """A course directory of nbgrader; `nbgrader autograde` with its own Execute grades what is handed in.

    Args:
        exercise: Id of the exercise.
        folder: The course directory, made anew.
        solution: Source from which the assignment is made.
    """

    name = "nbgrader autograde"

    def __init__(self, exercise: str, folder: Path, solution: str) -> None:
        self._exercise = exercise
        self._folder = folder
        (folder / "source" / "hw").mkdir(parents=True)
        (folder / "nbgrader_config.py").write_text(_CONFIG)
        nbformat.write(notebook(exercise, solution), folder / "source" / "hw" / "hw.ipynb")
        self._run("generate_assignment", "hw")

    def hand_in(self, student: str, source: str) -> None:
        """Put a student's notebook where autograde looks for it."""
        home = self._folder / "submitted" / student / "hw"
        home.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook(self._exercise, source), home / "hw.ipynb")

    def autograde(self, students: str) -> None:
        """Grade the notebooks of the students whose names match a pattern, in one run of nbgrader."""
        self._run("autograde", "hw", "--force", f"--student={students}")

    def lost(self) -> Mapping[str, frozenset[str]]:
        """Return, for each graded student, the concepts whose cells got no points."""
        from nbgrader import utils

        graded = {}
        for path in sorted((self._folder / "autograded").glob("*/hw/hw.ipynb")):
            cells = [cell for cell in nbformat.read(path, as_version=4).cells if utils.is_grade(cell)]
            failed = [cell.metadata.nbgrader.grade_id for cell in cells if not utils.determine_grade(cell)[0]]
            graded[path.parent.parent.name] = frozenset(failed)
        return graded

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self._folder,
            env=os.environ | _ENVIRONMENT | {"PATH": os.pathsep.join([_COMMANDS, os.environ.get("PATH", "")])},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"nbgrader {arguments[0]} failed: {(done.stdout + done.stderr)[-3000:]}")
