"""Backward walks as functions: the right one, and wrong ones that each hold one wrong idea.

A walk is made from two parts, the order in which closures run and what is done to gradients before they do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

Order = Callable[[Any], list[Any]]


def right() -> SimpleNamespace:
    """Return the right walk."""
    return walk()


def in_order(rule: str) -> SimpleNamespace:
    """Return the walk that runs the closures in another order."""
    return walk(ORDERS[rule])


def prepared(rule: str) -> SimpleNamespace:
    """Return the walk that prepares the gradients wrongly."""
    return walk(prepare=PREPARATIONS[rule])


def seeded(rule: str) -> SimpleNamespace:
    """Return the walk that puts something wrong on the root."""
    return walk(prepare=_fresh_below_root, seed=SEEDS[rule])


def only_once() -> SimpleNamespace:
    """Return the walk that marks nodes as visited for ever."""
    return walk(lambda root: _postorder(root, _first_meeting))


def once_for_each_root() -> SimpleNamespace:
    """Return the walk that does nothing when it is called again for the same root."""
    full = walk()

    def backward(root: Any, gradient: float = 1.0) -> None:
        if not hasattr(root, "walked"):
            root.walked = True
            full.backward(root, gradient)

    return SimpleNamespace(topological_order=full.topological_order, backward=backward)


def drops_closures() -> SimpleNamespace:
    """Return the walk that takes each closure away once it has run."""

    def run(node: Any) -> None:
        node._backward()
        node._backward = lambda: None

    return walk(run=run)


def forwards() -> SimpleNamespace:
    """Return the walk that runs the closures from the leaves up."""
    full = walk()

    def backward(root: Any, gradient: float = 1.0) -> None:
        nodes = full.topological_order(root)
        _fresh_intermediates(nodes, root)
        root.grad = gradient
        for node in nodes:
            node._backward()

    return SimpleNamespace(topological_order=full.topological_order, backward=backward)


def resets_before_closure() -> SimpleNamespace:
    """Return the walk that sets the operands' gradients to 0 just before each closure runs."""

    def run(node: Any) -> None:
        for operand in node._prev:
            operand.grad = 0.0
        node._backward()

    return walk(run=run)


def afterwards(rule: str) -> SimpleNamespace:
    """Return the walk that changes the leaves' gradients once all closures have run."""
    full = walk()

    def backward(root: Any, gradient: float = 1.0) -> None:
        nodes = full.topological_order(root)
        uses = Counter(id(operand) for node in nodes for operand in node._prev)
        before = [(node, node.grad) for node in nodes if not node._prev and node is not root]
        full.backward(root, gradient)
        for leaf, held in before:
            leaf.grad = AFTERWARDS[rule](leaf.grad, held, uses[id(leaf)])

    return SimpleNamespace(topological_order=full.topological_order, backward=backward)


def without_argument() -> SimpleNamespace:
    """Return the walk whose `backward` takes nothing but the root."""
    full = walk()
    return SimpleNamespace(topological_order=full.topological_order, backward=lambda root: full.backward(root))


def recursive() -> SimpleNamespace:
    """Return the right walk by recursion."""
    return walk(_recursive)


def walk(
    order: Order | None = None,
    prepare: Callable[[list[Any], Any], None] | None = None,
    seed: Callable[[Any, float], float] = lambda root, gradient: gradient,
    run: Callable[[Any], None] = lambda node: node._backward(),
) -> SimpleNamespace:
    """Return a namespace with `topological_order` and `backward`.

    Args:
        order: Given the root, returns nodes, operands first; their closures run from the end.
        prepare: Called with those nodes and the root before the seed is put on it.
        seed: Given the root and the argument, returns the root's gradient.
        run: Runs the closure of one node.
    """
    nodes_below = order or _depth_first

    def backward(root: Any, gradient: float = 1.0) -> None:
        nodes = nodes_below(root)
        (prepare or _fresh_intermediates)(nodes, root)
        root.grad = seed(root, gradient)
        for node in reversed(nodes):
            run(node)

    return SimpleNamespace(topological_order=nodes_below, backward=backward)


def _depth_first(root: Any) -> list[Any]:
    seen = {id(root)}

    def new(node: Any) -> bool:
        return id(node) not in seen and not seen.add(id(node))  # type: ignore[func-returns-value]

    return _postorder(root, new)


def _postorder(root: Any, new: Callable[[Any], bool]) -> list[Any]:
    """Return nodes, operands first, descending only into those that `new` accepts."""
    order: list[Any] = []
    stack = [(root, iter(root._prev))]
    while stack:
        node, rest = stack[-1]
        child = next((operand for operand in rest if new(operand)), None)
        if child is None:
            order.append(node)
            stack.pop()
        else:
            stack.append((child, iter(child._prev)))
    return order


def _first_meeting(node: Any) -> bool:
    met = hasattr(node, "met")
    node.met = True
    return not met


def _searching(root: Any) -> list[Any]:
    visited = [root]

    def new(node: Any) -> bool:
        if node in visited:
            return False
        visited.append(node)
        return True

    return _postorder(root, new)


def _recursive(root: Any) -> list[Any]:
    order: list[Any] = []
    seen: set[int] = set()

    def visit(node: Any) -> None:
        if id(node) not in seen:
            seen.add(id(node))
            for operand in node._prev:
                visit(operand)
            order.append(node)

    visit(root)
    return order


def _level_order(root: Any) -> list[Any]:
    order, seen = [root], {id(root)}
    for node in order:
        for operand in node._prev:
            if id(operand) not in seen:
                seen.add(id(operand))
                order.append(operand)
    return order[::-1]


def _preorder(root: Any) -> list[Any]:
    order: list[Any] = []
    seen: set[int] = set()

    def visit(node: Any) -> None:
        if id(node) not in seen:
            seen.add(id(node))
            order.append(node)
            for operand in node._prev:
                visit(operand)

    visit(root)
    return order[::-1]


def _stack_order(root: Any) -> list[Any]:
    order, seen, stack = [], {id(root)}, [root]
    while stack:
        node = stack.pop()
        order.append(node)
        for operand in node._prev:
            if id(operand) not in seen:
                seen.add(id(operand))
                stack.append(operand)
    return order[::-1]


def _marked_when_taken(root: Any) -> list[Any]:
    order: list[Any] = []
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        order.append(node)
        seen.add(id(node))
        stack += [operand for operand in node._prev if id(operand) not in seen]
    return order[::-1]


def _every_path(root: Any) -> list[Any]:
    return _postorder(root, lambda node: True)


def _every_path_down(root: Any) -> list[Any]:
    order: list[Any] = []

    def visit(node: Any) -> None:
        order.append(node)
        for operand in node._prev:
            visit(operand)

    visit(root)
    return order[::-1]


def _without_root(root: Any) -> list[Any]:
    return _depth_first(root)[:-1]


def _fresh_intermediates(nodes: Iterable[Any], root: Any) -> None:
    for node in nodes:
        if node._prev:
            node.grad = 0.0


def _zero_all(nodes: Iterable[Any], root: Any) -> None:
    for node in nodes:
        node.grad = 0.0


def _fresh_below_root(nodes: Iterable[Any], root: Any) -> None:
    _fresh_intermediates((node for node in nodes if node is not root), root)


def _zero_leaves_only(nodes: Iterable[Any], root: Any) -> None:
    for node in nodes:
        if not node._prev:
            node.grad = 0.0


def _nothing(nodes: Iterable[Any], root: Any) -> None:
    return None


ORDERS: dict[str, Order] = {
    "level_order": _level_order,
    "preorder": _preorder,
    "stack_order": _stack_order,
    "marked_when_taken": _marked_when_taken,
    "every_path": _every_path,
    "every_path_down": _every_path_down,
    "searching": _searching,
    "without_root": _without_root,
}
PREPARATIONS: dict[str, Callable[[list[Any], Any], None]] = {
    "zero_all": _zero_all,
    "zero_leaves_only": _zero_leaves_only,
    "nothing": _nothing,
}
AFTERWARDS: dict[str, Callable[[float, float, int], float]] = {
    "mean": lambda grad, held, uses: held + (grad - held) / uses,
    "restored": lambda grad, held, uses: held,
}
SEEDS: dict[str, Callable[[Any, float], float]] = {
    "none": lambda root, gradient: root.grad,
    "zero": lambda root, gradient: 0.0,
    "data": lambda root, gradient: root.data,
    "times_data": lambda root, gradient: gradient * root.data,
    "always_one": lambda root, gradient: 1.0,
    "adds": lambda root, gradient: root.grad + gradient,
    "falsy_is_one": lambda root, gradient: gradient or 1.0,
    "absolute": lambda root, gradient: abs(gradient),
}
