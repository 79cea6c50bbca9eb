"""How many cases each bank draws beside its hand-picked ones, chosen by what they kill.

`sizes.json` holds exercise to bank to number; `python -m tests.proof.kills` writes it from recorded kills. Each
declared wrong answer fails about ten cases of every concept that it loses, and each operator mutant ten of its
exercise, or as many as in the larger banks that were recorded. No bank draws more than thirty, sixteen with torch, and
none fewer than twelve, if its strategy has as many: a fault in a quarter of what it draws is then seen more than
nineteen times in twenty (n passed cases bound the rate of failure by 3/n at 95 %, the rule of three).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SIZES = Path(__file__).with_name("sizes.json")


def size_of(exercise: str, bank: str) -> int | None:
    """Return the number of cases that a bank draws, None where it was not measured."""
    return sizes_of(exercise).get(bank)


def sizes_of(exercise: str) -> Mapping[str, int]:
    """Return bank to number of drawn cases, for the measured banks of an exercise."""
    return _all().get(exercise, {})


@cache
def _all() -> Mapping[str, Mapping[str, int]]:
    read: Mapping[str, Mapping[str, int]] = json.loads(SIZES.read_text(encoding="utf-8"))
    return read
