"""The reports of a class on disk: those that count, and the attempts that they are made of.

reports/NAME.json   the report that counts, with the points, overrides and lateness of the last run
attempts/NAME.json  what each hand-in of a student earned, the last one last; only where there are several
.before/NAME.json   while a run goes on: the report before the run, which the list of changes is made from

A run may be killed at any instant. Each file is written in one piece; a report says itself on what basis it was made,
so none is believed that is not true any more.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from graders.course.course import Course
from graders.course.granted import Granted
from graders.files import write_whole
from graders.grading.policy import Valued, settle
from graders.grading.shared import Reader, Writer
from graders.report import Report

REPORTS, ATTEMPTS, BEFORE = "reports", "attempts", ".before"
"""Folders, see above."""

_SEVERAL = TypeAdapter(list[Report])


class Kept:
    """The reports of a class.

    Args:
        out: Folder of the graded class.
        course: With the policy by which reports are settled.
        granted: Extensions and overrides.

    Attributes:
        reports: Name of a file to the report in it; broken ones are left out.
    """

    def __init__(self, out: Path, course: Course, granted: Granted) -> None:
        self._out, self._course, self._granted = out, course, granted
        self._writer, self._valued = Writer(), Valued()
        self.reports = _all_in(out / REPORTS)
        self._read, self._killed = dict(self.reports), _all_in(out / BEFORE)

    def last(self, name: str) -> Report | None:
        """Return what the last hand-in of a student earned."""
        attempts = self._attempts(name)
        return attempts[-1] if attempts else None

    def has(self, name: str, sha256: str) -> bool:
        """Return whether a hand-in of a student, told by its digest, is among the attempts."""
        return any(one.submission_sha256 == sha256 for one in self._attempts(name))

    def before(self) -> dict[str, Report]:
        """Return the reports before this run, or before the one that was killed and goes on."""
        return self._read | self._killed

    def forget_before(self) -> None:
        """Note that the changes of this run are told."""
        shutil.rmtree(self._out / BEFORE, ignore_errors=True)

    def put(self, name: str, facts: Report) -> Report:
        """Settle what a student's last hand-in earned with the attempts before; write it, and return what counts."""
        attempts = self._attempts(name)
        if attempts and (facts.submission_sha256 == attempts[-1].submission_sha256 or not _begun(attempts[-1])):
            attempts = attempts[:-1]
        if attempts or self._several(name).is_file():
            self._write_attempts(name, [*attempts, facts])
        return self._settle(name, [*attempts, facts])

    def settle(self, name: str) -> Report:
        """Apply today's policy to what is there; write the report where that changes it."""
        return self._settle(name, self._attempts(name))

    def forget(self, name: str, exercises: Iterable[str]) -> None:
        """Take some exercises out of a student's report, and the report away when nothing else is in it.

        What they earned stays among the attempts, and is no result any more that a next run would take for true.
        """
        again = set(exercises)
        if (attempts := self._attempts(name)) and _begun(attempts[-1]):
            parts = [one.model_copy(update={"basis": ""}) if one.id in again else one for one in attempts[-1].exercises]
            self._write_attempts(name, [*attempts[:-1], attempts[-1].model_copy(update={"exercises": parts})])
        report = self.reports.get(name)
        left = [one for one in report.exercises if one.id not in again] if report else []
        if report and left:
            self._settle(name, [report.model_copy(update={"exercises": left})])
        else:
            self.reports.pop(name, None)
            self._path(name).unlink(missing_ok=True)

    def _settle(self, name: str, attempts: Sequence[Report]) -> Report:
        settled = settle(attempts, self._course, self._granted, self._valued)
        old = self.reports.get(name)
        if settled != old or not self._path(name).is_file():
            if old is not None:
                self._keep_before(name)
            write_whole(self._path(name), self._writer.dump(settled))
        self.reports[name] = settled
        return settled

    def _keep_before(self, name: str) -> None:
        place = self._folder(BEFORE) / f"{name}.json"
        if not place.exists():
            with suppress(OSError):  # without it, the list of changes is shorter
                place.hardlink_to(self._path(name))

    def _attempts(self, name: str) -> list[Report]:
        with suppress(OSError, ValidationError):
            if several := _SEVERAL.validate_json(self._several(name).read_bytes()):
                return several
        return [self.reports[name]] if name in self.reports else []

    def _path(self, name: str) -> Path:
        return self._out / REPORTS / f"{name}.json"

    def _several(self, name: str) -> Path:
        return self._out / ATTEMPTS / f"{name}.json"

    def _folder(self, name: str) -> Path:
        folder = self._out / name
        folder.mkdir(exist_ok=True)
        return folder

    def _write_attempts(self, name: str, attempts: Sequence[Report]) -> None:
        self._folder(ATTEMPTS)
        write_whole(self._several(name), _SEVERAL.dump_json(list(attempts)))


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python from searching millions of objects for cycles, of which reports have none: most of the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # else the first collection afterwards goes through all of them
        gc.unfreeze()
        if on:
            gc.enable()


@uncollected()
def _all_in(folder: Path) -> dict[str, Report]:
    found, reader = {}, Reader()
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError, ValidationError):
            found[path.stem] = reader.load(path.read_bytes())
    return found


def merged(old: Report | None, new: Report, order: Sequence[str], said: Sequence[str]) -> Report:
    """Return what was graded now, and with it the exercises of an earlier report that were not.

    Args:
        old: The earlier report.
        new: What was graded now; its head is that of the result.
        order: Ids of the exercises in teaching order.
        said: What there is to say of the hand-in itself; the other notes come from grading its exercises.
    """
    graded = {exercise.id for exercise in new.exercises}
    kept = [exercise for exercise in old.exercises if exercise.id not in graded] if old else []
    if old is None or not kept:
        return new
    place = {name: number for number, name in enumerate(order)}
    exercises = sorted([*kept, *new.exercises], key=lambda one: place.get(one.id, len(place)))
    names = {exercise.id for exercise in kept}
    signals = [signal for signal in old.signals if signal.partition(":")[0] in names]
    notes = [note for note in old.notes if any(name in note for name in names)]
    changed = {
        "exercises": exercises,
        "notes": in_order([*notes, *new.notes], said, order),
        "signals": in_order([*signals, *new.signals], (), order),
    }
    return new.model_copy(update=changed)


def in_order(sentences: Iterable[str], first: Sequence[str], order: Sequence[str]) -> list[str]:
    """Return sentences as grading all exercises at once would list them: `first`, then by the exercise they name."""

    def place(sentence: str) -> int:
        return next((number for number, name in enumerate(order) if name in sentence), len(order))

    rest = [sentence for sentence in dict.fromkeys(sentences) if sentence not in first]
    return [*first, *sorted(rest, key=place)]


def _begun(report: Report) -> bool:
    return any(exercise.status not in ("not_started", "skipped") for exercise in report.exercises)
