"""How the student's tensor engine is handled: its class found, leaves built, operations applied, closures run.

Closures are judged without the student's own backward pass: the way from a result to its operands is walked here, over
the nodes that the engine made, so that an operator made of others is judged by what it does.

What measures is bound here before a student's file runs, and is written in C: numpy's functions in Python, and methods
such as `sum` and `all` that call them, do what that file makes of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy import array, asarray, equal, generic, logical_and, ndarray, zeros

from graders.cases.tensor import Array, TensorProgram
from graders.cases.tensor_ops import TENSOR, apply
from graders.players.keeping import unwrapped
from graders.players.subject import Absent, Subject

_CHILDREN = ("_prev", "_children", "children", "prev", "_parents", "parents", "_inputs", "inputs")
_WRAPPED = 8
"""Tensors that may stand in each other's `.data`."""


def tensor_class(subject: Subject) -> Any:
    """Return the student's class `Tensor`, or the only class of the file that multiplies and takes a backward closure.

    Raises:
        Absent: there is neither.
    """
    module = subject.module()
    found = getattr(module, "Tensor", None)
    if found is not None:
        return found
    classes = [value for value in vars(module).values() if isinstance(value, type) and "__mul__" in vars(value)]
    return classes[0] if len(classes) == 1 else subject.get("Tensor")


def numpy_array(values: Array) -> Any:
    """Return a fresh numpy array."""
    return array(values.data, values.dtype).reshape(values.shape)


def gradient(values: Array, node: Any) -> Any:
    """Return a fresh gradient for a node: of the case's dtype, or float32 where the engine stores float64 as that."""
    data = node.data
    narrow = type(data) is ndarray and data.dtype.char == "f" and values.dtype == "float64"
    return array(values.data, "float32" if narrow else values.dtype).reshape(values.shape)


def build(case: TensorProgram, make: Callable[[Any], Any]) -> list[Any]:
    """Return the operands of a program: tensors of the student's, plain arrays or numbers."""
    nodes = []
    for leaf in case.leaves:
        if leaf.role == "number":
            nodes.append(leaf.array.data[0])
        else:
            values = numpy_array(leaf.array)
            nodes.append(recording(make, values) if leaf.role == "tensor" else values)
    return nodes


def recording(make: Callable[..., Any], values: Any) -> Any:
    """Return a tensor that receives gradients, also where the engine wants to be asked for that, as torch does."""
    node = make(values)
    if getattr(node, "requires_grad", True) is not False:
        return node
    try:
        node = make(values, requires_grad=True)
    except TypeError:  # the constructor has no such argument
        pass
    if node.requires_grad is False:
        node.requires_grad = True
    return node


def perform(case: TensorProgram, cls: Any, nodes: list[Any]) -> list[Any]:
    """Append the result of every step to `nodes`; stop early when one of them is no tensor.

    Raises:
        Absent: the class does not define an operation of the program.
    """
    for op, operands, params in case.plan:
        if TENSOR[op].operands == 1:
            method = TENSOR[op].method
            if not hasattr(cls, method) and not (op == "abs" and hasattr(cls, "__abs__")):
                raise Absent(f"{cls.__name__} has no {method}")
        out = apply(op, [nodes[index] for index in operands], params, index_key)
        nodes.append(out)
        if not hasattr(out, "_backward"):
            break
    return nodes


def index_key(items: Any) -> Any:
    """Return what stands between the brackets: integers, slices, `...`, None and integer arrays."""
    key = tuple(map(_index_item, items))
    return key[0] if len(key) == 1 else key


def _index_item(item: Any) -> Any:
    if item == "...":
        return ...
    if isinstance(item, tuple):
        return slice(*item[1:]) if item[0] == "slice" else array(item[1])
    return item


def walk_back(out: Any, upstream: Any, leaves: tuple[Any, ...] = ()) -> None:
    """Put `upstream` on `out.grad` and run the closures from there, each node after all nodes that use it.

    Args:
        out: Result of the student's engine.
        upstream: Gradient of the result, an array of its shape.
        leaves: Tensors whose `.grad` is kept as it is; the other nodes that have operands start from zeros.
    """
    kept = set(map(id, leaves))
    order: list[tuple[Any, bool]] = []
    seen = {id(out)}
    below = operands_of(out)
    stack = [(out, bool(below), iter(below))]
    while stack:
        node, inner, rest = stack[-1]
        for child in rest:
            if id(child) not in seen and id(child) not in kept:
                seen.add(id(child))
                below = operands_of(child)
                stack.append((child, bool(below), iter(below)))
                break
        else:
            order.append((node, inner))
            stack.pop()
    for node, inner in order[:-1]:
        if inner:
            data = asarray(node.data)
            node.grad = zeros(data.shape, data.dtype)
    out.grad = upstream
    for node, _ in reversed(order):
        if node._backward is not None or node is out:
            node._backward()


def reached(out: Any) -> dict[int, str]:
    """Return the ids of all nodes that the graph leads to from a result, and how each stands there: bare, in a pair."""
    found = {id(out): "{}"}
    stack = [out]
    while stack:
        for child, form in _remembered(stack.pop()):
            if id(child) not in found:
                found[id(child)] = form
                stack.append(child)
    return found


def attribute_of_operands(node: Any) -> str:
    """Return the attribute in which a node keeps the nodes that it was computed from."""
    return next((name for name in _CHILDREN if getattr(node, name, None) is not None), _CHILDREN[0])


def operands_of(node: Any) -> list[Any]:
    """Return the nodes that a node was computed from, whatever the engine calls them, those in pairs included."""
    found: Any = getattr(node, _CHILDREN[0], None)
    if type(found) in (tuple, list, set) and all(hasattr(child, "grad") for child in found):
        return list(found)
    return [child for child, _ in _remembered(node)]


def _remembered(node: Any) -> list[tuple[Any, str]]:
    for name in _CHILDREN:
        found = getattr(node, name, None)
        if found is not None:
            return [(child, form) for child, form in unwrapped(found) if hasattr(child, "grad")]
    return []


def shown(value: Any, depth: int = _WRAPPED) -> Any:
    """Return `.data` or `.grad` as an array where it is one; a number counts as an array of shape `()`."""
    kind = type(value)
    if kind is ndarray or value is None:
        return value
    if kind is float or issubclass(kind, generic):
        return asarray(value)
    if kind is int:
        return asarray(float(value))
    wrapped = depth and hasattr(value, "_backward") and not callable(value.data)
    return shown(value.data, depth - 1) if wrapped else value


def same(one: Any, other: Any) -> bool:
    """Return whether two arrays, or what numpy takes for arrays, hold equal numbers in the same shape."""
    try:
        one, other = _comparable(one), _comparable(other)
    except Exception:  # making an array, and a number of an object, is the student's code
        return False
    return one.shape == other.shape and every(equal(one, other))


def every(truths: ndarray) -> bool:
    """Return whether all elements are true."""
    return bool(logical_and.reduce(truths, axis=None))


def _comparable(value: Any) -> ndarray:
    """Return a value as an array whose elements are compared without the student's code."""
    made = asarray(value)
    return made if made.dtype.kind in "fiubc" else made.astype("float64")
