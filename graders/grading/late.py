"""What handing in late costs by course.yml's policy, and how much longer somebody was given."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from graders.course.course import Assignment, Course, LatePolicy
from graders.course.due import aware
from graders.course.granted import Extension

_DAY = 86_400


def days_late(policy: LatePolicy, seconds_late: float) -> int:
    """Return the begun days after the grace."""
    return max(math.ceil((seconds_late - 60.0 * policy.grace_minutes) / _DAY), 0)


def penalty(policy: LatePolicy, score: float, seconds_late: float) -> float:
    """Return the points that a late hand-in loses, between 0 and its score.

    Args:
        policy: Percent for each begun day after the grace; after `max_days` such days nothing is left.
        score: Points before the penalty.
        seconds_late: Seconds after the due date, extensions already taken off.
    """
    days = days_late(policy, seconds_late)
    if not days or score <= 0:
        return 0.0
    if policy.max_days is not None and days > policy.max_days:
        return score
    return score * min(policy.percent_per_day * days / 100.0, 1.0)


def policy_of(course: Course, assignment: str) -> LatePolicy:
    """Return the policy of an assignment; one that the course does not know has no penalties."""
    return next((one.late for one in course.assignments if one.id == assignment), LatePolicy())


def due_date(assignment: Assignment) -> datetime | None:
    """Return when an assignment is due, with a zone: UTC unless it names one."""
    return aware(assignment.due) if assignment.due else None


def extended(assignment: Assignment, extensions: Iterable[Extension]) -> tuple[datetime | None, Extension | None]:
    """Return when an assignment is due for a student, and the extension that makes it later; the longest one counts."""
    due, reason = due_date(assignment), None
    if due is None:
        return None, None
    latest = due
    for one in extensions:
        if one.assignment in ("", assignment.id):
            until = _end(one, due)
            if until > latest:
                latest, reason = until, one
    return latest, reason


def _end(extension: Extension, due: datetime) -> datetime:
    if extension.until is not None:
        return extension.until if extension.until.tzinfo else extension.until.replace(tzinfo=due.tzinfo)
    try:
        return due + timedelta(days=extension.days)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def more_seconds(course: Course, extensions: Iterable[Extension], assignment: str) -> float:
    """Return by how many seconds a student's extensions move the due date of an assignment."""
    for one in course.assignments:
        if one.id == assignment:
            plain, (later, _) = due_date(one), extended(one, extensions)
            return (later - plain).total_seconds() if plain and later else 0.0
    return 0.0


def share_lost(assignment: Assignment, handed_in: datetime) -> float:
    """Return the share of the points, 0 to 1, that a hand-in at that time loses."""
    due = due_date(assignment)
    return penalty(assignment.late, 1.0, (handed_in - due).total_seconds()) if due else 0.0
