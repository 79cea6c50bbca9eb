"""leafgrad in notebooks and nbgrader: `points()` for a cell, course directories, autograding, the gradebook, `doctor`.

The grades are those of the command line: every surface here hands the text of the student's code cells to
`graders.grading.grade`. nbgrader is imported only below this package, and only by what needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graders.notebook.alone import use_course
    from graders.notebook.cell import points

__all__ = ["points", "use_course"]


def __getattr__(name: str) -> Any:
    if name == "points":
        from graders.notebook.cell import points

        return points
    if name == "use_course":
        from graders.notebook.alone import use_course

        return use_course
    raise AttributeError(f"module 'graders.notebook' has no attribute {name!r}")
