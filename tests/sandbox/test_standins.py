"""Libraries that an exercise does without: an import costs nothing, the first use is told with its line."""

from __future__ import annotations

import pytest

from tests.conftest import Grade, lost

EX02 = "ex02_closures.py"
_FUTURE = "from __future__ import annotations\n"


def with_top(solution: bytes, *lines: str) -> dict[str, str]:
    """Return the solution of ex02 with some lines below its first imports."""
    text = solution.decode()
    assert text.count(_FUTURE) == 1
    return {EX02: text.replace(_FUTURE, _FUTURE + "\n".join(lines) + "\n")}


UNUSED = [
    ["import numpy as np"],
    ["import torch", "import torch.nn as nn", "import torch.nn.functional as F"],
    ["import matplotlib.pyplot as plt", "from graphviz import Digraph", "from IPython.display import display, HTML"],
    ["from numpy import *"],
    ["import numpy as np", "def scratch(x: np.ndarray | None, *more: list[np.float64]) -> np.ndarray: ..."],
    ["import numpy as np", "NUMBERS = (int, float, np.number)", "assert isinstance(2.0, NUMBERS)"],
    ["import torch", "assert not isinstance(2.0, torch.Tensor) and type(2.0) is not torch.Tensor"],
    ["from torch import nn, optim, Tensor", "import pandas as pd, seaborn"],
    ["from rich.pretty import pprint", "from typing_extensions import override", "import colorama, tabulate, einops"],
]


@pytest.mark.parametrize("lines", UNUSED, ids=lambda lines: lines[0])
def test_an_import_that_is_not_used_costs_nothing(grade: Grade, solutions: dict[str, bytes], lines: list[str]) -> None:
    report = grade(with_top(solutions[EX02], *lines), "ex02")
    assert report.passed
    assert not report.notes


USED = [
    (["import numpy as np", "np.random.seed(0)"], 2, "numpy.random.seed"),
    (["import torch", "torch.manual_seed(1)"], 2, "torch.manual_seed"),
    (["import matplotlib.pyplot as plt", "plt.style.use('ggplot')"], 2, "matplotlib.pyplot.style.use"),
    (["import torch", "print(torch.__version__)"], 2, "torch.__version__"),
    (["import numpy as np", "PI = 2 * np.pi"], 2, "numpy.pi"),
    (["from torch import nn", "class Net(nn.Module):", "    pass"], 2, "torch.nn.Module"),
    (["import numpy as np", "def check():", "    np.zeros(3)", "check()"], 4, "numpy.zeros"),
]


@pytest.mark.parametrize(("lines", "line", "name"), USED, ids=[name for _, _, name in USED])
def test_a_statement_that_uses_one_is_left_out_and_told(
    grade: Grade, solutions: dict[str, bytes], lines: list[str], line: int, name: str
) -> None:
    files = with_top(solutions[EX02], *lines)
    report = grade(files, "ex02")
    assert report.passed
    above = files[EX02].partition(lines[0])[0].count("\n")
    library = name.partition(".")[0]
    told = f"line {above + line} was left out: {name} is used, but ex02_closures does without {library}."
    assert report.notes == [f"{EX02}, {told}"]


def test_a_use_inside_an_operator_costs_that_operator_and_is_told_with_its_line(
    grade: Grade, solutions: dict[str, bytes]
) -> None:
    text = with_top(solutions[EX02], "import numpy as np")[EX02]
    assert text.count("math.exp(self.data)") == 1
    text = text.replace("math.exp(self.data)", "np.exp(self.data)")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "np.exp(" in one)
    report = grade({EX02: text}, "ex02")
    assert lost(report) == {"ex02_closures.exp", "ex02_closures.large_inputs"}
    message = next(c for _, c in report.concepts() if c.id == "exp").checks[0].message
    assert f"numpy.exp is used, but ex02_closures does without numpy ({EX02}, line {line})" in message


@pytest.mark.parametrize("handler", ["except ImportError:", "except (ImportError, OSError):", "except:"])
def test_an_import_that_expects_to_fail_fails(grade: Grade, solutions: dict[str, bytes], handler: str) -> None:
    lines = ["try:", "    import numpy as np", "    HAS = True", handler, "    HAS = False", "if HAS: np.zeros(3)"]
    report = grade(with_top(solutions[EX02], *lines), "ex02")
    assert report.passed
    assert not report.notes


def test_an_unknown_name_is_a_missing_module(grade: Grade, solutions: dict[str, bytes]) -> None:
    report = grade(with_top(solutions[EX02], "import micrograd"), "ex02.mul", search=False)
    assert report.score == 0
    assert "No module named 'micrograd'" in report.exercises[0].concepts[0].checks[0].message


def test_what_an_exercise_needs_is_the_real_thing(grade: Grade, solutions: dict[str, bytes]) -> None:
    assert grade(solutions, "ex04_tensor_closures.matmul_2d").passed
    assert grade(solutions, "ex09_sgd.sign").passed
