"""Right answers without torch: they tell what torch gives while a smaller failing case is searched for.

Building a bank proves each of them equal to torch on every case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from graders.cases.formula import Formula
from graders.cases.notation import INFIX
from graders.cases.ops import SCALAR
from graders.players.call import Logged

Function = Callable[..., float]


def central_differences() -> SimpleNamespace:
    """Return the functions of ex01."""

    def central_difference(f: Function, *vals: float, arg: int = 0, eps: float = 1e-5) -> float:
        above, below = list(vals), list(vals)
        above[arg] += eps
        below[arg] -= eps
        return (f(*above) - f(*below)) / (2 * eps)

    return _with_its_uses(central_difference)


def exact_slopes() -> SimpleNamespace:
    """Return the functions of ex01 with slopes as exact as torch's, for banks in which the error of a difference shows.

    They read the formula that a player hands over, and call it once, as a difference would.
    """

    def central_difference(f: Logged, *vals: float, arg: int = 0, eps: float = 1e-5) -> float:
        f(*vals[:arg], vals[arg] + eps, *vals[arg + 1 :])
        return _derivative(f.f, vals, arg)

    return _with_its_uses(central_difference)


def _with_its_uses(central_difference: Function) -> SimpleNamespace:
    def numerical_gradient(f: Function, xs: Sequence[float]) -> list[float]:
        return [central_difference(f, *xs, arg=arg) for arg in range(len(xs))]

    def descend(f: Function, xs: Sequence[float], lr: float, steps: int) -> list[float]:
        here = list(xs)
        for _ in range(steps):
            here = [x - lr * slope for x, slope in zip(here, numerical_gradient(f, here), strict=True)]
        return here

    return SimpleNamespace(
        central_difference=central_difference, numerical_gradient=numerical_gradient, descend=descend
    )


def _derivative(f: Formula, at: Sequence[float], arg: int) -> float:
    """Return d f / d at[arg], carried along with the values step by step (forward-mode differentiation)."""
    values = f.values(at)
    rates = [1.0 if place == arg else 0.0 for place in range(len(at))]
    for (op, *operands), out in zip(f.steps, values[len(at) :], strict=True):
        slots: list[Any] = [] if op == "const" else operands[:1] if op == "pow" else operands
        inputs: list[Any] = [*(values[slot] for slot in slots), *operands[1:], 0.0]
        slopes = zip(SCALAR[str(op)].slopes if slots else (), slots, strict=False)
        rates.append(sum((slope(inputs[0], inputs[1], out) * rates[slot] for slope, slot in slopes), 0.0))
    return rates[-1]


def scalar_engine() -> SimpleNamespace:
    """Return the class `Value` of ex02, made from the rows of `ops`."""

    class Value:
        def __init__(self, data: float) -> None:
            self.data, self.grad = data, 0.0
            self._prev: tuple[Any, ...] = ()
            self._backward: Callable[[], None] = lambda: None

    def apply(op: str, *operands: Any) -> Value:
        nodes = [x if isinstance(x, Value) else Value(x) for x in operands]
        inputs = [node.data for node in nodes]
        out = Value(SCALAR[op].forward(*inputs))
        out._prev = tuple(nodes)

        def closure() -> None:
            x, y = (*inputs, 0.0)[:2]
            for slot, operand in enumerate(operands):
                if (op, slot) != ("pow", 1) or isinstance(operand, Value):
                    nodes[slot].grad += SCALAR[op].slopes[slot](x, y, out.data) * out.grad

        out._backward = closure
        return out

    for op, row in SCALAR.items():
        if op in INFIX:
            setattr(Value, row.method, lambda self, other, op=op: apply(op, self, other))
            setattr(Value, INFIX[op].reflected, lambda self, other, op=op: apply(op, other, self))
        else:
            setattr(Value, row.method, lambda self, op=op: apply(op, self))
    return SimpleNamespace(Value=Value)


def walk() -> SimpleNamespace:
    """Return the functions of ex03."""

    def topological_order(root: Any) -> list[Any]:
        order: list[Any] = []
        seen = {id(root)}
        stack = [(root, iter(root._prev))]
        while stack:
            node, operands = stack[-1]
            for operand in operands:
                if id(operand) not in seen:
                    seen.add(id(operand))
                    stack.append((operand, iter(operand._prev)))
                    break
            else:
                order.append(node)
                stack.pop()
        return order

    def backward(root: Any, gradient: float = 1.0) -> None:
        nodes = topological_order(root)
        for node in nodes:
            if node._prev:
                node.grad = 0.0
        root.grad += gradient
        for node in reversed(nodes):
            node._backward()

    return SimpleNamespace(topological_order=topological_order, backward=backward)


def tensor_engine() -> SimpleNamespace:
    """Return the class `Tensor` of ex04 and the function that it lends."""
    from graders.players.tensor_lent import unbroadcast
    from graders.players.tensor_reference import Tensor

    return SimpleNamespace(Tensor=Tensor, unbroadcast=unbroadcast)


def losses() -> SimpleNamespace:
    """Return the losses of ex05."""
    import numpy as np

    from graders.players.tensor_reference import Tensor

    def l1(pred: Any, target: Any) -> tuple[Any, Any]:
        return abs(pred - target), np.sign(pred - target)

    def mse(pred: Any, target: Any) -> tuple[Any, Any]:
        return (pred - target) ** 2, 2 * (pred - target)

    def cross_entropy(z: Any, target: Any) -> tuple[Any, Any]:
        top = z - z.max(axis=1, keepdims=True)
        powers, hot = np.exp(top), np.eye(z.shape[1])[target]
        total = powers.sum(axis=1)
        return np.log(total) - (top * hot).sum(axis=1), powers / total[:, None] - hot

    def loss_of(each_and_slope: Callable[[Any, Any], tuple[Any, Any]]) -> Callable[..., Any]:
        def loss(pred: Any, target: Any, reduction: str = "mean") -> Any:
            if reduction not in ("mean", "sum", "none"):
                raise ValueError(reduction)
            with np.errstate(all="ignore"):
                each, slope = each_and_slope(pred.data, target.data if isinstance(target, Tensor) else target)
            share = 1 / each.size if reduction == "mean" else 1.0
            nodes = [(pred, 1.0), (target, -1.0)] if isinstance(target, Tensor) else [(pred, 1.0)]
            out = Tensor((each if reduction == "none" else each.sum()) * share, tuple(node for node, _ in nodes))

            def closure() -> None:
                upstream = np.broadcast_to(out.grad, each.shape).reshape(each.shape + (1,) * (slope.ndim - each.ndim))
                for node, sign in nodes:
                    node.grad = sign * upstream * slope * share + node.grad

            out._backward = closure
            return out

        return loss

    return SimpleNamespace(l1_loss=loss_of(l1), mse_loss=loss_of(mse), cross_entropy=loss_of(cross_entropy))
