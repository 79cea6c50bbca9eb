"""When an assignment is due, in words; nothing here reads a course."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def due_text(due: datetime, now: datetime) -> str:
    """Return `"2027-02-07 23:59 UTC, in 70 days"`, in the time zone of the due date; UTC where it names none."""
    due = aware(due)
    left = due - now
    return f"{due:%Y-%m-%d %H:%M %Z}, " + (f"in {span(left)}" if left >= timedelta(0) else f"{span(-left)} ago")


def aware(due: datetime) -> datetime:
    """Return a due date with its time zone; UTC where course.yml names none."""
    return due if due.tzinfo else due.replace(tzinfo=UTC)


def span(time: timedelta) -> str:
    """Return a time that is not negative in its largest unit: `"3 days"`, `"1 hour"`, `"5 minutes"`."""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(time.total_seconds() // seconds)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
