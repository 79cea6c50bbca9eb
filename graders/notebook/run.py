"""What the preprocessors of one run of `nbgrader autograde` share: an open gradebook, and the cells that it knows.

nbgrader opens its gradebook anew in every preprocessor and asks for every cell by itself, which costs more than
grading does. The cells of an assignment are the same for every student of a run.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from nbgrader.api import Gradebook, GradeCell, MissingEntry, SourceCell, TaskCell

from graders.notebook.pregrade import Ahead


class KnownCells:
    """The cells of a released notebook, out of the gradebook; answers as a `Gradebook` does, without a database.

    Args:
        notebook: nbgrader's `Notebook`, its session still open.

    Attributes:
        kernelspec: Of the released notebook, None when the gradebook has none.
        marks: Grade id to nbgrader's metadata of the cell.
        sources: Grade id to its source.
    """

    def __init__(self, notebook: Any) -> None:
        self.kernelspec: dict[str, Any] | None = json.loads(notebook.kernelspec) if notebook.kernelspec else None
        self._notebook = notebook
        self._sources: dict[str, SourceCell] = {cell.name: cell for cell in notebook.source_cells}
        tasks = {cell.name: cell for cell in notebook.task_cells}
        grades = {cell.name: cell for cell in notebook.grade_cells}
        self._graded: dict[str, GradeCell | TaskCell] = {**tasks, **grades}
        points = {name: cell.max_score for name, cell in self._graded.items()}
        solutions = {cell.name for cell in notebook.solution_cells}
        self.sources = {name: str(cell.source) for name, cell in self._sources.items()}
        self.marks: Mapping[str, dict[str, Any]] = {
            name: {
                "schema_version": 3,
                "grade_id": name,
                "grade": name in grades,
                "solution": name in solutions,
                "task": name in tasks,
                "locked": bool(cell.locked),
                "checksum": cell.checksum,
                "cell_type": cell.cell_type,
                **({"points": points[name]} if name in points else {}),
            }
            for name, cell in self._sources.items()
        }

    def find_notebook(self, notebook: str, assignment: str) -> Any:
        """Return the notebook, as `Gradebook.find_notebook` does."""
        return self._notebook

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> SourceCell:
        """Return a cell, as `Gradebook.find_source_cell` does."""
        return _found(self._sources, name)

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> GradeCell | TaskCell:
        """Return a cell with points, as `Gradebook.find_graded_cell` does."""
        return _found(self._graded, name)


class Run:
    """One run of autograde. What it has opened is closed when it is no longer used.

    Attributes:
        ahead: The process that grades ahead, if there is one.
    """

    def __init__(self) -> None:
        self.ahead: Ahead | None = None
        self._gradebooks: dict[str, Gradebook] = {}
        self._cells: dict[tuple[str, str, str], KnownCells] = {}
        self.close = weakref.finalize(self, _close, self._gradebooks)

    @contextmanager
    def gradebook(self, url: str) -> Iterator[Gradebook]:
        """Yield the gradebook, with a session of its own: what is not committed is undone."""
        if url not in self._gradebooks:
            self._gradebooks[url] = Gradebook(url)
        try:
            yield self._gradebooks[url]
        finally:
            self._gradebooks[url].db.remove()

    def cells(self, info: Mapping[str, str]) -> KnownCells:
        """Return the cells of a notebook, read once in the run.

        Args:
            info: nbgrader's resources: db_url, assignment and notebook.
        """
        place = info["db_url"], info["assignment"], info["notebook"]
        if place not in self._cells:
            with self.gradebook(info["db_url"]) as gradebook:
                self._cells[place] = KnownCells(gradebook.find_notebook(info["notebook"], info["assignment"]))
        return self._cells[place]


@contextmanager
def run_of(preprocessor: Any) -> Iterator[Run]:
    """Yield the run that a preprocessor is part of; one of its own under an exporter that is not ours."""
    run = getattr(preprocessor.parent, "run", None)
    if isinstance(run, Run):
        yield run
        return
    run = Run()
    try:
        yield run
    finally:
        run.close()


def _close(gradebooks: dict[str, Gradebook]) -> None:
    while gradebooks:
        gradebooks.popitem()[1].close()


def _found(cells: Mapping[str, Any], name: str) -> Any:
    if name not in cells:
        raise MissingEntry(f"No such cell: {name}")
    return cells[name]
