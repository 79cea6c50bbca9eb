"""The values of a failing case as rows of a table: those that differ and their neighbours, the others counted."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from graders.judging.showing import ALL_FIGURES, FIGURES, are_close, number_text
from graders.render.items import TACIT, Item, spread
from graders.report import Counterexample
from graders.text import plain

Row = tuple[str, str, str, str]
"""Label, the expected value, yours, a note on where the two part. A row with a label alone counts others."""

PARTED, JUDGED, STOPPED, HERE = "← they part here", "← this costs points", "← it stopped here", "← here"
"""Notes on the first row that differs, on the row that failed the check where that is a later one, on the first that
the student's code did not come to, and on the first item or line that differs."""

_SHORT, _MOST_WRONG = 9, 5
"""Rows of a table that is shown whole, and rows that differ in one that is not."""

_LONGEST, _LONGEST_NAME = 4_000, 200
_NO_TEXT = re.compile(r"^(nan|-?inf|…)$|…$| \(an? \w+\)$")
"""Texts in a list that stand for something else: a number that JSON does not have, what is left out, odd objects."""
_DEEPEST, _MOST_ITEMS, _MOST_BITS = 20, 60, 4_000
_RTOL, _ATOL = 1e-9, 1e-12
"""Within these, numbers count as equal for what is shown; the verdict was made elsewhere."""


def chosen_rows(found: Counterexample, whole: bool = False) -> list[Row]:
    """Return the rows of a failing case, in its order.

    Args:
        found: The case.
        whole: Whether every row is wanted.
    """
    found = spread(found, partial(value_text, depth=1, figures=FIGURES))
    labels = list(found.expected)
    wrong = [position for position, label in enumerate(labels) if _differs(found, label)]
    if whole or len(labels) <= _SHORT:
        return [_row(found, label) for label in labels]
    judged = labels.index(found.first_divergence) if found.first_divergence in labels else -1
    told = sorted({judged, *wrong[:_MOST_WRONG]} - {-1}) or [0]
    near = {position + step for position in told for step in (-1, 0, 1)} & set(range(len(labels)))
    return list(_with_counts(found, labels, near, set(wrong)))


def _with_counts(found: Counterexample, labels: Sequence[str], shown: set[int], wrong: set[int]) -> Iterator[Row]:
    """Yield the shown rows, and between them how many are left out."""
    left_out: list[int] = []
    for position in range(len(labels) + 1):
        if position < len(labels) and position not in shown:
            left_out.append(position)
            continue
        if len(left_out) == 1:
            yield _row(found, labels[left_out[0]])
        elif left_out:
            differ = sum(one in wrong for one in left_out)
            yield _counted(len(left_out), differ, "more" if min(shown, default=0) < position else "rows"), "", "", ""
        left_out = []
        if position < len(labels):
            yield _row(found, labels[position])


def _counted(count: int, differ: int, what: str) -> str:
    if differ in (0, count):
        return f"{count} {what} {'differ' if differ else 'agree'}"
    return f"{count} {'more ' if what == 'more' else ''}rows, {differ} of them differ"


def _row(found: Counterexample, label: str) -> Row:
    judged = label == found.first_divergence
    first = label == next(filter(partial(_differs, found), found.expected), found.first_divergence)
    name, truth = plain(label, limit=_LONGEST_NAME), found.expected[label]
    stopped = next((one for one in found.expected if one not in found.actual), "")
    if label not in found.actual:
        return name, value_text(truth, figures=FIGURES), "(never reached)", STOPPED if label == stopped else ""
    if isinstance(truth, Item):
        return "" if name.endswith(TACIT) else name, truth, found.actual[label], HERE if judged or first else ""
    expected, actual = _pair(truth, found.actual[label])
    if judged and (expected == actual or _reads_alike(truth, found.actual[label])):
        expected, actual = (f"{value_text(one)} ({_kind(one)})" for one in (truth, found.actual[label]))
    return name, expected, actual, PARTED if first else JUDGED if judged else ""


def _pair(expected: Any, actual: Any) -> tuple[str, str]:
    """Return the texts of two values, with as many figures as tell them apart."""
    for figures in (FIGURES, ALL_FIGURES):
        texts = (value_text(expected, figures=figures), value_text(actual, figures=figures))
        if _same(expected, actual) or (texts[0] != texts[1] and not are_close(expected, actual)):
            break
    return _where_they_part(expected, actual, *texts)


def _where_they_part(expected: Any, actual: Any, *texts: str) -> tuple[str, str]:
    """Return the texts of two values; those of long lists begin one item before the first that differs."""
    cut = any(text.endswith(("…]", "…)")) for text in texts)
    if not (cut and isinstance(expected, list) and isinstance(actual, list)):
        return texts[0], texts[1]
    place = next(
        (place for place, pair in enumerate(zip(expected, actual, strict=False)) if not _same(*pair)),
        min(len(expected), len(actual)),
    )
    if place < 2:
        return texts[0], texts[1]
    from_there = (_listed("[…, ", one[place - 1 :], "]", 0) for one in (expected, actual))
    return next(from_there), next(from_there)


def _reads_alike(expected: Any, actual: Any) -> bool:
    """Return whether one of two values is a number and the other one a text that looks like a number."""
    text, number = (actual, expected) if isinstance(actual, str) else (expected, actual)
    return isinstance(text, str) and isinstance(number, float) and re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _differs(found: Counterexample, label: str) -> bool:
    return label not in found.actual or not _same(found.expected[label], found.actual[label])


def _same(expected: Any, actual: Any) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        try:
            return math.isclose(expected, actual, rel_tol=_RTOL, abs_tol=_ATOL)
        except OverflowError:
            return False
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(_same, expected, actual))
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(_same(expected[key], actual[key]) for key in expected)
    return type(expected) is type(actual) and bool(expected == actual)


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "tuple"
    return {"str": "text", "NoneType": "None"}.get(type(value).__name__, type(value).__name__)


def value_text(value: Any, depth: int = 0, figures: int = ALL_FIGURES) -> str:
    """Return a JSON value of a counterexample in few characters, its numbers with so many figures."""
    if isinstance(value, float):
        return number_text(value, figures)
    if isinstance(value, dict) and type(value.get("tuple")) is list and depth < _DEEPEST:
        items = value["tuple"]
        return _listed("(", items, ",)" if len(items) == 1 else ")", depth, figures)
    if isinstance(value, list) and depth < _DEEPEST:
        return _listed("[", value, "]", depth, figures)
    if isinstance(value, list | dict):
        return f"a {type(value).__name__}"
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return f"an integer of {value.bit_length()} bits"
    quoted = depth and isinstance(value, str) and not _NO_TEXT.search(value)
    return plain(repr(value) if quoted else str(value), limit=_LONGEST)


def _listed(begin: str, items: list[Any], end: str, depth: int, figures: int = ALL_FIGURES) -> str:
    text = begin + ", ".join(value_text(item, depth + 1, figures) for item in items[:_MOST_ITEMS]) + end
    return text if len(text) <= 60 and len(items) <= _MOST_ITEMS else f"{text[:57]}…{end[-1]}"
