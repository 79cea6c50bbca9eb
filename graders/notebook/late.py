"""Late penalties by course.yml's policy, for nbgrader's own step and for the gradebook."""

from __future__ import annotations

import math
from pathlib import Path

from nbgrader.plugins import BasePlugin
from traitlets import Unicode

from graders.course import Course, LatePolicy
from graders.notebook.desk import course_at

_DAY = 86_400


def penalty(policy: LatePolicy, score: float, seconds_late: float) -> float:
    """Return the points that a late hand-in loses, between 0 and its score.

    Args:
        policy: Percent for each begun day after the grace; after `max_days` such days nothing is left.
        score: Points before the penalty.
        seconds_late: Seconds after the due date, extensions already taken off.
    """
    over = seconds_late - 60.0 * policy.grace_minutes
    if over <= 0 or score <= 0:
        return 0.0
    days = math.ceil(over / _DAY)
    if policy.max_days is not None and days > policy.max_days:
        return score
    return score * min(policy.percent_per_day * days / 100.0, 1.0)


def policy_of(course: Course, assignment: str) -> LatePolicy:
    """Return the policy of an assignment; one that the course does not know has no penalties."""
    return next((one.late for one in course.assignments if one.id == assignment), LatePolicy())


class CourseLatePolicy(BasePlugin):  # type: ignore[misc]
    """nbgrader's plugin: set as `AssignLatePenalties.plugin_class`."""

    course = Unicode("course.yml", help="Path of course.yml, relative to the course directory.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points to take off, None for none."""
        assignment = getattr(self.parent, "assignment_id", "")
        policy = policy_of(course_at(Path(self.course)), assignment)
        return penalty(policy, score, total_seconds_late) or None
