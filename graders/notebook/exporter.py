"""Reads the notebooks of students for nbgrader: one that cannot be read becomes a stand-in that says why.

nbgrader stops at such a file with a traceback and keeps whatever score was there before.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.apps import AutogradeApp

from graders.notebook.build import KERNEL, KEY
from graders.notebook.comments import escaped
from graders.notebook.pregrade import Ahead, ahead_of
from graders.notebook.run import Run
from graders.notebook.sources import REFUSED
from graders.submission.model import NOTEBOOK_BYTES, Refused
from graders.submission.notebook import read_notebook


class CarefulExporter(NotebookExporter):  # type: ignore[misc]
    """Set as `Autograde.exporter_class`; nbgrader makes one for each run.

    Attributes:
        run: What the preprocessors of the run share.
    """

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if isinstance(getattr(self.parent, "parent", None), AutogradeApp):
            gc.freeze()  # what is loaded lives until the command ends: looking through it for garbage costs 0.7 s
        self.run = Run()
        self.run.ahead = self._ahead()
        self._written = ""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """Convert a notebook file, or the stand-in for one that cannot be read."""
        try:
            return super().from_filename(filename, resources=resources, **kw)
        except Refused as refused:
            why = str(refused)
        self.log.warning("%s", why)
        resources = {**(resources or {}), "metadata": {"name": Path(filename).stem, "path": str(Path(filename).parent)}}
        return self.from_notebook_node(stand_in(why), resources=resources, **kw)

    def from_file(self, file_stream: Any, resources: Any = None, **kw: Any) -> Any:
        """Convert a notebook from a file that was opened as text.

        Raises:
            Refused: it cannot be graded; says why.
        """
        name, data = Path(file_stream.name).name, file_stream.buffer.read(NOTEBOOK_BYTES + 1)
        own = data == self._written.encode("utf-8", "surrogatepass")  # nbgrader reads again what it has just written
        return self.from_notebook_node(_node(name, data, own), resources=resources, **kw)

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """Convert a notebook that has been read; whether it is still valid is looked at once, after all steps."""
        self.optimistic_validation = bool(self._preprocessors)
        self._written, resources = super().from_notebook_node(nb, resources, **kw)
        return self._written, resources

    def _ahead(self) -> Ahead | None:
        """Return the process that grades ahead where this run grades in the sandbox."""
        from graders.notebook.preprocess import SandboxExecute

        steps = getattr(self.parent, "autograde_preprocessors", ())
        ours = any(step is SandboxExecute or str(step).endswith(".SandboxExecute") for step in steps)
        return ahead_of(self.parent, SandboxExecute(parent=self).course) if ours else None


def _node(name: str, data: bytes, own: bool) -> Any:
    """Return a notebook as nbformat reads it, or raise `Refused` with the reason why it cannot be graded."""
    try:
        if not own:
            read_notebook(name, data, ())
        return nbformat.reads(data.decode("utf-8"), as_version=4)
    except Refused:
        raise
    except Exception as error:  # whatever nbformat and its upgrades raise on odd files
        said = str(error).strip().split("\n")[0][:120]
        what = f"{name} is no notebook that nbgrader can read ({type(error).__name__}: {said})"
        raise Refused(f"{what}: save it again in Jupyter.") from None


def stand_in(why: str) -> Any:
    """Return an empty notebook that carries the reason why a student's could not be read."""
    cell = nbformat.v4.new_markdown_cell(f"**This notebook could not be read.** {escaped(why)}")
    return nbformat.v4.new_notebook(cells=[cell], metadata={KEY: {REFUSED: why}, "kernelspec": dict(KERNEL)})
