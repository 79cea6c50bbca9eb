"""Long lists and texts of several lines, one row for each item or line, for the table of a failing case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from graders.report import Counterexample
from graders.text import plain

_WIDE, _LONG_ITEM, _WIDEST = 15, 8, 40
"""Characters of a list that has long items, of a long item, and of a list of short ones, that fit into one cell."""

_LONGEST = 200
"""Characters of an item or a line that are shown."""

Shown = Callable[[Any], str]


TACIT = " "
"""Ends the label of a further item of a list that comes in any order; it is not shown."""


class Item(str):
    """An item of a list as Python prints it, or a sign where one side has none: a value that is shown as it stands."""

    is_line = False


class Line(Item):
    """A line of a text: the spaces in front of it count."""

    is_line = True


_NONE = Item("–")


def spread(found: Counterexample, shown: Shown) -> Counterexample:
    """Return a failing case in which each item of a long list, and each line of a text, is a field of its own.

    Args:
        found: The case.
        shown: Returns an item as Python prints it.
    """
    expected: dict[str, Any] = {}
    actual: dict[str, Any] = {}
    first = found.first_divergence
    for label, theirs in found.expected.items():
        line = "line" if len(found.expected) == 1 else f"{label} line"
        parts = _parts(label, line, theirs, found.actual[label], shown) if label in found.actual else {}
        expected |= {name: pair[0] for name, pair in parts.items()} or {label: theirs}
        actual |= {name: pair[1] for name, pair in parts.items()}
        if label in found.actual and not parts:
            actual[label] = found.actual[label]
        if parts and label == first:
            first = next((name for name, pair in parts.items() if pair[0] != pair[1]), next(iter(parts)))
    return found.model_copy(update={"expected": expected, "actual": actual, "first_divergence": first})


def _parts(label: str, line: str, theirs: Any, mine: Any, shown: Shown) -> dict[str, tuple[Item, Item]]:
    """Return pairs of items under their labels, none where both values fit into a cell."""
    if isinstance(theirs, str) and isinstance(mine, str):
        if "\n" not in theirs + mine:
            return {}
        lines = map(_lines, (theirs, mine))
        return {f"{line} {place + 1}": pair for place, pair in enumerate(_side_by_side(*lines))}
    if not (isinstance(theirs, list) and isinstance(mine, list) and (_is_long(theirs, shown) or _is_long(mine, shown))):
        return {}
    items = [[Item(plain(shown(item), limit=_LONGEST)) for item in side] for side in (theirs, mine)]
    if _is_sorted(theirs) and _is_sorted(mine):
        return {label + TACIT * place: pair for place, pair in enumerate(_matched(*items))}
    return {f"{label}[{place}]": pair for place, pair in enumerate(_side_by_side(*items))}


def _lines(text: str) -> list[Line]:
    return [Line(plain(line, limit=_LONGEST)) for line in text.split("\n")] if text else []


def _is_long(items: list[Any], shown: Shown) -> bool:
    """Return whether a list of texts, or of tuples with texts, does not fit into a cell."""
    if not items or not all(_has_text(item) for item in items):
        return False
    texts = [shown(item) for item in items]
    return sum(map(len, texts)) > (_WIDE if max(map(len, texts)) > _LONG_ITEM else _WIDEST)


def _has_text(item: Any) -> bool:
    inner = item["tuple"] if isinstance(item, dict) and "tuple" in item else item
    return (
        item is None
        or isinstance(inner, str)
        or isinstance(inner, list)
        and any(x is None or isinstance(x, str) for x in inner)
    )


def _is_sorted(items: list[Any]) -> bool:
    return all(isinstance(item, str) for item in items) and items == sorted(items)


def _side_by_side(theirs: list[Any], mine: list[Any]) -> Iterator[tuple[Item, Item]]:
    for place in range(max(len(theirs), len(mine))):
        yield (
            theirs[place] if place < len(theirs) else _NONE,
            mine[place] if place < len(mine) else _NONE,
        )


def _matched(theirs: list[Item], mine: list[Item]) -> Iterator[tuple[Item, Item]]:
    """Yield the items of two lists that are compared in any order, equal ones side by side."""
    have, should = Counter(mine), Counter(theirs)
    for item in sorted(have | should):
        for place in range(max(have[item], should[item])):
            yield item if place < should[item] else _NONE, item if place < have[item] else _NONE
