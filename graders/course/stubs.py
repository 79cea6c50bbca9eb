"""The stubs that students start from, and how to get one back."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from graders.course.course import Course
from graders.course.record import STUBS, note_begun
from graders.errors import UsageError
from graders.files import plain_file, writable, write_whole
from graders.text import argument


def stub_source(course: Course, exercise: str) -> bytes:
    """Return the untouched stub of an exercise: from `.leafgrad/stubs` of a student kit, else git's committed version.

    An instructor's folder that is in no git gives the file as it is.

    Raises:
        UsageError: neither is there.
    """
    kit = course.folder / STUBS / f"{exercise}.py"
    if kit.is_file():
        return kit.read_bytes()
    from subprocess import DEVNULL, run

    with suppress(OSError):  # no git
        command = ["git", "show", f"HEAD:./exercises/{exercise}.py"]
        found = run(command, cwd=course.folder, stdout=-1, stderr=DEVNULL, check=False)
        if not found.returncode:
            return found.stdout
    if (course.folder / "solutions" / f"{exercise}.py").is_file():  # an instructor's folder without git
        with suppress(OSError):
            return (course.folder / "exercises" / f"{exercise}.py").read_bytes()
    raise UsageError(
        f"The stub of {exercise} is not stored here.",
        "Get your course's folder for students again; where it came from `leafgrad start`, run: leafgrad start "
        + argument(str(course.folder)),
    )


def restore(course: Course, exercise: str, folder: Path) -> tuple[Path | None, Path]:
    """Write the stub over the student's file, which is kept under another name; return (kept, stub).

    Raises:
        EnvironmentTrouble: it cannot be written; the student's file is where it was.
    """
    source = stub_source(course, exercise)
    target = folder / f"{exercise}.py"
    kept = None
    with writable(target):
        if target.exists() and target.read_bytes() != source:
            kept = target.with_name(f"{exercise}.{time.strftime('%Y%m%d-%H%M%S')}.bak")
            target.replace(kept)
        try:
            write_whole(target, source, plain_file)
        except OSError:
            if kept:
                kept.replace(target)
            raise
        note_begun(course.folder, exercise, source)
    return kept, target
