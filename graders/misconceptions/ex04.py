"""Wrong ideas about closures on arrays: the trusted engine with a rule, or one of its habits, exchanged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from graders.misconceptions.ex04_rules import TRANSPOSED, WRONG, silent, unscaled
from graders.players.tensor_lent import unbroadcast as right_unbroadcast
from graders.players.tensor_reference import Recorded, Tensor
from graders.players.tensor_rules import RULES


def reference() -> Any:
    """Return the right engine."""
    return engine()


def engine(base: type = Tensor, reduce: Callable[..., Any] = right_unbroadcast, **habits: Any) -> Any:
    """Return what a student's file would define: a class `Tensor` with other habits, and `unbroadcast`."""
    return SimpleNamespace(Tensor=type("Tensor", (base,), habits), unbroadcast=reduce)


def rules(*names: str) -> Any:
    """Return an engine with the wrong rules of these names; what does not fit is refused where it is added."""

    def receive(self: Any, grad: Any, op: str, slot: int) -> None:
        self.grad += self.reduced(grad) if op in ("add", "sub", "mul", "div") else grad

    return engine(receive=receive, rules={**RULES, **{op: rule for name in names for op, rule in WRONG[name].items()}})


def transposed(name: str) -> Any:
    """Return an engine that transposes one operand of a product in a way that suits matrices alone."""
    share = TRANSPOSED[name]
    backward = {"matmul": (RULES["matmul"][0], lambda g, y, a, b: share(g, a, b))}
    return engine(rules={**RULES, **backward})


def no_upstream(*ops: str) -> Any:
    """Return an engine whose operations, all or some, send their slopes without the upstream gradient."""
    return engine(rules={**RULES, **{op: rule for name in ops or RULES for op, rule in unscaled(name).items()}})


def forgets(op: str, slot: int) -> Any:
    """Return an engine in which one operand of `op` receives nothing."""
    return engine(rules={**RULES, **silent(op, slot)})


def overwrites(*ops: str, only: int | None = None) -> Any:
    """Return an engine whose operations, all or some, put their share in the place of what `.grad` held."""

    def receive(self: Any, grad: Any, op: str, slot: int) -> None:
        if (not ops or op in ops) and only in (None, slot):
            self.grad = self.reduced(grad)
        else:
            Tensor.receive(self, grad, op, slot)

    return engine(receive=receive)


def overwrites_slot(op: str, slot: int) -> Any:
    """Return an engine that overwrites the gradient of one operand of `op`."""
    return overwrites(op, only=slot)


def counts_once() -> Any:
    """Return an engine in which a tensor on both sides of an operator receives the share of the left side only."""

    def record(cls: Any, op: str, *operands: Any, **params: Any) -> Any:
        out = super(Tensor, cls).record(op, *operands, **params)
        if len(operands) == 2 and operands[0] is operands[1]:
            node = operands[0]
            out._backward = lambda: node.receive(RULES[op][1](out.grad, out.data, node.data, node.data)[0], op, 0)
        return out

    return engine(record=classmethod(record))


def reducing(name: str) -> Any:
    """Return an engine, and a function `unbroadcast`, that reduces gradients wrongly."""
    wrong = _REDUCTIONS[name]

    def receive(self: Any, grad: Any, op: str, slot: int) -> None:
        self.grad = self.grad + (grad if op == "matmul" else wrong(grad, self.data.shape))

    return engine(reduce=wrong, receive=receive)


def adds_in_place(*ops: str, only: int | None = None) -> Any:
    """Return an engine that, for all or some operations, adds a gradient in place, in whatever shape it has."""

    def receive(self: Any, grad: Any, op: str, slot: int) -> None:
        if (not ops or op in ops) and only in (None, slot):
            self.grad += grad
        else:
            Tensor.receive(self, grad, op, slot)

    return engine(receive=receive)


def adds_in_place_slot(op: str, slot: int) -> Any:
    """Return an engine that adds the gradient of one operand of `op` in place, in whatever shape it has."""
    return adds_in_place(op, only=slot)


def arrives(how: str, op: str, *slots: int) -> Any:
    """Return an engine that reduces what some operands of `op` receive in the wrong way, and adds it in place."""
    wrong = _REDUCTIONS[how]

    def receive(self: Any, grad: Any, name: str, slot: int) -> None:
        if name == op and slot in slots:
            self.grad += wrong(grad, self.data.shape)
        else:
            Tensor.receive(self, grad, name, slot)

    return engine(receive=receive)


def writes_at_key() -> Any:
    """Return an engine that puts the gradient of `a[key]` in the place of what the picked elements held."""

    def record(cls: Any, op: str, *operands: Any, **params: Any) -> Any:
        out = super(Tensor, cls).record(op, *operands, **params)
        if op == "index":
            out._backward = lambda: operands[0].grad.__setitem__(params["key"], out.grad)
        return out

    return engine(record=classmethod(record))


def tensors_only() -> Any:
    """Return an engine that looks for `.data` and `.grad` in whatever it meets, and reflects no operator."""

    def record(cls: Any, op: str, *operands: Any, **params: Any) -> Any:
        for operand in operands:
            if not isinstance(operand, Recorded):
                kind, name = ("numpy.ndarray", "grad") if hasattr(operand, "data") else (type(operand).__name__, "data")
                raise AttributeError(f"'{kind}' object has no attribute '{name}'")
        return super(Tensor, cls).record(op, *operands, **params)

    def missing(self: Any, other: Any) -> Any:
        return NotImplemented

    habits: dict[str, Any] = dict.fromkeys(("__radd__", "__rsub__", "__rmul__", "__rtruediv__"), missing)
    return engine(record=classmethod(record), **habits)


def reflected(how: str, *ops: str) -> Any:
    """Return an engine whose reflected operators are `"missing"` or compute with the operands `"reversed"`."""

    def missing(self: Any, other: Any) -> Any:
        return NotImplemented

    def turned(op: str) -> Callable[[Any, Any], Any]:
        return lambda self, other: self.record(op, self, other)

    names = {"add": "__radd__", "sub": "__rsub__", "mul": "__rmul__", "div": "__rtruediv__", "matmul": "__rmatmul__"}
    habits: dict[str, Any] = {names[op]: missing if how == "missing" else turned(op) for op in ops}
    return engine(**habits)


def object_arrays() -> Any:
    """Return an engine that lets numpy's operators go through their elements."""
    return engine(Recorded)


def one_dtype(name: str) -> Any:
    """Return an engine that keeps all data and gradients in one dtype."""

    def init(self: Any, data: Any, *rest: Any) -> None:
        Tensor.__init__(self, np.asarray(data, dtype=name), *rest)

    return engine(__init__=init)


def wide_grads() -> Any:
    """Return an engine whose gradients start as float64 whatever the data are."""

    def init(self: Any, *given: Any) -> None:
        Tensor.__init__(self, *given)
        self.grad = np.zeros(self.data.shape)

    def receive(self: Any, grad: Any, op: str, slot: int) -> None:
        self.grad = np.asarray(self.grad + self.reduced(grad))

    return engine(__init__=init, receive=receive)


def wide_numbers() -> Any:
    """Return an engine that makes float64 arrays of the numbers it meets."""

    def record(cls: Any, op: str, *operands: Any, **params: Any) -> Any:
        lifted = [np.full((1,), x, dtype=np.float64)[0] if isinstance(x, float) else x for x in operands]
        return super(Tensor, cls).record(op, *lifted, **params)

    return engine(record=classmethod(record))


def shared_memory(*ops: str) -> Any:
    """Return an engine that keeps the first gradient, of all or some operations, and adds later ones into it."""

    def init(self: Any, *given: Any) -> None:
        Tensor.__init__(self, *given)
        self.grad = None

    def receive(self: Any, grad: Any, op: str, slot: int) -> None:
        if self.grad is None:
            self.grad = grad if not ops or op in ops else np.array(self.reduced(grad))
        else:
            self.grad += self.reduced(grad)

    def view(g: Any, y: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
        return (np.broadcast_to(g if dim is None or keepdim else np.expand_dims(g, dim), x.shape),)

    return engine(__init__=init, receive=receive, rules={**RULES, "sum": (RULES["sum"][0], view)})


def remembers(first: int, last: int, *ops: str) -> Any:
    """Return an engine whose results, of all or some operations, remember a slice of their operands."""

    def init(self: Any, data: Any, _children: tuple[Any, ...] = (), _op: str = "") -> None:
        Tensor.__init__(self, data, _children[first:last] if not ops or _op in ops else _children, _op)

    return engine(__init__=init)


def _ones_only(grad: Any, shape: tuple[int, ...]) -> Any:
    axes = tuple(n for n, side in enumerate(shape) if side == 1)
    return grad.sum(axis=axes, keepdims=True) if axes else grad


def _axes_by_side(grad: Any, shape: tuple[int, ...]) -> Any:
    lead = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    for side in shape:
        if side == 1:
            lead = lead.sum(axis=side, keepdims=True)
    return lead


def _mean(grad: Any, shape: tuple[int, ...]) -> Any:
    lead = grad.mean(axis=tuple(range(grad.ndim - len(shape))))
    return lead.mean(axis=tuple(n for n, side in enumerate(shape) if side == 1), keepdims=True)


def _squeezed(grad: Any, shape: tuple[int, ...]) -> Any:
    lead = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    return lead.sum(axis=tuple(n for n, side in enumerate(shape) if side == 1))


def _picked(grad: Any, shape: tuple[int, ...]) -> Any:
    lead = grad[(0,) * (grad.ndim - len(shape))]
    return lead[tuple(slice(0, side) for side in shape)]


def _where_ndim_differs(grad: Any, shape: tuple[int, ...]) -> Any:
    return grad if grad.ndim == len(shape) else right_unbroadcast(grad, shape)


def _into_first(grad: Any, shape: tuple[int, ...]) -> Any:
    if grad.ndim > len(shape):
        grad[0] = grad.sum(axis=0)
    return right_unbroadcast(grad[0] if grad.ndim > len(shape) else grad, shape)


_REDUCTIONS: Mapping[str, Callable[..., Any]] = {
    "nothing": lambda grad, shape: grad,
    "leading_only": lambda grad, shape: grad.sum(axis=tuple(range(np.ndim(grad) - len(shape)))),
    "ones_only": _ones_only,
    "axes_by_side": _axes_by_side,
    "mean": _mean,
    "squeezed": _squeezed,
    "picked": _picked,
    "where_ndim_differs": _where_ndim_differs,
    "into_first": _into_first,
    "reshaped": lambda grad, shape: grad.reshape(shape),
}
