"""Signals: seen where they are meant, silent on honest code."""

import pytest

from graders.integrity import used_against_advice
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


def test_honest_files_and_broken_bytes_are_silent(course, solutions):
    for exercise in course.exercises:
        assert not used_against_advice(exercise, load_spec(exercise.id), solutions[f"{exercise.id}.py"]), exercise.id
    assert not used_against_advice(course.exercise("ex09_sgd"), SPEC, b"\xff\xfe import torch.optim"[:3])
