"""The pool: what was begun in the background is what one gets, and nothing outlives it."""

from __future__ import annotations

import psutil
import pytest

from graders.course.course import Course
from graders.errors import EnvironmentTrouble
from graders.sandbox.pool import SandboxPool


def servers() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


def test_a_warmed_sandbox_is_the_one_that_is_used(course: Course) -> None:
    before = servers()
    with SandboxPool(course) as pool:
        pool.warm(["python", "numpy", "python"])
        assert pool.level == pool.get("python").level
        assert pool.get("python") is pool.get("python") is not pool.get("numpy")
        pool.warm(["python"])
        assert len(servers() - before) <= 2
    assert servers() <= before


def test_what_was_begun_and_never_used_ends_too(course: Course) -> None:
    before = servers()
    with SandboxPool(course) as pool:
        pool.warm(["python", "numpy"])
    assert servers() <= before


def test_trouble_in_the_background_shows_when_the_sandbox_is_needed(course: Course, monkeypatch) -> None:
    def missing(*_: object) -> None:
        raise EnvironmentTrouble("no walls")

    monkeypatch.setattr("graders.sandbox.pool.open_sandbox", missing)
    with SandboxPool(course) as pool:
        pool.warm(["python"])
        with pytest.raises(EnvironmentTrouble, match="no walls"):
            pool.get("python")
    with SandboxPool(course) as pool:
        pool.warm(["python"])
