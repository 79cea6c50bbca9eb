"""Short texts of odd objects, for reports: what `reprlib` gives, without asking the object's class how.

`reprlib` itself is written in Python, so that a student's file can exchange its methods; and it chooses by the name of
a class, which may be anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

_MOST_ITEMS = 4
_LONGEST = 120
_LONGEST_INT = 40
_MOST_BITS = 10_000
"""Integers with more bits are not written out: that takes time with the square of their length."""
_DEEPEST = 6
_MOST_SORTED = 1_000

_name_of = type.__dict__["__name__"].__get__


def short(value: Any, depth: int = _DEEPEST) -> str:
    """Return the repr of an object in 120 characters, cut in the middle; of a container, of its first four items."""
    kind = type(value)
    if kind is list:
        return _listed(value, value, "[", "]", depth)
    if kind is tuple:
        return _listed(value, value, "(", ",)" if len(value) == 1 else ")", depth)
    if kind is set or kind is frozenset:
        left, right = ("{", "}") if kind is set else ("frozenset({", "})")
        return _listed(value, _in_order(value), left, right, depth) if value else f"{kind.__name__}()"
    if kind is dict:
        return _mapped(value, depth)
    if kind is str:
        return _text(value)
    if kind is int:
        if value.bit_length() > _MOST_BITS:
            return f"an integer of {value.bit_length():,} bits"
        return _middle_out(repr(value), _LONGEST_INT)
    if kind is bytes or kind is bytearray:
        value = value[:_LONGEST]
    try:
        text = repr(value)
    except Exception:  # a repr is the student's code and may raise anything
        return f"<{_name_of(kind)} instance at 0x0>"
    return _middle_out(text, _LONGEST)


def _listed(values: Any, ordered: Iterable[Any], left: str, right: str, depth: int) -> str:
    if depth <= 0 and values:
        return f"{left}...{right}"
    pieces = [short(item, depth - 1) for item in islice(ordered, _MOST_ITEMS)]
    if len(values) > _MOST_ITEMS:
        pieces.append("...")
    return f"{left}{', '.join(pieces)}{right}"


def _mapped(values: Any, depth: int) -> str:
    if not values:
        return "{}"
    if depth <= 0:
        return "{...}"
    keys = islice(_in_order(values), _MOST_ITEMS)
    pieces = [f"{short(key, depth - 1)}: {short(values[key], depth - 1)}" for key in keys]
    if len(values) > _MOST_ITEMS:
        pieces.append("...")
    return f"{{{', '.join(pieces)}}}"


def _in_order(values: Any) -> Any:
    """Return the elements of a set or the keys of a dict, sorted where that is possible."""
    if len(values) > _MOST_SORTED:
        return iter(values)
    try:
        return sorted(values)
    except Exception:  # comparing is the student's code
        return list(values)


def _text(value: str) -> str:
    text = repr(value[:_LONGEST])
    if len(text) <= _LONGEST:
        return text
    left, right = _halves(_LONGEST)
    return _without_middle(repr(value[:left] + value[len(value) - right :]), _LONGEST)


def _middle_out(text: str, longest: int) -> str:
    """Return a text, its middle left out where it is longer, as an exact string."""
    return _without_middle(text, longest) if str.__len__(text) > longest else str.__getitem__(text, slice(None))


def _without_middle(text: str, longest: int) -> str:
    left, right = _halves(longest)
    return f"{str.__getitem__(text, slice(None, left))}...{str.__getitem__(text, slice(-right, None))}"


def _halves(longest: int) -> tuple[int, int]:
    left = (longest - 3) // 2
    return left, longest - 3 - left
