"""Part 4, the second run: what an unchanged class costs, and one changed file of twelve."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.bench.fixture import Ground
from tests.bench.measure import Row, row

CHANGED = ("ex02_closures", "ex09_sgd")
"""Exercises on which no other one builds; a change of ex03, ex04 or ex10 is a change of ex12 too."""


def run(ground: Ground) -> Iterator[Row]:
    """Yield the processor time of second runs over classes with all files of the course."""
    yield from unchanged(ground)
    for exercise in CHANGED:
        yield from one_changed(ground, exercise)


def unchanged(ground: Ground) -> Iterator[Row]:
    """Yield what one student more costs in a run that has nothing to do: start and end of the command are taken off."""
    few, many = _class(ground, 1), _class(ground, ground.size.again)
    for students in (few, many):
        _grade(ground, students)
    taken = []
    for _ in range(ground.size.repeats):
        alone, whole = _grade(ground, few), _grade(ground, many)
        taken.append((whole - alone) / max(1, ground.size.again - 1))
    yield row(4, f"unchanged class of {ground.size.again}, a student, processor time", taken, note="goal 2 ms")


def one_changed(ground: Ground, exercise: str) -> Iterator[Row]:
    """Yield what one changed file of twelve costs, against the same file as the only one."""
    whole = _class(ground, 1, f"changed-{exercise}")
    alone = ground.hand_in(f"alone-{exercise}", exercise, [b""])
    _grade(ground, whole)
    changed, own = [], []
    for number in range(ground.size.repeats):
        source = ground.solutions[f"{exercise}.py"] + f"\n# changed {number}\n".encode()
        for home in (whole, alone):
            (home / "s0000" / f"{exercise}.py").write_bytes(source)
        changed.append(_grade(ground, whole))
        own.append(_grade(ground, alone, "--only", exercise))
    made = row(4, f"{exercise} changed, one of twelve files, processor time", changed)
    mine = row(4, f"{exercise} as the only file, processor time", own)
    yield row(4, made.what, changed, ratio=made.median / mine.median, against="its own", note="goal 1.5")
    yield mine


def _class(ground: Ground, count: int, name: str = "whole") -> Path:
    """Return a class whose students hand in the whole course, no two files alike, graded by nobody yet."""
    home = ground.folder / "classes" / f"{name}-{count}"
    shutil.rmtree(ground.folder / "out" / home.name, ignore_errors=True)
    for number in range(count):
        (home / f"s{number:04}").mkdir(parents=True, exist_ok=True)
        for file, source in ground.solutions.items():
            (home / f"s{number:04}" / file).write_bytes(source + f"\n# {name} {number}\n".encode())
    return home


def _grade(ground: Ground, students: Path, *words: str) -> float:
    """Run `leafgrad grade` on a class; return the seconds of processor time."""
    usage = ground.command("grade", str(students), "--out", str(ground.folder / "out" / students.name), *words)
    return float(usage.ru_utime + usage.ru_stime)
