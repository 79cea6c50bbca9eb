"""From what was found to one `Submission`: parts of a student's hand-in put together, refusals turned into notes."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from graders.submission.model import Submission, digest
from graders.submission.pick import Picked
from graders.text import plain

_NOTES = 12


FOLDER, UPLOAD, ARCHIVE, LOOSE = range(4)
"""Kinds of a student's hand-ins, the clearest first: anybody may put a file with a student's name beside a folder."""


@dataclass(frozen=True)
class Part:
    """One upload, attempt or assignment of a student.

    Attributes:
        label: Where it was found, as it is said in sentences.
        picked: What it holds.
        order: Later parts are greater; empty when nothing is known.
        submitted_at: ISO 8601 in UTC, or None.
        kind: `FOLDER`, `UPLOAD`, `ARCHIVE` or `LOOSE`; a clearer one counts where they differ.
        respelled: Whether its name is another spelling of the student's id.
        assignment: Id of the assignment that it was handed in for; empty where that is not known.
    """

    label: str
    picked: Picked
    order: str = ""
    submitted_at: str | None = None
    kind: int = FOLDER
    respelled: bool = False
    assignment: str = ""

    @property
    def clarity(self) -> tuple[int, bool]:
        """How clearly it is the student's; smaller is clearer."""
        return self.kind, self.respelled


def shown_id(name: str) -> str:
    """Return a student's id from the name of a file or folder: composed (NFC), and with escapes for what is hidden.

    Different names give different ids, except for the two spellings of an accented letter.
    """
    return plain(unicodedata.normalize("NFC", name).replace("\\", "\\\\")) or "student"


def submission_of(
    student_id: str, parts: Sequence[Part], exercises: Sequence[str], asks: Mapping[str, Collection[str]] | None = None
) -> Submission:
    """Return the submission made of `parts`.

    Where parts hold different versions of a file, work counts before an untouched stub, then the clearest part, of
    equally clear ones the latest, when it can be told which that is. A version from an assignment that does not ask
    for the file counts only where there is no other; beside one it is the ground of what builds on it there.

    Args:
        student_id: Whose it is.
        parts: What was found.
        exercises: Ids of those that are looked for.
        asks: Assignment to the exercises that it asks for; None where that is not known.
    """
    whole = Picked()
    times: dict[str, str] = {}
    parts, brought, whole.notes = _apart(parts, asks or {})
    along: dict[str, dict[str, bytes]] = {}
    clearest = min((part.clarity for part in parts if part.picked.files), default=(FOLDER, False))
    for part in parts:
        whole.refusals += part.picked.refusals
        whole.notes += part.picked.notes
    for name in sorted({name for part in parts for name in part.picked.files}):
        taken = _take(name, [part for part in parts if name in part.picked.files], whole)
        if taken and taken.clarity > clearest and name not in taken.picked.stubs:
            whole.notes.append(f"{name} is taken from {taken.label}: the main hand-in holds no written version of it.")
        if taken and taken.submitted_at:
            times[name] = taken.submitted_at
        if taken and taken.label in brought:
            along[name] = brought[taken.label]
    along = {
        name: others
        for name, files in along.items()
        if (others := {other: source for other, source in files.items() if whole.files.get(other) != source})
    }
    notes = [plain(note) for note in dict.fromkeys(whole.refusals + whole.notes)]
    problem = None
    if not whole.files:
        problem = plain(whole.refusals[0] if whole.refusals else _nothing(parts, exercises, whole.notes))
        notes = [note for note in notes if note != problem]
    if len(notes) > _NOTES:
        notes[_NOTES - 1 :] = [f"There are {len(notes) - _NOTES + 1} more notes like these."]
    known = [*times.values(), *(part.submitted_at for part in parts if part.submitted_at)]
    refusals = tuple(map(plain, dict.fromkeys(whole.refusals)))
    everything = whole.files | {f"{name}/{other}": along[name][other] for name in along for other in along[name]}
    sha256, submitted_at = digest(everything), max(known, default=None)
    return Submission(
        student_id, whole.files, sha256, submitted_at, tuple(notes), problem, times, refusals, along=along
    )


def _apart(
    parts: Sequence[Part], asks: Mapping[str, Collection[str]]
) -> tuple[list[Part], dict[str, dict[str, bytes]], list[str]]:
    """Return the parts without what only came along with them, label of a part to the files that did, and sentences.

    Those are the files that another assignment asks for and that were handed in elsewhere; where they were not, a
    sentence says that they count.
    """
    known = {exercise for asked in asks.values() for exercise in asked}
    foreign = {}
    for part in parts:
        asked = asks.get(part.assignment)
        others = set() if asked is None else {f"{exercise}.py" for exercise in known.difference(asked)}
        foreign[part.label] = others.intersection(part.picked.files)
    elsewhere = {name for part in parts for name in part.picked.files.keys() - foreign[part.label] - part.picked.stubs}
    own, brought, told = [], {}, []
    for part in parts:
        came = foreign[part.label] & elsewhere
        if came:
            brought[part.label] = {name: part.picked.files[name] for name in came - part.picked.stubs}
            files = {name: source for name, source in part.picked.files.items() if name not in came}
            part = replace(part, picked=replace(part.picked, files=files))
        if lonely := ", ".join(sorted(foreign[part.label] - elsewhere - part.picked.stubs)):
            told.append(f"{lonely} came with {part.label} only, which does not ask for it. It counts.")
        own.append(part)
    return own, brought, told


def _take(name: str, holders: Sequence[Part], whole: Picked) -> Part | None:
    """Put the version of `name` that counts into `whole` and return its part; None where it cannot be told."""
    holders = [part for part in holders if name not in part.picked.stubs] or holders
    clearest = min(part.clarity for part in holders)
    clear = sorted((part for part in holders if part.clarity == clearest), key=lambda part: part.order)
    newest = [part for part in clear if part.order == clear[-1].order]
    if len({part.picked.files[name] for part in newest}) > 1:
        where = ", ".join(part.label for part in newest[:4])
        whole.refusals.append(f"{name} was handed in more than once, with differences ({where}): keep one of them.")
        return None
    taken, source = newest[0], newest[0].picked.files[name]
    versions = {part.picked.files[name] for part in clear}
    if len(versions) > 1:
        whole.notes.append(f"{name}: of {len(versions)} versions the latest is graded ({taken.label}).")
    others = [part for part in holders if part not in clear and part.picked.files[name] != source]
    if others:
        where = ", ".join(part.label for part in others[:4])
        whole.notes.append(f"{name}: {taken.label} is graded; {where} holds another version, which is not.")
    whole.files[name] = source
    return taken


def _nothing(parts: Sequence[Part], exercises: Sequence[str], notes: Sequence[str]) -> str:
    where = ", ".join(part.label for part in parts[:4])
    example = f"{exercises[0]}.py" if exercises else "those of the course"
    how = f"they are named like {example}; hand them in under those names."
    return " ".join([f"{where} holds none of the exercise files: {how}", *notes[:1]])
