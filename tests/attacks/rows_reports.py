"""Rows 109 to 117: errors that would pay, and what reaches a report and what is made of it."""

from __future__ import annotations

import time

from arena import Arena, expect
from attack import attack
from exported import export_all
from handin import HAND_INS, HONEST, HOSTILE, SOLUTION, TWIN, HandIn, enter, grade, grade_class, solution

from graders.judging.shrink import Budget

EX02, EX04 = ("ex02_closures",), ("ex04_tensor_closures",)
SCALAR = ("ex02_closures.add", "ex02_closures.mul")


def _raising(number: int, title: str, name: str, looking: bool = False, quick: bool = False) -> None:
    parts = (SOLUTION, *(["looking"] if looking else []), name)
    enter(number, title, HandIn(parts, EX04, {"*": (42.2, 42.2)}), "a skipped check costs elsewhere", quick)


_raising(109, "raise where the answer would be wrong", "raises_not_wrong", quick=True)
_raising(110, "raise the grader's own Absent", "raises_absent", looking=True)
_raising(111, "raise NotImplementedError where the answer would be wrong", "raises_unwritten")
_raising(112, "raise SystemExit where the answer would be wrong", "raises_exit")


def _looking(name: str) -> HandIn:
    return HandIn(("looking", name, "hollow_value"), EX02, {"*": (0, 0)}, SCALAR, search=20)


def _leak(number: int, title: str, name: str, quick: bool = False) -> None:
    def test(arena: Arena) -> str:
        graded = grade(arena, _looking(name))
        expect(graded.hostile.score <= graded.twin.score, "it earned something")
        failed = sum(check.status != "passed" for _, concept in graded.hostile.concepts() for check in concept.checks)
        texts = [report.model_dump_json() for report in (graded.hostile, graded.twin)]
        expect(len(texts[0]) - len(texts[1]) < MOST_LEAKED * failed, f"{len(texts[0]) - len(texts[1])} characters left")
        return f"one bank in reach, {MOST_LEAKED} characters for each failed check"

    test.__name__, HAND_INS[name] = name, _looking(name)
    attack(number, title, quick=quick)(test)


MOST_LEAKED = 2_500
"""Characters that a report holds beyond that on the twin, for each failed check; 2,048 are those of the values."""

CURVE = HandIn(
    (SOLUTION, "overflowing_curve"), ("ex12_training_loop",), {"*": (0, 0)}, ("ex12_training_loop.cubic_fit",),
    {"exercise": 60.0, "submission": 120.0},
)  # fmt: skip
HAND_INS[CURVE.name] = CURVE

_leak(113, "hidden cases as a value in the report", "leaks_by_value", quick=True)
_leak(114, "hidden cases as a message in the report", "leaks_by_message")
_leak(115, "hidden cases as a type's name, a text and output", "leaks_by_names")


@attack(116, "a curve whose span overflows, through every page and export")
def overflowing_curve(arena: Arena) -> str:
    graded = grade(arena, CURVE)
    expect(graded.hostile.score <= graded.twin.score < graded.honest.score, "it earned something")
    export_all(graded, arena.folder)
    return "everything that shows a report takes every report"


@attack(117, "handed in in the years 1 and 9999, through every page and export")
def wild_years(arena: Arena) -> str:
    folder = arena.folder / f"years-{time.monotonic_ns()}"
    stamps = {HOSTILE: "0001-01-01 00:00:00 UTC", TWIN: "9999-12-31 23:59:59 UTC", HONEST: "2026-11-21 20:13:09 UTC"}
    for student, stamp in stamps.items():
        home = folder / "class" / student / "scalars"
        home.mkdir(parents=True)
        (home / "ex02_closures.py").write_text(solution("ex02_closures"))
        (home / "timestamp.txt").write_text(stamp)
    graded = grade_class(arena, folder, arena.course, SCALAR, Budget(calls=0))
    expect(all(report.submitted_at for report in graded.reports), "a time was not read")
    export_all(graded, folder)
    return "every time of the calendar is taken"
