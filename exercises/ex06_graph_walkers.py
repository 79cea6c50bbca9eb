"""Walk the graph that torch records, from the loss to the leaves.

Why it matters
    Torch keeps a graph like yours of ex02 and ex03. While you compute, it notes for each result which operation made
    it: `y.grad_fn` is a *node*. `node.next_functions` holds its *slots*, one for each input that the operation might
    send a gradient to; a slot is a pair `(next node, output index)`. `backward()` follows the slots until it comes to
    the nodes called AccumulateGrad. Each of those belongs to one leaf, its `.variable`, and adds what arrives into that
    leaf's `.grad`. Whoever can read this graph can see why a weight gets no gradient.

What to write
    `walk`, `unique_nodes`, `edges`, `leaves` and `format_graph`. Each takes a tensor and must not change anything: no
    `.grad`, nothing that a later `backward()` needs. Graphs may be very deep (50,000 nodes in a row) and may have very
    many paths (2**40 through 40 nodes), so your walk needs a stack of its own and a memory of the nodes it has seen.

    Where a graph starts: `torch.autograd.graph.get_gradient_edge(tensor).node` is the first node of any tensor that
    requires grad. For a computed tensor it is `tensor.grad_fn`. For a leaf `grad_fn` is None, and the node is the
    leaf's AccumulateGrad. A tensor that does not require grad has no graph at all.

Walks, on another problem
    A disk with folders in folders. Each folder shall be listed with its depth, before what is in it. A function that
    calls itself, and the same with a stack of one's own:

    >>> disk = {"home": {"ann": {}, "bob": {"music": {}}}, "tmp": {}}
    >>> def shown(name, inner, depth=0):
    ...     lines = [(depth, name)]
    ...     for one in inner:
    ...         lines += shown(one, inner[one], depth + 1)
    ...     return lines
    >>> shown("disk", disk)
    [(0, 'disk'), (1, 'home'), (2, 'ann'), (2, 'bob'), (3, 'music'), (1, 'tmp')]

    >>> def shown_with_a_stack(name, inner):
    ...     lines, todo = [], [(0, name, inner)]
    ...     while todo:
    ...         depth, name, inner = todo.pop()
    ...         lines.append((depth, name))
    ...         todo += [(depth + 1, one, inner[one]) for one in reversed(inner)]  # the last in is the first out
    ...     return lines
    >>> shown_with_a_stack("disk", disk) == shown("disk", disk)
    True

    A folder lies in one other folder. A node may be met on many paths, and a slot may be empty: that part is yours.

Try your code
    $ python -i exercises/ex06_graph_walkers.py
    >>> import torch
    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> walk((w * 2).exp())
    [(0, 'ExpBackward0'), (1, 'MulBackward0'), (2, 'AccumulateGrad'), (2, None)]

Not asked here
    Computing gradients, hooks, what nodes save for later.

Often said, and wrong
    "A None slot is a parameter without gradient."  It is an input that needs none: a number, data, something frozen or
    detached.
    "Slots follow the line as you wrote it."  They follow the operation. `1 + x` has the slots (x, None), but `1 - x`
    has one, and `nn.Linear` is one AddmmBackward0 with slots for bias, input and weight. Read the graph, never guess.
    "The second item of a slot is a count."  It says which output of the next node this input was (1 for the second of
    `unbind`).
    "AccumulateGrad is the gradient of the addition."  It belongs to the leaf. However often a leaf is used, it is the
    same node.
    "`.grad` of every tensor on the way is filled."  Only the leaves' is (others keep theirs after `retain_grad()`).

Read more, in torch's documentation
    Autograd mechanics; torch.autograd.graph.Node.next_functions
"""

from __future__ import annotations

from torch import Tensor
from torch.autograd.graph import Node, get_gradient_edge  # noqa: F401 (for the first node)


def walk(tensor: Tensor) -> list[tuple[int, str | None]]:
    """Return (depth, name) of every node behind `tensor`, in the order in which a reader would explore it.

    The tensor's own node comes first, at depth 0. Below a node come its slots, in their order, one depth further;
    everything behind the first slot is listed before the second slot. A node is listed at the first visit only. An
    empty slot is listed as `(depth, None)`, each time. The name is `type(node).__name__`. A tensor that does not
    require grad gives `[]`.

    Example: `y = (w * 2).exp()` gives `[(0, "ExpBackward0"), (1, "MulBackward0"), (2, "AccumulateGrad"), (2, None)]`.
    """
    # TODO: a stack of slots to come, and a set of nodes already listed. In which order do slots go on the stack?
    raise NotImplementedError


def unique_nodes(tensor: Tensor) -> list[Node]:
    """Return every node of the graph behind `tensor` once, AccumulateGrad nodes included, in any order."""
    # TODO: edges and leaves can begin with this one.
    raise NotImplementedError


def edges(tensor: Tensor) -> list[tuple[Node, Node, int]]:
    """Return (node, next node, output index) for every slot that is not empty, in any order.

    A node that fills two slots gives two edges: in `x * x` there are two from MulBackward0 to AccumulateGrad.
    """
    # TODO: for each node, its slots that lead somewhere.
    raise NotImplementedError


def leaves(tensor: Tensor) -> list[Tensor]:
    """Return the leaves that a backward from `tensor` arrives at: the tensors themselves, each once, in any order.

    Parameters and plain tensors made with `requires_grad=True` count alike. Two leaves with equal numbers are two
    leaves.
    """
    # TODO: which nodes have a `.variable`?
    raise NotImplementedError


def format_graph(tensor: Tensor) -> str:
    """Return the graph as indented text, one line for the first node and one for every slot below it.

    A line is two spaces for each depth and the name. An AccumulateGrad line goes on with the shape of its leaf, as
    `tuple(shape)` prints it; an empty slot is `None`. A node that already has a line ends with ` (again)`, after
    the shape, and what is below it is not repeated. Lines are joined by newlines; a tensor that does not require grad
    gives the empty string.

    Example, for `h = w * 3` and `y = h + h`, where `w` has the shape (2,):

        AddBackward0
          MulBackward0
            AccumulateGrad (2,)
            None
          MulBackward0 (again)
    """
    # TODO: as walk, but a slot whose node has a line already gets a line too.
    raise NotImplementedError
