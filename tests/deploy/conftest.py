"""The small course deployed, and its hand-ins graded by `leafgrad grade`, under a secret key and the public one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from places import KEY, graded, hand_ins, lay, leafgrad, small_course

Scores = dict[str, dict[str, float]]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """course.yml of the small course."""
    return small_course(tmp_path_factory.mktemp("course") / "small")


@pytest.fixture(scope="session")
def by_grade(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | None], Scores]:
    """Return what `leafgrad grade` gives the hand-ins under a key; None for the public one."""
    done: dict[str | None, Scores] = {}

    def of(key: str | None) -> Scores:
        if key not in done:
            place = tmp_path_factory.mktemp("class")
            for student, files in hand_ins().items():
                lay(files, place / "class" / student).mkdir(parents=True, exist_ok=True)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("LEAFGRAD_KEY", key) if key else patch.delenv("LEAFGRAD_KEY", raising=False)
                code = leafgrad("grade", place / "class", "--out", place / "out", "--course", small, "--jobs", 1)
            assert code == 0
            done[key] = graded(place / "out")
        return done[key]

    return of


@pytest.fixture(scope="session")
def secret_key() -> str:
    """The key of the small course's graded runs."""
    assert "LEAFGRAD_KEY" not in os.environ
    return KEY
