"""The source notebook of an exercise: its text, the cells to write in, and one locked graded cell for each concept."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.course.course import Concept, Course, Exercise
from graders.course.stubs import stub_source
from graders.errors import CourseError, UsageError
from graders.notebook.attached import Attachments, illustrated
from graders.notebook.prose import markdown
from graders.notebook.source_cells import docstring, weave
from graders.render.concept import points as points_text

Cell = dict[str, Any]
KEY = "leafgrad"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_POINTS_CALL = re.compile(r"^points\(\"(?P<address>[\w\-]+\.[\w\-]+)\"\)\s*\Z", re.MULTILINE)

GRADED_CELL = """\
# {title} ({points} {word})
from graders.notebook import points

points("{address}")"""

HOW_TO = """\
Write your code in the cells below, run them, and then run the cells that end in `points(...)`: each grades one idea
and shows the smallest case that goes wrong. You may add cells anywhere; what counts is what your cells define."""


@dataclass(frozen=True)
class GradedCell:
    """A concept as nbgrader sees it."""

    grade_id: str
    points: float
    source: str


def graded_cell(exercise: Exercise, concept: Concept) -> GradedCell:
    """Return the graded cell of a concept."""
    source = GRADED_CELL.format(
        title=concept.title,
        points=points_text(concept.worth),
        word="point" if concept.worth == 1 else "points",
        address=f"{exercise.id}.{concept.id}",
    )
    return GradedCell(f"{exercise.id}-{concept.id}", concept.worth, source)


def graded_address(source: str) -> str | None:
    """Return the concept that a graded cell asks for, None when the cell is no graded cell of ours."""
    found = _POINTS_CALL.search(source)
    return found["address"] if found and "from graders.notebook import points" in source else None


def exercise_notebook(course: Course, exercise: Exercise) -> dict[str, Any]:
    """Return the source notebook of an exercise, nbformat 4.5, as a JSON-like value.

    Raises:
        CourseError: stub and solution do not fit, or one of them is missing.
    """
    name = f"{exercise.id}.py"
    solution = _read(course.folder / "solutions" / name)
    stub = _stub(course, exercise)
    text = f"# {exercise.title}\n\n{markdown(docstring(name, stub))}\n{HOW_TO}"
    cells = [text_cell("text", *illustrated(text, course.folder / "exercises"))]
    for piece in weave(name, stub, solution):
        source = with_imports(course, piece.source)
        answer = marks(f"{exercise.id}-code-{piece.name}", solution=True) if piece.answer else None
        cells.append(code_cell(f"code-{piece.name}", source, answer))
    return assembled(exercise, [*cells, *graded_cells(exercise)])


def graded_cells(exercise: Exercise) -> list[Cell]:
    """Return one locked graded cell for each concept."""
    cells = []
    for concept in exercise.concepts:
        graded = graded_cell(exercise, concept)
        locked = marks(graded.grade_id, grade=True, locked=True, points=graded.points)
        cells.append(code_cell(f"points-{concept.id}", graded.source, locked))
    return cells


def assembled(exercise: Exercise, cells: list[Cell]) -> dict[str, Any]:
    """Return a notebook of these cells, whose ids depend on nothing but exercise and name."""
    for cell in cells:
        cell["id"] = hashlib.sha256(f"{exercise.id}/{cell_name(cell)}".encode()).hexdigest()[:12]
    metadata = {
        "kernelspec": dict(KERNEL),
        "language_info": {"name": "python"},
        KEY: {"exercise": exercise.id, "cells": [cell_name(cell) for cell in cells]},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def digest(source: str) -> str:
    """Return the digest by which a cell is known to be as it was made."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def cell_name(cell: Cell) -> str:
    """Return the name under which a cell was made, empty for a cell of the instructor's own."""
    own = cell.get("metadata", {}).get(KEY)
    return str(own.get("cell", "")) if isinstance(own, dict) else ""


def source_of(cell: Cell) -> str:
    """Return the source of a cell, which files hold as one text or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def to_bytes(notebook: dict[str, Any]) -> bytes:
    """Return a notebook as its file holds it, sources as lists of lines."""
    cells = [{**cell, "source": source_of(cell).splitlines(keepends=True)} for cell in notebook["cells"]]
    return (json.dumps({**notebook, "cells": cells}, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _stub(course: Course, exercise: Exercise) -> str:
    """Return the stub: the file in `exercises/` when it still has holes, else the untouched one that is kept."""
    path = course.folder / "exercises" / f"{exercise.id}.py"
    text = _read(path) if path.is_file() else ""
    if "raise NotImplementedError" in text:
        return text
    try:
        return stub_source(course, exercise.id).decode("utf-8")
    except UsageError:
        raise CourseError(f"{path} is not the stub.", f"Put it back: leafgrad reset {exercise.id}.") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        raise CourseError(
            f"{path} {why}.", "Notebooks are made in the course's own folder, from stubs and solutions."
        ) from None


def with_imports(course: Course, source: str) -> str:
    """Return a cell that can import the student's other exercises, if it does that."""
    lines = source.split("\n")
    names = tuple(f"{word} {name} " for word in ("from", "import") for name in course.exercise_ids)
    first = next((index for index, line in enumerate(lines) if f"{line} ".startswith(names)), None)
    if first is not None:
        lines.insert(first, "import graders.notebook.imports  # finds your other exercises, files or notebooks")
    return "\n".join(lines)


def marks(grade_id: str, **flags: Any) -> Cell:
    """Return nbgrader's metadata of a cell, schema version 3."""
    kinds = {"grade": False, "locked": False, "solution": False, "task": False}
    return {"schema_version": 3, "grade_id": grade_id, **kinds, **flags}


def code_cell(name: str, source: str, marks: Cell | None = None) -> Cell:
    """Return a code cell that is known by its name."""
    own: Cell = {KEY: {"cell": name, "made": digest(source)}}
    metadata = own | ({"nbgrader": marks} if marks else {})
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def text_cell(name: str, source: str, attachments: Attachments | None = None) -> Cell:
    """Return a Markdown cell that is known by its name, with the pictures that it shows."""
    own = {KEY: {"cell": name, "made": digest(source)}}
    pictures = {"attachments": attachments} if attachments else {}
    return {"cell_type": "markdown", "source": source, "metadata": own, **pictures}
