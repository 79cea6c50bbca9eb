"""leafgrad: graded exercises on how `loss.backward()` reaches `optimizer.step()`.

The public names below are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graders.course.course import load_course
    from graders.grading.session import check, grade
    from graders.report import Report

__version__ = "0.1.0"
__all__ = ["Report", "check", "grade", "load_course"]

_HOMES = {
    "Report": "report",
    "check": "grading.session",
    "grade": "grading.session",
    "load_course": "course.course",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        # kept, since the import of graders/grading/grade.py has just put the module in the function's place
        globals()[name] = getattr(import_module(f"graders.{_HOMES[name]}"), name)
        return globals()[name]
    raise AttributeError(f"module 'graders' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
