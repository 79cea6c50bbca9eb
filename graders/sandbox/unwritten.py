"""Functions in which nothing is written yet: an empty body means what `raise NotImplementedError` means in a stub.

A student who puts `pass` into a hole has not answered. Left alone, the function would hand back None, and everything
that is right about doing nothing (no input is changed, no error is raised) would pass. Only what a stub asks for, see
`graders/course/holes.py`, is looked at: an empty function of another name is the student's own, such as the closure
of a leaf.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

_BODIES = ("pass", "...", "return", "return None", "'d'", "'d'\n    pass", "'d'\n    ...", "'d'\n    return None")


def open_holes(module: ModuleType, holes: Collection[str]) -> None:
    """Make the empty functions of a student's file, and the empty methods of its classes, raise NotImplementedError.

    A class from which others inherit may leave methods to them.

    Args:
        module: The student's file, already run.
        holes: Names to look at; all others stay as they are.
    """
    classes = [value for value in vars(module).values() if isinstance(value, type) and _of(module, value)]
    bases = {base for found in classes for base in found.__mro__[1:]}
    for function in _functions(vars(module), module, holes):
        _open(function)
    for found in classes:
        if found not in bases:
            for function in _functions(vars(found), module, holes):
                _open(function)


def _functions(names: Mapping[str, Any], module: ModuleType, holes: Collection[str]) -> Iterator[FunctionType]:
    for name, value in names.items():
        if name in holes and type(value) is FunctionType and value.__globals__ is vars(module):
            yield value


def _of(module: ModuleType, found: type) -> bool:
    return found.__module__ == module.__name__


def _open(function: FunctionType) -> None:
    code = function.__code__
    if code.co_code in _EMPTY and set(code.co_consts[-1:]) <= {None} and not code.co_freevars:
        last = max((line for _, _, line in code.co_lines() if line), default=code.co_firstlineno)
        function.__defaults__ = function.__kwdefaults__ = None
        function.__code__ = _HOLE.replace(
            co_filename=code.co_filename, co_firstlineno=last, co_name=code.co_name, co_qualname=code.co_qualname
        )


def _code(function: str) -> CodeType:
    names: dict[str, Any] = {}
    exec(f"def one{function}", names)
    code: CodeType = names["one"].__code__
    return code


_EMPTY = frozenset(_code(f"():\n    {body}").co_code for body in _BODIES)
_HOLE = _code("(*args, **options): raise NotImplementedError")
