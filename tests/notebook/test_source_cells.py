"""Source notebooks: clearing their solution regions gives the stub, running them gives the solution."""

from __future__ import annotations

import ast
import re

import nbformat
import pytest
from nbcourse import marks_of, text_of

from graders.course.course import Course
from graders.errors import CourseError
from graders.notebook.build import exercise_notebook, graded_address, to_bytes
from graders.notebook.prose import markdown
from graders.notebook.source_cells import weave
from graders.submission.notebook import read_notebook
from tests.conftest import Grade, lost

STUB = '''"""Doc."""
import math


def f(x):
    """Say."""
    y = x
    # TODO: think
    raise NotImplementedError


class C:
    def g(self):
        raise NotImplementedError


def given():
    return 1
'''
SOLUTION = '''"""Doc."""
import math


def f(x):
    """Say."""
    y = x
    # because
    return y + helper()


def helper():
    return 1


class C:
    limit = 3

    def g(self):
        return self.limit


def given():
    return 1
'''

CLOSED = "class A:\n    def a(self):\n        raise NotImplementedError\n\n    b = 1\n"


def released(source: str) -> str:
    return re.sub(r"(?ms)^( *)### BEGIN SOLUTION\n.*?### END SOLUTION", r"\1raise NotImplementedError", source)


def code(text: str) -> str:
    """Return what a text means to Python, its docstring aside."""
    tree = ast.parse(text)
    return ast.dump(ast.Module(tree.body[1:] if ast.get_docstring(tree) is not None else tree.body, []))


def test_each_hole_becomes_a_region_and_helpers_hide_in_one() -> None:
    pieces = weave("ex.py", STUB, SOLUTION)
    assert [(piece.name, piece.answer) for piece in pieces] == [
        ("setup", False),
        ("f", True),
        ("C", True),
        ("given", False),
    ]
    text = "\n\n".join(piece.source for piece in pieces)
    assert code(released(text)) == code(STUB)
    assert "# TODO: think\n    ### BEGIN SOLUTION\n    # because\n    return y + helper()" in text
    namespace: dict[str, object] = {}
    exec(text, namespace)
    assert namespace["f"](1) == 2 and namespace["C"]().g() == 3  # type: ignore[operator]


@pytest.mark.parametrize(
    ("stub", "solution", "said"),
    [
        (STUB, STUB.replace("def f", "def other"), "does not define f"),
        (SOLUTION, SOLUTION, "has no hole left"),
        (STUB, "def f(:", "line 1"),
        (CLOSED, "import os\n" + CLOSED.replace("raise NotImplementedError", "return 1"), "import os"),
        (CLOSED, CLOSED.replace("class A", "class A(dict)"), "in another way"),
    ],
)
def test_what_does_not_fit_is_said(stub: str, solution: str, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        weave("ex01_x.py", stub, solution)


def test_every_exercise_becomes_a_notebook_that_gives_its_stub_back(course: Course) -> None:
    made = [exercise for exercise in course.exercises if exercise.concepts]
    for exercise in made:
        notebook = exercise_notebook(course, exercise)
        nbformat.validate(nbformat.reads(to_bytes(notebook).decode(), as_version=4))
        written = [c for c in notebook["cells"] if c["cell_type"] == "code" and not marks_of(c).get("grade")]
        text = "\n\n".join(text_of(cell).replace("import graders.notebook", "# import") for cell in written)
        stub = (course.folder / "exercises" / f"{exercise.id}.py").read_text(encoding="utf-8")
        assert code(released(text)) == code(stub), exercise.id
        graded = [cell for cell in notebook["cells"] if marks_of(cell).get("grade")]
        assert [marks_of(cell)["points"] for cell in graded] == [concept.points for concept in exercise.concepts]
        assert [graded_address(text_of(cell)) for cell in graded] == [
            f"{exercise.id}.{concept.id}" for concept in exercise.concepts
        ]
        assert all(marks_of(cell)["locked"] for cell in graded)
    assert made


def test_pictures_that_a_text_names_travel_in_its_cell(course: Course) -> None:
    """Whoever converts or opens the notebook needs nothing beside it."""
    from nbconvert import HTMLExporter

    shown = []
    for exercise in course.exercises:
        notebook = nbformat.reads(to_bytes(exercise_notebook(course, exercise)).decode(), as_version=4)
        cell = notebook.cells[0]
        named = re.findall(r"pictures/([\w-]+)\.svg", (course.folder / "exercises" / f"{exercise.id}.py").read_text())
        assert set(cell.get("attachments", {})) == {f"{name}.svg" for name in named}
        assert "pictures/" not in cell.source
        for attached in cell.get("attachments", {}).values():
            page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
            assert f"data:image/svg+xml;base64,{attached['image/svg+xml']}" in page
            assert "![Two paths of 25 steps" in cell.source and "picture below shows" in cell.source
            shown.append(exercise.id)
    assert shown == ["ex10_sgd_momentum", "ex11_adaptive"]


def test_a_class_built_in_another_way_follows_the_stub_in_one_region() -> None:
    hole = "        raise NotImplementedError\n"
    stub = f"class A:\n    def a(self):\n{hole}\n    def b(self):\n{hole}"
    solution = "class B:\n    def a(self):\n        return 1\n\nclass A(B):\n    def b(self):\n        return 2\n"
    (piece,) = weave("ex.py", stub, solution)
    assert code(released(piece.source)) == code(stub)
    namespace: dict[str, object] = {}
    exec(piece.source, namespace)
    assert namespace["A"]().a() == 1  # type: ignore[operator]


def test_source_notebooks_earn_every_point(course: Course, grade: Grade) -> None:
    files = {}
    for exercise in course.exercises:
        if exercise.concepts:
            notebook = to_bytes(exercise_notebook(course, exercise))
            files[f"{exercise.id}.py"] = read_notebook("n.ipynb", notebook, [exercise.id]).source
    assert not lost(grade(files, "ex01", "ex02", "ex11", search=False))


def test_a_docstring_becomes_markdown() -> None:
    text = markdown(
        'Title.\n\nWhy\n    A line\n    and more.\n\nWhat\n    `f`   first\n          of all\n    "No."  Yes.\n'
    )
    assert text == 'Title.\n\n**Why**\n\nA line\nand more.\n\n**What**\n\n- `f` first\n  of all\n- "No." Yes.\n'
