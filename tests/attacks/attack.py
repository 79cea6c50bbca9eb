"""What an attack is: a numbered row of the table of attacks, with the test that shows what stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from arena import Arena

OPEN = "open"
"""Said of an attack that a mode does not stop: accident protection is no wall, and one process hides nothing."""

SIGNAL = "signal"
"""Said of an attack that is not stopped, but that the report tells the instructor under its signals."""


@dataclass(frozen=True)
class Attack:
    """One row.

    Attributes:
        number: From 1 on.
        title: What is attacked, in a few words.
        modes: Modes in which it must be stopped; in the others it is not carried out and the table says `OPEN`.
        test: Carries it out and returns what stopped it; raises `NotStopped` when nothing did.
        quick: Whether it is part of the sample in the normal test run.
    """

    number: int
    title: str
    modes: tuple[str, ...]
    test: Callable[[Arena], str]
    quick: bool


EVERYWHERE = ("jail", "base", "portable")
WALLED = ("jail", "base")
JAILED = ("jail",)

ATTACKS: dict[int, Attack] = {}


def attack(
    number: int, title: str, modes: tuple[str, ...] = EVERYWHERE, quick: bool = False
) -> Callable[[Callable[[Arena], str]], Callable[[Arena], str]]:
    """Enter a test as the row `number`."""

    def enter(test: Callable[[Arena], str]) -> Callable[[Arena], str]:
        if number in ATTACKS:
            raise ValueError(f"row {number} has two tests")
        ATTACKS[number] = Attack(number, title, modes, test, quick)
        return test

    return enter
