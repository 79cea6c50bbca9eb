"""Times of submission as the nbgrader exchange and learning platforms write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_STAMP = re.compile(r"(?P<when>\S+[ T]\S+?)\s*(?P<zone>Z|[+-]\d\d:?\d\d|[A-Za-z_]+(?:/[A-Za-z_]+)*)?")

_MONTHS = {
    1: "jan gen ene", 2: "feb fev fév", 3: "mar mär mrt", 4: "apr avr abr", 5: "may mai mag mei", 6: "jun juin giu",
    7: "jul juil lug", 8: "aug aoû ago", 9: "sep set", 10: "oct okt ott out", 11: "nov", 12: "dec dez déc dic",
}  # fmt: skip
"""How the names of the months begin, in English, German, French, Italian, Spanish, Portuguese and Dutch."""


def local_time(text: str) -> str:
    """Return a time such as `Nov 20, 2026 1011 AM` or `20. November 2026 10:11` as ISO 8601 without a zone.

    It is empty where the text tells no time.
    """
    words = re.findall(r"[^\W\d_]+|\d+", text.casefold())
    numbers = [word for word in words if word.isdecimal()]
    month = next((number for word in words if not word.isdecimal() for number in _month(word)), 0)
    place = next((place for place, word in enumerate(numbers) if len(word) == 4 and word[:2] in ("19", "20")), None)
    if not month or not place:
        return ""
    clock = "".join(number.zfill(2) for number in numbers[place + 1 :])
    clock = clock.zfill(4) if clock else "0000"
    hour, minute, second = int(clock[:-2] if len(clock) < 6 else clock[:2]), *(int(one or 0) for one in _rest(clock))
    half = "".join(word for word in words if word in ("am", "pm", "a", "p", "m"))
    if half in ("am", "pm") and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return datetime(int(numbers[place]), month, int(numbers[place - 1]), hour, minute, second).isoformat()
    except ValueError:
        return ""


def _month(word: str) -> list[int]:
    found = [number for number, names in _MONTHS.items() if word.startswith(tuple(names.split()))]
    longer = [number for number, names in _MONTHS.items() if word.startswith(tuple(n for n in names.split() if n[3:]))]
    return longer or found


def _rest(clock: str) -> tuple[str, str]:
    """Return minutes and seconds of `1011` or `101112`."""
    return (clock[2:4], clock[4:6]) if len(clock) >= 6 else (clock[-2:], "0")


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
