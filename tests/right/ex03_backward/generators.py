"""Two small generators: one walks without recursion, one sorts out what is new."""

import itertools


def new(seen, nodes):
    for node in nodes:
        if id(node) not in seen:
            seen[id(node)] = node
            yield node


def finished(root):
    """Yield nodes when all their operands have been yielded."""
    seen = {id(root): root}
    open_nodes = [(root, new(seen, root._prev))]
    while open_nodes:
        node, operands = open_nodes[-1]
        try:
            below = next(operands)
        except StopIteration:
            yield open_nodes.pop()[0]
        else:
            open_nodes.append((below, new(seen, below._prev)))


def topological_order(root):
    return list(finished(root))


def backward(root, gradient=1.0):
    order = topological_order(root)
    intermediates = itertools.filterfalse(lambda node: not node._prev, order)
    for node in intermediates:
        node.grad = 0.0
    root.grad += gradient
    for node in order[::-1]:
        if node._prev:
            node._backward()
