"""Packages that not every installation has, and the command that brings them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from graders.course.course import Course
from graders.errors import EnvironmentTrouble

TORCH_INDEX = "--extra-index-url https://download.pytorch.org/whl/cpu"
"""Tells pip where builds without CUDA are."""

WITH_TORCH = (
    f'python -m pip install "leafgrad[torch]" {TORCH_INDEX} '
    "(that index has builds without CUDA, which are a tenth in size)"
)
"""What installs torch."""


def lacks_torch() -> bool:
    """Return whether torch is not installed, without importing it."""
    return find_spec("torch") is None


def need_torch(what: str) -> None:
    """Refuse to go on without torch.

    Args:
        what: Begins the sentence: what needs it.

    Raises:
        EnvironmentTrouble: it is not installed.
    """
    if lacks_torch():
        raise EnvironmentTrouble(f"{what} needs torch, which is not installed here.", f"Install it: {WITH_TORCH}.")


def gradable(course: Course, exercises: Iterable[str]) -> tuple[list[str], str]:
    """Return the exercises that can be graded here, and a sentence on those that need torch; empty where none does.

    Args:
        course: The course.
        exercises: Ids.
    """
    names = list(exercises)
    without = [name for name in names if course.exercise(name).flavour == "torch"] if lacks_torch() else []
    if not without:
        return names, ""
    which = without[0] if len(without) == 1 else f"{without[0]} to {without[-1]}"
    said = f"Not graded here: {which}. That needs torch. Install it: {WITH_TORCH}."
    return [name for name in names if name not in without], said
