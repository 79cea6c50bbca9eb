"""Late penalties by course.yml's policy, for nbgrader's own step."""

from __future__ import annotations

from pathlib import Path

from nbgrader.plugins import BasePlugin
from traitlets import Unicode

from graders.course.granted import read_granted
from graders.grading.late import more_seconds, penalty, policy_of
from graders.notebook.cell_grader import course_at


class CourseLatePolicy(BasePlugin):  # type: ignore[misc]
    """nbgrader's plugin: set as `AssignLatePenalties.plugin_class`."""

    course = Unicode("course.yml", help="Path of course.yml, relative to the course directory.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points to take off, None for none."""
        assignment, course = getattr(self.parent, "assignment_id", ""), course_at(Path(self.course))
        extensions = read_granted(course).extensions.get(student_id, ())
        late = total_seconds_late - more_seconds(course, extensions, assignment)
        return penalty(policy_of(course, assignment), score, late) or None
