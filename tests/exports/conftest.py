"""Reports as a class has them: a right answer, a wrong one, and a file that cannot be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graders.report import Report

Classmate = Callable[..., Report]

ONLY = ["ex02_closures.add", "ex02_closures.mul", "ex03_backward.order"]


@pytest.fixture(scope="module")
def kinds(course, store, sandboxes, solutions) -> dict[str, Report]:
    """One report of each kind, on 3 concepts of 2 exercises."""
    from graders.grading.grade import Files, Grader

    right = {name: solutions[name] for name in ("ex02_closures.py", "ex03_backward.py")}
    assigns = right["ex02_closures.py"].replace(
        b"self.grad += other.data * out.grad", b"self.grad = other.data * out.grad"
    )
    hostile = b'raise ValueError("</pre><script>alert(1)</script> ]]> \\x1b[31m & =1+1")\n'
    sources = {
        "right": right,
        "wrong": right | {"ex02_closures.py": assigns},
        "hostile": right | {"ex02_closures.py": hostile},
        "nothing": {},
    }
    grader = Grader(course, store, sandboxes)
    return {kind: grader.grade(Files(files), ONLY) for kind, files in sources.items()}


@pytest.fixture
def of(kinds) -> Classmate:
    """Give a student a report of one kind."""

    def make(student: str, kind: str = "right") -> Report:
        return kinds[kind].model_copy(update={"student_id": student})

    return make
