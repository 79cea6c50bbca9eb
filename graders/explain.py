"""Sentences about a failed check: what was wrong, where, and in how many cases."""

from __future__ import annotations

from typing import Any

from graders import observation
from graders.compare import as_numpy
from graders.observation import Observation
from graders.report import Status
from graders.shrink import Failure
from graders.spec import Check

STATUS: dict[str, Status] = {
    "failed": "failed",
    observation.RAISED: "error",
    observation.ABSENT: "failed",
    observation.UNIMPLEMENTED: "not_started",
    observation.MEMORY: "memory",
    observation.TIMEOUT: "timeout",
    observation.CRASHED: "crashed",
    observation.VIOLATION: "crashed",
}
"""Finding status to report status."""

OPEN = "Not written yet: "
"""How the sentence about a hole of the stub begins; its place follows."""

CANNOT_LOAD = "cannot be loaded: "
"""How the sentence about a file that fails as a whole goes on after its name."""

_MOST_NUMBERS = 12
"""Numbers of an array or items of a list that a message shows."""


_CALLS = "Does a function call itself without an end, or once for every node? Python gives out near 1,000 calls."


def message(check: Check, failure: Failure) -> str:
    """Return one sentence on how `failure` went wrong."""
    seen, finding = failure.seen, failure.finding
    if finding.status == "failed":
        return _difference(finding.wrong[0], failure)
    if finding.status == observation.UNIMPLEMENTED:
        return f"{OPEN}{seen.where()}."
    if finding.status in (observation.TIMEOUT, observation.MEMORY) or seen.error == "RecursionError":
        return _spent(check, seen)
    if finding.status == observation.RAISED:
        return _raised(failure)
    if finding.status == observation.ABSENT and finding.to:
        return f"{_sentence(seen.says())} {' or '.join(finding.to[0])} passes, so it counts here."
    return _sentence(seen.says())


def _difference(label: str, failure: Failure) -> str:
    expected = failure.expected[label]
    position = list(failure.expected).index(label)
    actual = failure.seen.fields[position] if position < len(failure.seen.fields) else None
    if isinstance(expected, bool) and isinstance(actual, bool):
        return f'"{label}" is {"true; it should be false" if actual else "false; it should be true"}.'
    truth = "torch gives" if isinstance(expected, (float, dict)) else "it should be"
    return f"{label} is {show(actual)}; {truth} {show(expected)}."


def _raised(failure: Failure) -> str:
    pending = failure.finding.wrong[0] if failure.finding.wrong else ""
    said = failure.seen.says()
    place = f'"{pending}"' if " " in pending else pending
    return f"Before {place} could be read: {said}{_stop(said)}" if pending else _sentence(said)


def _spent(check: Check, seen: Observation) -> str:
    general = {
        observation.TIMEOUT: "Is there a loop without an end, or work for every path instead of every node?",
        observation.MEMORY: "Is something kept for every path instead of every node?",
    }
    said = seen.says() or "no answer in time"
    cause = check.hang or general.get(seen.status, _CALLS)
    return f"{_sentence(said)} {cause}"


def _sentence(text: str) -> str:
    """Return text with a capital first letter and one full stop, or the question mark that is there."""
    return text[:1].upper() + text[1:] + _stop(text)


def _stop(text: str) -> str:
    return "" if text.endswith(("?", ".", "!")) else "."


def show(value: Any, digits: int = 10) -> str:
    """Return a field as a student reads it: short numbers, small arrays in full, odd objects by type and repr."""
    if isinstance(value, float):
        return f"{value:.{digits}g}" if value != int_or_none(value) else f"{value:.1f}"
    if isinstance(value, dict) and "odd" in value:
        return f"{value['repr']} (a {value['odd']})"
    if isinstance(value, dict) and "array" in value:
        try:
            numbers = as_numpy(value)
        except (ValueError, TypeError, KeyError):
            return "a malformed array"
        text = (
            str(numbers.ravel()[:_MOST_NUMBERS].tolist())[:-1] + ", …]"
            if numbers.size > _MOST_NUMBERS
            else str(numbers.tolist())
        )
        return f"{text} (shape {tuple(value['array'])}, {value['dtype']})"
    if isinstance(value, list):
        return (
            "["
            + ", ".join(show(item, digits) for item in value[:_MOST_NUMBERS])
            + (", …]" if len(value) > _MOST_NUMBERS else "]")
        )
    return repr(value)


def int_or_none(value: float) -> int | None:
    """Return the integer equal to a float of moderate size, else None."""
    return int(value) if abs(value) < 1e6 and value == int(value) else None


def as_json(value: Any) -> Any:
    """Return a field as JSON can carry it: arrays as nested lists, nan and inf as words."""
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, dict):
        if "array" not in value:
            return f"{value.get('repr')} (a {value.get('odd')})"
        try:
            return as_json(as_numpy(value).tolist())
        except (ValueError, TypeError, KeyError):
            return "malformed array"
    return [as_json(item) for item in value] if isinstance(value, list) else value
