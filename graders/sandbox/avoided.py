"""Takes out of a library that must stay loaded the part that an exercise does without.

Every function and method of that part gets new code that raises `Refused`. So it fails in whatever way it is reached:
by an import, through `sys.modules`, the garbage collector, a class's subclasses, or from inside the library itself.
Compiled functions are replaced where they are found by name. What is not loaded yet cannot be imported any more.

Some ways stay open inside one process, and a text signal tells of them (`graders.course.signals`): an operator that is
asked for by a computed name (`torch.ops`, `torch._C`), and the source of a library where no wall hides it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any, NoReturn

from graders.sandbox.refusal import Refused

_OPERATORS = ("torch.ops.aten", "torch._VF")
"""Namespaces besides torch's own in which its compiled functions are found by name."""


def gut(avoids: Iterable[str], stays: Iterable[str]) -> None:
    """Make unusable what an exercise avoids, for as long as this process lives.

    Args:
        avoids: Dotted names of modules, classes, functions or methods; those of libraries that are not loaded are
            passed over.
        stays: Dotted names of classes below those. A class stays together with the module that defines it.
    """
    kept = {id(function) for name in stays for function in _staying(name)}
    for name in avoids:
        library = name.partition(".")[0]
        if library not in sys.modules:
            continue
        part = _found(name)
        if part is None:
            sys.modules[name] = None  # type: ignore[assignment]  # its import fails
        elif isinstance(part, (ModuleType, type, FunctionType)):
            for function, code in _parts(name):
                if id(function) not in kept:
                    function.__code__ = code
        else:
            _replace(name)


def prepare(avoids: Iterable[str], stays: Iterable[str]) -> None:
    """Work out in the fork server what takes most of the time of `gut`."""
    for name in avoids:
        _parts(name)
    for name in stays:
        _staying(name)


@lru_cache(maxsize=32)
def _parts(name: str) -> tuple[tuple[FunctionType, CodeType], ...]:
    """Return the functions of a part, each with the code that refuses its use."""
    return tuple(
        (function, _refusing(_sentence(_public(name, function), name), function.__code__.co_freevars))
        for function in _functions(_found(name))
    )


@lru_cache(maxsize=32)
def _staying(name: str) -> tuple[FunctionType, ...]:
    """Return the functions of the module that defines a class or a function; none where it is not loaded."""
    part = _found(name)
    return () if part is None else tuple(_functions(_home(part)))


def _functions(part: Any) -> list[FunctionType]:
    """Return every function of a module with the modules below it, of a class, or a function with those it wraps."""
    if isinstance(part, ModuleType):
        name = part.__name__
        modules = [module for home, module in list(sys.modules.items()) if _below(home, name) and module is not None]
        homes: list[Any] = [
            value
            for module in modules
            for value in list(vars(module).values())
            if _below(getattr(value, "__module__", None), name)
        ]
    else:
        name, homes = part.__module__, [part]
    found: dict[int, FunctionType] = {}
    waiting = [function for home in homes for function in _members(home)]
    while waiting:
        function = waiting.pop()
        if id(function) not in found:
            found[id(function)] = function
            cells = (cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell))
            waiting += [inner for inner in cells if type(inner) is FunctionType and _below(inner.__module__, name)]
    return list(found.values())


def _members(home: Any) -> Iterator[FunctionType]:
    if type(home) is FunctionType:
        yield home
    elif isinstance(home, type):
        for value in list(vars(home).values()):
            accessors = (value.fget, value.fset, value.fdel) if isinstance(value, property) else (value,)
            for one in accessors:
                inner = getattr(one, "__func__", one)
                if type(inner) is FunctionType:
                    yield inner


def _is_filled(cell: Any) -> bool:
    try:
        return bool(cell.cell_contents is not None)
    except ValueError:
        return False


def _below(name: Any, outer: str) -> bool:
    return isinstance(name, str) and (name == outer or name.startswith(f"{outer}."))


def _found(name: str) -> Any:
    """Return the module, class or function of a dotted name; None when its module is not loaded."""
    if sys.modules.get(name) is not None:
        return sys.modules[name]
    owner, _, last = name.rpartition(".")
    return getattr(_found(owner), last, None) if owner else None


def _home(part: Any) -> Any:
    """Return the module that defines a class or a function."""
    return part if isinstance(part, ModuleType) else sys.modules[part.__module__]


def _public(name: str, function: FunctionType) -> str:
    """Return what a function is called below `name`: the class that it belongs to, or itself."""
    first = function.__qualname__.partition(".")[0]
    return f"{name}.{first}" if isinstance(sys.modules.get(name), ModuleType) else name


def _sentence(name: str, avoided: str) -> str:
    does_without = "" if name == avoided else f" of {avoided}"
    return f"{name} is used, but the exercise is to do without it: write what you need{does_without} yourself"


@lru_cache(maxsize=1024)
def _refusing(says: str, free: tuple[str, ...]) -> CodeType:
    """Return code that raises `Refused`, for a function with some free variables."""
    code = _template.__code__
    put = {"the exception": Refused, "its message": says}
    return code.replace(co_consts=tuple(put.get(const, const) for const in code.co_consts), co_freevars=free)


def _template(*given: Any, **named: Any) -> NoReturn:
    """Raise what takes the place of the constants: run by a library's function, this finds no name of ours."""
    refused: Any = "the exception"
    raise refused("its message")


def _replace(name: str) -> None:
    """Put a refusing function where a compiled one is found by its name."""
    owner, _, last = name.rpartition(".")

    def refusing(*given: Any, **named: Any) -> NoReturn:
        raise Refused(_sentence(name, name))

    for place in (owner, *_OPERATORS):
        for alias in (last, last.rstrip("_")):
            setattr(_found(place), alias, refusing)
