"""What wrong answers show by themselves, whatever numbers stand in them: None for a result, a node for a number.

Such an answer tells its cause in every engine and every exercise, so that no solution with the same fault is needed to
recognise it.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Sequence
from typing import Any

from graders import observation
from graders.judging.shrink import Failure
from graders.spec import Misconception

RETURNS_NOTHING = Misconception(
    "returns_nothing",
    "None comes back where a result is due: is a `return` missing?",
    (),
)
NODE_FOR_NUMBER = Misconception(
    "node_for_number",
    "A whole node or Tensor stands where its numbers belong. Compute with .data of an operand and .grad of the result.",
    (),
)

KEEPS = Misconception(
    "keeps_between_calls",
    "By itself this case is right, after other calls it is not: something is kept from call to call. Look for a list or"
    " dict as a default argument, a global, or an attribute of the class.",
    (),
)

_RESULT = re.compile(
    r"(the [a-z ]+ in )?\w+\(|slope|gradient$|end of the descent$|order$"
    r"|list of losses$|step \d+, loss$|vector of |loss curve$"
)
"""Labels of what a function returned; None in another place, such as a gradient, may be there for other reasons."""

_NO_TENSOR = "NoneType, not a Tensor"
_GAVE_NONE = re.compile(r" gave (None|a NoneType)\b")
_NEEDS_NUMBER = re.compile(
    r"operand '(\w+)' does not support ufuncs|must be real number, not (\w+)$"
    r"|unsupported operand type\(s\) for [-+]=: '(?:float|int)' and '(\w+)'"
)
_COMMON = frozenset(["Decimal", "Fraction", "NoneType", "function", "generator", "method", "module", "ndarray"])
_EVIDENCE = 2


def by_sight(failures: Sequence[Failure]) -> Misconception | None:
    """Return what all failing cases of a concept show, None where there are fewer than two or they differ."""
    if len(failures) < _EVIDENCE:
        return None
    for idea, shows, follows in _SIGHTS:
        shown = [shows(failure) for failure in failures]
        if any(shown) and all(one or follows(failure) for one, failure in zip(shown, failures, strict=True)):
            return idea
    return None


def _nothing(failure: Failure) -> bool:
    seen = failure.seen
    if seen.status == observation.RAISED:
        return not seen.error and _GAVE_NONE.search(seen.text) is not None
    if seen.fields[:1] == [_NO_TENSOR]:
        return True
    wrong = [(label, value) for label, value in _wrong(failure) if _RESULT.match(label)]
    return bool(wrong) and all(value is None for _, value in wrong)


def _stumbles(failure: Failure) -> bool:
    """Return whether the student's own code fell over a None, as it does where one function builds on another."""
    return failure.seen.error in ("TypeError", "AttributeError") and "'NoneType' object" in failure.seen.text


def _never(failure: Failure) -> bool:
    return False


def _node(failure: Failure) -> bool:
    seen = failure.seen
    if seen.status == observation.RAISED:
        found = _NEEDS_NUMBER.search(seen.text) if seen.error == "TypeError" else None
        return found is not None and any(map(_own, found.groups()))
    wrong = [value for label, value in _wrong(failure) if label.partition(" of ")[0].endswith((".data", ".grad"))]
    return any(type(value) is dict and _own(value.get("odd")) for value in wrong)


def _wrong(failure: Failure) -> list[tuple[str, Any]]:
    """Return labels and values of what a check found to be wrong."""
    place = {label: position for position, label in enumerate(failure.expected)}
    fields = failure.seen.fields
    return [(label, fields[place[label]]) for label in failure.finding.wrong if place[label] < len(fields)]


def _own(name: str | None) -> bool:
    """Return whether a type's name is that of a class of the student's."""
    return bool(name) and name not in _COMMON and not hasattr(builtins, str(name))


_Shows = Callable[[Failure], bool]
_SIGHTS: tuple[tuple[Misconception, _Shows, _Shows], ...] = (
    (RETURNS_NOTHING, _nothing, _stumbles),
    (NODE_FOR_NUMBER, _node, _never),
)
"""Each idea with what shows it, and with what may come along once another case has shown it."""
