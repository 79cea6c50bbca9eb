"""Declarations of a course's own exercises: `concepts/<exercise>.py` beside course.yml.

They are the instructor's code, as the solutions are. Whatever the package declares needs no such file.
"""

from __future__ import annotations

import hashlib
import shutil
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from graders.course.course import Course
from graders.spec import ExerciseSpec, load_spec

OWN = "concepts"


def own_file(folder: Path, exercise: str) -> Path | None:
    """Return the file in which a course declares an exercise itself; None where it does not."""
    file = folder / OWN / f"{exercise}.py"
    return file if file.is_file() else None


def spec_of(folder: Path, exercise: str) -> ExerciseSpec:
    """Return the declarations of an exercise: the course's own, or those of the package.

    Args:
        folder: Of the course.
        exercise: Its id.
    """
    file = own_file(folder, exercise)
    return _loaded(file, file.read_bytes()) if file else load_spec(exercise)


def own_digest(folder: Path, exercise: str) -> str:
    """Return a digest of a course's own declarations of an exercise; empty where there are none."""
    file = own_file(folder, exercise)
    return hashlib.sha256(file.read_bytes()).hexdigest() if file else ""


def copy_own(course: Course, folder: Path) -> list[Path]:
    """Copy a course's own declarations to where it is graded or practised; return their places, relative to it."""
    places = [Path(OWN, file.name) for name in course.exercise_ids if (file := own_file(course.folder, name))]
    for place in places:
        (folder / OWN).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(course.folder / place, folder / place)
    return places


@lru_cache(maxsize=64)
def _loaded(file: Path, source: bytes) -> ExerciseSpec:
    module = ModuleType(f"leafgrad_concepts_{file.stem}")
    exec(compile(source, str(file), "exec"), module.__dict__)
    spec: ExerciseSpec = module.EXERCISE
    return spec
