"""The pool: what was begun in the background is what one gets, and nothing outlives it."""

from __future__ import annotations

import psutil
import pytest

from graders.course.course import Course
from graders.errors import EnvironmentTrouble
from graders.sandbox.opening import open_sandbox
from graders.sandbox.pool import SandboxPool
from graders.sandbox.probe import probe


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


def test_a_sandbox_that_cannot_be_closed_leaves_no_other_open(course: Course, monkeypatch) -> None:
    closed = []

    class Broken:
        def __init__(self, flavour: str, *_: object) -> None:
            self.flavour = flavour

        def close(self) -> None:
            closed.append(self.flavour)
            raise OSError(self.flavour)

    monkeypatch.setattr("graders.sandbox.pool.open_sandbox", Broken)
    pool = SandboxPool(course)
    pool.warm(["python", "numpy"])
    pool.get("python")
    pool.get("torch")
    with pytest.raises(OSError):
        pool.close()
    assert set(closed) >= {"python", "torch"}
    pool.close()


@pytest.mark.parametrize("error", [OSError("no process"), MemoryError()])
def test_what_failed_to_open_in_the_background_hinders_no_close(course: Course, monkeypatch, error: Exception) -> None:
    def fails(*_: object) -> None:
        raise error

    with SandboxPool(course) as pool:
        monkeypatch.setattr("graders.sandbox.pool.open_sandbox", fails)
        pool.warm(["python"])


def test_a_fork_server_may_be_closed_twice() -> None:
    if probe().level == "portable":
        pytest.skip("this machine has no walls")
    sandbox = open_sandbox("python")
    sandbox.close()
    sandbox.close()


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
