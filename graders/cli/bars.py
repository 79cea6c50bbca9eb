"""The lines of `leafgrad status`; those of a fresh folder without typer and pydantic, which take 0.2 s to import."""

from __future__ import annotations

from pathlib import Path

from graders.course.place import find_course
from graders.course.record import fresh_concepts


def bar(name: str, passed: int, count: int, score: str, why: str = "") -> None:
    """Print the line of one exercise."""
    print(f"{name:26} {'█' * passed + '░' * (count - passed):24} {passed:2}/{count:2}  {score} points  {why}".rstrip())


def show_fresh_status() -> bool:
    """Print the status of a folder in which nothing is written yet; return False, silently, for any other.

    Raises:
        CourseError: there is no course here.
    """
    exercises = fresh_concepts(find_course(Path.cwd()).parent)
    for name, concepts in exercises.items():
        bar(name, 0, len(concepts), "0")
    if exercises:
        print(f"Next: leafgrad check {next(iter(exercises))}")
    return bool(exercises)
