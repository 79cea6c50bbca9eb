"""What leaves the course's folder: students' folders, without solutions, and what machines without the key grade with.

`python -m graders.course.release FOLDER` writes the banks of the public key alone, for a wheel.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from graders.banks.jobs import Progress
from graders.banks.store import TRAVELLED, BankStore
from graders.course.bundled import bundled_course
from graders.course.course import Course, load_course
from graders.course.folder import Written, write_folder
from graders.course.keys import FILE_NAME as KEY_FILE
from graders.course.keys import sealed
from graders.course.own import copy_own
from graders.course.place import FILE_NAME
from graders.errors import UsageError
from graders.files import plain_file, writable, write_whole


def release(course: Course, folder: Path) -> Written:
    """Write the student kit: what `leafgrad start` writes, for a course of one's own, and its banks.

    The banks hold the cases under the public key and the answers of the wrong ideas, so that nothing is prepared at the
    first check, and wrong ideas are named without the solutions. course.yml is renewed, whatever was changed in it.

    Raises:
        UsageError: the folder is the course's own, or a stub is missing.
        EnvironmentTrouble: the folder cannot be written.
    """
    _elsewhere(course, folder, "the student kit")
    done = write_folder(course, folder, renew=(FILE_NAME,))
    with writable(folder):
        done.written += [TRAVELLED / name for name in write_banks(course, folder / TRAVELLED)]
    return done


def start(folder: Path) -> Written:
    """Write a folder for a student of the course that this package carries, whose prepared cases it carries as well.

    Raises:
        CourseError: the folder's course.yml is broken, or newer than this leafgrad.
        UsageError: the folder belongs to another course.
        EnvironmentTrouble: the folder cannot be written, or the package carries no course.
    """
    course = bundled_course()
    with writable(folder):
        _elsewhere(course, folder, "your work")
        if (folder / FILE_NAME).is_file() and (there := load_course(folder)).course != course.course:
            other = "Give another folder: leafgrad start DIR."
            raise UsageError(f"{folder} is a folder of the course {there.course}.", other)
        if (folder / TRAVELLED).is_dir():
            raise UsageError(f"{folder} is a folder that a course gave out.", "Get a newer one there, or give another.")
    return write_folder(course, folder, dates=False)


def seal(
    course: Course,
    key: str,
    folder: Path,
    progress: Progress | None = None,
    exercises: Sequence[str] | None = None,
) -> list[Path]:
    """Write what another machine needs to grade as under a secret key, which stays here.

    Args:
        course: The course.
        key: The secret key.
        folder: Where course.yml, the prepared cases and the key's id go; created when missing.
        progress: Called with (exercise id, banks done, banks in all) while banks are built.
        exercises: Those that are graded there; None for all.

    Returns:
        The files written, relative to `folder`.

    Raises:
        UsageError: the folder is the course's own, whose key would be lost.
        EnvironmentTrouble: the folder cannot be written.
    """
    _elsewhere(course, folder, "the other machine")
    with writable(folder):
        banks = write_banks(course, folder / TRAVELLED, BankStore(course, key, progress=progress), exercises)
        shutil.copyfile(course.path, folder / FILE_NAME)
        own = copy_own(course, folder)
        write_whole(folder / KEY_FILE, sealed(key).encode() + b"\n", plain_file)
    return [
        Path(FILE_NAME),
        Path(KEY_FILE),
        *own,
        *(TRAVELLED / name for name in banks),
    ]


def _elsewhere(course: Course, folder: Path, what: str) -> None:
    if folder.resolve() == course.folder.resolve():
        raise UsageError(f"{folder} is the course itself.", f"Give an empty folder for {what}.")


def write_banks(
    course: Course, folder: Path, store: BankStore | None = None, exercises: Sequence[str] | None = None
) -> list[str]:
    """Write the banks of a store in the place of older ones; return their file names.

    Args:
        course: The course.
        folder: Created when missing.
        store: By default that of the public key.
        exercises: None for all of the course.
    """
    store = store or BankStore(course)
    names = course.exercise_ids if exercises is None else exercises
    store.prepare(names)
    files = dict(map(store.travelling, names))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.bank.xz"):
        if old.name not in files:
            old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return list(files)


if __name__ == "__main__":
    write_banks(load_course(), Path(sys.argv[1]))
