"""Which concepts a run grades for each student: what it was asked for and nobody has a true result of.

An exercise that it was not asked for is never dropped. Where the class has results of it from earlier runs, whoever has
none gets one, so that all students of a class have the same points to reach.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graders.banks.store import BankStore
from graders.course.course import Course
from graders.grading.basis import Basis
from graders.grading.grade import wanted_concepts
from graders.grading.kept import Kept, in_order, merged
from graders.report import ExerciseResult, Report
from graders.submission.model import Submission, digest
from graders.text import csv_cell


@dataclass(frozen=True)
class Task:
    """What is graded of one hand-in.

    Attributes:
        only: Addresses of the concepts; None for all that the run was asked for.
        exercises: Ids of their exercises.
        keep: Takes the report as JSON, puts it on disk with what else is there, and returns what counts.
    """

    only: tuple[str, ...] | None
    exercises: tuple[str, ...]
    keep: Callable[[bytes], Report]


class Wanted:
    """What a run is asked for, held against what earlier runs left.

    Args:
        course: The course.
        store: Banks under the key of this run.
        only: Exercise ids or concept addresses; None for the whole course.
        fresh: Whether to grade again what has a true result.
        kept: Reports of earlier runs.
        old_state: Whether those of the old form are true.
    """

    def __init__(
        self,
        course: Course,
        store: BankStore,
        only: Sequence[str] | None,
        fresh: bool,
        kept: Kept,
        old_state: bool = False,
    ) -> None:
        self._course, self._kept, self._fresh, self._old_state = course, kept, fresh, old_state
        self._basis = Basis(course, store)
        self._whole = only is None
        self._asked = wanted_concepts(course, only)
        self._first = frozenset(self._asked)
        self._chosen = {address.partition(".")[0] for address in self._asked}
        self._known = wanted_concepts(course, None)
        self._absent: set[str] = set()
        self._stale: dict[str, int] = {}

    def staying(self, submissions: Sequence[Submission], listed: Collection[str] | None) -> list[Submission]:
        """Return an empty hand-in for each student who is not there, and whose other exercises stay in the class.

        A run over the whole course keeps nobody: who is not there has left.

        Args:
            submissions: Those who are there.
            listed: Who is in the grades.csv of the last run; None where there is no such table.
        """
        there = {submission.safe_name for submission in submissions}
        for name, report in self._kept.reports.items():
            in_class = not self._whole and listed is not None and csv_cell(report.student_id) in listed
            if name not in there and in_class and self._covered(name) - self._first:
                self._absent.add(name)
        for name in there | self._absent:
            self._asked |= self._covered(name)
        return [Submission(self._kept.reports[name].student_id, {}, digest({})) for name in sorted(self._absent)]

    def of(self, submission: Submission) -> Task | None:
        """Return what must be graded of a hand-in; None when all is there: then its report gets the hand-in's times."""
        name = submission.safe_name
        absent = name in self._absent
        basis, heads = self._basis.of(submission), [*filter(None, [submission.problem]), *submission.notes]
        last = self._last(submission, basis)
        there = {one.id: one for one in last.exercises} if last else {}
        only = [
            address
            for exercise, asked in self._by_exercise()
            if not self._is_there(asked, there.get(exercise), basis[exercise], absent)
            for address in asked
        ]
        if not only:
            stays = last if not last or absent else self._as_handed_in(last, submission, basis, heads)
            if stays and stays != self._kept.last(name):
                self._kept.put(name, stays)
            return None
        graded = {address.partition(".")[0]: basis[address.partition(".")[0]] for address in only}

        def keep(found: bytes) -> Report:
            new = _dated(Report.model_validate_json(found), submission, graded, fill=True)
            facts = merged(last, new, self._course.exercise_ids, heads)
            if absent and last:
                facts = last.model_copy(update={"exercises": facts.exercises})
            return self._kept.put(name, facts)

        all_asked = set(only) == self._first
        return Task(None if all_asked else tuple(only), tuple(graded), keep)

    def _as_handed_in(
        self, last: Report, submission: Submission, basis: Mapping[str, str], heads: Sequence[str]
    ) -> Report:
        """Return a report that is true of what is handed in now, with its digest, its sentences and its times."""
        if last.submission_sha256 != submission.sha256:
            told = [note for note in last.notes if any(one in note for one in self._course.exercise_ids)]
            notes = in_order(told, heads, self._course.exercise_ids)
            last = last.model_copy(update={"submission_sha256": submission.sha256, "notes": notes})
        return _dated(last, submission, basis)

    def notes(self) -> list[str]:
        """Return a sentence when results were kept that do not belong to what is handed in now."""
        if not self._stale:
            return []
        count = max(self._stale.values())
        return [
            f"Kept from earlier runs: {', '.join(sorted(self._stale))}. The files, the key or the grader have changed "
            f"since for {count} student{'' if count == 1 else 's'}: grade these exercises too."
        ]

    def _last(self, submission: Submission, basis: Mapping[str, str]) -> Report | None:
        """Return what the last hand-in earned; one of the old form gets its basis when an old state vouches for it."""
        last = self._kept.last(submission.safe_name)
        if last is None or last.student_id != submission.student_id or not self._old_state:
            return last if last and last.student_id == submission.student_id else None
        if (last.submission_sha256, last.submitted_at) != (submission.sha256, submission.submitted_at):
            return last
        exercises = [
            one if one.basis or one.id not in basis else one.model_copy(update={"basis": basis[one.id]})
            for one in last.exercises
        ]
        return last.model_copy(update={"exercises": exercises})

    def _by_exercise(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each exercise of which something is asked, with the addresses."""
        for exercise in self._course.exercises:
            asked = [f"{exercise.id}.{concept.id}" for concept in exercise.concepts]
            if asked := [address for address in asked if address in self._asked]:
                yield exercise.id, asked

    def _is_there(self, asked: Sequence[str], old: ExerciseResult | None, basis: str, absent: bool) -> bool:
        """Return whether an exercise has a result that stays."""
        if old is None or not set(asked) <= {f"{old.id}.{concept.id}" for concept in old.concepts}:
            return False
        if absent or old.id not in self._chosen:
            if old.basis != basis and not absent:
                self._stale[old.id] = self._stale.get(old.id, 0) + 1
            return True
        return old.basis == basis and not self._fresh

    def _covered(self, name: str) -> set[str]:
        """Return the addresses of a report that the course has."""
        report = self._kept.reports.get(name)
        return {f"{one.id}.{concept.id}" for one, concept in report.concepts()} & self._known if report else set()


def _dated(report: Report, submission: Submission, basis: Mapping[str, str], fill: bool = False) -> Report:
    """Return a report with the times of a hand-in on the exercises that were graded on it.

    Args:
        report: The report.
        submission: The hand-in.
        basis: Exercise to the digest of what its result must be made on.
        fill: Whether the report is new, and its exercises get their digests.
    """
    exercises = []
    for one in report.exercises:
        if fill or one.basis == basis.get(one.id):
            file = f"{one.id}.py"
            when = (submission.times.get(file) or submission.submitted_at) if file in submission.files else None
            one = one.model_copy(update={"basis": basis.get(one.id, ""), "submitted_at": when})
        exercises.append(one)
    same = report.submission_sha256 == submission.sha256
    when = submission.submitted_at if same else report.submitted_at
    return report.model_copy(update={"exercises": exercises, "submitted_at": when})
