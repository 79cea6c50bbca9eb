"""Whose files are graded as whose, where users of one machine share a folder."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass

from graders.text import plain

HAS_OWNERS = hasattr(os, "geteuid")


@dataclass(frozen=True)
class Owner:
    """Users whose files are graded as one student's.

    Attributes:
        student: The student's id, as it is shown.
        users: Their names in the roster.
        numbers: Their numbers, and those of the users who may put files there for everybody.
    """

    student: str
    users: tuple[str, ...]
    numbers: frozenset[int]

    def refusal(self, shown: str, number: int) -> str:
        """Return why a file of that user is not graded as this student's; empty when it is."""
        if number in self.numbers:
            return ""
        names = " or ".join(plain(user, limit=40) for user in self.users)
        return (
            f"{shown} belongs to {user_name(number)}, not to {names}, so it is not graded as {self.student}'s: "
            "ask who put it there."
        )


def user_name(number: int) -> str:
    """Return the name of a user, or its number where this machine knows no name."""
    with suppress(ImportError, KeyError):
        from pwd import getpwuid

        return plain(getpwuid(number).pw_name, limit=40)
    return f"user {number}"


def numbers_of(user: str) -> list[int]:
    """Return the number of a user, given by name or number; none for a name that this machine does not know."""
    with suppress(ImportError, KeyError, ValueError):
        from pwd import getpwnam

        return [getpwnam(user).pw_uid]
    return [int(user)] if user.isascii() and user.isdigit() else []
