"""A notebook made anew, put into the one that an instructor may have edited: their edits stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.notebook.build import KEY, Cell, cell_name, digest, source_of


def merged(old: Mapping[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the notebook to write, and a sentence for each edit that was kept and each setting that was put back.

    A cell whose source is still as it was made takes the new source; an edited one keeps its own. Cells of the
    instructor's own, the order of cells, and removals stay. The points and ids of graded cells are always those of
    course.yml, since `points()` counts in them.

    Args:
        old: The notebook that is there.
        new: As `exercise_notebook` makes it now.
    """
    made = {cell_name(cell): cell for cell in new["cells"]}
    earlier = _made_earlier(old)
    cells: list[Cell] = []
    notes: list[str] = []
    seen: set[str] = set()
    for cell in old["cells"]:
        name = cell_name(cell)
        if not name or name in seen:
            cells.append(_own(cell))
        elif name in made:
            cells.append(_updated(cell, made[name], notes))
        elif _edited(cell):
            cells.append(dict(cell))
            notes.append(f"{name}: the course has no such cell any more; yours is kept, since you have edited it.")
        seen.add(name)
    present = {cell_name(cell) for cell in cells}
    previous = ""
    for cell in new["cells"]:
        name = cell_name(cell)
        if name not in present and name in earlier:
            notes.append(f"{name}: stays out, since you have removed it.")
        elif name not in present:
            cells.insert(_place(cells, previous), cell)
            present.add(name)
        previous = name if name in present else previous
    metadata = {**old.get("metadata", {}), KEY: new["metadata"][KEY]}
    return {**new, "cells": cells, "metadata": metadata}, notes


def _own(cell: Cell) -> Cell:
    """Return a cell of the instructor's, which may be a copy of one of ours."""
    return {**cell, "metadata": {key: value for key, value in cell.get("metadata", {}).items() if key != KEY}}


def _updated(cell: Cell, new: Cell, notes: list[str]) -> Cell:
    """Return a cell that is there already, brought up to date."""
    name = cell_name(cell)
    keep = _edited(cell) and source_of(cell) != source_of(new) and "points" not in _marks(new)
    if keep:
        notes.append(f"{name}: kept as you have edited it.")
    elif _edited(cell) and source_of(cell) != source_of(new):
        notes.append(f"{name}: made anew, since a graded cell must ask for its concept and nothing else.")
    source = cell if keep else new
    metadata = {**cell.get("metadata", {}), KEY: (cell if keep else new)["metadata"][KEY]}
    if "nbgrader" in new["metadata"]:
        if _marks(cell).get("points") != _marks(new).get("points"):
            notes.append(f"{name}: its points are {_marks(new)['points']:g} again, those of course.yml.")
        metadata["nbgrader"] = new["metadata"]["nbgrader"]
    return {**new, "source": source_of(source), "metadata": metadata}


def _marks(cell: Cell) -> Mapping[str, Any]:
    marks: Mapping[str, Any] = cell.get("metadata", {}).get("nbgrader", {})
    return marks


def _edited(cell: Cell) -> bool:
    return bool(digest(source_of(cell)) != cell["metadata"][KEY].get("made"))


def _made_earlier(old: Mapping[str, Any]) -> set[str]:
    own = old.get("metadata", {}).get(KEY)
    return set(own.get("cells", ())) if isinstance(own, dict) else set()


def _place(cells: list[Cell], previous: str) -> int:
    """Return the index after the cell called `previous`, 0 when there is none."""
    return next((index + 1 for index, cell in enumerate(cells) if cell_name(cell) == previous), 0) if previous else 0
