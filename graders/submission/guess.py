"""Which exercise a file is whose name says nothing: by what it defines, or because it is the only one asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graders.submission.archive import Member
from graders.submission.claims import Files, has_code_ending
from graders.submission.clues import Clues
from graders.submission.model import Refused
from graders.submission.naming import looks_numbered, stem_and_kind

_OPENED = 16


@dataclass(frozen=True)
class Guess:
    """An exercise found without its name, or why it cannot be told.

    Attributes:
        exercise: The exercise; of several that it could be, the first.
        says: The sentence about it.
        members: The files that the sentence is about.
        source: The bytes to grade; None where it cannot be told.
        notes: Further sentences about the file.
    """

    exercise: str
    says: str
    members: tuple[Member, ...]
    source: bytes | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Loose:
    """A file of code that no name explains."""

    member: Member
    source: bytes
    notes: tuple[str, ...]
    defined: frozenset[str]


def guess(
    members: Sequence[Member], missing: Sequence[str], others: Sequence[str], only: bool, files: Files, clues: Clues
) -> Iterator[Guess]:
    """Yield what `members`, which no name explains, are among the exercises that are not found yet.

    Args:
        members: Files that are no exercise by their names.
        missing: Those of them that are asked for.
        others: The rest of them, considered for a file that is none of `missing`.
        only: Whether one exercise is asked for and no other.
        files: Reads the members.
        clues: What tells them apart.
    """
    code = [member for member in members if _is_code(member)]
    if not (missing or others) or not code or len(code) > _OPENED:
        return
    loose = list(_opened(code, files, clues))
    wanted: dict[str, list[_Loose]] = defaultdict(list)
    for one in loose:
        fitting = _fitting(missing, one, clues) or _fitting(others, one, clues)
        for exercise in fitting:
            shared = clues.names[exercise] & one.defined
            rivals = [other for other in fitting if other != exercise and clues.names[other] & shared]
            if not rivals:
                wanted[exercise].append(one)
            elif exercise == fitting[0]:
                says = f"{one.member.shown} defines {_named(shared)}, as {' and '.join([exercise, *rivals])} ask for"
                yield Guess(exercise, f"{says}: name it like one of them and hand it in again.", (one.member,))
    for exercise, found in wanted.items():
        yield _told(exercise, found, clues)
    if only and missing and len(loose) == 1 and not wanted and _may_be_any(loose[0], clues):
        yield _lone(missing[0], loose[0])


def _fitting(exercises: Sequence[str], one: _Loose, clues: Clues) -> list[str]:
    return [exercise for exercise in exercises if clues.names.get(exercise, frozenset()) & one.defined]


def _is_code(member: Member) -> bool:
    stem, kind, _ = stem_and_kind(member.path[-1])
    return bool(kind) and len(stem) <= 200 and has_code_ending(member)


def _opened(members: Sequence[Member], files: Files, clues: Clues) -> Iterator[_Loose]:
    for member in members:
        try:
            source, notes = files.source(member, stem_and_kind(member.path[-1])[1])
        except Refused:
            continue
        if not any(clues.is_stub(exercise, source) for exercise in clues.stubs):
            yield _Loose(member, source, notes, frozenset(clues.defines(source) if clues.defines else ()))


def _told(exercise: str, found: list[_Loose], clues: Clues) -> Guess:
    members = tuple(one.member for one in found)
    names = _named(clues.names[exercise] & found[0].defined)
    if len({one.source for one in found}) > 1:
        shown = " and ".join(member.shown for member in members[:4])
        return Guess(exercise, f"{shown} each define {names}: name the right one {exercise}.py.", members)
    says = f"{members[0].shown} is read as {exercise}.py, since it defines {names}."
    return Guess(exercise, says, members, found[0].source, found[0].notes)


def _may_be_any(one: _Loose, clues: Clues) -> bool:
    """Return whether nothing speaks against taking the only file for the only exercise that is asked for."""
    others = any(names & one.defined for names in clues.names.values())
    return not others and not looks_numbered(stem_and_kind(one.member.path[-1])[0])


def _lone(exercise: str, one: _Loose) -> Guess:
    return Guess(exercise, f"{one.member.shown} is read as {exercise}.py.", (one.member,), one.source, one.notes)


def _named(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)[:3])
