"""Which row of a platform's table belongs to which student of ours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graders.report import Report
from graders.submission.roster import Roster
from graders.text import plain

Row = Sequence[str]

_NUMBER_OF_ROW = re.compile(r"(?:.*\D)?0*(\d+)\s*", re.DOTALL)
_NUMBER_OF_STUDENT = re.compile(r".+_0*(\d+)", re.DOTALL)


@dataclass(frozen=True)
class Key:
    """One way to tell a student.

    Attributes:
        of_row: Gives what a row has; an empty text tells nothing.
        of_student: Gives what a student id has.
    """

    of_row: Callable[[Row], str]
    of_student: Callable[[str], str]


@dataclass
class Places:
    """Where reports belong.

    Attributes:
        found: Number of a row to its report.
        problems: A sentence for each report without a row of its own.
    """

    found: dict[int, Report] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def same_text(place: int) -> Key:
    """Return the key of a column that holds our student id itself, in any case."""
    return Key(lambda row: _folded(row[place]), _folded)


def name_in_address(place: int) -> Key:
    """Return the key of a column of mail addresses whose part before the @ is our student id."""
    return Key(lambda row: _folded(row[place]).partition("@")[0], _folded)


def same_number(place: int) -> Key:
    """Return the key of a column that ends in the number at the end of our student id.

    Downloads of a class are named that way: `leeann_12345` by Canvas, `Ann Lee_12345` by Moodle, whose tables say
    `12345` and `Participant 12345`.
    """
    return Key(lambda row: _number(_NUMBER_OF_ROW, row[place]), lambda student: _number(_NUMBER_OF_STUDENT, student))


def places(
    rows: Mapping[int, Row], keys: Sequence[Key], reports: Sequence[Report], table: str, roster: Roster | None = None
) -> Places:
    """Return the row of each report; the first key that knows a student, by any name, decides.

    Args:
        rows: Number to row.
        keys: Ways to tell a student, the surest first.
        reports: One for each student.
        table: Name of the table, for sentences.
        roster: By which other names a student is known.
    """
    known: list[dict[str, list[int]]] = []
    for key in keys:
        index = defaultdict(list)
        for number, row in rows.items():
            if told := key.of_row(row):
                index[told].append(number)
        known.append(dict(index))
    wanted: dict[int, list[Report]] = defaultdict(list)
    made = Places()
    for report in reports:
        texts = _known_as(report.student_id, roster)
        candidates = (
            sorted({number for text in texts for number in index.get(key.of_student(text), ())})
            for key, index in zip(keys, known, strict=True)
        )
        found = next((numbers for numbers in candidates if numbers), [])
        if len(found) == 1:
            wanted[found[0]].append(report)
        else:
            many = f"{len(found)} rows" if found else "no row"
            made.problems.append(f"{plain(report.student_id)}: {many} of {table} could be this student's.")
    for number, claims in wanted.items():
        if len(claims) == 1:
            made.found[number] = claims[0]
        else:
            names = " and ".join(plain(report.student_id) for report in claims)
            made.problems.append(f"{names}: all of them would get the same row of {table}.")
    return made


def _known_as(student: str, roster: Roster | None) -> list[str]:
    """Return the id of a report, and all else that the roster knows the student by, whom an older id may name."""
    person = roster.find([student], [student]).person if roster else None
    others = roster.people[person].texts if roster and person else ()
    return list(dict.fromkeys([student, *others]))


def _number(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.fullmatch(text)
    return found[1] if found else ""


def _folded(text: str) -> str:
    return text.strip().casefold()
