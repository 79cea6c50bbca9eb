"""Loading the student's files in the worker, from bytes: they may import each other, and nothing is read from disk."""

from __future__ import annotations
import __future__

import importlib.abc
import importlib.machinery
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import CodeType, ModuleType
from typing import Any

from graders.players.subject import FAILED_CELLS, Absent, Subject, nearest
from graders.sandbox.unwritten import HOLES, open_holes

_CELL = re.compile(rb"^# %% cell (?P<number>[^\n]{1,20})\n", re.MULTILINE)
_FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})


class SubmissionFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets the files of one submission import each other by stem.

    Args:
        sources: File stem to source bytes.
        supplies: File stem to the name of a module of ours that stands in for the student's.
    """

    def __init__(self, sources: Mapping[str, bytes], supplies: Mapping[str, str]) -> None:
        self.sources = sources
        self.supplies = supplies

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec for a file of the submission or a stand-in, None for every other module."""
        if path is None and (name in self.sources or name in self.supplies):
            return importlib.machinery.ModuleSpec(name, self)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Return the stand-in when one is supplied; None makes the default empty module."""
        stand_in = self.supplies.get(spec.name)
        return import_module(stand_in) if stand_in else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the student's source in `module`."""
        name = module.__spec__.name if module.__spec__ else module.__name__
        if name in self.supplies:
            return
        if _CELL.match(self.sources[name]):
            run_cells(name, self.sources[name], module)
        else:
            exec(compile_source(name, self.sources[name]), module.__dict__)
        open_holes(module, HOLES.get(name, ()))


def run_cells(stem: str, source: bytes, module: ModuleType) -> None:
    """Run the cells of a notebook, which lie one after the other in `source`, each behind a line `# %% cell N`.

    As in a kernel, a cell that raises ends there and the next one runs; what was imported from `__future__` holds for
    all that follow. The cells that failed are noted in the module, see `graders.players.subject.Subject.get`.
    """
    failed: list[tuple[str, BaseException]] = []
    module.__dict__[FAILED_CELLS] = failed
    parts = _CELL.split(source)[1:]
    flags = 0
    for number, text in zip(parts[::2], parts[1::2], strict=True):
        try:
            code = compile_source(f"cell {number.decode()} of {stem}", text, ".ipynb", flags)
            flags |= code.co_flags & _FUTURE
            exec(code, module.__dict__)
        except BaseException as error:  # SystemExit and its kin end the cell as well, not the kernel
            failed.append((text.decode("utf-8", "replace"), error))


def compile_source(stem: str, source: bytes, suffix: str = ".py", flags: int = 0) -> CodeType:
    """Return the code of a student's file; its frames carry `<stem>.py` as file name.

    Args:
        stem: Name of the file.
        source: Its content.
        suffix: What follows the stem in the frames' file name.
        flags: Compiler flags of the `__future__` imports that hold already.

    Raises:
        SyntaxError: the file is no Python (a nul byte and an unknown encoding count as that).
    """
    try:
        code: CodeType = compile(source, f"{stem}{suffix}", "exec", flags, dont_inherit=True)
    except ValueError as error:  # nul bytes, in some versions
        raise SyntaxError(str(error)) from None
    return code


def make_subject(home: str, sources: Mapping[str, bytes], supplies: Mapping[str, str]) -> Subject:
    """Install the finder and return the subject; the files are executed when a player first asks for one."""
    sys.meta_path.insert(0, SubmissionFinder(sources, supplies))

    def load(stem: str) -> Any:
        if stem not in sources and stem not in supplies:
            near = nearest(stem, dict.fromkeys(sources))
            raise Absent(f"the submission has no file {stem}.py{near}")
        return import_module(stem)

    return Subject(home, load)
