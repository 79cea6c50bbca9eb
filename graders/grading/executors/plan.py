"""What every submission of a batch is graded with, the same wherever that happens."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

from graders.banks.store import BankStore
from graders.course.course import Course
from graders.grading.faults import Fault
from graders.grading.grade import HandIn
from graders.grading.session import needed_exercises
from graders.judging.shrink import Budget
from graders.submission import Submission

Outcomes = Generator[tuple[Submission, bytes | Fault], None, None]
"""Submissions with their reports as JSON, in any order."""


@dataclass(frozen=True)
class Plan:
    """What every submission of a batch is graded with.

    Args:
        course: The course.
        store: Banks under the key of this run.
        only: Exercise ids or concept addresses; None for the whole course.
        budget: What the search for each smallest failing case may cost.
        mode: Isolation level of the workers; None for the best.
        name: Of the run: another one for each folder of reports, the same when a run goes on.
    """

    course: Course
    store: BankStore
    only: Sequence[str] | None = None
    budget: Budget = Budget()
    mode: str | None = None
    name: str = ""

    def exercises(self, submissions: Iterable[HandIn] | None = None) -> list[str]:
        """Return the exercises that are graded, and those that they build on, in teaching order.

        Args:
            submissions: Leave out what none of these hand in, or is graded of; None for all.
        """
        if submissions is None:
            return needed_exercises(self.course, self.only)
        found: set[str] = set()
        for submission in submissions:
            needed = needed_exercises(self.course, submission.only or self.only)
            there = {*submission.files, *(name for came in submission.along.values() for name in came)}
            found |= {exercise for exercise in needed if f"{exercise}.py" in there}
        return [exercise for exercise in self.course.exercise_ids if exercise in found]
