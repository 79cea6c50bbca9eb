"""A class of generated reports, and a course of its own beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graders.course.course import load_course
from tests.policy.generated import write_class


@pytest.fixture(scope="session")
def written(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded class of 21, three of each kind. Who changes it makes a copy first."""
    out = tmp_path_factory.mktemp("class") / "graded"
    write_class(out, load_course(root), 21)
    return out


@pytest.fixture
def desk(written: Path, root: Path, tmp_path: Path) -> Path:
    """A folder with course.yml and the class in graded/."""
    shutil.copy(root / "course.yml", tmp_path)
    shutil.copytree(written, tmp_path / "graded")
    return tmp_path
