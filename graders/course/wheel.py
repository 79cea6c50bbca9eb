"""`python -m graders.course.wheel TREE` makes a copy of this repository ready to be built as a wheel.

It writes the stubs, course.yml and the banks of the public key into the package, and has README.md link to the
repository.
"""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from pathlib import Path

from graders.course.bundled import PACKAGE, PLACE
from graders.course.course import Course, load_course
from graders.course.folder import beside
from graders.course.place import FILE_NAME
from graders.course.record import PICTURES
from graders.course.release import write_banks

_LINK = re.compile(r"\]\((?![a-z]+:|#)([^)\s]+)\)")


def prepare_wheel(tree: Path, course: Course) -> None:
    """Write what the wheel carries beside the code into a copy of the repository."""
    package = tree / PACKAGE.name
    exercises = package / PLACE / "exercises"
    (exercises / PICTURES).mkdir(parents=True)
    shutil.copyfile(course.path, package / PLACE / FILE_NAME)
    for name in (*map(str, beside(course.folder / "exercises")), *(f"{one}.py" for one in course.exercise_ids)):
        shutil.copyfile(course.folder / "exercises" / name, exercises / name)
    write_banks(course, package / "public_banks")
    urls = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    readme = tree / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(_LINK.sub(rf"]({urls['Repository']}/blob/main/\1)", text), encoding="utf-8")


if __name__ == "__main__":
    prepare_wheel(Path(sys.argv[1]), load_course(PACKAGE.parent))
