"""What a student's file defines, found by a worker of the sandbox, which parses the text and does not run it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache

from graders.course.course import Course
from graders.errors import EnvironmentTrouble
from graders.sandbox.client import Limits, Sandbox, Worker
from graders.sandbox.opening import open_sandbox
from graders.submission.clues import Clues, clues_of
from graders.submission.roster import Roster

_STEM = "leafgrad_names"
_PROGRAM = """\
import ast, re
WANTED = {wanted!r}
found, waiting = set(), []
for cell in re.split(rb"(?m)^# %% cell [^\\n]*\\n", {source!r}):
    try:
        waiting += ast.parse(cell).body
    except SyntaxError:
        pass
while waiting:
    one = waiting.pop()
    if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        found.add(one.name)
        continue
    inside = (ast.stmt, ast.ExceptHandler, ast.match_case)
    waiting += [inner for inner in ast.iter_child_nodes(one) if isinstance(inner, inside)]
    if isinstance(one, ast.Assign):
        found |= {{target.id for target in one.targets if isinstance(target, ast.Name)}}
print("defines", *["01"[name in found] for name in WANTED])
"""


@contextmanager
def course_clues(course: Course, asked: Sequence[str] = (), roster: Roster | None = None) -> Iterator[Clues]:
    """Yield all that tells hand-ins of a course apart, a sandbox included that is opened when it is needed.

    Args:
        course: The course.
        asked: Exercises that are graded now; empty for all.
        roster: Who is who.
    """
    with Definitions(lambda: clues.names.values(), course) as defines:
        clues = clues_of(course, asked, defines, roster)
        yield clues


class Definitions:
    """Tells which of some names a source defines at its top level; opens a sandbox when it is first asked.

    Use it in a `with` statement. The worker is sent a program of ours that holds the student's text as a string, so
    nothing of the student's runs; text that ends the worker or keeps it busy defines nothing.

    Args:
        wanted: Returns the names that matter, in groups; called when it is first asked.
        course: For its limits.
    """

    def __init__(self, wanted: Callable[[], Iterable[Iterable[str]]], course: Course) -> None:
        self._names = wanted
        self._limits = Limits(memory=course.limits.memory, output=course.limits.output)
        self._sandbox: Sandbox | None = None
        self._known = lru_cache(maxsize=4096)(self._ask)

    def __call__(self, source: bytes) -> set[str]:
        """Return those of the wanted names that `source` defines; none where it is no Python."""
        return set(self._known(source))

    def __enter__(self) -> Definitions:
        return self

    def __exit__(self, *error: object) -> None:
        if self._sandbox is not None:
            self._sandbox.close()  # type: ignore[attr-defined]

    @cached_property
    def _wanted(self) -> list[str]:
        return sorted({name for group in self._names() for name in group})

    def _ask(self, source: bytes) -> frozenset[str]:
        program = _PROGRAM.format(wanted=self._wanted, source=source).encode()
        try:
            if self._sandbox is None:
                self._sandbox = open_sandbox("python", self._limits)
            worker = Worker(self._sandbox.channel(), self._limits)
        except EnvironmentTrouble:
            return frozenset()
        try:
            worker.load(_STEM, {_STEM: program})
        finally:
            worker.kill()
        word, *bits = worker.output().decode("ascii", "replace").split()[: 1 + len(self._wanted)] or [""]
        if word != "defines" or len(bits) != len(self._wanted):
            return frozenset()
        return frozenset(name for name, bit in zip(self._wanted, bits, strict=True) if bit == "1")
