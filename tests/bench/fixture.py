"""What all parts measure on: the bundled course, its banks in a cache of our own, and classes of students."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.banks.store import BankStore
from graders.course.course import Course, load_course
from graders.course.selftest import load_mutants
from graders.course.wrong import Mutant
from graders.grading.grade import Files, Grader
from graders.judging.known import Known
from graders.judging.shrink import Budget
from graders.sandbox.pool import SandboxPool
from tests.bench.measure import seconds

ROOT = Path(__file__).parent.parent.parent
_SEVERAL = 3
"""Bugs in a submission that has several."""


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes:
        exercises: Compared with the peers; with those that execute notebooks, which take the longest, the first only.
        limits: Compared with the bare loop.
        rounds: Alternating runs of what takes seconds.
        repeats: Runs of what takes milliseconds.
        batch: Submissions of one batch.
        classes: Sizes of the classes for scaling.
        again: Students of a class that is graded a second time, with the whole course.
        notebooks: Whether nbgrader and otter take part, with plain checks in the cells.
        desk: Students of a course on nbgrader, with our cells.
        nodes: Nodes of the largest graphs.
        workers: Workers that are started for the cost of a start.
        whole: Whether the banks of the whole course are built.
    """

    exercises: tuple[str, ...] = ("ex02_closures", "ex03_backward")
    limits: tuple[str, ...] = ()
    rounds: int = 2
    repeats: int = 5
    batch: int = 100
    classes: tuple[int, ...] = (10, 100, 1000)
    again: int = 60
    notebooks: bool = True
    desk: int = 30
    nodes: int = 100_000
    workers: int = 100
    whole: bool = True


class Ground:
    """The course and everything around it.

    Args:
        folder: For all that the benchmark writes.
        size: How much to measure.
    """

    def __init__(self, folder: Path, size: Size) -> None:
        self.folder = folder
        self.size = size
        folder.mkdir(parents=True, exist_ok=True)
        self.course: Course = load_course(ROOT)
        self.environment = {
            **os.environ,
            "LEAFGRAD_CACHE": str(folder / "cache"),
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
        }
        self.environment.pop("LEAFGRAD_KEY", None)
        self.store = self._store()
        self._building: float | None = None
        self.solutions = {path.name: path.read_bytes() for path in sorted((ROOT / "solutions").glob("ex*.py"))}

    def whole_course(self) -> float:
        """Build the banks of the whole course from nothing, once in a run; return the seconds that it took."""
        if self._building is None:
            shutil.rmtree(self.folder / "cache" / "banks", ignore_errors=True)
            self.store = self._store()
            self._building = seconds(lambda: self.store.prepare(self.course.exercise_ids))
        return self._building

    def _store(self) -> BankStore:
        return BankStore(self.course, folder=self.folder / "cache" / "banks")

    def grader(self, sandboxes: SandboxPool, search: bool = True) -> Grader:
        """Return a grader that has seen nothing yet."""
        return Grader(self.course, self.store, sandboxes, Budget() if search else Budget(calls=0), Known())

    def right(self, exercise: str) -> list[bytes]:
        """Return right answers in different styles: the solution first."""
        styles = sorted((ROOT / "tests" / "right" / exercise).glob("*.py"))
        return [self.solutions[f"{exercise}.py"], *(path.read_bytes() for path in styles)]

    def mutant(self, exercise: str, name: str) -> bytes:
        """Return one of the wrong versions of a solution."""
        return next(mutant.source for mutant in load_mutants(self.course, exercise) if mutant.id == name)

    def several(self, exercise: str) -> list[bytes]:
        """Return wrong versions with three bugs each."""
        mutants = [mutant for mutant in load_mutants(self.course, exercise) if mutant.changes]
        solution = self.solutions[f"{exercise}.py"].decode()
        found = []
        for start in range(0, len(mutants), 7):
            text, bugs = solution, 0
            for mutant in [*mutants[start:], *mutants[:start]][:: max(1, len(mutants) // 12)]:
                changed = _edited(text, mutant)
                if changed and bugs < _SEVERAL:
                    text, bugs = changed, bugs + 1
            found.append(text.encode())
        return found

    def mixed_class(self, exercise: str, count: int) -> list[bytes]:
        """Return a class: 6 of 10 right in several styles, 3 with one bug, 1 with several; every file is different."""
        right, several = self.right(exercise), self.several(exercise)
        one = [mutant.source for mutant in load_mutants(self.course, exercise) if mutant.id not in ENDLESS]
        kinds = [right, right, one, right, right, one, right, several, right, one]
        sources = [kinds[i % 10][(i // 3) % len(kinds[i % 10])] for i in range(count)]
        return [source + f"\n# student {i}\n".encode() for i, source in enumerate(sources)]

    def hand_in(self, name: str, exercise: str, sources: Sequence[bytes]) -> Path:
        """Write a class as a folder for each student; return the folder of the class."""
        home = self.folder / "classes" / name
        for index, source in enumerate(sources):
            student = home / f"s{index:04}"
            student.mkdir(parents=True, exist_ok=True)
            (student / f"{exercise}.py").write_bytes(source)
        return home

    def command(self, *arguments: str, expected: tuple[int, ...] = (0,)) -> Any:
        """Run `leafgrad` and return its resource usage.

        Raises:
            RuntimeError: it ended with an exit code that is not expected.
        """
        process = subprocess.Popen(
            [sys.executable, "-m", "graders.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        said = process.stderr.read()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in expected:
            raise RuntimeError(
                f"leafgrad {' '.join(arguments)} ended with {process.returncode}: {said.decode()[-2000:]}"
            )
        return usage

    def batch(self, students: Path, exercise: str, jobs: int = 1) -> Any:
        """Grade a class with `leafgrad grade` from the start; return its resource usage."""
        out = self.folder / "out" / students.name
        words = ["grade", str(students), "--out", str(out), "--only", exercise, "--jobs", str(jobs), "--fresh"]
        return self.command(*words)


def files(exercise: str, source: bytes, others: Mapping[str, bytes] | None = None) -> Files:
    """Return a submission of one file, with the student's other files where an exercise is built on them."""
    return Files({**(others or {}), f"{exercise}.py": source})


ENDLESS = frozenset({"no_visited", "visited_on_path", "marked_when_taken", "list_of_visited", "searches_order"})
"""Mutants that cost nothing but the time limit."""


def _edited(text: str, mutant: Mutant) -> str | None:
    for old, new in mutant.changes:
        if text.count(old) != 1:
            return None
        text = text.replace(old, new)
    return text
