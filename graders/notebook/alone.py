"""A notebook alone, without a course's folder around it: as on Colab."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import yaml

from graders.course.bundled import bundled_course
from graders.course.course import Course, load_course
from graders.course.folder import pinned
from graders.course.place import FILE_NAME, find_course
from graders.errors import CourseError, LeafgradError, UsageError
from graders.files import plain_file, writable, write_whole
from graders.notebook.cell import CannotGrade

_LINE = 100


def use_course(packed: str = "") -> None:
    """Put course.yml into the notebook's folder, unless the course is there already.

    Args:
        packed: What `packed` made of a course; empty for the course that leafgrad carries.

    Raises:
        CannotGrade: the folder belongs to another course, or takes no file.
    """
    try:
        _place(zlib.decompress(base64.b64decode(packed)).decode() if packed else _text(bundled_course()))
    except LeafgradError as error:
        raise CannotGrade(str(error)) from None


def _place(text: str) -> None:
    try:
        found = find_course(Path.cwd())
    except CourseError:  # none up to the root
        with writable(Path.cwd()):
            write_whole(Path(FILE_NAME), text.encode(), plain_file)
        return
    if (there := load_course(found)).course != yaml.safe_load(text)["course"]:
        raise UsageError(f"{found} is that of the course {there.course}.", "Open this notebook in another folder.")


def packed(course: Course) -> list[str]:
    """Return a course as `use_course` takes it, in lines; none where it is the one that leafgrad carries."""
    text = _text(course)
    if text == _text(bundled_course()):
        return []
    whole = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
    return [whole[begin : begin + _LINE] for begin in range(0, len(whole), _LINE)]


def _text(course: Course) -> str:
    return pinned(course.path.read_text(encoding="utf-8"))
