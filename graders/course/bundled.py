"""The course that the package carries, from which `leafgrad start` makes a student's folder.

`python -m graders.course.bundled TREE` makes a copy of this repository ready to be built as a wheel: it writes the
stubs, course.yml and the banks of the public key into the package, and has README.md link to the repository.
"""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from pathlib import Path

from graders.course.course import Course, load_course
from graders.course.folder import beside
from graders.course.place import FILE_NAME
from graders.course.record import PICTURES
from graders.errors import EnvironmentTrouble

_PACKAGE = Path(__file__).parents[1]
PLACE = "public_course"
"""Folder of that course in the package."""

_LINK = re.compile(r"\]\((?![a-z]+:|#)([^)\s]+)\)")


def bundled_course() -> Course:
    """Return the course of this installation: the one that the wheel carries, or that of the checkout.

    Raises:
        EnvironmentTrouble: there is neither.
    """
    checkout = _PACKAGE.parent
    folder = checkout if (checkout / "solutions").is_dir() else _PACKAGE / PLACE
    if not (folder / FILE_NAME).is_file():
        raise EnvironmentTrouble(
            "This leafgrad was installed without its exercises.",
            "Install it from its wheel: python -m pip install --force-reinstall leafgrad.",
        )
    return load_course(folder)


def prepare_wheel(tree: Path, course: Course) -> None:
    """Write what the wheel carries beside the code into a copy of the repository."""
    package = tree / _PACKAGE.name
    exercises = package / PLACE / "exercises"
    (exercises / PICTURES).mkdir(parents=True)
    shutil.copyfile(course.path, package / PLACE / FILE_NAME)
    for name in (*map(str, beside(course.folder / "exercises")), *(f"{one}.py" for one in course.exercise_ids)):
        shutil.copyfile(course.folder / "exercises" / name, exercises / name)
    from graders.course.release import write_banks  # which needs this module

    write_banks(course, package / "public_banks")
    urls = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    readme = tree / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(_LINK.sub(rf"]({urls['Repository']}/blob/main/\1)", text), encoding="utf-8")


if __name__ == "__main__":
    prepare_wheel(Path(sys.argv[1]), load_course(_PACKAGE.parent))
