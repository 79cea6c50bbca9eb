"""The stubs that students start from, and how to get one back."""

from __future__ import annotations

import time
from pathlib import Path

from graders.course.course import Course
from graders.errors import UsageError


def stub_source(course: Course, exercise: str) -> bytes:
    """Return the untouched stub of an exercise: from `.leafgrad/stubs` of a student kit, else git's committed version.

    Raises:
        UsageError: neither is there.
    """
    kit = course.folder / ".leafgrad" / "stubs" / f"{exercise}.py"
    if kit.is_file():
        return kit.read_bytes()
    from subprocess import DEVNULL, run

    found = run(
        ["git", "show", f"HEAD:./exercises/{exercise}.py"], cwd=course.folder, stdout=-1, stderr=DEVNULL, check=False
    )
    if found.returncode:
        raise UsageError(
            f"The stub of {exercise} is not stored here.", "Get the student kit again and copy the file from it."
        )
    return found.stdout


def restore(course: Course, exercise: str, folder: Path) -> tuple[Path | None, Path]:
    """Write the stub over the student's file, which is kept under another name; return (kept, stub)."""
    source = stub_source(course, exercise)
    target = folder / f"{exercise}.py"
    kept = None
    if target.exists() and target.read_bytes() != source:
        kept = target.with_name(f"{exercise}.{time.strftime('%Y%m%d-%H%M%S')}.bak")
        target.replace(kept)
    target.write_bytes(source)
    return kept, target
