"""Fields as people read them: short in a message, whole but bounded in a report."""

from __future__ import annotations

import math
from typing import Any

from graders.judging.compare import as_numpy

MOST_NUMBERS = 12
"""Numbers of an array or items of a list that a message shows."""

FIGURES, ALL_FIGURES = 6, 10
"""Figures of a number that is no short decimal, and of those that are told apart by later ones only."""

_CLOSE = 1e-4
"""Relative difference of numbers of which all figures are shown."""

_ALONE = object()
"""Beside what a field is read that stands alone."""

_LONGEST = 1000
"""Characters of one field in a message."""

_MOST_LISTED = 1000
"""Numbers of an array, or lists that it would become, that a report lists one by one."""


def show(value: Any, beside: Any = _ALONE) -> str:
    """Return a field as a student reads it: short numbers, small arrays in full, odd objects by type and repr.

    Args:
        value: The field.
        beside: The field that it is read with: shape and dtype of two arrays are told where they differ, and beside
            None they say nothing.
    """
    text = _told(value, beside, FIGURES)
    if beside is not _ALONE and (text == _told(beside, value, FIGURES) or are_close(value, beside)):
        text = _told(value, beside, ALL_FIGURES)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _told(value: Any, beside: Any, figures: int) -> str:
    return _array(value, beside, figures) if isinstance(value, dict) and "array" in value else _shown(value, figures)


def _shown(value: Any, figures: int = ALL_FIGURES) -> str:
    if isinstance(value, float):
        return number_text(value, figures)
    if isinstance(value, dict) and "odd" in value:
        return f"{value['repr']} (a {value['odd']})"
    if isinstance(value, dict) and "tuple" in value:
        return f"({_items(value['tuple'], ',)' if len(value['tuple']) == 1 else ')', figures)}"
    if isinstance(value, dict):
        return _array(value, figures=figures)
    if isinstance(value, list):
        return f"[{_items(value, ']', figures)}"
    return repr(value[:_LONGEST] if isinstance(value, str) else value)


def number_text(value: float, figures: int) -> str:
    """Return a number: a whole one and a short decimal as they are, others with so many figures."""
    text = f"{value:.{figures}g}" if value != round(value, 6) else f"{round(value, 6)}"
    return f"{value:.{ALL_FIGURES}g}" if text.lstrip("-").isdigit() else text


def are_close(value: Any, other: Any) -> bool:
    """Return whether two numbers, or two numbers at one place of two lists, differ in late figures only."""
    if isinstance(value, float) and isinstance(other, float):
        return value != other and math.isclose(value, other, rel_tol=_CLOSE)
    if isinstance(value, list) and isinstance(other, list):
        return any(map(are_close, value, other))
    return False


def _items(items: list[Any], end: str, figures: int) -> str:
    told = ", ".join(_shown(item, figures) for item in items[:MOST_NUMBERS])
    return told + (f", …{end[-1]}" if len(items) > MOST_NUMBERS else end)


def _array(value: dict[str, Any], beside: Any = _ALONE, figures: int = ALL_FIGURES) -> str:
    try:
        numbers = as_numpy(value)
    except (ValueError, TypeError, KeyError):
        return "a malformed array"
    if numbers.size > MOST_NUMBERS:
        text = _shown(numbers.ravel()[: MOST_NUMBERS + 1].tolist(), figures)
    else:
        text = _shown(numbers.tolist(), figures) if _lists(value) <= _MOST_LISTED else "[…]"
    other = beside if isinstance(beside, dict) and "array" in beside else {}
    told = {"array": f"shape {tuple(value['array'])}", "dtype": value["dtype"]}
    differ = [words for name, words in told.items() if beside is not None and value[name] != other.get(name)]
    return f"{text} ({', '.join(differ)})" if differ else text


def _lists(value: dict[str, Any]) -> int:
    """Return how many numbers and lists an array becomes; an empty one may become very many lists."""
    count, whole = 1, 1
    for side in value["array"]:
        count *= side
        whole += count
    return whole


def as_json(value: Any) -> Any:
    """Return a field as JSON can carry it: arrays as lists, nan and inf as words, large arrays as text.

    A tuple stays apart from a list: `{"tuple": items}`.
    """
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, dict):
        if "tuple" in value:
            return {"tuple": as_json(value["tuple"])}
        if "array" not in value:
            return f"{value.get('repr')} (a {value.get('odd')})"
        if _lists(value) > _MOST_LISTED:
            return _array(value)
        try:
            return as_json(as_numpy(value).tolist())
        except (ValueError, TypeError, KeyError):
            return "malformed array"
    return [as_json(item) for item in value] if isinstance(value, list) else value


class Room:
    """Room for so many characters of fields in a report; what does not fit is left out, and a mark tells.

    Args:
        characters: Of JSON, about.
    """

    def __init__(self, characters: int) -> None:
        self._left = characters

    def take(self, value: Any) -> Any:
        """Return a field as JSON can carry it, cut where the room ends."""
        return self._cut(as_json(value))

    def _cut(self, value: Any) -> Any:
        if self._left <= 0:
            return "…"
        if isinstance(value, list):
            kept = []
            self._left -= 2
            for item in value:
                kept.append(self._cut(item))
                if self._left <= 0:
                    break
            return kept if len(kept) == len(value) else [*kept, "…"]
        if isinstance(value, dict):
            return {"tuple": self._cut(value["tuple"])}
        text = value if isinstance(value, str) else repr(value)
        left, self._left = self._left, self._left - len(text) - 2
        return f"{value[:left]}…" if isinstance(value, str) and len(value) > left else value
