"""A notebook for each exercise, which runs from top to bottom on Colab, or in any Jupyter, with nothing around it."""

from __future__ import annotations

import json

from graders import __version__
from graders.course.course import Exercise
from graders.course.extras import TORCH_INDEX
from graders.course.folder import first_stub
from graders.deploy.bundle import Order, copy_wheels
from graders.notebook.alone import packed
from graders.notebook.attached import illustrated
from graders.notebook.build import HOW_TO, Cell, assembled, code_cell, graded_cells, text_cell, to_bytes, with_imports
from graders.notebook.prose import markdown
from graders.notebook.source_cells import docstring, stub_pieces
from graders.text import plain

_INSTALL = """\
# Run this cell first, and again whenever the notebook was given a new machine.
%pip install --quiet {what}
from graders.notebook import use_course

use_course({course})"""

_UPLOAD = """\
Before the first cell, put `{wheel}` beside this notebook: on Colab, *Files* at the left, then *Upload*.

"""


def write(order: Order) -> list[str]:
    """Write the notebooks; return sentences on what to do with them."""
    copy_wheels(order.wheels[:1] if not order.url else (), order.folder)
    for name in order.exercises:
        notebook = exercise_notebook(order, order.course.exercise(name))
        (order.folder / f"{name}.ipynb").write_bytes(to_bytes(notebook))
    where = plain(str(order.folder), limit=200)
    if order.url or not order.wheels:
        return [
            f"{where} holds {len(order.exercises)} notebooks, which install leafgrad by themselves.",
            "Next: put them on GitHub or on Drive, and give students the links that open them in Colab.",
        ]
    return [
        f"{where} holds {len(order.exercises)} notebooks, and the wheel that students put beside them.",
        "Next: put them on GitHub or on Drive. To spare students the upload, put the wheel on the web and give --url.",
    ]


def exercise_notebook(order: Order, exercise: Exercise) -> dict[str, object]:
    """Return the notebook of an exercise, nbformat 4.5, as a JSON-like value."""
    name, stub = f"{exercise.id}.py", first_stub(order.course, exercise.id).decode("utf-8")
    text = f"# {exercise.title}\n\n{markdown(docstring(name, stub))}\n{_upload(order)}{HOW_TO}"
    cells: list[Cell] = [
        text_cell("text", *illustrated(text, order.course.folder / "exercises")),
        code_cell("install", _install(order, exercise)),
    ]
    for piece in stub_pieces(name, stub):
        cells.append(code_cell(f"code-{piece.name}", with_imports(order.course, piece.source)))
    return assembled(exercise, [*cells, *graded_cells(exercise)])


def _upload(order: Order) -> str:
    return _UPLOAD.format(wheel=order.wheels[0].name) if order.wheels and not order.url else ""


def _install(order: Order, exercise: Exercise) -> str:
    extra = "[torch]" if exercise.flavour == "torch" else ""
    if order.url:
        what = f'"leafgrad{extra} @ {order.url}"'
    elif order.wheels:
        what = f'"./{order.wheels[0].name}{extra}"'
    else:
        what = f'"leafgrad{extra}=={__version__}"'
    lines = packed(order.course)
    course = "\n    " + "\n    ".join(map(json.dumps, lines)) + "\n" if lines else ""
    return _INSTALL.format(what=f"{what} {TORCH_INDEX}" if extra else what, course=course)
