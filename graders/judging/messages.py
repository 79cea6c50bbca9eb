"""Sentences about a failed check: what was wrong, where, and in how many cases."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from graders import observation
from graders.judging.compare import Tolerance, agree, apart, are_alike, as_numpy
from graders.judging.showing import MOST_NUMBERS, show
from graders.judging.shrink import Failure
from graders.observation import Observation
from graders.report import Status
from graders.snippets import plainer
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

APART = "Right, apart from the fault that costs points under "
"""How the sentence about a check begins that passes with a fault which others count; their ids follow."""

WAITS = "Waits for "
"""How the sentence about a concept begins that waits for others; their addresses follow."""

_ASKED = frozenset({"meeting_point", "nudge", "unbroadcast", "extended"})
"""Plays whose numbers are what the call asked for, or of calls that torch does not have: not what torch gives."""

_ERRORS = frozenset({"raises", "error raised"})
"""Fields that hold the name of an error."""

_MANY = ("the names in", "the output indices in", "calls of", "further calls of", "rows in", "operands of")
"""How the fields begin that are spoken of as several things."""

_CODE = re.compile(r"[\w.]+(\([\w., ]*\))?$")
"""The labels that are Python."""

_INNER = re.compile(r"(pass \d+: )?[nt]\d+\.grad$")
"""Gradients of what stands between the leaves and the root: torch keeps none there unless it is asked to."""

_BEGINS_AS_CODE = re.compile(r"\w+ ?[-+*/@.(\[=]|-\w")
"""How a text begins that is code, which keeps its first letter."""

_LONG = 160
"""Characters of two lists beyond which a sentence names the item in which they differ."""

_CALLS = "Does a function call itself endlessly, or once for every node? Python stops at about 1,000 nested calls."


def waits_for(unmet: Sequence[str], exercise: str) -> str:
    """Return the sentence on a concept that waits for others, which begins with the first of them.

    Args:
        unmet: Their addresses, in order.
        exercise: Id of its own exercise, of which all are named; of another one the first is, and the rest are counted.
    """
    told = []
    for name in dict.fromkeys(address.partition(".")[0] for address in unmet):
        mine = [address for address in unmet if address.startswith(f"{name}.")]
        told.append(", ".join(mine) if name == exercise or len(mine) == 1 else f"{mine[0]} and {len(mine) - 1} more")
    return f"{WAITS}{', '.join(told)}."


def status_of(failure: Failure) -> Status:
    """Return the report's status of a failure. An answer that cannot be used is wrong, though we raise for it."""
    if failure.finding.status == observation.RAISED and not failure.seen.error:
        return "failed"
    return STATUS[failure.finding.status]


def message(check: Check, failure: Failure, tolerance: Tolerance, named: bool = False) -> str:
    """Return one sentence on how `failure` went wrong, as a comparison with that tolerance found.

    Args:
        check: What fails.
        failure: Where it fails.
        tolerance: For the comparison.
        named: Whether a sentence on the wrong idea follows, so that none on possible causes is due.
    """
    seen, finding = failure.seen, failure.finding
    if finding.status == "failed":
        more = f" {_sentence(seen.text)}" if seen.status == observation.RAISED and not seen.error else ""
        label = plainest(check, finding.wrong[0], failure, tolerance)
        return " ".join(filter(None, [_difference(check, label, failure, tolerance) + more, failure.note]))
    if finding.status == observation.UNIMPLEMENTED:
        return f"{OPEN}{seen.where()}."
    if finding.status in (observation.TIMEOUT, observation.MEMORY) or seen.error == "RecursionError":
        return _spent(check, seen, named)
    if finding.status == observation.ABSENT and finding.to:
        return f"{_sentence(seen.says())} {' or '.join(finding.to[0])} passes, so it counts here."
    return _sentence(seen.says())


def plainest(check: Check, wrong: str, failure: Failure, tolerance: Tolerance) -> str:
    """Return the label to name for a wrong answer: that of the value which it tells about, if that differs."""
    fields = dict(zip(failure.expected, failure.seen.fields, strict=False))
    told = plainer(check.bank.kind, list(failure.expected), wrong)
    apart = (one for one in told if one not in fields or not agree(fields[one], failure.expected[one], tolerance))
    return next(apart, wrong)


def _difference(check: Check, label: str, failure: Failure, tolerance: Tolerance) -> str:
    expected = failure.expected[label]
    position = list(failure.expected).index(label)
    actual = failure.seen.fields[position] if position < len(failure.seen.fields) else None
    if isinstance(expected, str) and isinstance(actual, str) and "\n" in expected + actual:
        return _line(label, expected, actual)
    if isinstance(expected, bool) and isinstance(actual, bool) and not _CODE.match(label):
        return f'"{label}" is {"true; it should be false" if actual else "false; it should be true"}.'
    if label in _ERRORS:
        return _other_error(expected, actual)
    numbers = isinstance(expected, float) or (isinstance(expected, dict) and "array" in expected)
    many = label.startswith(_MANY)
    truth = "they should be" if many else "it should be"
    if numbers and failure.torchs and check.bank.play not in _ASKED and not _INNER.match(label):
        truth = "torch gives"
    if isinstance(actual, list) and isinstance(expected, list) and _are_long(actual, expected, tolerance):
        return _item(label, expected, actual, tolerance)
    if are_alike(actual, expected) and math.prod(expected["array"]) > MOST_NUMBERS:
        label, actual, expected = _first_apart(label, actual, expected, tolerance)
    return f"{label} {'are' if many else 'is'} {show(actual, expected)}; {truth} {show(expected, actual)}."


def _first_apart(label: str, actual: Any, expected: Any, tolerance: Tolerance) -> tuple[str, Any, Any]:
    """Return name and values of the first element in which two alike arrays differ, or what was given if none does."""
    try:
        places = zip(*apart(actual, expected, tolerance).nonzero(), strict=True)
    except (ValueError, TypeError):  # the bytes do not fill the shape
        return label, actual, expected
    for place in places:
        name = f"{label}{[int(number) for number in place]}"
        return name, as_numpy(actual)[place].item(), as_numpy(expected)[place].item()
    return label, actual, expected


def _other_error(expected: str | None, actual: object) -> str:
    """Return a sentence on the error that was raised, by names; None and "nothing raised" stand for none."""
    names = [name if isinstance(name, str) and name.isidentifier() else "" for name in (actual, expected)]
    said = f"{names[0]} was raised" if names[0] else "No error was raised"
    return f"{said}; {names[1] or 'nothing'} should be."


def _are_long(actual: list[Any], expected: list[Any], tolerance: Tolerance) -> bool:
    """Return whether two lists differ and are too long for a sentence."""
    return len(show(actual) + show(expected)) > _LONG and not agree(actual, expected, tolerance)


def _item(label: str, expected: list[Any], actual: list[Any], tolerance: Tolerance) -> str:
    """Return a sentence on the first item in which two long lists differ."""
    if all(isinstance(item, str) for item in [*expected, *actual]) and expected == sorted(expected):
        return _members(label, expected, actual)
    pairs = enumerate(zip(actual, expected, strict=False))
    place = next((number for number, pair in pairs if not agree(*pair, tolerance)), min(len(actual), len(expected)))
    count = "" if len(actual) == len(expected) else f" It has {_items(len(actual))}; it should have {len(expected)}."
    if place == len(expected):
        return f"{label} goes on where it should end, with {show(actual[place])}.{count}"
    if place == len(actual):
        return f"{label} ends where {show(expected[place])} should come.{count}"
    mine, theirs = show(actual[place], expected[place]), show(expected[place], actual[place])
    item = f"{label}[{place}]" if _CODE.match(label) else f"item {place + 1} of {label}"
    return f"{item} is {mine}; it should be {theirs}.{count}"


def _items(count: int) -> str:
    return f"{count} item{'' if count == 1 else 's'}"


def _members(label: str, expected: list[str], actual: list[str]) -> str:
    """Return a sentence on two long lists that are compared in any order: they come sorted."""
    have, should = Counter(actual), Counter(expected)
    many = label.startswith(_MANY)
    sides = (("lack" if many else "lacks", set(should) - set(have)), ("should not have", set(have) - set(should)))
    told = [
        f"{what} {show(min(names))}{f' and {len(names) - 1} more' if len(names) > 1 else ''}"
        for what, names in sides
        if names
    ]
    counted = min((name for name in should if 0 < have[name] != should[name]), default=None)
    if counted is not None:
        times = f"{_times(have[counted])} instead of {_times(should[counted])}"
        told.append(f"{'have' if many else 'has'} {show(counted)} {times}")
    be, again = ("are", "they") if many else ("is", "it")
    return f"{label} {f'; {again} '.join(told) or f'{be} in another order'}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _line(label: str, expected: str, actual: str) -> str:
    """Return a sentence on the first line in which two texts differ."""
    mine, theirs = ([*text.split("\n")] if text else [] for text in (actual, expected))
    pairs = enumerate(zip(mine, theirs, strict=False))
    place = next((number for number, pair in pairs if pair[0] != pair[1]), min(len(mine), len(theirs)))
    count = f" It has {len(mine)} line{'' if len(mine) == 1 else 's'}; it should have {len(theirs)}."
    count = "" if len(mine) == len(theirs) else count
    if place == len(theirs):
        return f"{label} goes on where it should end, with {show(mine[place].strip())}.{count}"
    if place == len(mine):
        return f"{label} ends where {show(theirs[place].strip())} should come.{count}"
    (margin, told), (room, truth) = (_split(lines[place]) for lines in (mine, theirs))
    if told != truth:
        return f"line {place + 1} of {label} is {show(told)}; it should be {show(truth)}.{count}"
    if set(margin) <= {" "}:
        spaces = f"{len(margin)} space{'' if len(margin) == 1 else 's'}"
        return f"line {place + 1} of {label} has {spaces} in front; it should have {len(room)}.{count}"
    return f"line {place + 1} of {label} begins with {show(margin)}; it should begin with {len(room)} spaces.{count}"


def _split(line: str) -> tuple[str, str]:
    """Return what stands in front of the first word of a line, and the rest."""
    rest = line.lstrip()
    return line[: len(line) - len(rest)], rest.rstrip()


def _spent(check: Check, seen: Observation, named: bool) -> str:
    general = {
        observation.TIMEOUT: "Is there an endless loop, or is work done for every path instead of for every node?",
        observation.MEMORY: "Is something kept for every path instead of for every node?",
    }
    said = seen.says() or "no answer in time"
    cause = check.hang or general.get(seen.status, _CALLS)
    return _sentence(said) if named else f"{_sentence(said)} {cause}"


def _sentence(text: str) -> str:
    """Return text with a capital first letter, unless a name begins it, and with a full stop where no mark ends it."""
    begin = text[:1] if _BEGINS_AS_CODE.match(text) else text[:1].upper()
    return begin + text[1:] + _stop(text)


def _stop(text: str) -> str:
    return "" if text.endswith(("?", ".", "!")) else "."
