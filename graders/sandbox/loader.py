"""Loading the student's files in the worker, from bytes: they may import each other, and nothing is read from disk."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from graders.players.subject import Absent, Subject, nearest
from graders.sandbox.run_source import Cells, GuardedImports, run
from graders.sandbox.standins import StandIns
from graders.sandbox.unwritten import open_holes


class SubmissionFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets the files of one submission import each other by stem.

    Args:
        sources: File stem to source bytes.
        supplies: File stem to a module that stands in for the student's.
        holes: File stem to the functions and methods that are not written while they are empty.

    Attributes:
        left_out: Sentences that tell what was left out of the files that ran.
    """

    def __init__(
        self, sources: Mapping[str, bytes], supplies: Mapping[str, ModuleType], holes: Mapping[str, Collection[str]]
    ) -> None:
        self.sources = sources
        self.supplies = supplies
        self.holes = holes
        self.left_out: list[str] = []

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec for a file of the submission or a stand-in, None for every other module."""
        if path is None and (name in self.sources or name in self.supplies):
            return importlib.machinery.ModuleSpec(name, self)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Return the stand-in when one is supplied; None makes the default empty module."""
        return self.supplies.get(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run the student's source in `module`."""
        name = module.__spec__.name if module.__spec__ else module.__name__
        if name in self.supplies:
            return
        self.left_out += run(name, self.sources[name], module)
        open_holes(module, self.holes.get(name, ()))


class Steps:
    """The statements of a notebook, run one by one before anybody asks for its module.

    Args:
        finder: Of the submission.
        stem: Of the notebook.
        refused: Number of a statement that is not to be run to the reason.
    """

    def __init__(self, finder: SubmissionFinder, stem: str, refused: Mapping[int, str]) -> None:
        self._finder, self._stem, self._refused = finder, stem, refused
        self._module = importlib.util.module_from_spec(importlib.machinery.ModuleSpec(stem, finder))
        sys.modules[stem] = self._module
        self._cells = Cells(stem, finder.sources[stem], self._module)

    def __len__(self) -> int:
        return len(self._cells)

    def line(self, position: int) -> int:
        """Return the line in its cell where a statement begins, 0 behind the last one."""
        return self._cells.line(position)

    def run(self, position: int) -> None:
        """Run one statement."""
        self._cells.run(position, self._refused.get(position, ""))

    def finish(self) -> None:
        """Make the module ready for players."""
        self._finder.left_out += self._cells.left_out
        open_holes(self._module, self._finder.holes.get(self._stem, ()))


def supplied(stem: str, name: str) -> ModuleType:
    """Return a module that shows the public names of one of ours under the stem of a student's file.

    Args:
        stem: Of the file it stands in for.
        name: Dotted name of our module, whose `__all__` says what is public.
    """
    ours, shown = import_module(name), ModuleType(stem)
    for public in ours.__all__:
        setattr(shown, public, getattr(ours, public))
    return shown


def make_subject(home: str, finder: SubmissionFinder) -> Subject:
    """Install the finder and return the subject; the files are executed when a player first asks for one."""
    sys.meta_path.insert(0, finder)
    sources = {f"{stem}.py": source for stem, source in finder.sources.items()}
    sys.meta_path.append(StandIns(home, GuardedImports(sources)))

    def load(stem: str) -> Any:
        if stem not in finder.sources and stem not in finder.supplies:
            near = nearest(stem, dict.fromkeys(finder.sources))
            raise Absent(f"the submission has no file {stem}.py{near}")
        return import_module(stem)

    return Subject(home, load)
