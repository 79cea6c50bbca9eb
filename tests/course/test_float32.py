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
def lose(grade, solutions):
    """Return the concepts that an engine loses."""
    return lambda source: lost(grade(solutions | {FILE: source}, EXERCISE, search=False))


@pytest.mark.parametrize("dtype", ["float32", "longdouble"])
@pytest.mark.parametrize("style", [None, *STYLES])
def test_storage_costs_the_concept_dtype_alone(lose, solutions, root, style, dtype):
    path = root / "tests" / "right" / EXERCISE / f"{style}.py"
    source = path.read_text() if style else solutions[FILE].decode()
    assert lose(source + STORED.format(dtype=dtype)) == {DTYPE}


def test_float16_is_another_matter(lose, solutions):
    assert len(lose(solutions[FILE].decode() + STORED.format(dtype="float16"))) > 10


def test_only_the_gradients_are_float32(lose, solutions):
    whole = "self.grad = np.zeros_like(self.data)"
    source = solutions[FILE].decode()
    assert lose(source.replace(whole, "self.grad = np.zeros(self.data.shape, np.float32)")) == {DTYPE}


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_bug_costs_in_float32_what_it_costs_in_float64(lose, first):
    for mutant in load_mutants(load_course(ROOT), EXERCISE)[first::27]:
        source = mutant.source.decode()
        assert lose(source + STORED.format(dtype="float32")) == lose(source) | {DTYPE}, mutant.id


def test_the_wrong_idea_is_named_in_float32(grade, solutions):
    for mutant in load_mutants(load_course(ROOT), EXERCISE)[::31]:
        named = [
            {
                (concept.id, check.misconception.id)
                for concept in grade(solutions | {FILE: source}, EXERCISE, search=False).exercises[0].concepts
                for check in concept.checks
                if check.misconception and concept.id != "dtype"
            }
            for source in (mutant.source, mutant.source + STORED.format(dtype="float32").encode())
        ]
        assert named[0] == named[1], mutant.id


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


@pytest.mark.parametrize("h", ["1e-4", "1e-3", "1e-2", "2.0**-6", "0.125"])
def test_central_differences_in_float32_fail(lose, h):
    gone = lose(DIFFERENCES.format(work="float32", stored=".astype(np.float32)", h=h))
    assert gone >= _CURVED | {DTYPE}


def test_central_differences_in_float64_fail_as_they_did(lose):
    gone = lose(DIFFERENCES.format(work="float64", stored="", h="1e-5"))
    assert gone >= _CURVED - {f"{EXERCISE}.pow"}
    assert len(gone) >= 13


def test_central_differences_in_float64_that_are_rounded_to_float32_lose_where_there_is_a_kink(lose):
    gone = lose(DIFFERENCES.format(work="float64", stored=".astype(np.float32)", h="1e-5"))
    assert gone >= {DTYPE, f"{EXERCISE}.kinks", f"{EXERCISE}.max_ties"}
