"""What decides the statuses and shares of an exercise: all that would make grading it again give something else.

Points, titles, hints and dates are not among it, so none of them costs a worker.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from graders import __version__
from graders.banks.store import BankStore
from graders.course.course import Course
from graders.grading.session import needed_exercises
from graders.submission.model import Submission

_BY_TEXT = re.compile(
    rb"\b(?:__import__|importlib|runpy|pkgutil|modules)\b|(?<![.\w])(?:exec|eval|compile)\s*\((?!\s*\))"
)
"""What a source must hold to import a file that no import statement of it names. `eval()`, of which the stub of ex12
speaks, runs nothing."""

_WORDS = (b"__import__", b"importlib", b"runpy", b"pkgutil", b"modules", b"exec", b"eval", b"compile")
"""Without any of these in it, no source matches; to look for them takes a tenth of the time."""

_IMPORT = rb"(?:^|[;:])[ \t\f]*(?:from|import)\b[^\n]*\b%s\b"


class Basis:
    """The digests of a run.

    Args:
        course: The course.
        store: Banks under the key of this run.
    """

    def __init__(self, course: Course, store: BankStore) -> None:
        self._course, self._store = course, store
        self._fixed: dict[str, tuple[list[str], str]] = {}
        self._mentions: dict[tuple[str, frozenset[str]], set[str]] = {}

    def of(self, submission: Submission) -> dict[str, str]:
        """Return exercise to digest for a hand-in.

        Of its files those count that the exercise's own one may import, and the files of the exercises that it builds
        on; of what is said about them, what names one of these.
        """
        digests = {}
        all_alike = self._of_files(submission.files)
        for exercise in self._course.exercise_ids:
            needed, fixed = self._of_course(exercise)
            along = f"{exercise}.py" in submission.along
            files, mentioned = self._of_files(submission.files_for(exercise)) if along else all_alike
            read = _reached([f"{name}.py" for name in needed], mentioned)
            said = [note for note in submission.notes if any(name.removesuffix(".py") in note for name in read)]
            own = [f"{name} {files[name]}" for name in sorted(read) if name in files]
            digests[exercise] = _digest(fixed, submission.problem or "", *own, *said)
        return digests

    def _of_files(self, sources: Mapping[str, bytes]) -> tuple[dict[str, str], dict[str, set[str]]]:
        """Return file to its digest, and to the files that it may import."""
        files = {name: hashlib.sha256(source).hexdigest() for name, source in sources.items()}
        names, mentioned = frozenset(files), {}
        for name, source in sources.items():  # of a class, many have the same file: the stub
            key = files[name], names
            if key not in self._mentions:
                self._mentions[key] = _mentioned(source, sources)
            mentioned[name] = self._mentions[key]
        return files, mentioned

    def _of_course(self, exercise: str) -> tuple[list[str], str]:
        """Return the exercises that count for one, and the digest of what the course says of them."""
        if exercise not in self._fixed:
            needed = needed_exercises(self._course, [exercise])
            parts = [part for name in needed for part in (self._declared(name), self._store.fingerprint(name))]
            self._fixed[exercise] = needed, _digest(__version__, exercise, self._limits, *parts)
        return self._fixed[exercise]

    def _declared(self, name: str) -> str:
        exercise = self._course.exercise(name)
        return repr((name, exercise.needs, [(concept.id, concept.requires) for concept in exercise.concepts]))

    @cached_property
    def _limits(self) -> str:
        return repr((self._course.limits, self._course.defaults))


def _mentioned(source: bytes, files: Mapping[str, bytes]) -> set[str]:
    """Return the files of a hand-in that a source may import: those that it names, or all if it imports by a text."""
    source = source.replace(b"\\\n", b" ")
    if any(word in source for word in _WORDS) and _BY_TEXT.search(source):
        return set(files)
    stems = {name: name.removesuffix(".py").encode() for name in files}
    named = {name: stem for name, stem in stems.items() if stem in source}
    return {name for name, stem in named.items() if _imports(stem, source)}


def _imports(stem: bytes, source: bytes) -> bool:
    """Return whether a line of a source is an import statement with that name."""
    pattern, place = re.compile(_IMPORT % re.escape(stem)), source.find(stem)
    while place >= 0:
        end = source.find(b"\n", place)
        end = len(source) if end < 0 else end
        if pattern.search(source[source.rfind(b"\n", 0, place) + 1 : end]):
            return True
        place = source.find(stem, end)
    return False


def _reached(names: Iterable[str], mentioned: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += mentioned.get(name, ())
    return found


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
