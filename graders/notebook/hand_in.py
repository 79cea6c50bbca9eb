"""A student's file as a notebook, for courses whose nbgrader reads nothing else.

The notebook holds the file unchanged in one cell, and the graded cells; whoever grades it grades the same code.
"""

from __future__ import annotations

from typing import Any

from graders.course.course import Course, Exercise
from graders.course.stubs import stub_source
from graders.errors import CourseError, UsageError
from graders.notebook.build import assembled, code_cell, graded_cells, marks, text_cell
from graders.notebook.source_cells import answer_names

_TEXT = """\
# {title}

Handed in as `{name}`, with `leafgrad submit`. The cell below is that file."""
_IMPORTS = "import graders.notebook.imports  # finds the student's other exercises"


def hand_in_notebook(course: Course, exercise: Exercise, source: str) -> dict[str, Any]:
    """Return the notebook that stands for a file, nbformat 4.5, as a JSON-like value; equal files give equal notebooks.

    Args:
        course: The course.
        exercise: The exercise that the file belongs to.
        source: Text of the file.
    """
    name = f"{exercise.id}.py"
    cells = [
        text_cell("text", _TEXT.format(title=exercise.title, name=name)),
        code_cell("imports", _IMPORTS),
        code_cell("code", source.replace("\r\n", "\n").rstrip("\n"), _answer_marks(course, exercise)),
        *graded_cells(exercise),
    ]
    return assembled(exercise, cells)


def _answer_marks(course: Course, exercise: Exercise) -> dict[str, Any] | None:
    """Return the marks of the answer that nbgrader keeps comments on, None where the stub is not at hand."""
    try:
        stub = stub_source(course, exercise.id).decode("utf-8")
        names = answer_names(f"{exercise.id}.py", stub)
    except (UsageError, CourseError, UnicodeDecodeError):
        return None
    return marks(f"{exercise.id}-code-{min(names)}", solution=True) if names else None
