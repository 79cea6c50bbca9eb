"""A student's scalar engine as a player meets it: its class, its operators, and a walk over the nodes it makes.

Any engine in the style of micrograd will do: a class built from one number, with `data`, `grad`, `_backward` and the
operands of each result in `_prev`. Names other than these are looked for where published engines differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from graders.cases.notation import OPERATORS
from graders.cases.program import as_number, expression
from graders.players.design import CLOSURE, OPERANDS, design_of, needed
from graders.players.keeping import keeping, unwrapped
from graders.players.subject import Absent, Subject, Unusable, nearest


def engine_class(subject: Subject) -> Any:
    """Return the class of the student's nodes: `Value`, or the only class of the file that has that shape.

    Raises:
        Absent: there is no such class, or several.
    """
    module = subject.module()
    found = getattr(module, "Value", None)
    if found is not None:
        return found
    shaped = [item for item in vars(module).values() if _has_shape(item)]
    own = [item for item in shaped if not any(item is not other and issubclass(other, item) for other in shaped)]
    if len(set(map(id, own))) == 1:
        return own[0]
    several = f"; {' and '.join(sorted(item.__name__ for item in own))} could all be meant" if own else ""
    raise Absent(f"no class Value found in {subject.home}.py{several or nearest('Value', vars(module))}")


def _has_shape(item: Any) -> bool:
    if not isinstance(item, type) or item.__module__ in ("builtins", "fractions", "decimal", "numpy"):
        return False
    return all(getattr(item, name, None) is not None for name in ("__add__", "__mul__")) and "__init__" in {
        name for base in item.__mro__[:-1] for name in vars(base)
    }


def apply(step: tuple[Any, ...], nodes: list[Any], subject: Subject) -> Any:
    """Return the node that one step of a program makes with the student's operator.

    Raises:
        Absent: the student's class does not define the operation at all.
    """
    op, *operands = step
    arguments = [nodes[x] if type(x) is int else as_number(x) for x in operands]
    known = OPERATORS.get(op)
    if known is None:
        out = _method(op, arguments[0], subject)()
    else:
        try:
            out = known.apply(*arguments)
        except TypeError as error:
            _tell_missing(op, operands, arguments, error)
            raise
    if not hasattr(out, "data"):
        text = expression(step, [chr(97 + i) for i in range(len(nodes))])
        raise Unusable(f"{text} gave {out!r:.60}, not a node with .data")
    return out


def _method(op: str, node: Any, subject: Subject) -> Callable[[], Any]:
    """Return `node.exp` or what stands for it: `abs(node)`, or a function of the file."""
    if op == "abs" and hasattr(type(node), "__abs__"):
        return lambda: abs(node)
    method: Callable[[], Any] | None = getattr(node, op, None)
    if method is not None:
        return method
    function = vars(subject.module()).get(op)
    if function is None:
        kind = type(node)
        raise Absent(
            f"{kind.__name__} has no {op}{nearest(op, {name: 0 for base in kind.__mro__ for name in vars(base)})}"
        )
    return lambda: function(node)


def _tell_missing(op: str, operands: list[Any], arguments: list[Any], error: TypeError) -> None:
    """Raise a plainer error when the operator, or its reflected form, is not defined."""
    kind = type(next(value for x, value in zip(operands, arguments, strict=True) if type(x) is int))
    name = OPERATORS[op].method
    if not hasattr(kind, name):
        raise Absent(f"{kind.__name__} has no {name}") from None
    reflected = OPERATORS[op].reflected
    if type(operands[0]) is not int and not hasattr(kind, reflected):
        raise TypeError(f"{error}, which has no {reflected}") from None


def children(node: Any) -> Iterable[Any]:
    """Return the operands that a node remembers, None for the attribute that a leaf may hold included.

    Raises:
        Absent: the node has none of the attributes in which engines keep them.
    """
    for name in OPERANDS:
        kept = getattr(node, name, None)
        if kept is not None and not callable(kept):
            return kept if isinstance(kept, (tuple, list, set, frozenset)) else tuple(kept)
    if any(hasattr(node, name) for name in OPERANDS):
        return ()
    if own := design_of(type(node)).operands:
        return getattr(node, own, None) or ()
    if told := keeping(type(node)).told():
        raise Absent(told)
    raise Absent(f"a result of {type(node).__name__} has no _prev, so its operands cannot be found")


def form_of(op: str, kind: Any, subject: Subject) -> str:
    """Return how an operation is written: `"method"` for `a.abs()`, `"function"` for `exp(a)`, else an empty string."""
    if op in OPERATORS or (op == "abs" and hasattr(kind, "__abs__")):
        return ""
    if hasattr(kind, op):
        return "method" if op == "abs" else ""
    return "function" if op in vars(subject.module()) else ""


def below(root: Any, leaves: dict[int, str]) -> tuple[list[Any], list[str]]:
    """Return the nodes from `root` down to the leaves, each once and operands last, and how the leaves were met.

    Args:
        root: Where the walk starts.
        leaves: `id` of a leaf to its name, in order; the walk does not go below them.

    Returns:
        The nodes; then the names of the leaves met, `"(a, ...)"` for one in a pair, and the types of what stands in the
        root's memory in the place of nodes.
    """
    if id(root) in leaves:
        return [], [leaves[id(root)]]
    met: dict[int, str] = {}
    strange: list[str] = []
    order: list[Any] = []
    visited = {id(root)}
    stack = [(root, iter(unwrapped(children(root))))]
    while stack:
        node, rest = stack[-1]
        for child, form in rest:
            mark = id(child)
            if mark in leaves:
                met.setdefault(mark, form.format(leaves[mark]))
            elif not hasattr(child, "grad"):
                strange += [form] if node is root else []
            elif mark not in visited:
                visited.add(mark)
                stack.append((child, iter(unwrapped(children(child)))))
                break
        else:
            order.append(node)
            stack.pop()
    return order[::-1], [met[leaf] for leaf in leaves if leaf in met] + strange


def push(order: list[Any], upstream: float) -> None:
    """Run the closures of `order`, operands last, with `upstream` as the gradient of the first node.

    A constant that an operator made has no operands, and its closure may be None.

    Raises:
        Absent: a result has no closure at all.
        Unusable: a closure takes arguments.
    """
    closure = CLOSURE if hasattr(order[0], CLOSURE) else design_of(type(order[0])).closure
    if not hasattr(order[0], closure):
        told = keeping(type(order[0])).told()
        without = f"a result of {type(order[0]).__name__} has no _backward, the closure that sends its gradient on"
        raise Absent(told or without)
    for node in order:
        node.grad = 0.0
    order[0].grad = upstream
    for node in order:
        run = getattr(node, closure)
        if needed(run):
            raise Unusable(f"{closure} asks for an argument; it is called with none, and reads .grad of its own node")
        if run is not None or node is order[0] or children(node):
            run()
