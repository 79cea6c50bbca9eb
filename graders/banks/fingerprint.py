"""A digest of the code that decides what an exercise's banks hold.

Starting from the exercise's declarations and the modules of its kinds of case, every mention of another module in the
rooms below is followed, so that a change in the rules of one kind leaves the banks of the others valid.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path

from graders.spec import ExerciseSpec

ROOMS = ("cases", "strategies", "oracles", "players", "exchange", "concepts")
_ALWAYS = (
    "spec.py",
    "banks/bank.py",
    "banks/generate.py",
    "banks/references.py",
    "players/seen.py",
    "players/subject.py",
    "cases/__init__.py",
    "exchange/__init__.py",
)
_MODULE = re.compile(rf"graders\.({'|'.join(ROOMS)})\.(\w+)")
_FROM_ROOM = re.compile(rf"from graders\.({'|'.join(ROOMS)}) import \(?([\w,\s]+)\)?")
_LATER = re.compile(r'"(\w+)": \(')
"""Modules whose players are imported when they are asked for, see `graders.players.loading`."""


def code_fingerprint(spec: ExerciseSpec, root: Path | None = None) -> str:
    """Return a hex digest over the source of every module that takes part in making the banks of an exercise.

    Args:
        spec: The exercise.
        root: The package's folder; a test may give another.
    """
    home = root or Path(__file__).parents[1]
    stem = spec.id.partition("_")[0]
    kinds = sorted({bank.kind for bank in spec.banks()})
    start = [f"{room}/{kind}.py" for room in ROOMS[:5] for kind in kinds]
    start += [f"concepts/{stem}.py", *_ALWAYS]
    digest = hashlib.sha256()
    for name in sorted(_closure(home, start)):
        digest.update(name.encode() + b"\0" + _source(home / name) + b"\0")
    return digest.hexdigest()


@cache
def package_fingerprint() -> str:
    """Return a hex digest over every file of the package, the sizes of banks and the templates among them."""
    home = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(path for path in home.rglob("*.*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _closure(home: Path, start: list[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found and (home / name).is_file():
            found.add(name)
            waiting += _mentions(_source(home / name).decode("utf-8", "replace"))
    return found


def _mentions(source: str) -> list[str]:
    names = [f"{room}/{module}.py" for room, module in _MODULE.findall(source)]
    if "loading(" in source:
        names += [f"players/{module}.py" for module in _LATER.findall(source)]
    for room, imported in _FROM_ROOM.findall(source):
        names += [f"{room}/{module}.py" for module in re.findall(r"\w+", imported)]
    return names


@lru_cache(maxsize=256)
def _source(path: Path) -> bytes:
    return path.read_bytes()
