"""The `Tensor` that the kit ships for failing cases is the one that cases are graded on, and is no answer to ex04."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from graders.players.tensor_given import send_back
from graders.players.tensor_reference import Tensor
from graders.submission.read import read_submission
from tests.conftest import ROOT

GIVEN = ROOT / "exercises" / "given_tensor.py"
ROWS = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 3.0]])
COLUMNS = np.array([[1.5, -0.5, 2.0], [0.25, 1.0, -2.0]])
PAIR, TRIPLE, BATCH = np.array([0.5, -2.0]), np.array([1.0, 3.0, 3.0]), np.stack([COLUMNS, COLUMNS + 1])
FORMULAS: dict[str, tuple[Callable[..., Any], ...]] = {
    "arithmetic": (lambda a, b: a * b + b / a - (1 - a) ** 3 + 2 / b, ROWS, PAIR),
    "array on the left": (lambda a: PAIR * a - PAIR / a, ROWS),
    "matmul": (lambda a, b: a @ b, ROWS, COLUMNS),
    "matrix by vector": (lambda a, b: a @ b, ROWS, PAIR),
    "vector by matrix": (lambda a, b: a @ b, TRIPLE, ROWS),
    "vectors": (lambda a, b: a @ b, TRIPLE, TRIPLE + 1),
    "batch": (lambda a, b: a @ b, ROWS, BATCH),
    "square": (lambda a: a @ a + a.transpose(0, 1) @ a, COLUMNS[:, :2]),
    "softmax": (lambda a: (a - a.exp().sum(dim=1, keepdim=True).log()).mean(), ROWS),
    "max": (lambda a: a.max() + a.max(dim=0), TRIPLE),
    "kinks": (lambda a: a.abs().sum() + a.relu().mean() + (a**0).sum(), np.array([1.0, 0.0, -3.0])),
    "views": (lambda a: a[[0, 0, 1]].reshape(2, 3).transpose(0, 1), ROWS),
    "no slope": (lambda a: a.log() * a, np.array([0.0, 1e-300, 2.0])),
    "large": (lambda a: a.exp() / a.exp().sum(), np.array([1000.0, 0.0, -1000.0])),
}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(GIVEN.parent))
    yield __import__("given_tensor")
    sys.modules.pop("given_tensor", None)


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_it_gives_what_the_engine_of_the_workers_gives(given: Any, formula: str) -> None:
    compute, *arrays = FORMULAS[formula]
    seen = []
    for kind, back in ((given.Tensor, given.send_back), (Tensor, send_back)):
        operands = [kind(np.array(array)) for array in arrays]
        out = compute(*operands)
        back(out, np.full(out.data.shape, 1.5))
        seen.append([out.data, *(operand.grad for operand in operands)])
    for mine, theirs in zip(*seen, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-14)


def test_closures_of_a_students_own_run_in_the_opposite_order_of_making(given: Any) -> None:
    a = given.Tensor(np.array(2.0))
    double = a * 2
    out = given.Tensor(double.data**2, (double,))

    def own() -> None:
        double.grad = double.grad + 2 * double.data * out.grad

    out._backward = own
    given.send_back(out)
    assert a.grad == 16.0
    given.send_back(3.0)  # what is no tensor sends nothing


def test_no_operation_of_it_has_a_closure_or_a_slope(given: Any) -> None:
    a = given.Tensor(np.array(2.0))
    out = a * a
    out.grad = np.array(1.0)
    out._backward()
    assert a.grad == 0.0


def test_the_kit_ships_it_and_no_hand_in_is_taken_for_it(
    course: Any, given_out: Any, tmp_path: Any, solutions: Any
) -> None:
    assert (given_out / "exercises" / GIVEN.name).read_bytes() == GIVEN.read_bytes()
    (tmp_path / "hand_in").mkdir()
    for name in ("given_tensor.py", "ex05_losses.py"):
        source = GIVEN.read_bytes() if name == GIVEN.name else solutions[name]
        (tmp_path / "hand_in" / name).write_bytes(source)
    read = read_submission(tmp_path / "hand_in", course.exercise_ids)
    assert list(read.files) == ["ex05_losses.py"]
    assert not read.notes


_LEFT = """

from given_tensor import Tensor, send_back

def smallest_case():
    pred = Tensor([2.0])
    send_back((pred * 3).sum(), 1.0)
    print(pred.grad)

smallest_case()
"""


@pytest.mark.parametrize("exercise", ["ex05_losses", "ex12_training_loop"])
def test_a_case_that_is_left_in_the_file_costs_nothing(grade: Any, solutions: Any, exercise: str) -> None:
    name = f"{exercise}.py"
    report = grade(solutions | {name: solutions[name] + _LEFT.encode()}, exercise)
    assert report.score == report.max_score


def test_ex04_does_without_it(grade: Any) -> None:
    for source in (b"from given_tensor import Tensor\n", GIVEN.read_bytes()):
        report = grade({"ex04_tensor_closures.py": source}, "ex04_tensor_closures")
        assert report.score < report.max_score / 2
