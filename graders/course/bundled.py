"""The course that the package carries, from which `leafgrad start` makes a student's folder."""

from __future__ import annotations

from pathlib import Path

from graders.course.course import Course, load_course
from graders.course.place import FILE_NAME
from graders.errors import EnvironmentTrouble

PACKAGE = Path(__file__).parents[1]
PLACE = "public_course"
"""Folder of that course in the package."""


def bundled_course() -> Course:
    """Return the course of this installation: the one that the wheel carries, or that of the checkout.

    Raises:
        EnvironmentTrouble: there is neither.
    """
    checkout = PACKAGE.parent
    folder = checkout if (checkout / "solutions").is_dir() else PACKAGE / PLACE
    if not (folder / FILE_NAME).is_file():
        raise EnvironmentTrouble(
            "This leafgrad was installed without its exercises.",
            "Install it from its wheel: python -m pip install --force-reinstall leafgrad.",
        )
    return load_course(folder)
