"""A small course with its nbgrader directory, made once for all tests that only read it."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pytest
from nbcourse import Desk, small_course

from graders.course.course import Course, load_course

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # nbgrader's own imports
    pytest.importorskip("nbgrader.api")


@pytest.fixture(scope="session")
def small(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course of three exercises with twelve cases to a bank."""
    return load_course(small_course(root, tmp_path_factory.mktemp("small") / "course"))


@pytest.fixture(scope="session")
def initialised(small: Course) -> Path:
    """What `init` makes of the small course."""
    from graders.notebook.init import init

    init(small, small.folder.parent / "nb")
    return small.folder.parent / "nb"


@pytest.fixture
def directory(initialised: Path, tmp_path: Path) -> Desk:
    """A fresh course directory of the small course, assignments not generated yet; its settings name course.yml."""
    folder = initialised.with_name(f"nb_{tmp_path.name}")
    return Desk(Path(shutil.copytree(initialised, folder)))


@pytest.fixture(scope="session")
def released(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A released course directory of one exercise, for tests that add students of their own."""
    from graders.notebook.init import init

    home = tmp_path_factory.mktemp("released")
    path = small_course(root, home / "course", {"first": ["ex01_finite_differences"]})
    init(load_course(path), home / "nb")
    desk = Desk(home / "nb")
    desk.nbgrader("generate_assignment", "first")
    return desk
