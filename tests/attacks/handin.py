"""A hostile hand-in and its twin, the same file without the trick, graded before an honest student by a real batch."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from arena import HOUSE, Arena, NotStopped, expect
from attack import OPEN, SIGNAL, attack

from graders.course.course import Course
from graders.grading.attention import Attention
from graders.grading.batch import Batch, collect
from graders.grading.careful import CarefulGrader
from graders.grading.executors.plan import Plan
from graders.grading.faults import Fault
from graders.grading.grade import Grader
from graders.judging.shrink import Budget
from graders.report import Report
from graders.sandbox.pool import SandboxPool
from graders.submission import Submission

SUBMISSIONS = Path(__file__).resolve().parent / "submissions"
SOLUTION = "solution"
"""Part of a hand-in: the solution of its exercise."""

HAND_INS: dict[str, HandIn] = {}
"""Name of the trick to the hand-in, of every row that is one."""

_MARK = "# trick"
HONEST, HOSTILE, TWIN = "cleo", "amy", "ben"
_MOST_PEAK = 64 << 20
_SLACK = 30.0
"""Seconds beyond the budget: for the grader's own work on a loaded machine."""


@dataclass(frozen=True)
class HandIn:
    """One hostile file.

    Attributes:
        parts: Files of `submissions`, one below the other; `SOLUTION` for the solution. A line that ends with `# trick`
            belongs to the trick; in the twin it is `pass`.
        exercises: Whose file it is; several when it is handed in as each of them.
        points: Mode to the points that the hand-in earns at most, and those of its twin; `"*"` for the other modes.
        only: Concepts that are graded; all of the exercises unless given.
        limits: Of the course, where the arena's do not do.
        search: Calls that the search for each smallest failing case may make.
    """

    parts: tuple[str, ...]
    exercises: tuple[str, ...]
    points: Mapping[str, tuple[float, float]]
    only: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    search: int = 0

    @property
    def name(self) -> str:
        """The part that holds the trick."""
        return next(part for part in self.parts if part != SOLUTION and _MARK in _part(part, ""))

    def source(self, exercise: str, trick: bool = True) -> bytes:
        """Return the file of an exercise, or its twin."""
        text = "\n\n".join(_part(part, exercise) for part in self.parts)
        return (text if trick else without_trick(text)).encode()

    def expected(self, mode: str) -> tuple[float, float]:
        """Return the points of the hand-in and of its twin in a mode."""
        return self.points.get(mode) or self.points["*"]


@dataclass
class Graded:
    """What a batch made of a hand-in, its twin and an honest student."""

    hostile: Report
    twin: Report
    honest: Report
    attention: list[Attention]
    submissions: list[Submission]
    course: Course

    @property
    def reports(self) -> list[Report]:
        """All three."""
        return [self.hostile, self.twin, self.honest]


def without_trick(text: str) -> str:
    """Return a source in which the marked lines do nothing."""
    return "\n".join(
        f"{line[: len(line) - len(line.lstrip())]}pass" if line.endswith(_MARK) else line for line in text.split("\n")
    )


def enter(number: int, title: str, hand_in: HandIn, by: str, quick: bool = False) -> None:
    """Enter a hand-in as a row of the table.

    Args:
        number: Of the row.
        title: What is attacked, in a few words.
        hand_in: The files.
        by: What stops it, where it is stopped.
        quick: Whether it is part of the sample in the normal test run.
    """

    def test(arena: Arena) -> str:
        return carried_out(arena, hand_in, by)

    test.__name__ = hand_in.name
    HAND_INS[hand_in.name] = hand_in
    attack(number, title, quick=quick)(test)


def carried_out(arena: Arena, hand_in: HandIn, by: str) -> str:
    """Return what stopped a hand-in from earning what its twin does not, `SIGNAL` or `OPEN` when nothing did.

    Args:
        arena: Where it is graded.
        hand_in: The files.
        by: What stops it, where it is stopped.
    """
    graded = grade(arena, hand_in)
    points, (most, usual) = (graded.hostile.score, graded.twin.score), hand_in.expected(arena.mode)
    expect(points[1] == usual and points[0] <= most, f"it earned {points[0]:g}, its twin {points[1]:g}")
    if points[0] <= points[1]:
        expect(most <= usual, f"it earned {points[0]:g}: does anything stop it now?")
        return by
    return SIGNAL if graded.hostile.signals else OPEN


def grade(arena: Arena, hand_in: HandIn) -> Graded:
    """Grade a hand-in and its twin, then an honest student, who must lose nothing; nothing of it may remain."""
    folder = _folder(arena, hand_in)
    limits = arena.course.limits.model_copy(update=dict(hand_in.limits))
    course = arena.course.model_copy(update={"limits": limits})
    budget = Budget(0.3 if hand_in.search else 1.0, hand_in.search)
    return grade_class(arena, folder, course, hand_in.only or hand_in.exercises, budget)


def grade_class(arena: Arena, folder: Path, course: Course, only: tuple[str, ...], budget: Budget) -> Graded:
    """Grade the three students in `folder / "class"`; the tables go to `folder / "out"`."""
    needed = arena.needed(only)
    for exercise in needed:  # sandboxes stay, and are not the hand-in's
        arena.pool.get(course.exercise(exercise).flavour)
    arena.small.prepare(needed)
    batch = Batch(course, folder / "out", arena.small, only, Here(arena.pool), mode=arena.mode, budget=budget)
    submissions = collect(folder / "class", course, only=only)
    before, begun = _processes(), time.monotonic()
    with peak() as grown:
        result = batch.run(submissions)
    seconds = time.monotonic() - begun
    expect(result.whole and not result.ungraded, f"the batch has a fault: {result.attention}")
    most = 5 * 2 * min(course.limits.submission, course.limits.exercise * len(needed)) + _SLACK
    expect(seconds < most, f"it took {seconds:.0f} s")
    expect(grown[0] < _MOST_PEAK, f"the grader grew by {grown[0] >> 20} MB meanwhile")
    expect(_back_to(before), "a process is left")
    reports = {report.student_id: report for report in result.reports}
    honest = reports[HONEST]
    if honest.score != honest.max_score or honest.max_score <= 0:
        raise NotStopped(f"the honest student beside it earned {honest.score} of {honest.max_score}")
    expect(all(line.who != HONEST for line in result.attention), f"the honest student is named: {result.attention}")
    return Graded(reports[HOSTILE], reports[TWIN], honest, result.attention, submissions, course)


@dataclass(frozen=True)
class Here:
    """Grades in this thread, with sandboxes that stay open for the next batch."""

    pool: SandboxPool

    def ready(self) -> None:
        """Nothing is to be checked: the arena chose the mode."""

    def grade(self, plan: Plan, submissions: list[Submission]) -> Iterator[tuple[Submission, bytes | Fault]]:
        """Yield each submission with its report."""

        def make(pool: SandboxPool) -> Grader:
            return Grader(plan.course, plan.store, pool, plan.budget)

        grader = CarefulGrader(lambda: self.pool, make)
        for submission in submissions:
            yield submission, grader.grade(submission, plan.only)


class peak:  # noqa: N801  used like a function
    """Measures by how many bytes this process grows at most; 0 where the kernel does not tell."""

    def __enter__(self) -> list[int]:
        self.grown = [0]
        try:
            Path("/proc/self/clear_refs").write_text("5")
        except OSError:
            self._before = None
        else:
            self._before = _status("VmRSS")
        return self.grown

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            self.grown[0] = _status("VmHWM") - self._before


def _folder(arena: Arena, hand_in: HandIn) -> Path:
    folder = arena.folder / f"{hand_in.name}-{time.monotonic_ns()}"
    for student in (HOSTILE, TWIN, HONEST):
        home = folder / "class" / student
        home.mkdir(parents=True)
        needed = arena.needed(hand_in.only or hand_in.exercises)
        for exercise in needed:
            source = solution(exercise).encode()
            if student != HONEST and exercise in hand_in.exercises:
                source = hand_in.source(exercise, student == HOSTILE)
            (home / f"{exercise}.py").write_bytes(source)
    return folder


@cache
def solution(exercise: str) -> str:
    """Return the solution of an exercise."""
    return (HOUSE / "solutions" / f"{exercise}.py").read_text(encoding="utf-8")


def _part(part: str, exercise: str) -> str:
    return solution(exercise) if part == SOLUTION else (SUBMISSIONS / f"{part}.py").read_text(encoding="utf-8")


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(f"{name}:"))


def _processes() -> int:
    """Return the number of processes below this one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, IndexError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    count, todo = -1, [os.getpid()]
    while todo:
        above = todo.pop()
        count += 1
        todo += [child for child, parent in parents.items() if parent == above]
    return count


def _back_to(count: int, patience: float = 10.0) -> bool:
    """Return whether no more processes are left than there were, waiting for it a while."""
    end = time.monotonic() + patience
    while _processes() > count:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
