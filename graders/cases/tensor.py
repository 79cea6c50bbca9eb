"""Cases on arrays: a straight-line program over tensors, one call of `unbroadcast`, one call of a loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")


class _Once(Generic[_T]):
    """A property that is computed when it is first asked for.

    `functools.cached_property` is written in Python and known to every file: who replaces its `__get__` decides what
    a case asks.
    """

    def __init__(self, compute: Callable[[Any], _T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> _T:
        value = self._compute(instance)
        instance.__dict__[self._name] = value
        return value


@dataclass(frozen=True, slots=True)
class Array:
    """An array as data.

    Attributes:
        shape: Its shape, `()` for a single number.
        data: Its values in C order.
        dtype: numpy's name of its type.
    """

    shape: tuple[int, ...]
    data: tuple[float, ...]
    dtype: str = "float64"

    def wire(self) -> list[Any]:
        """Return shape, values and dtype."""
        return [list(self.shape), list(self.data), self.dtype]

    def stretched(self, shape: tuple[int, ...]) -> Array:
        """Return the array broadcast to `shape`, each element written as often as it is read."""
        own = (1,) * (len(shape) - len(self.shape)) + self.shape
        places = [0]
        for side, wide in zip(own, shape, strict=True):
            places = [place * side + (n if side > 1 else 0) for place in places for n in range(wide)]
        return Array(shape, tuple(self.data[place] for place in places), self.dtype)

    def weight(self) -> float:
        """Return how much there is to read: long and many-digit arrays weigh more."""
        return sum(1.0 if value * 2 == int(value * 2) else 2.0 for value in self.data) + len(self.shape)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An operand that no step computes.

    Attributes:
        array: Its values.
        role: `"tensor"` for one of the student's tensors, `"array"` for a plain numpy array, `"number"` for a
            Python float.
        preload: What its `.grad` holds before the closure runs; None leaves what the constructor put there.
    """

    array: Array
    role: str = "tensor"
    preload: tuple[float, ...] | None = None

    def wire(self) -> list[Any]:
        """Return array, role and preload."""
        return [self.array.wire(), self.role, None if self.preload is None else list(self.preload)]


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: its name, the indices of its operands (leaves first, then earlier steps) and its parameters."""

    op: str
    operands: tuple[int, ...]
    params: tuple[tuple[str, Any], ...] = ()

    def wire(self) -> list[Any]:
        """Return name, operands and parameters."""
        return [self.op, list(self.operands), [[name, thawed(value)] for name, value in self.params]]


@dataclass(frozen=True)
class TensorProgram:
    """Leaves, steps, and the upstream gradient that is put on the result of the last step.

    The leaves are called `a`, `b`, `c`, the steps `t1`, `t2` and so on, the last one `out`.
    """

    leaves: tuple[Leaf, ...]
    steps: tuple[Step, ...]
    upstream: Array

    def wire(self) -> list[Any]:
        """Return the program as nested lists."""
        leaves, steps = [leaf.wire() for leaf in self.leaves], [step.wire() for step in self.steps]
        return ["program", leaves, steps, self.upstream.wire()]

    def size(self) -> tuple[float, ...]:
        """Return the number of steps, then how much there is to read in the arrays."""
        weight = sum(leaf.array.weight() for leaf in self.leaves) + self.upstream.weight()
        return (len(self.steps), weight, sum(abs(value) for leaf in self.leaves for value in leaf.array.data))

    @_Once
    def names(self) -> tuple[str, ...]:
        """The name of each leaf and step, in the order of their indices."""
        return (*"abcdefgh"[: len(self.leaves)], *(f"t{n}" for n in range(1, len(self.steps))), "out")

    @_Once
    def plan(self) -> tuple[tuple[str, tuple[int, ...], Mapping[str, Any]], ...]:
        """Each step with its parameters as a mapping."""
        return tuple((step.op, step.operands, dict(step.params)) for step in self.steps)

    @_Once
    def plain(self) -> TensorProgram:
        """The same single operation where every operand is a tensor and, but for `@`, of the result's shape."""
        shape = None if self.steps[0].op == "matmul" else self.upstream.shape
        leaves = tuple(Leaf(leaf.array if shape is None else leaf.array.stretched(shape)) for leaf in self.leaves)
        return TensorProgram(leaves, self.steps, self.upstream)

    @_Once
    def observed(self) -> tuple[int, ...]:
        """The indices whose `.grad` is compared: what the result was computed from, inner steps first, then leaves."""
        leaves = len(self.leaves)
        used = {leaves + len(self.steps) - 1}
        for n in range(len(self.steps) - 1, -1, -1):
            if leaves + n in used:
                used.update(self.steps[n].operands)
        inner = range(leaves + len(self.steps) - 2, leaves - 1, -1)
        tensors = (n for n, leaf in enumerate(self.leaves) if leaf.role == "tensor")
        return tuple(n for n in (*inner, *tensors) if n in used)


@dataclass(frozen=True, slots=True)
class Unbroadcast:
    """One call `unbroadcast(grad, shape)`."""

    grad: Array
    shape: tuple[int, ...]

    def wire(self) -> list[Any]:
        """Return gradient and shape."""
        return ["unbroadcast", self.grad.wire(), list(self.shape)]

    def size(self) -> tuple[float, ...]:
        """Return how much there is to read in the gradient."""
        return (self.grad.weight(), float(len(self.shape)))


@dataclass(frozen=True, slots=True)
class LossCall:
    """One call of a loss.

    Attributes:
        loss: Name of the function.
        pred: Predictions, or logits of shape `(n, classes)`.
        target: Same shape as `pred`; for `cross_entropy` class indices of shape `(n,)`, dtype int64.
        upstream: Gradient put on the loss.
        reduction: Passed as a keyword; None leaves the default.
        role: What the target is: `"tensor"` or `"array"`.
        preload: What `pred.grad` holds beforehand; None leaves what the constructor put there.
    """

    loss: str
    pred: Array
    target: Array
    upstream: Array
    reduction: str | None = None
    role: str = "array"
    preload: tuple[float, ...] | None = None

    def wire(self) -> list[Any]:
        """Return the call as nested lists."""
        preload = None if self.preload is None else list(self.preload)
        arrays = [array.wire() for array in (self.pred, self.target, self.upstream)]
        return ["loss", self.loss, arrays, self.reduction, self.role, preload]

    def size(self) -> tuple[float, ...]:
        """Return how much there is to read in the arrays."""
        return (self.pred.weight() + self.target.weight(), sum(map(abs, self.pred.data)))


TensorCase = TensorProgram | Unbroadcast | LossCall


def decode(wire: Any) -> TensorCase:
    """Return the case that `wire` describes."""
    if wire[0] == "program":
        leaves = tuple(Leaf(_array(array), role, _floats(preload)) for array, role, preload in wire[1])
        steps = tuple(
            Step(op, tuple(operands), tuple((name, frozen(value)) for name, value in params))
            for op, operands, params in wire[2]
        )
        return TensorProgram(leaves, steps, _array(wire[3]))
    if wire[0] == "unbroadcast":
        return Unbroadcast(_array(wire[1]), tuple(wire[2]))
    _, loss, (pred, target, upstream), reduction, role, preload = wire
    return LossCall(loss, _array(pred), _array(target), _array(upstream), reduction, role, _floats(preload))


def labels(case: TensorCase, play: str) -> tuple[str, ...]:
    """Return the names of what `play` notes, in order: walking from the result to the leaves."""
    if isinstance(case, LossCall):
        return {
            "loss": ("loss.data", "pred.grad"),
            "single": ("loss.data", "pred.grad"),
            "sides": ("pred.grad", "target.grad"),
            "reduction": ("loss.data", "pred.grad"),
            "share": ("pred.grad", "pred.data unchanged", "target unchanged"),
            "unknown": ("raises",),
        }[play]
    if isinstance(case, Unbroadcast):
        return ("unbroadcast(grad, shape)", "grad unchanged")
    if play == "memory":
        names = case.names[: len(case.leaves)]
        others = tuple(f"{name}.grad unchanged later" for name in names[1:])
        kept = tuple(f"{name}.data unchanged" for name in names)
        return (*kept, "out.grad unchanged", "out.grad unchanged later", *others)
    if play == "operands":
        return ("operands of out",)
    plain = ("out.data", *(f"{case.names[index]}.grad" for index in case.observed))
    return (
        plain
        if play in ("closure", "extended")
        else tuple(f"{name}.{what}" for name in plain for what in ("dtype", "shape"))
    )


def frozen(value: Any) -> Any:
    """Return nested lists as nested tuples."""
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def thawed(value: Any) -> Any:
    """Return nested tuples as nested lists."""
    return [thawed(item) for item in value] if isinstance(value, tuple) else value


def _array(wire: Any) -> Array:
    return Array(tuple(wire[0]), tuple(wire[1]), wire[2])


def _floats(wire: Any) -> tuple[float, ...] | None:
    return None if wire is None else tuple(wire)
