"""The first files of an exercise or a course of one's own; as they are, they pass `leafgrad selftest`.

An exercise begins as the slope of a function that torch has too, the sigmoid: one concept, a bank of cases, two wrong
ideas. `templates/` holds the texts; in them `$exercise` is the id, `$function` the words of it.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path, PurePosixPath
from string import Template

from graders.course.course import load_course
from graders.course.own import OWN
from graders.course.place import FILE_NAME
from graders.errors import CourseError, UsageError
from graders.files import plain_file, writable, write_whole
from graders.text import plain

FIRST = "ex01_sigmoid"
"""The exercise with which a new course begins."""

_EXERCISE = re.compile(r"ex\d{2,3}_[a-z][a-z0-9_]{0,39}")
_COURSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_ITEM = re.compile(r"^( *)- +id:", re.MULTILINE)
_BLOCK = re.compile(r"^exercises:[^\n]*\n(?:(?:[ \t#-][^\n]*)?(?:\n|\Z))*", re.MULTILINE)


def new_exercise(course_file: Path, exercise: str) -> list[Path]:
    """Write the files of an exercise and list it in course.yml; return what was written, course.yml last.

    Args:
        course_file: course.yml of the course, or its folder.
        exercise: Its id, such as `ex13_sigmoid`.

    Raises:
        UsageError: the id will not do, or one of the files is there.
        CourseError: course.yml is broken, or has no place for it.
        EnvironmentTrouble: the folder cannot be written.
    """
    course = load_course(course_file)
    _usable(exercise, course.exercise_ids)
    text = course.path.read_text(encoding="utf-8")
    wanted = _listed(text, exercise, course.path)
    made = dict(_files(exercise))
    _refuse(course.folder, made)
    with writable(course.folder):
        paths = _put_all(course.folder, made)
        write_whole(course.path, wanted.encode(), plain_file)
        try:
            load_course(course.path)
        except CourseError:
            write_whole(course.path, text.encode(), plain_file)
            for path in paths:
                path.unlink()
            raise
    return [*paths, course.path]


def new_course(folder: Path) -> list[Path]:
    """Write a course with one exercise and one assignment; return what was written.

    Raises:
        UsageError: there is something in the folder, or its name will not do for a course.
        EnvironmentTrouble: the folder cannot be written.
    """
    name = folder.resolve().name
    if not _COURSE.fullmatch(name):
        raise UsageError(
            f"{plain(name)!r} will not do for a course: it has letters, digits, - and _, sixty at most.",
            "Give another folder: leafgrad new course autumn-2026.",
        )
    if folder.exists() and (not folder.is_dir() or any(path.is_file() for path in folder.rglob("*"))):
        raise UsageError(f"{plain(str(folder))} is there already, and is not empty.", "Give another folder.")
    made = dict(_files(FIRST))
    for place, template in ((FILE_NAME, "course.yml"), ("exercises/README.md", "README.md"), (".gitignore", "ignored")):
        made[PurePosixPath(place)] = _filled(template, FIRST, course=name)
    with writable(folder):
        return _put_all(folder, made)


def _usable(exercise: str, taken: tuple[str, ...]) -> None:
    """Raise `UsageError` where an id will not do."""
    if not _EXERCISE.fullmatch(exercise):
        raise UsageError(
            f"{plain(exercise, limit=60)!r} will not do for an exercise: it is ex, two or three digits, _, then small "
            "letters, digits and _.",
            "Try ex13_sigmoid.",
        )
    number, _, words = exercise.partition("_")
    if keyword.iskeyword(words) or hasattr(builtins, words) or words in ("math", "annotations"):
        raise UsageError(f"{words} means something in Python already.", f"Try {number}_my_{words}.")
    for other in taken:
        if other.partition("_")[0] == number:
            free = next(one for one in range(1, 1000) if not any(name.startswith(f"ex{one:02}_") for name in taken))
            raise UsageError(f"{number} is taken by {other}.", f"Try ex{free:02}_{words}.")


def _files(exercise: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    yield PurePosixPath("exercises", f"{exercise}.py"), _filled("stub.py", exercise)
    yield PurePosixPath("solutions", f"{exercise}.py"), _filled("solution.py", exercise)
    yield PurePosixPath("solutions", "wrong", f"{exercise}.yml"), _filled("wrong.yml", exercise)
    yield PurePosixPath(OWN, f"{exercise}.py"), _filled("concepts.py", exercise)


def _filled(template: str, exercise: str, **more: str) -> bytes:
    text = files("graders.course").joinpath("templates", f"{template}.txt").read_text(encoding="utf-8")
    return Template(text).substitute(exercise=exercise, function=exercise.partition("_")[2], **more).encode()


def _listed(text: str, exercise: str, path: Path) -> str:
    """Return course.yml with an exercise at the end of its list, in the indentation that the list has."""
    block = _BLOCK.search(text)
    item = _ITEM.search(block[0]) if block else None
    if block is None or item is None:
        raise CourseError(f"{path} has no list `exercises:` with a line for each `- id:`.", "Write it in that form.")
    indent = item[1]
    entry = _filled("entry.yml", exercise).decode()
    lines = "".join(f"{indent}{line}\n" if line else "\n" for line in entry.splitlines())
    lines_of_it = block[0].splitlines(keepends=True)
    while not lines_of_it[-1].strip() or lines_of_it[-1].startswith("#"):
        lines_of_it.pop()
    end = block.start() + len("".join(lines_of_it).rstrip())
    rest = text[end:].lstrip("\n")
    return f"{text[:end]}\n{lines}" + (f"\n{rest}" if rest else "")


def _refuse(folder: Path, made: Mapping[PurePosixPath, bytes]) -> None:
    there = [str(place) for place in made if (folder / place).exists()]
    if there:
        raise UsageError(f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} there already.", "Take another id.")


def _put_all(folder: Path, made: Mapping[PurePosixPath, bytes]) -> list[Path]:
    """Write new files, all or none, so that the same command can be run again; return their paths."""
    paths: list[Path] = []
    try:
        for place, data in made.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data, plain_file)
            paths.append(path)
    except OSError:
        for path in paths:
            path.unlink()
        raise
    return paths
