"""A file that cannot be loaded is told once: the exception, the line with a caret, and what to do about it."""

import pytest

from graders.report import Obstacle

NAME = "ex02_closures.py"
MAIN = 'put it below `if __name__ == "__main__":`'
SLOW = "import time\nfor epoch in range(20):\n    time.sleep(1)\n"
LATER = "def train():\n    import time\n    time.sleep(20)\n\ntrain()\n"
CASES = {
    "syntax": ("class A(:\n    pass\n", "SyntaxError", "class A(:", 8, "Fix this line"),
    "bracket": ("print((1, 2)\nx = 3\n", "'(' was never closed", "print((1, 2)", 5, "Fix this line"),
    "quotes": ("print(“hi”)\n", "SyntaxError", "print(“hi”)", 6, "straight ones"),
    "merge": ("<<<<<<< HEAD\nx = 1\n", "SyntaxError", "<<<<<<< HEAD", 0, "git merge"),
    "markdown": ("```python\nx = 1\n```\n", "SyntaxError", "```python", 0, "begin with ```"),
    "prompt": (">>> x = 1\n", "SyntaxError", ">>> x = 1", 0, "prompts"),
    "web": ("<!DOCTYPE html>\n", "SyntaxError", "<!DOCTYPE html>", 0, "web page"),
    "rich": ("{\\rtf1\\ansi\n", "SyntaxError", "{\\rtf1\\ansi", 2, "plain text"),
    "pointer": (
        "version https://git-lfs.github.com/spec/v1\n",
        "",
        "version https://git-lfs.github.com/spec/v1",
        8,
        "lfs pull",
    ),
    "invisible": ("x\u00a0= 1\n", "U+00A0", "x\u00a0= 1", 1, "invisible character"),
    "tabs": ("def f():\n\tx = 1\n        y = 2\n", "TabError", "y = 2", 0, "four for each level"),
    "indent": ("def f():\nreturn 2\n", "IndentationError", "return 2", 0, "indentation"),
    "return": ("return 3\n", "outside function", "return 3", 0, "Fix this line"),
    "input": ("name = input('? ')\n", "EOFError", "name = input('? ')", 7, MAIN),
    "input_below": ("def ask():\n    return int(input())\nn = ask()\n", "EOFError", "return int(input())", 11, MAIN),
    "exit": ("import sys\nsys.exit(0)\n", "SystemExit: 0", "sys.exit(0)", 0, MAIN),
    "quit": ("quit()\n", "NameError", "quit()", 0, MAIN),
    "raised_exit": ("raise SystemExit\n", "SystemExit", "raise SystemExit", 0, MAIN),
    "ends": ("import os\nos._exit(7)\n", "exit code 7", "os._exit(7)", 0, MAIN),
    "thread": (
        "import threading\nt = threading.Thread(target=print)\nt.start()\n",
        "can't start new thread",
        "t.start()",
        0,
        "explicit stack",
    ),
    "training": (SLOW, "no answer after", "for epoch in range(20):", 0, MAIN),
    "called": (
        f"def train():\n    {SLOW.replace(chr(10), chr(10) + '    ')}\n\ntrain()\n",
        "no answer",
        "train()",
        0,
        MAIN,
    ),
    "file": ("text = open('data.csv').read()\n", "FileNotFoundError", "text = open('data.csv').read()", 7, MAIN),
    "module": ("import nowhere\n", "ModuleNotFoundError", "import nowhere", 0, MAIN),
    "own_file": (
        "import ex03_backward\n",
        "ModuleNotFoundError",
        "import ex03_backward",
        0,
        "Hand in ex03_backward.py",
    ),
    "own_test": ("assert Value(1.0).data == 2\n", "AssertionError", "assert Value(1.0).data == 2", 7, MAIN),
    "typo": ("print('ä', valeu)\n", "name 'valeu' is not defined", "print('ä', valeu)", 11, MAIN),
    "memory": ("x = [0] * 10**10\n", "MemoryError", "x = [0] * 10**10", 4, MAIN),
    "unwritten": ("raise NotImplementedError\n", "NotImplementedError", "raise NotImplementedError", 0, MAIN),
}


CASES |= {
    line: (f"{line}\n", error, line, 0, f"Write: {right}")
    for line, error, right in (
        ("from exercises.ex03_backward import backward", "'exercises'", "from ex03_backward import backward"),
        ("from .ex03_backward import backward as b", "no known parent", "from ex03_backward import backward as b"),
        ("import exercises.ex03_backward as walk", "'exercises'", "import ex03_backward as walk"),
        ("from exercises import ex03_backward", "'exercises'", "import ex03_backward"),
        ("from . import ex03_backward", "no known parent", "import ex03_backward"),
    )
}


@pytest.mark.parametrize("name", CASES)
def test_the_line_the_caret_and_what_to_do(grade, solutions, name):
    added, says, code, caret, advice = CASES[name]
    source = solutions[NAME].decode() + added
    report = grade({NAME: source}, "ex02_closures", search=False)
    found = report.exercises[0].obstacle
    assert found and says in found.says and advice in found.advice
    assert (found.file, found.code, found.caret) == (NAME, code, caret)
    assert source.splitlines()[found.line - 1].strip() == code
    messages = {check.message for _, concept in report.concepts() for check in concept.checks}
    assert len(messages) == 1 and found.says in messages.pop() and report.score == 0


def test_a_loop_without_an_end_is_found(grade, solutions):
    report = grade({NAME: solutions[NAME] + b"\nx = 0\nwhile x < 10:\n    pass\n"}, "ex02.add", search=False)
    found = report.exercises[0].obstacle
    assert found and found.code == "while x < 10:" and found.line == solutions[NAME].count(b"\n") + 3


def test_the_line_may_stand_in_another_file(grade, solutions):
    files = {**solutions, "ex02_closures.py": b"class Value(:\n"}
    found = grade(files, "ex12.engine_step", search=False).exercises[-1].obstacle
    assert found is None or found.file == "ex02_closures.py"
    files = {"ex02_closures.py": b"from ex03_backward import *\n", "ex03_backward.py": b"x = 1\ny = (\n"}
    found = grade(files, "ex02.add", search=False).exercises[0].obstacle
    assert found and (found.file, found.line, found.code) == ("ex03_backward.py", 2, "y = (")


def test_a_long_line_is_cut_around_the_caret(grade):
    source = "x = [" + "1, " * 200 + "1 2" + ", 3" * 200 + "]\n"
    found = grade({NAME: source}, "ex02.add", search=False).exercises[0].obstacle
    assert found and len(found.code) <= 72 and 0 <= found.caret < 72 and "1 2" in found.code


def test_a_file_that_loads_has_no_obstacle(grade, solutions):
    report = grade({NAME: solutions[NAME] + b'\nif __name__ == "__main__":\n    input()\n'}, "ex02.add", search=False)
    assert report.passed and report.exercises[0].obstacle is None
    assert Obstacle(says="x", file="").code == ""
