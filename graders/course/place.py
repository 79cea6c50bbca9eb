"""Where a course.yml lies, and which leafgrad it is made for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from graders import __version__
from graders.errors import CourseError
from graders.text import plain

FILE_NAME = "course.yml"
FORMAT = 1
"""Of course.yml; a later one has other keys."""


def find_course(start: Path) -> Path:
    """Return the course.yml in `start` or the nearest folder above it.

    Raises:
        CourseError: there is none up to the root.
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    below = _below(here)
    raise CourseError(
        f"No {FILE_NAME} in {start} or any folder above it.",
        f"There is one in {below}: go there, or give --course {below}."
        if below
        else "Go to the course's folder, give --course, or make a folder with `leafgrad start`.",
    )


def _below(folder: Path) -> str:
    """Return the name of the one folder in this one that has a course.yml; empty for none and for several."""
    try:
        found = [child.name for child in folder.iterdir() if (child / FILE_NAME).is_file()]
    except OSError:
        return ""
    return plain(found[0]) if len(found) == 1 else ""


def refuse_newer(file: Path, values: dict[Any, Any]) -> None:
    """Raise where a later leafgrad wrote a course.yml: this one would misread it, or know other cases."""
    made, form = values.get("leafgrad"), values.get("format")
    if version_key(str(made or "")) > version_key(__version__):
        which = f"leafgrad {made}"
    elif isinstance(form, int) and form > FORMAT:
        which = "a later leafgrad"
    else:
        return
    how = "-r requirements.txt" if file.with_name("requirements.txt").is_file() else "--upgrade leafgrad"
    raise CourseError(
        f"{file} is made for {which}, and this is {__version__}.",
        f"In that folder, run: python -m pip install {how}",
    )


def version_key(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, by which versions are ordered."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
