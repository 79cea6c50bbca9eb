"""nbgrader on a course of ours: `nbgrader autograde` with our preprocessor in place of Execute, and without."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from graders.course import load_course
from graders.notebook.init import init
from tests.bench.ground import ROOT, Ground
from tests.bench.measure import Row, alternating, ratio, row
from tests.notebook.nbcourse import Desk, replace, small_course

_ASSIGNMENT, _EXERCISE = "scalars", "ex02_closures"
_DEFAULT = ("Execute", "LimitOutput", "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata")
_WRONG = ("self.grad += other.data * out.grad", "self.grad = other.data * out.grad")


def run(ground: Ground) -> Iterator[Row]:
    """Yield the cost of a submission both ways; nothing when no notebooks are wanted."""
    count = ground.size.notebooks
    if not count:
        return
    desk = course_directory(ground, count)
    default = [f"--Autograde.autograde_preprocessors=nbgrader.preprocessors.{name}" for name in _DEFAULT]
    variables = {"LEAFGRAD_CACHE": ground.environment["LEAFGRAD_CACHE"]}
    command = ("autograde", _ASSIGNMENT, "--force")
    desk.nbgrader(*command, **variables)  # builds the banks, which are not the subject here
    taken = alternating(
        {
            "ours": lambda: desk.nbgrader(*command, **variables),
            "default": lambda: desk.nbgrader(*command, *default, **variables),
        },
        ground.size.rounds,
    )
    each = {name: [value / count for value in values] for name, values in taken.items()}
    note = f"{count} notebooks of {_EXERCISE} in a run"
    yield row(1, "nbgrader autograde with leafgrad's preprocessor, a submission", each["ours"], note=note)
    yield row(
        1,
        "nbgrader autograde with its own Execute, a submission",
        each["default"],
        ratio=ratio(each["default"], each["ours"]),
        against="leafgrad's preprocessor",
        note=f"{note}; goal 10",
    )


def course_directory(ground: Ground, count: int) -> Desk:
    """Return a course directory of nbgrader with the notebooks of some students, every third of them wrong."""
    home = ground.folder / "nbgrader-course"
    shutil.rmtree(home, ignore_errors=True)
    course = load_course(small_course(ROOT, home / "course", {_ASSIGNMENT: [_EXERCISE]}))
    init(course, home / "desk")
    desk = Desk(home / "desk")
    desk.nbgrader("generate_assignment", _ASSIGNMENT)
    for number in range(count):
        if number % 3 == 2:
            desk.hand_in(f"s{number}", _ASSIGNMENT, lambda exercise, notebook: replace(notebook, *_WRONG))
        else:
            desk.hand_in(f"s{number}", _ASSIGNMENT)
    return desk
