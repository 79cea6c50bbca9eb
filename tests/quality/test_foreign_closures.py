"""ex02: engines of other designs earn what their closures deserve; each says what it gets, and why."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT, Grade, lost
from tests.course.walking import completed, read_exercise

EX = "ex02_closures.py"

ENGINE = '''
import math

class Value:
    """A number and how it was computed."""

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._prev = tuple(_children)
        self._op = _op
        self._backward = lambda: None

    def _unary(self, value, slope, op):
        out = Value(value, (self,), op)
        def _backward():
            self.grad += slope * out.grad
        out._backward = _backward
        return out

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out

    def __pow__(self, other):
        if isinstance(other, Value):
            out = Value(self.data ** other.data, (self, other), "**")
            def _backward():
                self.grad += (other.data * self.data ** (other.data - 1) if other.data else 0.0) * out.grad
                other.grad += math.log(self.data) * out.data * out.grad
            out._backward = _backward
            return out
        slope = other * self.data ** (other - 1) if other else 0.0
        return self._unary(self.data ** other, slope, "**")

    def __rpow__(self, other):
        return Value(other) ** self

    def relu(self):
        return self._unary(max(0.0, self.data), float(self.data > 0), "relu")

    def exp(self):
        return self._unary(math.exp(self.data), math.exp(self.data), "exp")

    def log(self):
        return self._unary(math.log(self.data), 1 / self.data, "log")

    def tanh(self):
        t = math.tanh(self.data)
        return self._unary(t, 1 - t * t, "tanh")

    def __abs__(self):
        return self._unary(abs(self.data), float((self.data > 0) - (self.data < 0)), "abs")

    def __neg__(self):
        return self._unary(-self.data, -1.0, "neg")

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return (-self) + other

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self * other ** -1

    def __rtruediv__(self, other):
        return Value(other) / self

    __radd__ = __add__
    __rmul__ = __mul__
'''

COMPLETE = completed(ENGINE, read_exercise(ROOT, "ex02_closures"))
"""The engine, with the solution's methods for operations that the exercise got later."""


def engine(*changes: tuple[str, str], top: str = "") -> str:
    """Return the engine with some texts exchanged everywhere."""
    text = COMPLETE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return top + text


FULL: set[str] = set()
_KEPT = "self._op = _op\n"

DESIGNS: dict[str, tuple[str, set[str]]] = {
    "micrograd's shape: full": (engine(), FULL),
    "import numpy on top, unused: full": (engine(top="import numpy as np\nimport matplotlib.pyplot as plt\n"), FULL),
    "children in a set, the order is lost: full": (engine(("tuple(_children)", "set(_children)")), FULL),
    "another name for the class: full": (engine(("Value", "Scalar")), FULL),
    "operands under parents_of: full": (engine(("_prev", "parents_of")), FULL),
    "closure under send_back: full": (
        engine(("self._backward", "self.send_back"), ("out._backward", "out.send_back")),
        FULL,
    ),
    "both renamed: full": (
        engine(("_prev", "came_from"), ("self._backward", "self._backward_fn"), ("out._backward", "out._backward_fn")),
        FULL,
    ),
    "generations: full": (
        engine((_KEPT, _KEPT + "        self.generation = 1 + max((c.generation for c in _children), default=-1)\n")),
        FULL,
    ),
    "a leaf's closure is None: full": (engine(("self._backward = lambda: None", "self._backward = None")), FULL),
    "a gradient of None at first: full, since numbers are put there before closures run": (
        engine(("self.grad = 0.0", "self.grad = None")),
        FULL,
    ),
    "a label as second argument: full": (
        engine(
            ("data, _children=(), _op=\"\"", "data, label='', _children=(), _op=''"),
            ("(self, other), ", "'', (self, other), "),
            ("(self,), ", "'', (self,), "),
        ),
        FULL,
    ),
    "slots: full": (
        engine(("    def __init__", "    __slots__ = 'data', 'grad', '_prev', '_op', '_backward'\n\n    def __init__")),
        FULL,
    ),
    "refuses numbers on the left, bases included: left_numbers, value_exponent": (
        engine(("    __radd__ = __add__\n    __rmul__ = __mul__\n", "    __rsub__ = __rtruediv__ = __rpow__ = None\n")),
        {"left_numbers", "value_exponent"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "loses"), DESIGNS.values(), ids=DESIGNS)
def test_a_design_gets_what_its_closures_deserve(grade: Grade, source: str, loses: set[str]) -> None:
    report = grade({EX: source}, "ex02", search=False)
    assert {name.partition(".")[2] for name in lost(report)} == loses
    assert loses or report.score == report.max_score


def test_the_same_as_a_notebook_with_plots_and_a_scratch_loop_at_the_end(grade: Grade) -> None:
    cells = [
        "pass  # %matplotlib inline\nimport numpy as np\nimport matplotlib.pyplot as plt",
        engine(),
        "x = np.linspace(-3, 3, 50)\nplt.plot(x, np.tanh(x))\nplt.show()",
        "assert (Value(2.0) * Value(3.0)).data == 6.0",
        "import time\nfor step in range(20):\n    time.sleep(1)",
    ]
    source = "\n".join(f"# %% cell {number}\n{text}\n" for number, text in enumerate(cells, 1))
    report = grade({EX: source}, "ex02")
    assert report.score == report.max_score
    assert [note.partition(" was")[0] for note in report.notes] == [
        f"Cell {cell} of ex02_closures, line {line}" for cell, line in ((3, 1), (3, 2), (3, 3), (5, 2))
    ]
