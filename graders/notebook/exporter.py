"""Reads the notebooks of students for nbgrader: one that cannot be read becomes a stand-in that says why.

nbgrader stops at such a file with a traceback and keeps whatever score was there before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter

from graders.notebook.build import KERNEL, KEY
from graders.notebook.comments import escaped
from graders.notebook.sources import REFUSED
from graders.submission.model import NOTEBOOK_BYTES, Refused
from graders.submission.notebook import read_notebook


class CarefulExporter(NotebookExporter):  # type: ignore[misc]
    """Set as `Autograde.exporter_class`."""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """Convert a notebook file, or the stand-in for one that cannot be read."""
        why = unreadable(Path(filename))
        if not why:
            return super().from_filename(filename, resources=resources, **kw)
        self.log.warning("%s", why)
        resources = {**(resources or {}), "metadata": {"name": Path(filename).stem, "path": str(Path(filename).parent)}}
        return self.from_notebook_node(stand_in(why), resources=resources, **kw)


def unreadable(path: Path) -> str:
    """Return why a notebook file cannot be graded, empty when it can."""
    try:
        if path.stat().st_size > NOTEBOOK_BYTES:
            with path.open("rb") as stream:
                read_notebook(path.name, stream.read(NOTEBOOK_BYTES + 1), ())
        data = path.read_bytes()
        read_notebook(path.name, data, ())
        nbformat.reads(data.decode("utf-8"), as_version=4)
    except Refused as refused:
        return str(refused)
    except Exception as error:  # whatever nbformat and its upgrades raise on odd files
        said = str(error).strip().split("\n")[0][:120]
        what = f"{path.name} is no notebook that nbgrader can read ({type(error).__name__}: {said})"
        return f"{what}: save it again in Jupyter."
    return ""


def stand_in(why: str) -> Any:
    """Return an empty notebook that carries the reason why a student's could not be read."""
    cell = nbformat.v4.new_markdown_cell(f"**This notebook could not be read.** {escaped(why)}")
    return nbformat.v4.new_notebook(cells=[cell], metadata={KEY: {REFUSED: why}, "kernelspec": dict(KERNEL)})
