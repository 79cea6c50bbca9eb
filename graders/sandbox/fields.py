"""What a reply of a worker may hold. Everything that reads observations relies on this one strict reader.

A field is None, a bool, an int of 64 bits, a finite or infinite float, nan, a str, a list of fields, or one of three
tagged dicts, with exactly these keys:

    {"array": shape, "dtype": name, "data": bytes}    an array in C order, little endian, whose data fill its shape
    {"odd": type name, "repr": text}                  an object of a type that does not belong there
    {"tuple": [fields]}                               a tuple

A reply in another form is a violation. A reply that is merely too large is none: its case gets the answer that the
worker itself gives for it.
"""

from __future__ import annotations

import math
import struct
from typing import Any

from graders import observation
from graders.observation import Observation
from graders.sandbox.wire import Violation, unpack_payload

_DEEPEST = 6
"""Lists inside each other, the list of all fields included; players send four."""

_MOST_ITEMS = 100_000
"""Items of all lists of one reply: about 7 MB in memory at most."""

_LONGEST_STRING = 10_000
_LONGEST_NAME, _LONGEST_REPR, _LONGEST_TEXT = 100, 200, 400
_MOST_DIMENSIONS, _LONGEST_SIDE = 32, 1 << 20
"""Of an array; the length of a side matters where another one is 0, since then no data go with it."""

_UNSCANNED = 1 << 12
"""Bytes of a payload up to which nothing bad can come of unpacking it, whatever it says of itself."""

WIDTHS = {
    "bool": 1,
    **{f"{sign}int{8 * width}": width for sign in ("", "u") for width in (1, 2, 4, 8)},
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
}
"""Name of each dtype that an array may have to the bytes of one number."""

_STATUSES = frozenset(
    {observation.OK, observation.RAISED, observation.ABSENT, observation.UNIMPLEMENTED, observation.MEMORY}
)
_ARRAY, _ODD, _TUPLE = frozenset({"array", "dtype", "data"}), frozenset({"odd", "repr"}), frozenset({"tuple"})
_LIST_BYTES, _ITEM_BYTES, _SMALL_BYTES, _STRING_BYTES, _DICT_BYTES = 56, 8, 32, 76, 400


class TooLarge(Exception):
    """A reply has the right form, as far as anybody looked, but is too large to be kept."""


def read_reply(payload: bytes) -> tuple[int, Observation]:
    """Return the index of the case that a reply answers, and what it tells.

    Raises:
        Violation: it has another form.
        TooLarge: it holds too many items, or too long a string.
    """
    if len(payload) > _UNSCANNED:
        _scan(payload)
    message = unpack_payload(payload)
    if type(message) is not list or len(message) != 7 or type(message[0]) is not int:
        raise Violation("a reply does not answer the case that was asked")
    index, status, fields, error, text, file, line = message
    if type(status) is not str or status not in _STATUSES or type(fields) is not list:
        raise Violation("a reply has the wrong form")
    for words in (error, text, file):
        if type(words) is not str or len(words) > _LONGEST_TEXT:
            raise Violation("a reply has the wrong form")
    if type(line) is not int or not 0 <= line < 1 << 31:
        raise Violation("a reply has the wrong form")
    return index, Observation(status, fields, error, text, file, line, _size(fields, _DEEPEST))


def _size(items: list[Any], depth: int) -> int:
    """Return about how many bytes of memory a list of fields takes."""
    if not depth:
        raise Violation(f"an answer holds more than {_DEEPEST} lists inside each other")
    size = _LIST_BYTES + _ITEM_BYTES * len(items)
    for item in items:
        kind = type(item)
        if kind is float or kind is bool or item is None:
            size += _SMALL_BYTES
        elif kind is int:
            if not -(1 << 63) <= item < 1 << 63:
                raise Violation("an answer holds an integer of more than 64 bits")
            size += _SMALL_BYTES
        elif kind is str:
            if len(item) > _LONGEST_STRING:
                raise TooLarge
            size += _STRING_BYTES + 4 * len(item)
        elif kind is list:
            size += _size(item, depth - 1)
        elif kind is dict:
            size += _tagged(item, depth)
        else:
            raise Violation(f"an answer holds {'bytes outside an array' if kind is bytes else 'an extension type'}")
    return size


def _tagged(item: dict[str, Any], depth: int) -> int:
    keys = item.keys()
    if keys == _ARRAY:
        return _array(item["array"], item["dtype"], item["data"])
    if keys == _ODD:
        name, text = item["odd"], item["repr"]
        if type(name) is str and type(text) is str and len(name) <= _LONGEST_NAME and len(text) <= _LONGEST_REPR:
            return _DICT_BYTES + 4 * (len(name) + len(text))
    if keys == _TUPLE and type(item["tuple"]) is list:
        return _DICT_BYTES + _size(item["tuple"], depth - 1)
    raise Violation("an answer holds a dict that describes neither an array nor an object nor a tuple")


def _array(shape: Any, name: Any, data: Any) -> int:
    width = WIDTHS.get(name) if type(name) is str else None
    if width is None:
        raise Violation("an answer holds an array of no known dtype")
    if type(shape) is not list or type(data) is not bytes or len(shape) > _MOST_DIMENSIONS:
        raise Violation("an answer holds a malformed array")
    for side in shape:
        if type(side) is not int or not 0 <= side <= _LONGEST_SIDE:
            raise Violation("an answer holds an array with an impossible shape")
    if math.prod(shape) * width != len(data):
        raise Violation("an answer holds an array whose data do not fill its shape")
    return _DICT_BYTES + _SMALL_BYTES * len(shape) + len(data)


def _scan(payload: bytes) -> None:
    """Count the items of a large payload before any memory is given to them; deep nesting is left to the reader.

    Source: the table of first bytes in the specification of MessagePack.

    Raises:
        Violation: it ends too early, or has extension types.
        TooLarge: it holds too many items.
    """
    at, end, open_items, items = 0, len(payload), 1, 1
    while open_items:
        if at >= end:
            raise Violation("the payload is not msgpack: it ends too early")
        first = payload[at]
        at += 1
        inside = skipped = 0
        if 0x80 <= first <= 0x9F:
            inside = (first & 0x0F) * (2 if first < 0x90 else 1)
        elif 0xA0 <= first <= 0xBF:
            skipped = first & 0x1F
        elif first in _FIXED:
            skipped = _FIXED[first]
        elif first in _COUNTED:
            form, each = _COUNTED[first]
            if at + form.size > end:
                raise Violation("the payload is not msgpack: it ends too early")
            (count,) = form.unpack_from(payload, at)
            at += form.size
            inside, skipped = count * each, 0 if each else count
        elif 0xC1 <= first <= 0xDF and first not in (0xC2, 0xC3):
            raise Violation("the payload is not msgpack, or has an extension type")
        at += skipped
        items += inside
        open_items += inside - 1
        if items > _MOST_ITEMS:
            raise TooLarge


_FIXED = {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
"""First byte of a number to the bytes that follow."""

_U8, _U16, _U32 = struct.Struct(">B"), struct.Struct(">H"), struct.Struct(">I")
_COUNTED = {
    0xC4: (_U8, 0),
    0xC5: (_U16, 0),
    0xC6: (_U32, 0),
    0xD9: (_U8, 0),
    0xDA: (_U16, 0),
    0xDB: (_U32, 0),
    0xDC: (_U16, 1),
    0xDD: (_U32, 1),
    0xDE: (_U16, 2),
    0xDF: (_U32, 2),
}
"""First byte to the form of the count that follows, and the items that each counts: none for bytes and strings."""
