"""nbgrader on a course of ours: `nbgrader autograde` as `init` sets it up, and with its own Execute and its own steps.

Both read the notebooks in the same way, so what `init` saves there is saved on both sides.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

from graders.course.course import Course, load_course
from graders.notebook.hand_in import hand_in_notebook
from graders.notebook.init import init
from tests.bench.fixture import ROOT, Ground
from tests.bench.measure import Row, alternating, ratio, row
from tests.bench.throughput import VerdictsDiffer
from tests.notebook.nbcourse import Desk, small_course

_ASSIGNMENT, _EXERCISES = "scalars", ["ex01_finite_differences", "ex02_closures"]
_DEFAULT = ("Execute", "LimitOutput", "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata")


def run(ground: Ground) -> Iterator[Row]:
    """Yield the cost of a student both ways; nothing when no class is wanted."""
    count = ground.size.desk
    if not count:
        return
    course, desk = course_directory(ground)
    hand_in(ground, course, desk, count)
    default = [f"--Autograde.autograde_preprocessors=nbgrader.preprocessors.{name}" for name in _DEFAULT]
    variables = {"LEAFGRAD_CACHE": ground.environment["LEAFGRAD_CACHE"]}
    command = ("autograde", _ASSIGNMENT, "--force")
    desk.nbgrader("autograde", _ASSIGNMENT, "--student=s00", **variables)  # builds the banks, not the subject here
    taken = alternating({"ours": lambda: desk.nbgrader(*command, **variables)}, 1)
    ours = desk.totals()
    taken |= alternating({"default": lambda: desk.nbgrader(*command, *default, **variables)}, 1)
    if desk.totals() != ours:
        raise VerdictsDiffer("nbgrader's own Execute gives other totals than the preprocessor")
    each = {name: [value / count for value in values] for name, values in taken.items()}
    note = f"{count} students with notebooks of {' and '.join(_EXERCISES)}, 6 of 10 right"
    yield row(1, "nbgrader autograde with leafgrad's preprocessor, a student", each["ours"], note=note)
    yield row(
        1,
        "nbgrader autograde with its own Execute, a student",
        each["default"],
        ratio=ratio(each["default"], each["ours"]),
        against="leafgrad's preprocessor",
        note="goal 10; totals are equal",
    )


def course_directory(ground: Ground) -> tuple[Course, Desk]:
    """Return a course of two exercises with as many cases as in the bundled one, and nbgrader's directory for it."""
    home = ground.folder / "nbgrader-course"
    shutil.rmtree(home, ignore_errors=True)
    course = load_course(small_course(ROOT, home / "course", {_ASSIGNMENT: _EXERCISES}, ground.course.defaults.cases))
    init(course, home / "desk")
    desk = Desk(home / "desk")
    desk.nbgrader("generate_assignment", _ASSIGNMENT)
    return course, desk


def hand_in(ground: Ground, course: Course, desk: Desk, count: int) -> None:
    """Hand in one notebook of each exercise for each student, all different."""
    for exercise in course.exercises:
        for number, source in enumerate(ground.mixed_class(exercise.id, count)):
            home = desk.folder / "submitted" / f"s{number:02}" / _ASSIGNMENT
            home.mkdir(parents=True, exist_ok=True)
            notebook = hand_in_notebook(course, exercise, source.decode())
            (home / f"{exercise.id}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
            (home / "timestamp.txt").write_text("2027-02-01 12:00:00 UTC")
