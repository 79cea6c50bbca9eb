"""Notebooks as Python text: the code cells in order, without outputs, magics and the grader's own cells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graders.submission.ipython import python_lines
from graders.submission.model import NOTEBOOK_BYTES, Refused
from graders.text import plain

_CONTAINERS = 400_000
_HEAD = re.compile(rb"(?m)^# %% cell (\d{1,9})$")
_COPY_HEAD = re.compile(rb"(# %% cell \d+\npass  # import graders\.notebook\.imports[^\n]*\n\n)?# %% cell \d+\n")
_CLEAR = "clear its outputs (Kernel, Restart and Clear Output), save it and hand it in again."


@dataclass(frozen=True)
class Notebook:
    """What a notebook holds.

    Attributes:
        source: UTF-8 text of its code cells; each begins with a line `# %% cell N`, N counting all cells from 1.
        notes: Sentences about what was left out.
        parts: The exercises that its metadata names, each with the number of its last cell.
    """

    source: bytes
    notes: tuple[str, ...]
    parts: Mapping[str, int]

    @property
    def exercise(self) -> str | None:
        """The exercise that its metadata names, None where that is not just one."""
        return next(iter(self.parts)) if len(self.parts) == 1 else None

    def up_to(self, cell: int) -> bytes:
        """Return the code cells up to the one of that number: what a kernel has run when that cell is done."""
        heads = [head for head in _HEAD.finditer(self.source) if int(head[1]) > cell]
        return self.source[: heads[0].start()].rstrip() + b"\n" if heads else self.source


def read_notebook(name: str, data: bytes, exercises: Sequence[str]) -> Notebook:
    """Return the code of a notebook, nbformat 3 or 4.

    Cells that nbgrader marks as autograder tests (grade and locked) are left out: the grader has its own.

    Args:
        name: How the notebook is called in the sentences.
        data: The whole file.
        exercises: Ids that the metadata may name.

    Raises:
        Refused: it is too large, or no notebook.
    """
    cells_and_metadata = _parse(name, data)
    texts, taken = [], []
    for number, cell in _code_cells(cells_and_metadata):
        if _is_test(cell):
            continue
        lines, magics = python_lines(_text(cell.get("source", cell.get("input", ""))))
        texts.append(f"# %% cell {number}\n" + "\n".join(lines).rstrip() + "\n")
        taken += [(number, magic) for magic in magics]
    notes: tuple[str, ...] = ()
    if taken:
        cell_number, first = taken[0]
        more = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
        notes = (f"{name}: not run, since it is no plain Python: {plain(first, limit=60)} (cell {cell_number}){more}.",)
    if (language := _language(cells_and_metadata)) and not language.casefold().startswith(("python", "ipython")):
        notes += (f"{name} is a notebook of {plain(language, limit=20)}: only Python is graded.",)
    # A lone surrogate, legal in JSON, cannot be encoded; it becomes visible text.
    source = "\n".join(texts).encode("utf-8", "backslashreplace")
    return Notebook(source, notes, _named_exercises(cells_and_metadata, exercises))


def is_copy(notebook: Notebook, source: bytes) -> bool:
    """Return whether a notebook has one cell of code, which is `source`: then nothing is lost by not reading it."""
    head = _COPY_HEAD.match(notebook.source)
    return head is not None and notebook.source[head.end() :].rstrip() == source.replace(b"\r\n", b"\n").rstrip()


def _parse(name: str, data: bytes) -> dict[str, Any]:
    if len(data) > NOTEBOOK_BYTES or data.count(b"[") + data.count(b"{") > _CONTAINERS:
        raise Refused(f"{name} is too large to open, nearly all of it outputs: {_CLEAR}")
    try:
        found = json.loads(data)
    except RecursionError:
        raise Refused(f"{name} is nested too deeply for a notebook: save it again and hand it in again.") from None
    except ValueError as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(f"{name}{line}: broken notebook file: save it again in Jupyter and hand it in again.") from None
    if not isinstance(found, dict) or not isinstance(found.get("cells", found.get("worksheets")), list):
        raise Refused(f"{name} is no Jupyter notebook (it has no cells): save it again in Jupyter.")
    return found


def _language(notebook: dict[str, Any]) -> str:
    """Return the language that a notebook says it is written in; empty where it says none."""
    metadata = notebook.get("metadata")
    for key, entry in (("kernelspec", "language"), ("language_info", "name")):
        found = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(found, dict) and isinstance(found.get(entry), str) and found[entry]:
            return str(found[entry])
    return ""


def _code_cells(notebook: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the code cells, each with its number among all cells."""
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        sheets = [sheet.get("cells") for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    for number, cell in enumerate(cells, start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield number, cell


def _text(source: Any) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _nbgrader(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def _is_test(cell: dict[str, Any]) -> bool:
    marks = _nbgrader(cell)
    return marks.get("grade") is True and marks.get("locked") is True


def _named_exercises(notebook: dict[str, Any], exercises: Sequence[str]) -> dict[str, int]:
    """Return the exercises that `metadata.leafgrad` or the nbgrader ids of the cells name, each with its last cell."""
    metadata = notebook.get("metadata")
    own = metadata.get("leafgrad") if isinstance(metadata, dict) else None
    last = len(notebook.get("cells") or ()) if isinstance(notebook.get("cells"), list) else _CONTAINERS
    if isinstance(own, dict) and own.get("exercise") in list(exercises):
        return {str(own["exercise"]): last}
    named: dict[str, int] = {}
    for number, cell in _code_cells(notebook):
        grade_id = _nbgrader(cell).get("grade_id")
        if isinstance(grade_id, str):
            found = {one for one in exercises if re.match(re.escape(one) + r"(?![A-Za-z0-9])", grade_id)}
            named |= dict.fromkeys(found, number)
    return named if len(named) > 1 else dict.fromkeys(named, last)
