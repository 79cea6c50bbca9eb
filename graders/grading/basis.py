"""What decides the statuses and shares of an exercise: all that would make grading it again give something else.

Points, titles, hints and dates are not among it, so none of them costs a worker.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

from graders import __version__
from graders.banks.store import BankStore
from graders.course.course import Course
from graders.grading.session import needed_exercises
from graders.submission.model import Submission


class Basis:
    """The digests of a run.

    Args:
        course: The course.
        store: Banks under the key of this run.
    """

    def __init__(self, course: Course, store: BankStore) -> None:
        self._course, self._store = course, store
        self._fixed: dict[str, str] = {}

    def of(self, exercise: str, submission: Submission) -> str:
        """Return the digest for an exercise of a hand-in. All of its files count, since they may import each other."""
        return _digest(self._of_course(exercise), submission.sha256)

    def _of_course(self, exercise: str) -> str:
        if exercise not in self._fixed:
            needed = needed_exercises(self._course, [exercise])
            parts = [part for name in needed for part in (self._declared(name), self._store.fingerprint(name))]
            self._fixed[exercise] = _digest(__version__, exercise, self._limits, *parts)
        return self._fixed[exercise]

    def _declared(self, name: str) -> str:
        exercise = self._course.exercise(name)
        return repr((name, exercise.needs, [(concept.id, concept.requires) for concept in exercise.concepts]))

    @cached_property
    def _limits(self) -> str:
        return repr((self._course.limits, self._course.defaults))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
