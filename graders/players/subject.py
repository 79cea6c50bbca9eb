"""The student's code as players see it: names looked up in the files of one submission."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any

FAILED_CELLS = "__leafgrad_failed_cells__"
"""Where the loader notes, in the module of a notebook, the text and the exception of each cell that failed."""


class Absent(Exception):
    """The student's code does not define what a case needs; the message names what was looked for and where."""


class Unusable(Exception):
    """What the student's code gave, or what it did not do, leaves nothing to look at; the message says it in words."""


class Subject:
    """What one submission defines.

    Args:
        home: File stem of the exercise being judged, such as `"ex03_backward"`.
        load: Called with a file stem, returns the loaded module (or any object with the same attributes); it raises
            `Absent` when the submission has no such file.
    """

    def __init__(self, home: str, load: Callable[[str], Any]) -> None:
        self.home = home
        self._load = load

    def module(self, stem: str | None = None) -> Any:
        """Return the module of `stem`, by default of the exercise being judged."""
        return self._load(stem or self.home)

    def has(self, name: str, stem: str | None = None) -> bool:
        """Return whether the file defines `name`."""
        return hasattr(self.module(stem), name)

    def get(self, name: str, stem: str | None = None) -> Any:
        """Return what the file calls `name`.

        Raises:
            Absent: there is no such name; the message proposes the nearest one that exists.
            BaseException: it stands in a cell of a notebook that failed; this is what that cell raised.
        """
        module = self.module(stem)
        try:
            return getattr(module, name)
        except AttributeError:
            binds = re.compile(rf"^\s*(?:class|def)\s+{re.escape(name)}\b|^{re.escape(name)}\s*[:=]", re.MULTILINE)
            for text, error in getattr(module, FAILED_CELLS, ()):
                if binds.search(text):
                    raise error from None
            raise Absent(f"no {name} found in {stem or self.home}.py{nearest(name, vars(module))}") from None


class Fixed(Subject):
    """A subject made of one trusted object, for wrong ideas, references and notebooks."""

    def __init__(self, home: str, namespace: Any) -> None:
        super().__init__(home, lambda stem: namespace)


def name_of(item: Any, subject: Subject) -> str:
    """Return what the file calls a class, its own name where the file has it under that."""
    names = [name for name, other in vars(subject.module()).items() if other is item]
    return names[0] if names and item.__name__ not in names else str(item.__name__)


def nearest(name: str, names: Mapping[str, Any]) -> str:
    """Return `"; did you mean X?"` when a public name of the student's resembles `name`, otherwise nothing."""
    public = [other for other in names if not other.startswith("__")]
    folded = {other.lower().replace("_", ""): other for other in public}
    close = difflib.get_close_matches(name.lower().replace("_", ""), folded, n=1, cutoff=0.7)
    return f"; did you mean {folded[close[0]]}?" if close else ""
