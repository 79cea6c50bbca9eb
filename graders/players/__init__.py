"""Players replay cases on the student's objects, in the worker process, and note what they see.

A player is a function `(case, subject, seen) -> None`. It gets what the student wrote from `subject`, acts the case
out, and calls `seen(value)` once for each field, in the order of the labels that the oracle of the same name gives;
it knows no truth and gives no verdict. When the student's code raises, the fields noted until then stand.

What a worker loads for an exercise must not answer any concept of that exercise, so a kind of case whose plays serve
several exercises loads the file of a play when it is first asked for (`loading`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def loading(homes: Mapping[str, tuple[str, ...]]) -> Callable[[str], Any]:
    """Return a module's `__getattr__` that takes each play from its own file.

    Args:
        homes: File stem in this room to the names of its plays.
    """
    places = {play: stem for stem, plays in homes.items() for play in plays}

    def find(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"there is no play {name!r}")
        return getattr(import_module(f"graders.players.{places[name]}"), name)

    return find
