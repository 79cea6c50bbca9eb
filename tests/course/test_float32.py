"""Engines that store float32: one concept counts it, and whatever else is wrong costs what it costs in float64."""

from __future__ import annotations

import pytest

from graders.course.course import load_course
from graders.course.selftest import load_mutants
from tests.conftest import ROOT, lost

EXERCISE, FILE = "ex04_tensor_closures", "ex04_tensor_closures.py"
DTYPE = f"{EXERCISE}.dtype"

STORED = """

_init = Tensor.__init__


def __init__(self, data, *rest, **more):
    _init(self, data, *rest, **more)
    self.data = np.asarray(self.data, dtype=np.{dtype})
    self.grad = np.zeros_like(self.data)


Tensor.__init__ = __init__
"""
"""Appended to an engine."""

STYLES = ("composed_operators", "function_objects", "rule_table")


@pytest.fixture
def losses(lose, solutions):
    """Return the concepts that an engine loses."""
    return lambda source: lose(solutions | {FILE: source}, EXERCISE)


@pytest.mark.parametrize("dtype", ["float32", "longdouble"])
@pytest.mark.parametrize("style", [None, *STYLES])
def test_storage_costs_the_concept_dtype_alone(losses, solutions, root, style, dtype):
    path = root / "tests" / "right" / EXERCISE / f"{style}.py"
    source = path.read_text() if style else solutions[FILE].decode()
    assert losses(source + STORED.format(dtype=dtype)) == {DTYPE}


def test_float16_is_another_matter(losses, solutions):
    assert len(losses(solutions[FILE].decode() + STORED.format(dtype="float16"))) > 10


def test_only_the_gradients_are_float32(losses, solutions):
    whole = "self.grad = np.zeros_like(self.data)"
    source = solutions[FILE].decode()
    assert losses(source.replace(whole, "self.grad = np.zeros(self.data.shape, np.float32)")) == {DTYPE}


def judged(grade, solutions, source):
    """Return what an engine loses, and what is named apart from the concept dtype."""
    report = grade(solutions | {FILE: source}, EXERCISE, search=False)
    checks = [(concept.id, check) for _, concept in report.concepts() for check in concept.checks]
    named = {(name, check.misconception.id) for name, check in checks if check.misconception and name != "dtype"}
    return lost(report), named


def check_mutants(grade, solutions, mutants):
    """A bug costs in float32 what it costs in float64, and the wrong idea is named as well."""
    for mutant in mutants:
        source = mutant.source.decode()
        double, named = judged(grade, solutions, source)
        assert judged(grade, solutions, source + STORED.format(dtype="float32")) == (double | {DTYPE}, named), mutant.id


def test_a_bug_costs_and_is_named_in_float32_as_in_float64(grade, solutions):
    mutants = load_mutants(load_course(ROOT), EXERCISE)[::50]
    assert sum(bool(mutant.named) for mutant in mutants) > 4
    check_mutants(grade, solutions, mutants)


@pytest.mark.proof
@pytest.mark.parametrize("first", range(5))
def test_every_tenth_bug_costs_and_is_named_in_float32_as_in_float64(grade, solutions, first):
    check_mutants(grade, solutions, load_mutants(load_course(ROOT), EXERCISE)[10 * first :: 50])


def test_a_float32_engine_costs_nothing_where_the_tensor_is_ours(grade, solutions):
    files = solutions | {FILE: solutions[FILE].decode() + STORED.format(dtype="float32")}
    assert lost(grade(files, "ex05_losses", search=False)) == set()


DIFFERENCES = """
import numpy as np

WORK = np.{work}


def unbroadcast(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    return grad.sum(axis=tuple(axis for axis, side in enumerate(shape) if side == 1), keepdims=True)


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, _children=(), _op=""):
        self.data = np.asarray(data){stored}
        self.grad = np.zeros_like(self.data)
        self._prev, self._op, self._backward = tuple(_children), _op, lambda: None

    def _apply(self, f, *others):
        like = self.data.dtype
        nodes = [self, *(x if isinstance(x, Tensor) else Tensor(np.asarray(x, like)) for x in others)]
        out = Tensor(f(*(node.data for node in nodes)), nodes)

        def _backward():
            arrays = [node.data.astype(WORK) for node in nodes]
            for k, node in enumerate(nodes):
                grad = np.zeros(node.data.shape, WORK)
                for index in np.ndindex(*node.data.shape):
                    sides = []
                    for h in ({h}, -{h}):
                        moved = [array.copy() for array in arrays]
                        moved[k][index] += WORK(h)
                        sides.append(f(*moved))
                    grad[index] = ((sides[0] - sides[1]) / WORK(2 * {h}) * out.grad.astype(WORK)).sum()
                node.grad = node.grad + grad.astype(node.data.dtype)

        out._backward = _backward
        return out

    def __add__(self, other): return self._apply(lambda a, b: a + b, other)
    def __radd__(self, other): return self._apply(lambda a, b: b + a, other)
    def __sub__(self, other): return self._apply(lambda a, b: a - b, other)
    def __rsub__(self, other): return self._apply(lambda a, b: b - a, other)
    def __mul__(self, other): return self._apply(lambda a, b: a * b, other)
    def __rmul__(self, other): return self._apply(lambda a, b: b * a, other)
    def __truediv__(self, other): return self._apply(lambda a, b: a / b, other)
    def __rtruediv__(self, other): return self._apply(lambda a, b: b / a, other)
    def __matmul__(self, other): return self._apply(lambda a, b: a @ b, other)
    def __rmatmul__(self, other): return self._apply(lambda a, b: b @ a, other)
    def __neg__(self): return self._apply(lambda a: -a)
    def __pow__(self, k): return self._apply(lambda a: a**k)
    def __getitem__(self, key): return self._apply(lambda a: a[key])
    def relu(self): return self._apply(lambda a: np.maximum(a, 0))
    def exp(self): return self._apply(np.exp)
    def log(self): return self._apply(np.log)
    def abs(self): return self._apply(np.abs)
    def sum(self, dim=None, keepdim=False): return self._apply(lambda a: a.sum(axis=dim, keepdims=keepdim))
    def mean(self, dim=None, keepdim=False): return self._apply(lambda a: a.mean(axis=dim, keepdims=keepdim))
    def max(self, dim=None, keepdim=False): return self._apply(lambda a: a.max(axis=dim, keepdims=keepdim))
    def reshape(self, *shape): return self._apply(lambda a: a.reshape(shape))
    def transpose(self, i, j): return self._apply(lambda a: a.swapaxes(i, j))
"""
"""An engine whose closures nudge every element to both sides."""

_CURVED = {f"{EXERCISE}.{name}" for name in ("div", "pow", "pointwise")}
"""Concepts of operations that are not linear; those that wait for them are lost with them."""


@pytest.mark.parametrize(
    "h", ["1e-3", "2.0**-6", *(pytest.param(h, marks=pytest.mark.proof) for h in ("1e-4", "1e-2", "0.125"))]
)
def test_central_differences_in_float32_fail(losses, h):
    gone = losses(DIFFERENCES.format(work="float32", stored=".astype(np.float32)", h=h))
    assert gone >= _CURVED | {DTYPE}


def test_central_differences_in_float64_fail_as_they_did(losses):
    gone = losses(DIFFERENCES.format(work="float64", stored="", h="1e-5"))
    assert gone >= _CURVED - {f"{EXERCISE}.pow"}
    assert len(gone) >= 13


def test_central_differences_in_float64_that_are_rounded_to_float32_lose_where_there_is_a_kink(losses):
    gone = losses(DIFFERENCES.format(work="float64", stored=".astype(np.float32)", h="1e-5"))
    assert gone >= {DTYPE, f"{EXERCISE}.kinks", f"{EXERCISE}.max_ties"}
