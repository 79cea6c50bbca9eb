"""The student kit: what a student gets of a course, and nothing of the solutions."""

from __future__ import annotations

import shutil
from pathlib import Path

from graders.course import FILE_NAME, Course
from graders.errors import UsageError


def release(course: Course, folder: Path) -> list[Path]:
    """Write the student kit: stubs, their front page, course.yml, and a copy of each stub for `leafgrad reset`.

    Files of a student that are there already are left alone.

    Args:
        course: The course.
        folder: Where the kit goes; created when missing.

    Returns:
        The files written, relative to `folder`.

    Raises:
        UsageError: the folder is the course's own, or a stub is missing.
    """
    if folder.resolve() == course.folder.resolve():
        raise UsageError(f"{folder} is the course itself.", "Give an empty folder for the student kit.")
    stubs = course.folder / "exercises"
    pairs = [(course.path, Path(FILE_NAME)), (stubs / "README.md", Path("exercises/README.md"))]
    for name in course.exercise_ids:
        source = stubs / f"{name}.py"
        if not source.is_file():
            raise UsageError(f"{source} is missing.", "Every exercise of course.yml needs its stub.")
        pairs += [(source, Path("exercises") / source.name), (source, Path(".leafgrad/stubs") / source.name)]
    written = []
    for source, place in pairs:
        target = folder / place
        own = place.parts[0] == "exercises" and target.exists()
        if source.is_file() and not own:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            written.append(place)
    return written
