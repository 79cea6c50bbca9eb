"""Rows 88 to 108: answers that no honest file gives, and conversations that never end."""

from __future__ import annotations

from handin import SOLUTION, HandIn, enter

EX02, EX04 = ("ex02_closures",), ("ex04_tensor_closures",)
SCALAR = ("ex02_closures.add", "ex02_closures.mul")
TENSOR = ("ex04_tensor_closures.add", "ex04_tensor_closures.matmul_2d")
_SHORT = {"exercise": 3.0}
"""Seconds; the arena's limit for a case is 1."""


def _answer(number: int, title: str, name: str, by: str = "the schema of answers", quick: bool = False) -> None:
    enter(number, title, HandIn(("looking", name, "hollow_value"), EX02, {"*": (0, 0)}, SCALAR, search=20), by, quick)


def _array(number: int, title: str, name: str, by: str, quick: bool = False) -> None:
    enter(number, title, HandIn((name, "hollow_tensor"), EX04, {"*": (0, 0)}, TENSOR, search=20), by, quick)


_answer(88, "an answer 500 lists deep", "deep_list", quick=True)
_answer(89, "an answer of bytes", "raw_bytes")
_answer(90, "answers with tags but without their keys", "dict_without_keys")
_answer(91, "arrays whose shape does not fit their bytes, or is none", "malformed_array", quick=True)
_answer(92, "lists in an order of names", "unhashable_order", "compared by form first")
_answer(93, "a million empty lists", "million_lists")
_answer(94, "ninety thousand empty lists in each answer", "many_small_lists")
_answer(95, "a text without an end", "endless_text")
_answer(96, "integers of more than 64 bits", "odd_numbers")
_answer(97, "extension types, in a frame of its own", "forged_extension")
_answer(98, "one frame fifty thousand times", "forged_repeatedly", "one answer for each case")
_array(99, "an array of shape (10**9, 0)", "empty_array", "the player's limit on shapes", quick=True)
_array(100, "an array of 10**12 numbers that are one", "stretched_array", "the player's limit on sizes")
_array(101, "an array that lies about its shape", "lying_array", "exact types")
_array(102, "an array of objects with endless texts", "array_of_objects", "texts are cut")
enter(
    103,
    "never read again after the load",
    HandIn(("looking", "never_reads"), EX04, {"*": (0, 0)}, TENSOR, _SHORT),
    "a clock on sending",
)
enter(
    104,
    "read one byte at a time",
    HandIn(("looking", "reads_slowly"), EX04, {"*": (0, 0)}, TENSOR, _SHORT),
    "a clock on sending",
)
enter(
    105,
    "half a frame, one byte at a time",
    HandIn(("looking", "forged_half", "hollow_value"), EX02, {"*": (0, 0)}, SCALAR, _SHORT),
    "a clock on receiving",
)
enter(
    106,
    "just under the limit in every case",
    HandIn(("sleeps", "hollow_value"), EX02, {"*": (0, 1.5)}, limits=_SHORT),
    "the budget of an exercise",
)
enter(
    107,
    "a slow load, then the end, for every worker",
    HandIn(("ends_slowly", "hollow_value"), EX02, {"*": (0, 1.5)}, limits=_SHORT),
    "the budget of an exercise",
)
enter(
    108,
    "long doubles, an innocent idea",
    HandIn((SOLUTION, "long_double"), EX04, {"*": (42, 43)}),
    "read as float64",
    quick=True,
)
