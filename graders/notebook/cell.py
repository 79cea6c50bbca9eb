"""`points()`: the last line of a graded cell."""

from __future__ import annotations

import io
import os
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

from graders.course.course import Course
from graders.course.extras import need_torch
from graders.course.place import find_course
from graders.errors import LeafgradError, UsageError
from graders.render.fragment import TEXT_WIDTH, concept_html, concept_text
from graders.report import ConceptResult
from graders.submission import Submission

_EXECUTION = "NBGRADER_EXECUTION"


class NotPassedYet(Exception):
    """A concept is not passed; the text is the report. Raised under `nbgrader validate`, which hides printed text."""

    def _render_traceback_(self) -> list[str]:
        return str(self).split("\n")


class CannotGrade(Exception):
    """Grading was not possible; the text says why and what to do."""

    def _render_traceback_(self) -> list[str]:
        return textwrap.wrap(f"Cannot grade: {self}", TEXT_WIDTH)


def points(address: str) -> float:
    """Grade one concept of what is defined in this notebook, show the report, and return the points.

    The code that is graded is that of the cells which ran in this kernel, in the order in which they ran; it is judged
    in a worker of its own, as on the command line. Under `nbgrader autograde` it is the code of the notebook's file.
    The cases are always those of the public key: the student's code runs in the same kernel, so no secret is safe here.

    Args:
        address: A concept, `"ex02_closures.mul"` for example.

    Returns:
        A builtin finite float between 0 and the points of the concept: what nbgrader reads as partial credit.

    Raises:
        NotPassedYet: under `nbgrader validate`, when the concept is not fully right.
        CannotGrade: there is no course, no such concept, or no notebook.
    """
    try:
        with quiet_stderr():
            exercise, result, notes = _graded(address)
            shown = _renderings(exercise, result, notes)
    except LeafgradError as error:
        raise CannotGrade(str(error)) from None
    if os.environ.get(_EXECUTION) == "validate" and result.status != "passed":
        raise NotPassedYet(shown["text/plain"]) from None
    _display(shown)
    return clamped(result)


def clamped(result: ConceptResult) -> float:
    """Return the points of a result as a builtin finite float that nbgrader accepts."""
    score = float(result.score)
    return min(max(score, 0.0), float(result.max_score)) if score - score == 0 else 0.0


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keep everything from standard error, also what C code writes: nbgrader gives zero for any of it."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as sink, redirect_stderr(io.StringIO()):
        os.dup2(sink.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def _graded(address: str) -> tuple[str, ConceptResult, list[str]]:
    """Return the exercise, the result of the concept, and notes about the code that was graded."""
    from graders.notebook.cell_grader import cell_grader

    autograding = os.environ.get(_EXECUTION) == "autograde"
    grading = cell_grader(find_course(Path.cwd()))
    exercise, concept = grading.course.concept(address)
    if exercise.flavour == "torch":
        need_torch(exercise.id)
    report = grading.report(_hand_in(grading.course, exercise.id, autograding), exercise.id)
    result = next(found for _, found in report.concepts() if found.id == concept.id)
    return exercise.id, result, [*(report.notes if result.status != "passed" else ()), *report.signals]


def _hand_in(course: Course, exercise: str, autograding: bool) -> Submission:
    from graders.notebook.history import kernel_source
    from graders.notebook.sources import hand_in, notebook_hand_in, student_folders

    here = Path.cwd()
    file = here / f"{exercise}.ipynb"
    if autograding and file.is_file():
        return notebook_hand_in(course, exercise, file.read_bytes(), student_folders(course, here))
    source, taken = kernel_source(_shell())
    notes = [f"Not run, since it is no plain Python: {taken[0]}"] if taken else []
    return hand_in(course, exercise, source, student_folders(course, here), notes=notes)


def _renderings(exercise: str, result: ConceptResult, notes: list[str]) -> dict[str, str]:
    return {
        "text/html": concept_html(exercise, result, notes),
        "text/plain": concept_text(exercise, result, notes),
    }


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        raise UsageError("points() reads the cells of a notebook.", "On the command line it is `leafgrad check`.")
    return shell


def _display(shown: dict[str, str]) -> None:
    from IPython.display import display

    display(shown, raw=True)
