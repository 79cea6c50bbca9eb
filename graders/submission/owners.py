"""Whose files are graded as whose, where users of one machine share a folder: a roster of student ids and users."""

from __future__ import annotations

import csv
import os
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graders.errors import EnvironmentTrouble, UsageError
from graders.text import plain

HAS_OWNERS = hasattr(os, "geteuid")
_HEADS = frozenset({"id", "student", "student_id", "student id"})


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


@dataclass(frozen=True)
class Roster:
    """Which user each student is.

    Attributes:
        users: Student id, in composed form (NFC), to names or numbers of users of this machine.
    """

    users: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def owner(self, student: str, trusted: Iterable[int]) -> Owner | None:
        """Return whose files are graded as a student's; None for a student who is not in the roster.

        Args:
            student: Id as it is shown.
            trusted: Numbers of users who may put files there for everybody: who collected them, for example.
        """
        users = self.users.get(student)
        if users is None:
            return None
        return Owner(student, users, frozenset(trusted) | {number for user in users for number in _numbers(user)})


def read_roster(path: Path) -> Roster:
    """Return the roster in a CSV file with the columns student id and user; a first row of titles is passed over.

    Raises:
        UsageError: it cannot be read, or a row has not two columns; names the line.
        EnvironmentTrouble: files have no owners on this system.
    """
    if not HAS_OWNERS:
        raise EnvironmentTrouble(
            "This system does not tell which user handed in a file, so a roster cannot be checked.",
            "Grade without --roster, or where the files lie.",
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{plain(str(path))} cannot be read: {error}.", "Give a CSV file: id,user.") from None
    delimiter = next((mark for mark in "\t;" if mark in text.partition("\n")[0]), ",")
    users: dict[str, tuple[str, ...]] = {}
    for line, row in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#") or (not users and cells[0].casefold() in _HEADS):
            continue
        if len(cells) < 2 or not cells[0] or not cells[1]:
            raise UsageError(
                f"{plain(str(path))}, line {line}: a row is a student id and a user.", "Correct it and run again."
            )
        student = plain(unicodedata.normalize("NFC", cells[0]))
        users[student] = (*users.get(student, ()), cells[1])
    if not users:
        raise UsageError(f"{plain(str(path))} holds no rows.", "Give a CSV file with a row id,user for each student.")
    return Roster(users)


def user_name(number: int) -> str:
    """Return the name of a user, or its number where this machine knows no name."""
    with suppress(ImportError, KeyError):
        from pwd import getpwuid

        return plain(getpwuid(number).pw_name, limit=40)
    return f"user {number}"


def _numbers(user: str) -> list[int]:
    """Return the number of a user, given by name or number; none for a name that this machine does not know."""
    with suppress(ImportError, KeyError, ValueError):
        from pwd import getpwnam

        return [getpwnam(user).pw_uid]
    return [int(user)] if user.isascii() and user.isdigit() else []
