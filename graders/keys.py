"""The instructor's secret key, under which a graded run draws its cases."""

from __future__ import annotations

import os

from graders.course import Course
from graders.errors import EnvironmentTrouble


def secret_key(course: Course) -> str | None:
    """Return the key for graded runs: `LEAFGRAD_KEY`, else the first line of `leafgrad.key` beside course.yml."""
    if from_environment := os.environ.get("LEAFGRAD_KEY"):
        return from_environment
    try:
        lines = (course.folder / "leafgrad.key").read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentTrouble(f"{course.folder / 'leafgrad.key'} cannot be read: {error}.") from None
    return lines[0].strip() or None
