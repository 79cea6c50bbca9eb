"""Stand-ins for libraries that an exercise does without: they load, and fail when they are first used.

An import that nobody uses costs nothing. Names of a stand-in may be asked for, compared, written into annotations and
looked for with `isinstance`, which finds none; whatever else is done with one raises `Refused`.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NoReturn

from graders.sandbox.refusal import Refused

LIBRARIES = frozenset((
    "numpy", "torch", "matplotlib", "graphviz", "IPython", "pandas", "scipy", "sklearn", "sympy", "jax", "jaxlib",
    "tensorflow", "keras", "autograd", "torchviz", "torchvision", "torchaudio", "torchinfo", "torchsummary", "seaborn",
    "plotly", "networkx", "pydot", "pygraphviz", "tqdm", "PIL", "cv2", "ipywidgets", "google", "pylab", "mpl_toolkits",
    "numba", "cupy", "tensorboard", "tensorboardX", "wandb", "requests", "pytest", "hypothesis", "nbgrader", "rich",
    "typing_extensions", "colorama", "termcolor", "tabulate", "icecream", "torchmetrics", "einops",
))  # fmt: skip
"""Libraries that students import out of habit. Any other unknown name is a ModuleNotFoundError."""


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds stand-ins for libraries that no other finder has.

    Args:
        home: File stem of the exercise.
        guarded: Tells whether an import may fail, since its place in the student's source expects that.
    """

    def __init__(self, home: str, guarded: Callable[[], bool]) -> None:
        self._home = home
        self._guarded = guarded

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec for a library that students import out of habit, or for a part of one."""
        if name.partition(".")[0] not in LIBRARIES or self._guarded():
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Return the stand-in."""
        return _Library(spec.name, self._home)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""


class _Library(ModuleType):
    """A library, or a part of one, of which every name exists."""

    def __init__(self, name: str, home: str) -> None:
        super().__init__(name)
        self.__dict__["__home__"] = home

    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            _refuse(f"{self.__name__}.{name}", self.__dict__["__home__"])
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        known = sys.modules.get(f"{self.__name__}.{name}")
        made = known if isinstance(known, _Library) else _named(f"{self.__name__}.{name}", self.__dict__["__home__"])
        self.__dict__[name] = made
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, _Library) or name.startswith("__"):  # what the import system sets
            super().__setattr__(name, value)
        else:
            _refuse(f"{self.__name__}.{name}", self.__dict__["__home__"])


def _refuse(name: str, home: str) -> NoReturn:
    library = name.partition(".")[0]
    raise Refused(f"{name} is used, but {home} does without {library}")


def _used(cls: Any, *given: Any, **named: Any) -> NoReturn:
    _refuse(cls.__dict__["_name"], cls.__dict__["_home"])


class _Kind(type):
    """The type of every name of a stand-in: a class, so that it may stand in annotations and in `isinstance`."""

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> NoReturn:
        _used(bases[0])  # a class statement that inherits from a stand-in

    def __instancecheck__(cls, instance: Any) -> bool:
        return False

    def __subclasscheck__(cls, subclass: type) -> bool:
        return subclass is cls

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        return _named(f"{cls.__dict__['_name']}.{name}", cls.__dict__["_home"])

    def __getitem__(cls, key: Any) -> Any:
        return cls  # a parametrized annotation

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __or__

    def __repr__(cls) -> str:
        return f"<{cls.__dict__['_name']}, which this exercise does without>"

    __call__ = __setattr__ = __delattr__ = __iter__ = __len__ = __contains__ = __enter__ = __exit__ = _used
    __float__ = __int__ = __index__ = __complex__ = __round__ = __abs__ = __neg__ = __pos__ = __invert__ = _used
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _used
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = _used
    __lt__ = __le__ = __gt__ = __ge__ = __and__ = __rand__ = __xor__ = __rxor__ = __lshift__ = __rshift__ = _used
    __divmod__ = __rdivmod__ = __setitem__ = __delitem__ = __next__ = __reversed__ = __await__ = __aiter__ = _used


def _named(name: str, home: str) -> Any:
    """Return the stand-in for one name of a library: an exception class where the name says so."""
    module, _, last = name.rpartition(".")
    if last.endswith(("Error", "Exception", "Warning")):
        return type(last, (Exception,), {})
    members = {"_name": name, "_home": home, "__module__": module}
    return type.__new__(_Kind, last, (), members)  # type: ignore[arg-type]
