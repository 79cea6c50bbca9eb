"""What leaves the course's folder: the student kit, without solutions, and what a machine without the key grades with.

`python -m graders.course.release FOLDER` writes the banks of the public key alone, for a wheel.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from graders.banks.jobs import Progress
from graders.banks.store import TRAVELLED, BankStore
from graders.course.course import FILE_NAME, Course, load_course
from graders.course.keys import FILE_NAME as KEY_FILE
from graders.course.keys import sealed
from graders.errors import UsageError

LENT = "given_tensor.py"
"""The `Tensor` that failing cases of exercises which build on one are run with."""
_BESIDE = ("README.md", LENT)
"""Files in `exercises/` that are no exercise."""


def release(course: Course, folder: Path) -> list[Path]:
    """Write the student kit: stubs, their front page, course.yml, a copy of each stub for `leafgrad reset`, and banks.

    The banks hold the cases under the public key and the answers of the wrong ideas, so that nothing is prepared at the
    first check, and wrong ideas are named without the solutions.

    Files of a student that are there already are left alone.

    Args:
        course: The course.
        folder: Where the kit goes; created when missing.

    Returns:
        The files written, relative to `folder`.

    Raises:
        UsageError: the folder is the course's own, or a stub is missing.
    """
    _elsewhere(course, folder, "the student kit")
    stubs = course.folder / "exercises"
    pairs = [(course.path, Path(FILE_NAME)), *((stubs / name, Path("exercises") / name) for name in _BESIDE)]
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
    return written + [TRAVELLED / name for name in write_banks(course, folder / TRAVELLED)]


def seal(course: Course, key: str, folder: Path, progress: Progress | None = None) -> list[Path]:
    """Write what another machine needs to grade as under a secret key, which stays here.

    Args:
        course: The course.
        key: The secret key.
        folder: Where course.yml, the prepared cases and the key's id go; created when missing.
        progress: Called with (exercise id, banks done, banks in all) while banks are built.

    Returns:
        The files written, relative to `folder`.

    Raises:
        UsageError: the folder is the course's own, whose key would be lost.
    """
    _elsewhere(course, folder, "the other machine")
    banks = write_banks(course, folder / TRAVELLED, BankStore(course, key, progress=progress))
    shutil.copyfile(course.path, folder / FILE_NAME)
    (folder / KEY_FILE).write_text(sealed(key) + "\n", encoding="ascii")
    return [Path(FILE_NAME), Path(KEY_FILE), *(TRAVELLED / name for name in banks)]


def _elsewhere(course: Course, folder: Path, what: str) -> None:
    if folder.resolve() == course.folder.resolve():
        raise UsageError(f"{folder} is the course itself.", f"Give an empty folder for {what}.")


def write_banks(course: Course, folder: Path, store: BankStore | None = None) -> list[str]:
    """Write the banks of a store, by default of the public key, in the place of older ones; return their file names."""
    store = store or BankStore(course)
    store.prepare(course.exercise_ids)
    files = dict(map(store.travelling, course.exercise_ids))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.bank.xz"):
        if old.name not in files:
            old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return list(files)


if __name__ == "__main__":
    write_banks(load_course(), Path(sys.argv[1]))
