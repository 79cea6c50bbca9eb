"""Functions in which nothing is written yet: an empty body means what `raise NotImplementedError` means in a stub.

A student who puts `pass` into a hole has not answered. Left alone, the function would hand back None, and everything
that is right about doing nothing (no input is changed, no error is raised) would pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

_BODIES = ("pass", "...", "return", "return None", "'d'", "'d'\n    pass", "'d'\n    ...", "'d'\n    return None")
_MAY_BE_EMPTY = ("__init__", "__post_init__", "__init_subclass__", "__enter__", "__exit__", "__del__")


def open_holes(module: ModuleType) -> None:
    """Make the empty functions of a student's file, and the empty methods of its classes, raise NotImplementedError.

    Names with one underscore in front are the student's own, and a class from which others inherit may leave methods
    to them: both stay as they are.
    """
    classes = [value for value in vars(module).values() if isinstance(value, type) and _of(module, value)]
    bases = {base for found in classes for base in found.__mro__[1:]}
    for function in _functions(vars(module), module):
        _open(function)
    for found in classes:
        if found not in bases:
            for function in _functions(vars(found), module):
                _open(function)


def _functions(names: Mapping[str, Any], module: ModuleType) -> Iterator[FunctionType]:
    for name, value in names.items():
        own = name.startswith("_") and not (name.startswith("__") and name.endswith("__"))
        if type(value) is FunctionType and value.__globals__ is vars(module) and not own and name not in _MAY_BE_EMPTY:
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
