"""Our own code in a worker: its players come from memory, and nothing of ours can be found once a student's file runs.

The fork server reads the code of all players and runs that of what every worker needs. A worker runs the players of
its exercise besides, then closes the rooms: after that nothing of `graders` can be imported or is found in
`sys.modules`, and the players of other exercises do not exist in this process.

These modules have builtins of their own, a copy taken before any student's code: a student's file that replaces `len`
or `isinstance` replaces it for itself.
"""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Iterable, Sequence
from types import CodeType, ModuleType
from typing import Any

from graders.sandbox.flavours import SERVER_ONLY

_HOUSE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_PACKAGE = "graders"
_CASES = f"{_PACKAGE}.cases."
"""Modules of this room are run in the fork server, for all exercises: their classes take milliseconds to make."""


class OwnCode(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports our modules, from disk until the walls go up and from memory behind them.

    Attributes:
        kept: What was made before the fork and is large: to free it would cost each worker that has no use for it.
    """

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self._codes: dict[str, CodeType] = {}
        self._builtins = dict(vars(builtins))

    def open(self) -> None:
        """Serve imports from here, before any other finder."""
        sys.meta_path.insert(0, self)

    def remember(self, folder: str) -> None:
        """Read the code of every module of a folder of the package, running none of it."""
        for file in os.listdir(os.path.join(_HOUSE, folder)):
            if file.endswith(".py"):
                self._code(f"{_PACKAGE}.{folder}.{file[:-3]}".removesuffix(".__init__"))

    def close(self, needed: Iterable[str]) -> None:
        """Forget every module, loaded or not; what holds one already keeps it. Empty the cases that nobody needs.

        Args:
            needed: Names of the modules that the exercise works with, apart from those that they use in turn.
        """
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        self._codes.clear()
        kept = _with_their_own(needed)
        for name in [name for name in sys.modules if name.partition(".")[0] in (_PACKAGE, *SERVER_ONLY)]:
            module = sys.modules.pop(name)
            if name.startswith(_CASES) and name not in kept:
                vars(module).clear()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of one of our modules."""
        if name.partition(".")[0] != _PACKAGE or self._code(name) is None:
            return None
        return importlib.machinery.ModuleSpec(
            name, self, is_package=self._codes[name].co_filename.endswith("__init__.py")
        )

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Return None: an ordinary module will do."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the code of a module with builtins that no student's code can replace."""
        module.__dict__["__builtins__"] = self._builtins
        exec(self._codes[module.__name__], module.__dict__)

    def _code(self, name: str) -> CodeType | None:
        """Return the code of a module, None when there is no such file."""
        if name not in self._codes:
            place = os.path.join(_HOUSE, *name.split(".")[1:])
            file = next(
                (file for file in (f"{place}.py", os.path.join(place, "__init__.py")) if os.path.exists(file)), ""
            )
            code = importlib.machinery.SourceFileLoader(name, file).get_code(name) if file else None
            if code is None:
                return None
            self._codes[name] = code
        return self._codes[name]


def _with_their_own(names: Iterable[str]) -> set[str]:
    """Return names of modules and of those whose classes and functions they hold, and so on."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in sys.modules:
            found.add(name)
            held = {getattr(value, "__module__", None) for value in vars(sys.modules[name]).values()}
            waiting += [home for home in held if isinstance(home, str) and home.startswith(f"{_PACKAGE}.")]
    return found
