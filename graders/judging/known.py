"""What grading a class has found out already, so that it pays for each search and comparison once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from graders.judging.shrink import Failure
from graders.observation import Observation

_MOST_KNOWN = 4096
"""Passed checks, and failing ones, that a class remembers."""

_MOST_BYTES = 128 << 20
"""Memory that the answers of either may take."""


class Known:
    """What was found earlier for the same answers.

    Passed checks are found by the identity of the answers: short ones with the same bytes are the same object, which
    the entry keeps alive. Counterexamples are found by exercise, check and a digest of the wrong answers.
    """

    def __init__(self) -> None:
        self._passed: dict[tuple[Any, ...], Sequence[Observation]] = {}
        self._failures: dict[tuple[str, str, str], Failure] = {}
        self._sizes = [0, 0]

    def passed(self, address: tuple[Any, ...]) -> bool:
        """Return whether these very answers have passed."""
        return address in self._passed

    def remember(self, address: tuple[Any, ...], seen: Sequence[Observation]) -> None:
        """Keep answers that passed."""
        self._make_room(0, self._passed, sum(item.size for item in seen))
        self._passed[address] = seen

    def failure(self, address: tuple[str, str, str]) -> Failure | None:
        """Return the counterexample that was found for these wrong answers."""
        return self._failures.get(address)

    def keep(self, address: tuple[str, str, str], found: Failure) -> None:
        """Keep a counterexample."""
        self._make_room(1, self._failures, found.seen.size)
        self._failures[address] = found

    def _make_room(self, which: int, entries: dict[Any, Any], size: int) -> None:
        """Give up the earlier entries when there are too many."""
        if len(entries) >= _MOST_KNOWN or self._sizes[which] + size > _MOST_BYTES:
            entries.clear()
            self._sizes[which] = 0
        self._sizes[which] += size


def digest_of(seen: Sequence[Observation]) -> str:
    """Return a digest of the answers over a bank."""
    digest = hashlib.sha256()
    for item in seen:
        digest.update(answer_of(item).encode("utf-8", "backslashreplace") + b"\0")
    return digest.hexdigest()


def answer_of(seen: Observation) -> str:
    """Return what makes two observations the same answer (NaN counts as itself)."""
    return repr((seen.status, seen.fields, seen.error))
