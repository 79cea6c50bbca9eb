"""Tells whether a student's code has changed what observes it: our functions, their code, and the names they use.

Python hides nothing inside one process: through frames or the garbage collector a file can reach the functions that
call it. This does not keep it from that; it notices the plain ways to do it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

Space = Mapping[str, Any]


class Seal:
    """Remembers what modules hold, and what their functions and classes consist of.

    Args:
        modules: Our modules. The builtins that they use are sealed as well.
    """

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        spaces = {id(space): space for module in modules for space in _spaces(module)}
        functions = [value for space in spaces.values() for value in space.values() if type(value) is FunctionType]
        self._spaces: list[tuple[Space, tuple[tuple[str, Any], ...]]] = [
            (space, tuple(space.items())) for space in spaces.values()
        ]
        self._functions = [(function, *_parts(function)) for function in functions]

    def broken(self) -> bool:
        """Return whether anything is no longer what it was."""
        for space, items in self._spaces:
            for name, value in items:
                if space.get(name) is not value:
                    return True
        for function, code, defaults, named in self._functions:
            now = _parts(function)
            if now[0] is not code or now[1] is not defaults or now[2] is not named:
                return True
        return False


def _parts(function: FunctionType) -> tuple[Any, Any, Any]:
    return function.__code__, function.__defaults__, function.__kwdefaults__


def _spaces(module: ModuleType) -> Iterator[Space]:
    """Yield the names of a module, of its classes, and its builtins."""
    yield vars(module)
    yield vars(module)["__builtins__"]
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield vars(value)
