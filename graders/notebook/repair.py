"""nbgrader preprocessors for what students do to a notebook's metadata, by accident or not.

nbgrader believes the metadata of a submitted notebook in part: a version number that it does not know stops the whole
run, a missing id stops that submission, and a graded cell that was deleted is simply not graded. What the gradebook
knows of the cells is put in its place.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

_KNOWN = "leafgrad_cells"
"""Key in the resources under which the first preprocessor leaves what it has read for the second."""

Notebook = Any
Resources = Any


class RepairMetadata(NbGraderPreprocessor):  # type: ignore[misc]
    """Gives the cells that the gradebook knows their metadata back; all others lose what they claim to be.

    Of cells with the same id the last one counts, as in nbgrader's DeduplicateIds, which leaves empty metadata on the
    others: CheckCellMetadata then takes the notebook for one of an old version and stops the run.
    """

    def preprocess(self, nb: Notebook, resources: Resources) -> tuple[Notebook, Resources]:
        """Return the notebook; runs first, before anything reads the metadata."""
        marks, sources = _known_cells(resources)
        resources[_KNOWN] = dict(marks), sources
        for cell in reversed(nb.cells):
            claimed = cell.metadata.pop("nbgrader", None)
            grade_id = claimed.get("grade_id") if isinstance(claimed, dict) else None
            if isinstance(grade_id, str) and grade_id in marks:
                cell.metadata["nbgrader"] = nbformat.from_dict(marks.pop(grade_id))
        return nb, resources


class RestoreGradedCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts graded cells that are missing back at the end of the notebook, so that their concepts are graded."""

    def preprocess(self, nb: Notebook, resources: Resources) -> tuple[Notebook, Resources]:
        """Return the notebook; runs after OverwriteCells."""
        present = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells}
        known, sources = resources.get(_KNOWN) or _known_cells(resources)
        for name, marks in known.items():
            if name not in present and marks["grade"] and marks["locked"]:
                self.log.warning("Cell '%s' is missing and is put back", name)
                cell = nbformat.v4.new_code_cell(sources[name], metadata={"nbgrader": marks, "deletable": False})
                nb.cells.append(cell)
        return nb, resources


def _known_cells(resources: Resources) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Return grade id to nbgrader metadata, and to source, for every cell of the notebook that the gradebook knows."""
    info = resources["nbgrader"]
    with Gradebook(info["db_url"]) as gradebook:
        notebook = gradebook.find_notebook(info["notebook"], info["assignment"])
        points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
        grades = {cell.name for cell in notebook.grade_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        tasks = {cell.name for cell in notebook.task_cells}
        sources = {cell.name: str(cell.source) for cell in notebook.source_cells}
        marks = {
            cell.name: {
                "schema_version": 3,
                "grade_id": cell.name,
                "grade": cell.name in grades,
                "solution": cell.name in solutions,
                "task": cell.name in tasks,
                "locked": bool(cell.locked),
                "checksum": cell.checksum,
                "cell_type": cell.cell_type,
                **({"points": points[cell.name]} if cell.name in points else {}),
            }
            for cell in notebook.source_cells
        }
        return marks, sources
