"""Notebooks: the code cells as plain Python text, whatever IPython would make of them."""

from __future__ import annotations

import json
import random
import warnings
from pathlib import Path

import nbformat
import pytest
from handins import EXERCISES, code_cell, notebook

from graders.submission import Submission, read_submission
from graders.submission.ipython import python_lines
from graders.submission.model import NOTEBOOK_BYTES
from graders.submission.notebook import read_notebook


def read(folder: Path, data: bytes, name: str = "ex02_closures.ipynb") -> Submission:
    (folder / name).write_bytes(data)
    return read_submission(folder / name, EXERCISES)


def source(*cells: str) -> str:
    return read_notebook("n.ipynb", notebook(*cells), EXERCISES).source.decode()


def test_code_cells_become_one_text_with_their_numbers(tmp_path: Path) -> None:
    markdown = {"cell_type": "markdown", "source": ["# title"], "metadata": {}}
    data = notebook("x = 1", markdown, {**code_cell(""), "source": ["y = 2\n", "z = 3"]})
    got = read(tmp_path, data)
    assert got.files["ex02_closures.py"] == b"# %% cell 1\nx = 1\n\n# %% cell 3\ny = 2\nz = 3\n"
    assert got.notes == () and got.problem is None


def test_nbformat_3_is_read(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "input": ["a = 1\n", "b = 2"], "language": "python", "outputs": []}]
    data = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}).encode()
    assert read(tmp_path, data).files["ex02_closures.py"] == b"# %% cell 1\na = 1\nb = 2\n"


def test_a_notebook_written_by_nbformat_is_read(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_markdown_cell("no")]
    text = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    assert b"x = 1" in read(tmp_path, text.encode()).files["ex02_closures.py"]


def test_autograder_tests_are_left_out_and_other_nbgrader_cells_stay() -> None:
    cells = [
        code_cell("solution = 1", grade_id="a", solution=True, locked=False),
        code_cell("read_only = 1", grade_id="b", locked=True),
        code_cell("hidden_test = 1", grade_id="c", grade=True, locked=True, points=2),
        code_cell("manual = 1", grade_id="d", grade=True, solution=True, points=1),
    ]
    text = read_notebook("n.ipynb", notebook(*cells), EXERCISES).source.decode()
    assert [name in text for name in ("solution = 1", "read_only", "hidden_test", "manual")] == [
        True,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    "cells",
    [
        ([code_cell("x = 1", grade_id="ex02_closures-mul", solution=True)], {}),
        ([code_cell("x = 1", grade_id="ex02_closures", solution=True)], {}),
        (["x = 1"], {"leafgrad": {"exercise": "ex02_closures"}}),
    ],
)
def test_a_renamed_notebook_is_known_by_its_metadata(tmp_path: Path, cells: tuple[list, dict]) -> None:
    got = read(tmp_path, notebook(*cells[0], **cells[1]), "my homework.ipynb")
    assert set(got.files) == {"ex02_closures.py"}
    assert got.notes == ("my homework.ipynb is read as ex02_closures.py.",)


def test_a_notebook_of_several_exercises_is_each_of_them_up_to_its_last_cell(tmp_path: Path) -> None:
    cells = [
        "import math",
        code_cell("a = 1", grade_id="ex02_closures-a", solution=True),
        code_cell("b = 1", grade_id="ex02_closures-b", solution=True),
        "helper = 1",
        code_cell("a = 2", grade_id="ex03_backward-a", solution=True),
        "scratch = 1",
    ]
    got = read(tmp_path, notebook(*cells), "hw.ipynb")
    assert set(got.files) == {"ex02_closures.py", "ex03_backward.py"} and len(got.notes) == 2
    first, second = (got.files[name].decode() for name in sorted(got.files))
    assert "b = 1" in first and "helper" not in first and "a = 2" not in first
    assert "a = 1" in second and "a = 2" in second and "scratch" not in second


def test_metadata_that_names_strange_exercises_names_none(tmp_path: Path) -> None:
    odd = notebook("x = 1", leafgrad={"exercise": ["ex02_closures"]})
    assert read(tmp_path, odd, "hw.ipynb").problem
    longer = notebook(code_cell("", grade_id="ex02_closuresque", solution=True))
    assert read(tmp_path, longer, "hw.ipynb").problem


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "broken notebook"),
        (b"{", "line 1: broken notebook"),
        (b"\xff\xfe", "broken notebook"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "no Jupyter notebook"),
        (b'{"cells": {}}', "no Jupyter notebook"),
        (b'{"cells": 1e999}', "no Jupyter notebook"),
        (b'{"n": ' + b"9" * 10_000 + b"}", "broken notebook"),
        (b'{"cells": [' + b"[]," * 500_000 + b"[]]}", "too large to open"),
    ],
)
def test_what_is_no_notebook_is_refused_in_one_sentence(tmp_path: Path, data: bytes, says: str) -> None:
    got = read(tmp_path, data)
    assert not got.files and says in (got.problem or "") and "ex02_closures.ipynb" in (got.problem or "")


def test_a_notebook_full_of_output_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "ex02_closures.ipynb"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert "clear its outputs" in (read_submission(path, EXERCISES).problem or "")


def test_outputs_below_the_limit_do_not_matter(tmp_path: Path) -> None:
    cell = {**code_cell("x = 1"), "outputs": [{"output_type": "stream", "text": "a" * (NOTEBOOK_BYTES // 2)}]}
    assert read(tmp_path, notebook(cell)).files["ex02_closures.py"] == b"# %% cell 1\nx = 1\n"


def test_odd_cells_are_passed_over() -> None:
    cells = [None, 7, [], {"cell_type": "code"}, {"cell_type": "code", "source": {"a": 1}, "metadata": []},
             {"cell_type": ["code"]}, {"cell_type": "code", "source": ["x = 1\n", 3, None, "y = 2"]}]  # fmt: skip
    text = read_notebook("n.ipynb", json.dumps({"cells": cells}).encode(), EXERCISES).source.decode()
    assert "x = 1\ny = 2" in text


def test_a_lone_surrogate_in_the_code_is_kept_as_visible_text() -> None:
    data = b'{"cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}]}'
    assert read_notebook("n.ipynb", data, EXERCISES).source == b"# %% cell 1\nx = '\\ud800'\n"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("%matplotlib inline", "pass  # %matplotlib inline"),
        ("    %time x = 1", "    pass  # %time x = 1"),
        ("!touch x", "pass  # !touch x"),
        ("files = !ls", "pass  # files = !ls"),
        ("t = %time f()", "pass  # t = %time f()"),
        ("Value?", "pass  # Value?"),
        ("?Value", "pass  # ?Value"),
        ("from graders.notebook import points", "pass  # from graders.notebook import points"),
        ('points("ex02_closures.mul")', 'pass  # points("ex02_closures.mul")'),
        ("x = a % b", "x = a % b"),
        ("x = a  # why?", "x = a  # why?"),
        ('print("really?")', 'print("really?")'),
        ("x != y", "x != y"),
        ("points_of = 3", "points_of = 3"),
        ("x = '''", "x = '''"),
    ],
)
def test_lines_that_only_ipython_knows_become_comments(line: str, kept: str) -> None:
    assert python_lines(line)[0] == [kept]
    asks_the_grader = "points" in line
    assert bool(python_lines(line)[1]) == (kept != line and not asks_the_grader)


@pytest.mark.parametrize(
    "cell",
    [
        "x = (10\n% 3)",
        "x = 10 \\\n% 3",
        'def f():\n    """Doc\n    %timeit is a magic\n    !not this\n    why?\n    """\n',
        "x = '''\n%magic\n'''",
        "x = {\n'a': 1,  # (\n}\ny = 1",
        'x = "(["\ny = \'"""\'\nz = 3',
        "x = r'\\\\'\ny = 1",
        'x = """a \\""" b\n%c\n"""',
        'x = \')\' # """\ny = 2',
    ],
)
def test_python_that_looks_like_a_magic_is_left_alone(cell: str) -> None:
    assert python_lines(cell) == (cell.split("\n"), [])
    compile(cell, "cell", "exec")


def test_cell_magics_take_the_cell_unless_they_run_it_as_python() -> None:
    kept, taken = python_lines("%%bash\nrm -rf x")
    assert kept == ["# %%bash", "# rm -rf x"] and taken == ["%%bash cell"]
    kept, taken = python_lines("\n%%time\nx = 1")
    assert kept == ["", "pass  # %%time", "x = 1"] and taken == ["%%time"]
    for magic in ("%%writefile ex02_closures.py", "%%file '/content/my work/ex02.py'", "%%writefile -a ex02.py"):
        assert python_lines(f"{magic}\nx = 1") == ([f"pass  # {magic}", "x = 1"], [magic])
    kept, taken = python_lines("%%writefile notes.md\nx = 1")
    assert kept == ["# %%writefile notes.md", "# x = 1"] and taken == ["%%writefile cell"]


def test_a_call_of_the_grader_over_several_lines_goes_as_a_whole() -> None:
    kept, taken = python_lines('x = 1\npoints(\n    "ex02_closures.mul",\n)\ny = 2')
    assert kept[0] == "x = 1" and kept[-1] == "y = 2" and not taken
    assert all(line.lstrip().startswith(("#", "pass  #")) for line in kept[1:-1])


def test_a_shell_command_that_goes_on_is_taken_whole() -> None:
    assert python_lines("!echo a \\\n  b (\nx = 1")[0] == ["pass  # !echo a \\", "#   b (", "x = 1"]


def test_what_was_taken_out_is_said_once(tmp_path: Path) -> None:
    got = read(tmp_path, notebook("%matplotlib inline\nx = 1", "!touch canary\n!ls"))
    assert len(got.notes) == 1
    assert "%matplotlib inline (cell 1) and 2 more" in got.notes[0]
    assert not (tmp_path / "canary").exists()


PIECES = [
    "x = 1", "%matplotlib inline", "!ls -la", "y = (1,\n  2)", "def f(a):\n    return a % 2", "if True:\n    %time 1",
    's = """\n%no\n!no\n"""', "t = 'it''s'", "z = !echo hi", "f?", "#%no", "w = [\n'a',\n# ]\n'b']", "v = 3 \\\n  % 2",
    "class A:\n    '''doc?'''\n    !ls", "u = {'k': '%s'}", "print('%d' % 3)", "if False: pass", "k = lambda: (\n0)",
    "for i in range(2):\n    q = i\n    !true", "b = b'''\n(\n'''", "g = f'{1}'", "h = rb\"\\\\\"", "",
]  # fmt: skip


def test_our_reading_agrees_with_ipython() -> None:
    """Wherever IPython's own rewriting gives valid Python so does ours, with the same number of lines."""
    transformer = pytest.importorskip("IPython.core.inputtransformer2").TransformerManager()
    random_ = random.Random(2026)
    for _ in range(400):
        cell = "\n".join(random_.choice(PIECES) for _ in range(random_.randint(1, 6)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(transformer.transform_cell(cell), "ipython", "exec")
            kept, taken = python_lines(cell)
            compile("\n".join(kept), "ours", "exec")
        assert len(kept) == len(cell.split("\n"))
        expected = [
            line for line in cell.split("\n") if line.strip().startswith(("%", "!")) or " !echo" in line or line == "f?"
        ]
        assert len(taken) <= len(expected)


def test_cells_without_magics_are_never_changed() -> None:
    assert source("a = 1\r\nb = 2") == "# %% cell 1\na = 1\nb = 2\n"
