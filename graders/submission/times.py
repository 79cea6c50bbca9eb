"""Times of submission as the nbgrader exchange writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_STAMP = re.compile(r"(?P<when>\S+[ T]\S+?)\s*(?P<zone>Z|[+-]\d\d:?\d\d|[A-Za-z_]+(?:/[A-Za-z_]+)*)?")


def parse_time(text: bytes) -> str:
    """Return the time in a `timestamp.txt` as ISO 8601 in UTC, to the second.

    Its usual form is `2026-11-21 20:13:09.123456 UTC`; other offsets may be written as `+0100` or as the name of a
    zone, and a time without one is UTC, as it is for nbgrader.

    Raises:
        ValueError: it is none of these.
    """
    stamp = _STAMP.fullmatch(text.decode("ascii").strip())
    if stamp is None:
        raise ValueError("no time")
    zone = stamp["zone"] or "UTC"
    try:
        if zone[0] in "+-":
            when = datetime.fromisoformat(stamp["when"] + zone)
        else:
            when = datetime.fromisoformat(stamp["when"]).replace(tzinfo=_zone(zone))
        return format_time(when)
    except OverflowError:
        raise ValueError("a time outside of the calendar") from None


def format_time(when: datetime) -> str:
    """Return a time (with its zone) as reports write it: ISO 8601 in UTC, to the second."""
    return when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def read_time(text: str) -> datetime | None:
    """Return a time (with its zone) out of a report, None where the text tells none; UTC unless it names a zone."""
    try:
        when = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _zone(name: str) -> tzinfo:
    if name in ("UTC", "GMT", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(f"unknown time zone {name}") from None
