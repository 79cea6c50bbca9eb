"""Loading the student's files in the worker, from bytes: they may import each other, and nothing is read from disk."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import CodeType, ModuleType
from typing import Any

from graders.players.subject import Absent, Subject, nearest


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
        exec(compile_source(name, self.sources[name]), module.__dict__)


def compile_source(stem: str, source: bytes) -> CodeType:
    """Return the code of a student's file; its frames carry `<stem>.py` as file name.

    Raises:
        SyntaxError: the file is no Python (a nul byte and an unknown encoding count as that).
    """
    try:
        code: CodeType = compile(source, f"{stem}.py", "exec", dont_inherit=True)
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
