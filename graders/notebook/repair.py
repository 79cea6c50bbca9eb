"""nbgrader preprocessors for what students do to a notebook's metadata, by accident or not.

nbgrader believes the metadata of a submitted notebook in part: a version number that it does not know stops the whole
run, a missing id stops that submission, and a graded cell that was deleted is simply not graded. What the gradebook
knows of the cells is put in its place.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor, OverwriteCells

from graders.notebook.run import run_of

Notebook = Any
Resources = Any


class RepairMetadata(NbGraderPreprocessor):  # type: ignore[misc]
    """Gives the cells that the gradebook knows their metadata back; all others lose what they claim to be.

    Of cells with the same id the last one counts, as in nbgrader's DeduplicateIds, which leaves empty metadata on the
    others: CheckCellMetadata then takes the notebook for one of an old version and stops the run.
    """

    def preprocess(self, nb: Notebook, resources: Resources) -> tuple[Notebook, Resources]:
        """Return the notebook; runs first, before anything reads the metadata."""
        with run_of(self) as run:
            marks = dict(run.cells(resources["nbgrader"]).marks)
        for cell in reversed(nb.cells):
            claimed = cell.metadata.pop("nbgrader", None)
            grade_id = claimed.get("grade_id") if isinstance(claimed, dict) else None
            if isinstance(grade_id, str) and grade_id in marks:
                cell.metadata["nbgrader"] = nbformat.from_dict(marks.pop(grade_id))
        return nb, resources


class OverwriteReleased(OverwriteCells):  # type: ignore[misc]
    """nbgrader's OverwriteKernelspec and OverwriteCells, on cells that a run reads once and not for each student."""

    def preprocess(self, nb: Notebook, resources: Resources) -> tuple[Notebook, Resources]:
        """Return the notebook with the kernel and the locked cells of its release."""
        info = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.db_url = info["notebook"], info["assignment"], info["db_url"]
        with run_of(self) as run:
            self.gradebook = run.cells(info)
            if self.gradebook.kernelspec:
                nb.metadata["kernelspec"] = nbformat.from_dict(self.gradebook.kernelspec)
            nb, resources = super(OverwriteCells, self).preprocess(nb, resources)
            if self.add_missing_cells:
                nb, resources = self.add_missing_grade_cells(nb, resources)
                nb, resources = self.add_missing_task_cells(nb, resources)
        return nb, resources


class RestoreGradedCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts graded cells that are missing back at the end of the notebook, so that their concepts are graded."""

    def preprocess(self, nb: Notebook, resources: Resources) -> tuple[Notebook, Resources]:
        """Return the notebook; runs after the cells were overwritten."""
        present = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells}
        with run_of(self) as run:
            known = run.cells(resources["nbgrader"])
        for name, marks in known.marks.items():
            if name not in present and marks["grade"] and marks["locked"]:
                self.log.warning("Cell '%s' is missing and is put back", name)
                metadata = {"nbgrader": nbformat.from_dict(marks), "deletable": False}
                nb.cells.append(nbformat.v4.new_code_cell(known.sources[name], metadata=metadata))
        return nb, resources
