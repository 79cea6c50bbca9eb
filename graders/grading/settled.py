"""A run that has nothing to do: what the last run was given and how it left the folder, noted in the cache.

Grading the same hand-ins again with the same course, key and code ends with the same files. So where all of this is as
the last run left it, its result is taken from the note, and no report is read until somebody asks for one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

from pydantic import TypeAdapter, ValidationError

from graders.banks.fingerprint import package_fingerprint
from graders.files import write_whole
from graders.grading.attention import Attention
from graders.grading.feedback import FOLDER
from graders.grading.kept import ATTEMPTS, BEFORE, REPORTS
from graders.grading.stamp import digest_of, stamp_of
from graders.render.standing import Standing
from graders.report import Report
from graders.submission.model import Submission, digest


@dataclass(frozen=True)
class Settled:
    """What a run ended with that changed nothing further.

    Attributes:
        given: Digest of what it was given, see `given_digest`.
        left: Digest of the files that it left.
        names: Names of the files of the reports, in the order of the result.
        attention: Lines of attention.csv.
        notes: Sentences on the class as a whole.
        standing: What the terminal shows.
    """

    given: str
    left: str
    names: list[str]
    attention: list[Attention]
    notes: list[str]
    standing: Standing


_NOTE = TypeAdapter(Settled)


class Unread(Sequence[Report]):
    """Reports on disk, which are read when the first of them is asked for."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._folder, self._names = folder, names

    @cached_property
    def _reports(self) -> list[Report]:
        return [Report.model_validate_json((self._folder / f"{name}.json").read_bytes()) for name in self._names]

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, place: int) -> Report: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Report]: ...

    def __getitem__(self, place: int | slice) -> Report | Sequence[Report]:
        return self._reports[place]


def recall(out: Path, given: str) -> Settled | None:
    """Return what the last run ended with; None unless it was given the same and the folder is as it left it."""
    try:
        note = _NOTE.validate_json(stamp_of(out, "runs").read_bytes())
    except (OSError, ValidationError):
        return None
    return note if note.given == given and note.left == _left(out) else None


def remember(
    out: Path,
    given: str,
    names: Sequence[str],
    attention: Sequence[Attention],
    notes: Sequence[str],
    standing: Standing,
) -> None:
    """Note what a run ended with; nothing where a file is not there, or the cache takes nothing."""
    place = stamp_of(out, "runs")
    if left := _left(out):
        with suppress(OSError, ValueError):
            note = Settled(given, left, list(names), list(attention), list(notes), standing)
            place.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place, _NOTE.dump_json(note))


def given_digest(submissions: Sequence[Submission], *told: object) -> str:
    """Return the digest of hand-ins, of the code, and of what else decides how a run ends."""
    total = hashlib.sha256(package_fingerprint().encode())
    for part in (*map(_told, submissions), *told):
        total.update(repr(part).encode("utf-8", "backslashreplace") + b"\0")
    return total.hexdigest()


def _told(one: Submission) -> tuple[object, ...]:
    along = [(name, digest(files)) for name, files in sorted(one.along.items())]
    head = (one.student_id, one.sha256, one.submitted_at, one.notes, one.problem, one.refusals, one.only)
    return *head, sorted(one.times.items()), along, [_told(attempt) for attempt in one.earlier]


def _left(out: Path) -> str:
    """Return a digest of which files lie in a folder; empty where a run was killed in it."""
    return "" if (out / BEFORE).exists() else digest_of(_files(out))


def _files(out: Path) -> Iterator[Path]:
    for folder in (out, out / REPORTS, out / ATTEMPTS, out / FOLDER):
        if folder.is_dir():
            yield from sorted(path for path in folder.iterdir() if path.suffix)
