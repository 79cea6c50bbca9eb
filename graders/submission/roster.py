"""Who is who: by which names the students of a course are known on platforms and in folders."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations

from graders.submission.owners import Owner, numbers_of
from graders.text import plain

_ACCENTS = re.compile("[\u0300-\u036f]")
_MOST_WORDS = 5
"""Words of a name of which every order is tried, as platforms put them together."""


@dataclass(frozen=True)
class Person:
    """One student of a roster.

    Attributes:
        id: By which leafgrad calls the student.
        name: May be empty.
        mail: May be empty; it is shown nowhere.
        logins: Other names.
        users: Users of this machine.
        at: File and line of the first row.
    """

    id: str
    name: str = ""
    mail: str = ""
    logins: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    at: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """All by which the student can be told, but for the name."""
        return tuple(one for one in (self.id, *self.logins, self.mail) if one)


@dataclass(frozen=True)
class Found:
    """What a roster says of somebody: the only person it can be, or the several.

    Attributes:
        people: Ids of those whom it can be.
        surely: Whether an id, a login or an address tells it, and not a name alone.
    """

    people: tuple[str, ...] = ()
    surely: bool = False

    @property
    def person(self) -> str | None:
        """The only one, None where there are none or several."""
        return self.people[0] if len(self.people) == 1 else None


@dataclass(frozen=True)
class Roster:
    """The students of a course.

    Attributes:
        people: By id, in composed form (NFC).
        notes: Sentences on rows that can be understood in more than one way.
        files: The files that it was read from, for sentences.
    """

    people: Mapping[str, Person] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def find(self, texts: Iterable[str], names: Iterable[str] = ()) -> Found:
        """Return who somebody is; ids, logins and addresses come before names.

        Args:
            texts: What may be an id, a login or an address.
            names: What may be a name, in any order of its words, or run together.
        """
        wanted = [composed(text) for text in texts]
        known = [text for text in wanted if text in self.people]
        if known:
            return Found((known[0],), surely=True)
        for index in (self._by_text, self._by_box):
            keys = {key for text in wanted for key in (text.casefold(), text.lstrip("0").casefold())}
            if found := {student for key in keys for student in index.get(key, ())}:
                return Found(tuple(sorted(found)), surely=True)
        found = {student for name in names for student in self._named(name)}
        return Found(tuple(sorted(found)))

    def knows(self, text: str) -> bool:
        """Return whether a text is an id, a login or the name of a mail box of a student."""
        return bool(self.find([text]).people)

    def owner(self, student: str, trusted: Iterable[int]) -> Owner | None:
        """Return whose files are graded as a student's; None where the roster names no user.

        Args:
            student: Id as it is shown.
            trusted: Numbers of users who may put files there for everybody: who collected them, for example.
        """
        person = self.people.get(student)
        if person is None or not person.users:
            return None
        numbers = {number for user in person.users for number in numbers_of(user)}
        return Owner(student, person.users, frozenset(trusted) | numbers)

    @cached_property
    def checks_owners(self) -> bool:
        """Whether it names a user of anybody."""
        return any(person.users for person in self.people.values())

    @cached_property
    def _by_text(self) -> Mapping[str, list[str]]:
        return _index((text.casefold(), one.id) for one in self.people.values() for text in one.texts)

    @cached_property
    def _by_box(self) -> Mapping[str, list[str]]:
        """The part of an address in front of the @, and numbers without the zeros that spreadsheets take off."""
        pairs = [(one.mail.partition("@")[0].casefold(), one.id) for one in self.people.values() if one.mail]
        pairs += [
            (text.lstrip("0"), one.id) for one in self.people.values() for text in one.texts if text.startswith("0")
        ]
        return _index((text, student) for text, student in pairs if text)

    @cached_property
    def _by_name(self) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
        words = [(one.id, words_of(one.name)) for one in self.people.values() if one.name]
        sets = _index((" ".join(sorted(parts)), student) for student, parts in words)
        fused = _index(
            ("".join(order), student)
            for student, parts in words
            for order in set(permutations(parts) if len(parts) <= _MOST_WORDS else [tuple(parts)])
        )
        return sets, fused

    def _named(self, name: str) -> Sequence[str]:
        sets, fused = self._by_name
        words = words_of(name)
        return sets.get(" ".join(sorted(words)), ()) or fused.get("".join(words), ()) if words else ()


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    made: defaultdict[str, list[str]] = defaultdict(list)
    for text, student in pairs:
        if student not in made[text]:
            made[text].append(student)
    return dict(made)


def composed(text: str) -> str:
    """Return an id as it is compared and shown: composed (NFC), without what is hidden."""
    return plain(unicodedata.normalize("NFC", text.strip()))


def words_of(name: str) -> list[str]:
    """Return the words of a name as names are compared: folded, without accents and signs."""
    folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", name).casefold())
    return "".join(char if _is_letter(char) else " " for char in folded).split()


def _is_letter(char: str) -> bool:
    """Return whether a character is part of a word; in many scripts vowels are marks, which are no letters."""
    return char.isalnum() or unicodedata.category(char).startswith("M")
