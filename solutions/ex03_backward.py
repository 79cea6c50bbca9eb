"""Backward: walk the graph from the loss to the leaves.

Why it matters
    The loss remembers its operands, these remember theirs, and so on down to the leaves, the weights among them.
    `loss.backward()` follows that path and runs the closure of every node on it. When it is done, each leaf's `.grad`
    says how much the loss moves with it, and that is all the optimizer ever looks at.

What to write
    `topological_order`   every node once, operands before their users
    `backward`            put the seed on the root, then run the closures, each after all users of its node

    The nodes are given, with right closures: any object that has `data`, `grad`, `_prev` (a tuple with the operand of
    each slot) and `_backward`. A leaf has an empty `_prev`, and a `_backward` that does nothing.

Walks, on another problem
    A disk with folders in folders. List each folder, but only after everything inside it. A function that calls itself:

    >>> disk = {"home": {"ann": {}, "bob": {"music": {}}}, "tmp": {}}
    >>> def listed(name, inner):
    ...     names = []
    ...     for one in inner:
    ...         names += listed(one, inner[one])
    ...     return names + [name]
    >>> listed("disk", disk)
    ['ann', 'music', 'bob', 'home', 'tmp', 'disk']

    Python ends such calls at a depth of about 1,000. The same with a stack of one's own has no such end. A folder comes
    off the stack twice: first it is opened, and when everything inside it has been listed, it is listed.

    >>> def listed_with_a_stack(name, inner):
    ...     names, todo = [], [(name, inner, False)]
    ...     while todo:
    ...         name, inner, opened = todo.pop()
    ...         if opened:
    ...             names.append(name)
    ...         else:
    ...             todo.append((name, inner, True))
    ...             todo += [(one, inner[one], False) for one in reversed(inner)]
    ...     return names
    >>> listed_with_a_stack("disk", disk)
    ['ann', 'music', 'bob', 'home', 'tmp', 'disk']

    A folder lies in one other folder. A node may be the operand of several nodes: what changes then is yours to find.

Try your code, with your Value of ex02
    $ cd exercises; python -i ex03_backward.py
    >>> from ex02_closures import Value
    >>> a = Value(3.0)
    >>> b = a + a
    >>> backward(b * b)
    >>> a.grad                  # the loss is 4a**2
    24.0

Not asked here
    The closures themselves (ex02), arrays (ex04), freeing the graph.

Often said, and wrong
    "Nodes nearer to the loss come first."  A node may be near on one path and far on another; it waits for the far one.
    "To remember what was visited is enough."  It keeps each closure from running twice, but not from running too early.
    "backward sets the gradients."  It adds to those of the leaves, which may hold the gradient of another loss. Only
    what lies between starts afresh on every call.
    "Recursion is fine, graphs are shallow."  A sum of 50,000 terms is a graph 50,000 nodes deep.

Read more, in torch's documentation
    torch.Tensor.backward
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Node(Protocol):
    """What a node of the graph offers; `Value` of ex02 does.

    Attributes:
        data: The number that was computed.
        grad: The gradient.
        _backward: Adds to each operand's `grad` its slope times this node's `grad`.
    """

    data: float
    grad: float
    _backward: Callable[[], None]

    @property
    def _prev(self) -> tuple[Node, ...]:
        """The operand of each slot; one node may fill two slots."""


def topological_order(root: Node) -> list[Node]:
    """Return every node that `root` depends on, each once, operands before their users.

    The leaves come early and `root` comes last. Graphs may be deeper than Python's recursion limit, and have far more
    paths than nodes.

    Args:
        root: Where the walk starts; it belongs to the list.
    """
    order: list[Node] = []
    visited = {root}
    stack = [(root, iter(root._prev))]
    while stack:
        node, operands = stack[-1]
        for operand in operands:
            if operand not in visited:
                visited.add(operand)
                stack.append((operand, iter(operand._prev)))
                break
        else:
            order.append(node)
            stack.pop()
    return order


def backward(root: Node, gradient: float = 1.0) -> None:
    """Send `gradient` from `root` back to everything that it depends on.

    Afterwards the `grad` of every node between the leaves and `root` is the gradient of this call alone, and `grad` of
    each leaf has grown by its share: leaves keep what earlier calls left there. A root that is itself a leaf does so
    too: it grows by `gradient`.

    Args:
        root: The node to start from, usually a loss.
        gradient: The gradient of `root` itself.
    """
    order = topological_order(root)
    for node in order:
        if node._prev:
            node.grad = 0.0
    root.grad = gradient if root._prev else root.grad + gradient
    for node in reversed(order):
        node._backward()
