"""nbgrader preprocessors for grading: ours in place of Execute, and the one that writes comments.

nbgrader's Execute runs the student's cells and the graded cells in one kernel, where the student's code can do to the
grader what it likes. `SandboxExecute` never runs a notebook: it reads the code cells as text, grades them as the
command line does, and writes into each graded cell what `points()` would have shown.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Unicode

from graders.course.keys import without_key
from graders.notebook.build import graded_address
from graders.notebook.cell import clamped, quiet_stderr
from graders.notebook.cell_grader import NotGraded, cell_grader
from graders.notebook.comments import comment_on
from graders.notebook.run import run_of
from graders.notebook.sources import notebook_hand_in, student_folders
from graders.report import ConceptResult, Report

REPORTS = "leafgrad_reports"
"""Key in the resources under which the reports pass from one preprocessor to the next."""

Notebook = Any
Resources = Any


class SandboxExecute(NbGraderPreprocessor):  # type: ignore[misc]
    """Stands in for Execute: grades the text of the code cells in the sandbox and fills the graded cells' outputs.

    A notebook that has graded cells of other kinds is executed as well, since those need their outputs; the points of
    our own cells come from the sandbox all the same. The kernel's environment lacks
    `LEAFGRAD_KEY`, which is no wall: its code can still read the files and the first environment of this process.
    """

    course = Unicode("course.yml", help="Path of course.yml, relative to the course directory.").tag(config=True)

    def preprocess(self, nb: Notebook, resources: Resources) -> tuple[Notebook, Resources]:
        """Return the notebook with its graded cells answered."""
        ours = {index: address for index, cell in enumerate(nb.cells) if (address := _address(cell)) is not None}
        if any(
            utils.is_grade(cell) and cell.cell_type == "code" and index not in ours
            for index, cell in enumerate(nb.cells)
        ):
            with without_key():
                nb, resources = Execute(parent=self.parent).preprocess(nb, resources)
        if not ours:
            return nb, resources
        reports = resources[REPORTS] = self._reports(nb, resources, set(ours.values()))
        for index, address in ours.items():
            exercise, _, concept = address.partition(".")
            nb.cells[index].outputs = outputs(exercise, reports[exercise], concept)
        return nb, resources

    def _reports(self, nb: Notebook, resources: Resources, addresses: set[str]) -> dict[str, Report]:
        grading = cell_grader(Path(self.course).resolve(), graded=True)
        data = json.dumps(nb).encode()
        folders = student_folders(grading.course, Path(resources["metadata"]["path"]).resolve())
        student, notebook = resources["nbgrader"]["student"], resources["nbgrader"]["notebook"]
        reports = {}
        for exercise in sorted({address.partition(".")[0] for address in addresses}):
            handed_in = notebook_hand_in(grading.course, exercise, data, folders, student)
            with run_of(self) as run:
                report = run.ahead.report((student, notebook), handed_in, exercise) if run.ahead else None
            if report is None:
                try:
                    with quiet_stderr():
                        report = grading.report(handed_in, exercise)
                except NotGraded as fault:  # nbgrader puts the submission back and goes on with the next student
                    self.log.error("%s is not graded: %s\n%s", student, fault, fault.fault.trace)
                    raise
            for signal in report.signals:
                self.log.warning("%s: %s", student, signal)
            reports[exercise] = report
        return reports


class WriteComments(NbGraderPreprocessor):  # type: ignore[misc]
    """Writes, after SaveAutoGrades, what is wrong as automatic comment of one answer; manual comments stay.

    For settings that name nbgrader's own SaveAutoGrades; SaveGrades does both.
    """

    def preprocess(self, nb: Notebook, resources: Resources) -> tuple[Notebook, Resources]:
        """Return the notebook as it is; the comment goes into the gradebook."""
        where, text = comment_for(nb, resources)
        if text:
            info = resources["nbgrader"]
            with run_of(self) as run, run.gradebook(info["db_url"]) as gradebook:
                comment = gradebook.find_comment(where, info["notebook"], info["assignment"], info["student"])
                comment.auto_comment = text
                gradebook.db.commit()
        return nb, resources


def comment_for(nb: Notebook, resources: Resources) -> tuple[str, str]:
    """Return the id of the answer that gets the comment on a notebook, and the comment, empty when there is none."""
    answers = [cell.metadata.nbgrader.grade_id for cell in nb.cells if utils.is_solution(cell)]
    reports = resources.get(REPORTS, {})
    text = "\n\n".join(comment for report in reports.values() if (comment := comment_on(report)))
    return (min(answers), text) if answers else ("", "")


def outputs(exercise: str, report: Report, concept: str) -> list[Any]:
    """Return the outputs of a graded cell: the report to look at, then the points as a plain float."""
    result = next(found for _, found in report.concepts() if found.id == concept)
    notes = tuple(report.notes) if result.status != "passed" else ()
    html, text = _rendered(exercise, result.model_dump_json(), notes)
    shown = {"text/html": html, "text/plain": text}
    value = {"text/plain": repr(clamped(result))}
    return [
        nbformat.from_dict({"output_type": "display_data", "data": shown, "metadata": {}}),
        nbformat.from_dict({"output_type": "execute_result", "data": value, "metadata": {}, "execution_count": None}),
    ]


@lru_cache(maxsize=1024)
def _rendered(exercise: str, result: str, notes: tuple[str, ...]) -> tuple[str, str]:
    """Return a result, given as JSON, as HTML and as plain text; a class has many that are equal."""
    from graders.render.fragment import concept_html, concept_text

    concept = ConceptResult.model_validate_json(result)
    return concept_html(exercise, concept, notes), concept_text(exercise, concept, notes)


def _address(cell: Any) -> str | None:
    """Return the concept of one of our graded cells, None for any other cell."""
    graded = cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)
    return graded_address(cell.source) if graded else None
