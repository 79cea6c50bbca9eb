"""What handing in late costs by course.yml's policy."""

from __future__ import annotations

import math
from datetime import datetime

from graders.course.course import Assignment, Course, LatePolicy
from graders.course.due import aware

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


def share_lost(assignment: Assignment, handed_in: datetime) -> float:
    """Return the share of the points, 0 to 1, that a hand-in at that time loses."""
    if assignment.due is None:
        return 0.0
    return penalty(assignment.late, 1.0, (handed_in - aware(assignment.due)).total_seconds())
