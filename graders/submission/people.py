"""Which hand-ins are of one student: by the names that platforms and folders give, and by the roster.

An id, a login or a mail address decides. A name alone does too, as long as it is that of one student only. Where a
platform numbers its students, two numbers are two of them. Moodle numbers the assignments of one person as it numbers
namesakes: those are one student's unless they hold different versions of a file. Whoever cannot be told stays under
the own name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graders.submission.assemble import Part
from graders.submission.lms import Upload
from graders.submission.roster import Found, Roster, words_of

NOBODY = Found()
_SHOWN = 5


@dataclass(frozen=True)
class HandIn:
    """Something that one student handed in, not read yet.

    Attributes:
        place: Where it lies, below the folder of the class.
        key: How the student is called there, as it is shown.
        texts: What may be an id, a login or an address of the student.
        names: What may be the student's name.
        read: Returns its parts; is given the student's id.
        upload: Where it is of a platform's download.
        optional: Whether it may be none, and the student is left out then.
    """

    place: tuple[str, ...]
    key: str
    texts: tuple[str, ...]
    names: tuple[str, ...]
    read: Callable[[str], list[Part]]
    upload: Upload | None = None
    optional: bool = False


def gather(hand_ins: Iterable[HandIn], roster: Roster | None, told: list[str]) -> dict[str, list[Part]]:
    """Return the parts of each student.

    Args:
        hand_ins: Of the class.
        roster: Who is who; None where nobody knows.
        told: Sentences on the class are added to it.
    """
    groups: defaultdict[str, dict[str, list[HandIn]]] = defaultdict(dict)
    sure: set[str] = set()
    several: dict[str, Found] = {}
    for one in hand_ins:
        found = roster.find((one.key, *one.texts), one.names) if roster else NOBODY
        groups[found.person or one.key].setdefault(one.key, []).append(one)
        if found.surely and found.person:
            sure.add(one.key)
        if len(found.people) > 1:
            several[one.key] = found
    students: defaultdict[str, list[Part]] = defaultdict(list)
    file = roster.files[0] if roster and roster.files else "The roster"
    joined: list[str] = []
    for student, keys in groups.items():
        parts = {key: [part for one in ones for part in one.read(student)] for key, ones in keys.items()}
        parts = {key: found for key, found in parts.items() if found or not all(one.optional for one in keys[key])}
        named = [key for key in parts if key not in sure and key != student]
        apart = _numbered(keys, named) or (named if _differ(parts, named) else [])
        if apart:
            told.append(
                f"{_all(apart)} could be {student} by the name, but the number or the work is another: each keeps its "
                f"own name, unless {file} has that as a login."
            )
            for key in apart:
                students[key] += parts.pop(key)
        elif roster and len(parts) > 1:
            joined.append(f"{_all(list(parts))} are {student}")
        for found_parts in parts.values():
            students[student] += found_parts
    told += _few(joined, "of one student")
    for key, found in several.items():
        told.append(f"{key} can be {_all(found.people, 'or')} of {file}, so it is graded under its own name.")
    if not roster:
        told += _namesakes(groups)
    return dict(students)


def _numbered(keys: Mapping[str, Sequence[HandIn]], named: Sequence[str]) -> list[str]:
    """Return the hand-ins found by name for which a platform has another number than for others of the student."""
    of_platform: defaultdict[str, list[str]] = defaultdict(list)
    for key, ones in keys.items():
        for platform in {one.upload.numbers for one in ones if one.upload and one.upload.numbers}:
            of_platform[platform].append(key)
    return [key for found in of_platform.values() if len(found) > 1 for key in found if key in named]


def _differ(parts: dict[str, list[Part]], named: Sequence[str]) -> bool:
    """Return whether hand-ins found by name hold another version of a file than others of the same student."""
    versions: defaultdict[str, set[tuple[bytes, str]]] = defaultdict(set)
    for key, found in parts.items():
        for part in found:
            for name, data in part.picked.files.items():
                versions[name].add((data, key))
    return any(
        len({data for data, _ in held}) > 1 and len(keys := {key for _, key in held}) > 1 and not keys.isdisjoint(named)
        for held in versions.values()
    )


def _namesakes(groups: dict[str, dict[str, list[HandIn]]]) -> Iterator[str]:
    """Yield a sentence where a platform gives one name to several numbers, and no roster says who is who."""
    called: defaultdict[str, list[str]] = defaultdict(list)
    for keys in groups.values():
        for key, ones in keys.items():
            if (upload := ones[0].upload) and upload.names:
                called[" ".join(sorted(words_of(upload.names[0])))].append(key)
    alike = [_all(keys_of_name) for keys_of_name in called.values() if len(keys_of_name) > 1]
    for said in _few(alike, "of one name"):
        yield f"{said} A students.csv with their names tells who is who."


def _few(found: Sequence[str], what: str) -> Iterator[str]:
    """Yield one sentence on hand-ins that belong together, with a few of them as examples."""
    if found:
        more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield f"Several hand-ins are {what}: {'; '.join(found[:_SHOWN])}{more}."


def _all(names: Iterable[str], word: str = "and") -> str:
    *first, last = sorted(set(names))
    return f"{', '.join(first)} {word} {last}" if first else last
