"""The nbgrader preprocessor that writes a graded notebook into the gradebook: grades, comments, the late penalty.

It is SaveAutoGrades, WriteComments and AssignLatePenalties in one: a submission is read once and written once, while
nbgrader asks for each grade by itself and writes it by itself. The rules are nbgrader's own, by its own methods.
"""

from __future__ import annotations

from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor, SaveAutoGrades
from sqlalchemy import select
from sqlalchemy.orm import load_only

from graders.notebook.preprocess import comment_for
from graders.notebook.run import run_of

Resources = Any


class SaveGrades(SaveAutoGrades, AssignLatePenalties):  # type: ignore[misc]
    """Writes what Execute or SandboxExecute left in the outputs; manual scores and comments stay.

    It takes the settings of both of its parents, `c.AssignLatePenalties.plugin_class` for one.
    """

    def preprocess(self, nb: Any, resources: Resources) -> tuple[Any, Resources]:
        """Return the notebook as it is."""
        info = resources["nbgrader"]
        self.notebook_id, self.assignment_id = info["notebook"], info["assignment"]
        self.student_id, self.db_url = info["student"], info["db_url"]
        self.init_plugin()
        with run_of(self) as run, run.gradebook(self.db_url) as gradebook:
            submitted = self.gradebook = SubmittedRows(gradebook, self.notebook_id, self.assignment_id, self.student_id)
            nb, resources = NbGraderPreprocessor.preprocess(self, nb, resources)
            where, text = comment_for(nb, resources)
            if text:
                submitted.find_comment(where).auto_comment = text
            seconds_late = submitted.assignment.total_seconds_late
            submitted.notebook.late_submission_penalty = None
            gradebook.db.commit()
            if seconds_late > 0:
                self._penalise(submitted.notebook, seconds_late)
                gradebook.db.commit()
        return nb, resources

    def _penalise(self, notebook: SubmittedNotebook, seconds_late: float) -> None:
        """Set the penalty of a late notebook, as AssignLatePenalties does."""
        self.log.warning("%s of %s is %s seconds late", self.assignment_id, self.student_id, seconds_late)
        penalty = self.plugin_inst.late_submission_penalty(self.student_id, notebook.score, seconds_late)
        self.log.warning("Late submission penalty: %s", penalty)
        if penalty is not None:
            notebook.late_submission_penalty = self._check_late_penalty(notebook, penalty)


class SubmittedRows:
    """The rows of one submitted notebook, read with three queries; answers as a `Gradebook` does.

    Args:
        gradebook: Open; what is changed in the rows is written when its session is committed.
        notebook: Name of the notebook.
        assignment: Name of the assignment.
        student: Id of the student.

    Attributes:
        notebook: nbgrader's `SubmittedNotebook`.
        assignment: nbgrader's `SubmittedAssignment`.

    Raises:
        MissingEntry: the student has not handed in this notebook.
    """

    def __init__(self, gradebook: Gradebook, notebook: str, assignment: str, student: str) -> None:
        found = gradebook.db.execute(
            select(SubmittedNotebook, SubmittedAssignment)
            .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .where(Notebook.name == notebook, Assignment.name == assignment)
            .where(SubmittedAssignment.student_id == student)
            .options(_columns_only(SubmittedNotebook), _columns_only(SubmittedAssignment))
        ).one_or_none()
        if found is None:
            raise MissingEntry(f"No such submitted notebook: {assignment}/{notebook} for {student}")
        self.notebook, self.assignment = found
        self.db = _Unwritten()
        self._grades = self._rows(gradebook, Grade)
        self._comments = self._rows(gradebook, Comment)

    def find_grade(self, cell: str, *_: str) -> Grade:
        """Return the grade of a cell, as `Gradebook.find_grade` does."""
        return self._row(self._grades, "GradeCell", cell)

    def find_comment(self, cell: str, *_: str) -> Comment:
        """Return the comment on a cell, as `Gradebook.find_comment` does."""
        return self._row(self._comments, "SolutionCell", cell)

    def _rows(self, gradebook: Gradebook, kind: Any) -> dict[tuple[str, str], Any]:
        """Return all grades or comments of the notebook, by the kind and the name of their cells."""
        found = gradebook.db.execute(
            select(kind, BaseCell.type, BaseCell.name)
            .join(BaseCell, BaseCell.id == kind.cell_id)
            .where(kind.notebook_id == self.notebook.id)
            .options(_columns_only(kind))
        )
        return {(type_, name): row for row, type_, name in found}

    def _row(self, rows: dict[tuple[str, str], Any], kind: str, cell: str) -> Any:
        """Return the row of a cell of a kind, else that of the task cell with its name."""
        row = rows.get((kind, cell)) or rows.get(("TaskCell", cell))
        if row is None:
            raise MissingEntry(f"The gradebook has nothing on cell {cell} of this submission")
        return row


def _columns_only(kind: Any) -> Any:
    """Return the option to read a row without the sums that nbgrader computes along with it."""
    return load_only(*(getattr(kind, column.key) for column in kind.__table__.columns))


class _Unwritten:
    """Stands for the session where SaveAutoGrades writes each row by itself: they are written together."""

    def commit(self) -> None:
        """Leave writing to the end."""
