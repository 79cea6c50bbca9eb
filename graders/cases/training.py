"""Training runs as data: small models with their data and steps, two of them side by side, a numpy engine under torch.

    Training(Learner("linear", ((0.5,), (1.0,)), "l1", "SGD", (("lr", 0.1),)), x=((1.0,), (2.0,)), y=((3.0,), (5.0,)))

Everything is float64 unless a case says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

Rows = tuple[tuple[float, ...], ...]
Options = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Learner:
    """A model, what it is judged by, and what updates it.

    Attributes:
        model: `"linear"` (`nn.Linear(k, 1)`), `"net"` (two linear layers with a tanh between) or `"cubic"`
            (`nn.Linear(3, 1)` and a flatten).
        params: Elements of each parameter, in the order of `model.parameters()`.
        loss: `"l1"`, `"mse"`, `"mse_sum"`, `"huber"` or `"pinball"` (the last is not symmetric).
        optimizer: Name of a class of `torch.optim`.
        options: Its options.
    """

    model: str
    params: Rows
    loss: str = "mse"
    optimizer: str = "SGD"
    options: Options = (("lr", 0.1),)


@dataclass(frozen=True, slots=True)
class Training:
    """A learner with its data.

    Attributes:
        learner: What is trained.
        x: Rows of features.
        y: Rows of targets.
        steps: Number of calls of `train_step`, or of epochs.
        stale: What lies in every element of every `.grad` before the first call; None for nothing.
        chunk_size: Most rows that go through the model at once; 0 for all.
        cut: How the prediction is cut from the parameters: `""`, `"detach"`, `"no_grad"` or `"frozen"`.
        shift: What every step of the optimizer adds to the parameters besides, whatever the gradients are.
    """

    learner: Learner
    x: Rows
    y: Rows
    steps: int = 1
    stale: float | None = None
    chunk_size: int = 0
    cut: str = ""
    shift: float = 0.0

    def wire(self) -> list[Any]:
        """Return the case as nested lists."""
        return ["Training", *_wired(self)]

    def size(self) -> tuple[float, ...]:
        """Return a key: fewer parameters, steps and rows first, then fewer figures."""
        params, options = self.learner.params, self.learner.options
        extras = (self.stale is not None) + (self.shift != 0.0) + len(options) + (self.learner.loss != "mse")
        return (0, sum(map(len, params)), self.steps, len(self.x), extras, _figures((*params, *self.x, *self.y)))


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two learners on the same data, trained in turns.

    Attributes:
        a, b: The learners.
        x, y: Rows of features and targets.
        turns: For each call of `train_step`, whose model, whose loss function and whose optimizer take part: three
            letters, such as `"aaa"`, or `"aba"` for a's model and optimizer under b's loss.
    """

    a: Learner
    b: Learner
    x: Rows
    y: Rows
    turns: tuple[str, ...]

    def wire(self) -> list[Any]:
        """Return the case as nested lists."""
        return ["SideBySide", *_wired(self)]

    def size(self) -> tuple[float, ...]:
        """Return a key: fewer turns and rows first."""
        mixed = sum(len(set(turn)) > 1 for turn in self.turns)
        return (1, len(self.turns), mixed, len(self.x), _figures((*self.a.params, *self.b.params, *self.x, *self.y)))


@dataclass(frozen=True, slots=True)
class Memory:
    """A leaf of a numpy engine.

    Attributes:
        shape: Shape of its data.
        data: Elements in C order.
        dtype: numpy's name of their type.
        transposed: Whether the array is a transposed view, so that it does not lie in C order.
    """

    shape: tuple[int, ...]
    data: tuple[float, ...]
    dtype: str = "float64"
    transposed: bool = False

    def wire(self) -> list[Any]:
        """Return the case as nested lists."""
        return ["Memory", *_wired(self)]

    def size(self) -> tuple[float, ...]:
        """Return a key: fewer elements and the usual dtype first."""
        return (2, len(self.data), self.dtype != "float64", self.transposed, _figures((self.data,)))


@dataclass(frozen=True, slots=True)
class Cubic:
    """The cubic fit of a sine, on a numpy engine.

    Attributes:
        points: Number of points, evenly spaced from -pi to pi.
        start: The four coefficients at the start: bias, then those of x, x**2 and x**3.
        optimizer: Name of the optimizer's class.
        options: Its options.
        steps: Number of steps.
        own: Whether engine, walk and optimizer are the student's from earlier exercises, rather than the grader's
            engine and `torch.optim`.
    """

    points: int
    start: tuple[float, ...]
    optimizer: str
    options: Options
    steps: int
    own: bool = False

    def wire(self) -> list[Any]:
        """Return the case as nested lists."""
        return ["Cubic", *_wired(self)]

    def size(self) -> tuple[float, ...]:
        """Return a key: fewer steps and points first."""
        return (3, self.steps, self.points, len(self.options), _figures((self.start,)))


Case = Training | SideBySide | Memory | Cubic
_LEARNERS = ("learner", "a", "b")
_KINDS: dict[str, type[Case]] = {kind.__name__: kind for kind in (Training, SideBySide, Memory, Cubic)}


def decode(wire: Sequence[Any]) -> Case:
    """Return the case that `wire` describes."""
    name, *values = wire
    kind: Any = _KINDS[name]
    frozen = [
        Learner(*_frozen(value)) if field.name in _LEARNERS else _frozen(value)
        for field, value in zip(fields(kind), values, strict=True)
    ]
    case: Case = kind(*frozen)
    return case


def _wired(value: Any) -> list[Any]:
    return [_plain(getattr(value, field.name)) for field in fields(value)]


def _plain(value: Any) -> Any:
    if isinstance(value, Learner):
        return _wired(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, (list, tuple)) else value


def _figures(rows: Sequence[Sequence[float]]) -> float:
    return sum(len(repr(number)) for row in rows for number in row)
