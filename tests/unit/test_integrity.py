"""Signals: seen where they are meant, silent on honest code."""

import pytest

from graders.course.signals import used_against_advice
from graders.spec import ExerciseSpec, load_spec

SPEC = ExerciseSpec("ex09_sgd", (), avoids=("torch.optim",))


@pytest.mark.parametrize(
    "source",
    [
        "import torch\n",
        "import math, torch\n",
        "def f():\n    from torch.autograd import grad\n",
        "import torch.nn as nn\n",
    ],
)
def test_torch_in_a_scalar_exercise_is_told(course, source):
    exercise = course.exercise("ex02_closures")
    assert "imports torch" in used_against_advice(exercise, load_spec("ex02_closures"), source.encode())[0]


@pytest.mark.parametrize("exercise", ["ex01_finite_differences", "ex02_closures", "ex03_backward"])
def test_exercises_on_numbers_do_without_arrays(course, exercise):
    source = b"import numpy as np\nfrom scipy.optimize import approx_fprime\nautograd = np.array([1.0])\n"
    told = used_against_advice(course.exercise(exercise), load_spec(exercise), source)
    assert told == [f"{exercise}: imports {name}, which this exercise does without" for name in ("numpy", "scipy")]


@pytest.mark.parametrize("exercise", ["ex04_tensor_closures", "ex05_losses"])
def test_exercises_on_arrays_do_without_libraries_that_differentiate(course, exercise):
    source = b"import numpy as np\nimport sympy\ntorch = jax = np\n"
    told = used_against_advice(course.exercise(exercise), load_spec(exercise), source)
    assert told == [f"{exercise}: imports sympy, which this exercise does without"]


@pytest.mark.parametrize(
    "source",
    [
        "# import torch\n",
        '"""\nimport torch\n"""\n',
        "import torchlight\n",
        'print("import torch")\n',
        "x = 'a'; torch = 1\n",
    ],
)
def test_what_only_mentions_torch_is_not(course, source):
    assert not used_against_advice(course.exercise("ex02_closures"), load_spec("ex02_closures"), source.encode())


@pytest.mark.parametrize(
    "source",
    ["import torch\no = torch.optim.SGD(p, 1)\n", "from torch import nn, optim\n", "from torch.optim import SGD\n"],
)
def test_the_library_optimizer_is_told(course, source):
    assert used_against_advice(course.exercise("ex09_sgd"), SPEC, source.encode()) == ["ex09_sgd: uses torch.optim"]


OWN = ExerciseSpec("ex09_sgd", (), avoids=("torch.optim",), stays=("torch.optim.Optimizer",))


@pytest.mark.parametrize(
    "source",
    [
        "import torch\nclass SGD(torch.optim.Optimizer): pass\n",
        "from torch.optim import Optimizer\n",
        "from torch.optim import Optimizer as Base  # to inherit from\n",
        "import torch\ntorch._foreach_add_(a, b)\n",
        '"""Not graders.players: a mention in a docstring."""\n',
        "graders = 3  # my graders.\n",
    ],
)
def test_what_may_be_used_is_silent(course, source):
    assert not used_against_advice(course.exercise("ex09_sgd"), OWN, source.encode())


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("from torch.optim import Optimizer, SGD\n", "uses torch.optim"),
        ("import torch\ntorch.optim.Optimizer; torch.optim.SGD\n", "uses torch.optim"),
        ("import torch\ntorch.ops.aten\n", "uses torch.ops,"),
        ("import torch\ntorch._C._VariableFunctions\n", "uses torch._C,"),
        ("import torch\ngetattr(torch, '_fused_' + 'sgd_')\n", "uses _fused_,"),
        ("import torch.library\n", "uses torch.library,"),
        ("import sys\nsys.modules['graders.players']\n", "names graders,"),
        ("import sys\nsys.modules['graders']\n", "names graders,"),
        ("from graders.players.engine import below\n", "names graders,"),
        ("import graders\n", "names graders,"),
    ],
)
def test_detours_are_told(course, source, told):
    [said] = used_against_advice(course.exercise("ex09_sgd"), OWN, source.encode())
    assert said.startswith(f"ex09_sgd: {told}")


def test_honest_files_and_broken_bytes_are_silent(course, solutions):
    for exercise in course.exercises:
        assert not used_against_advice(exercise, load_spec(exercise.id), solutions[f"{exercise.id}.py"]), exercise.id
    assert not used_against_advice(course.exercise("ex09_sgd"), SPEC, b"\xff\xfe import torch.optim"[:3])
