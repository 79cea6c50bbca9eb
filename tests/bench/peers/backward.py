"""Checks of ex03 as an instructor would write them with pytest, Hypothesis and torch, as many cases as in the banks."""

from statistics import mean

import torch
from ex03_backward import backward, topological_order
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest import approx

from graders.banks.sizes import sizes_of

_DRAWN = round(mean(sizes_of("ex03_backward").values()))
plain = settings(max_examples=_DRAWN, deadline=None, database=None, suppress_health_check=list(HealthCheck))
number = st.floats(-2, 2).map(lambda x: round(x, 2)).filter(lambda x: abs(x) >= 0.1)
few = st.lists(number, min_size=1, max_size=3)


class Node:
    """A node with a right closure that counts its calls."""

    def __init__(self, data, _prev=(), send=lambda g: ()):
        self.data, self.grad, self._prev, self.calls = data, 0.0, tuple(_prev), 0
        self._send = send

    def _backward(self):
        self.calls += 1
        for operand, share in zip(self._prev, self._send(self.grad), strict=False):
            operand.grad += share

    def __add__(self, other):
        return Node(self.data + other.data, (self, other), lambda g: (g, g))

    def __mul__(self, other):
        return Node(self.data * other.data, (self, other), lambda g: (g * other.data, g * self.data))

    def tanh(self):
        t = torch.tanh(torch.tensor(self.data, dtype=torch.float64)).item()
        return Node(t, (self,), lambda g: (g * (1 - t * t),))


OPS = [lambda x, y: x + y, lambda x, y: x * y, lambda x, y: x.tanh() + y]
steps = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6)


def graph(leaves, program, nodes_of=None):
    """Return every node of a program of steps on earlier nodes; each step uses the newest node and another."""
    nodes = list(leaves)
    for op, i, j in program:
        left = nodes[-1] if j % 2 else nodes[i % len(nodes)]
        nodes.append(OPS[op](left, nodes[j % len(nodes)]))
    return nodes


def both(values):
    """Return leaves as our nodes and as tensors."""
    return [Node(x) for x in values], [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in values]


def grads(root, tensors, gradient=1.0):
    found = torch.autograd.grad(
        root, tensors, torch.tensor(gradient, dtype=torch.float64), allow_unused=True, retain_graph=True
    )
    return [0.0 if grad is None else grad.item() for grad in found]


def reached(root):
    seen, rest = {}, [root]
    while rest:
        node = rest.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            rest += node._prev
    return list(seen.values())


@plain
@given(few, steps)
def test_order_list(values, program):
    leaves, _ = both(values)
    root = graph(leaves, program)[-1]
    place = {}
    for index, node in enumerate(topological_order(root)):
        place.setdefault(id(node), index)
    assert set(place) == {id(node) for node in reached(root)}
    assert all(place[id(operand)] < place[id(node)] for node in reached(root) for operand in node._prev)


@plain
@given(few, steps)
def test_order_gradients(values, program):
    leaves, tensors = both(values)
    root = graph(leaves, program)[-1]
    root.grad = 1.0
    backward(root)
    seed = root.grad or 1.0
    expected = graph(tensors, program)[-1]
    assert [leaf.grad / seed for leaf in leaves] == approx(grads(expected, tensors), rel=1e-9, abs=1e-12)


@plain
@given(few, steps)
def test_each_node_once(values, program):
    leaves, _ = both(values)
    root = graph(leaves, program)[-1]
    listed = topological_order(root)
    assert len(listed) == len({id(node) for node in listed})
    root.grad = 1.0
    backward(root)
    assert all(node.calls == 1 for node in reached(root))


@plain
@given(few, number)
def test_fan_out(values, shift):
    leaves, tensors = both(values)
    root = leaves[0] * leaves[0]
    expected = tensors[0] * tensors[0]
    for leaf, tensor in zip(leaves, tensors, strict=True):
        root, expected = root + leaf, expected + tensor
    root.grad = 1.0
    backward(root)
    seed = root.grad or 1.0
    assert [leaf.grad / seed for leaf in leaves] == approx(grads(expected, tensors))


@plain
@given(number)
def test_seed(value):
    leaf = Node(value)
    root = leaf.tanh()
    backward(root)
    assert root.grad == 1.0


@plain
@given(number, st.floats(-3, 3).map(lambda x: round(x, 2)))
def test_gradient_argument(value, gradient):
    leaves, tensors = both([value])
    root, expected = leaves[0].tanh(), tensors[0].tanh()
    backward(root, gradient)
    assert root.grad == gradient
    assert [leaves[0].grad] == approx(grads(expected, tensors, gradient))


@plain
@given(number, number, number)
def test_leaves_accumulate(value, other, before):
    leaves, tensors = both([value, other])
    leaves[0].grad = before
    root = leaves[0] * leaves[1]
    root.grad = 1.0
    backward(root)
    seed = root.grad or 1.0
    first, second = grads(tensors[0] * tensors[1], tensors)
    assert [leaf.grad for leaf in leaves] == approx([before + seed * first, seed * second])


@plain
@given(number, number)
def test_intermediates_fresh(value, other):
    leaves, tensors = both([value, other])
    root = (leaves[0] * leaves[1]) * leaves[0]
    root.grad = 1.0
    backward(root)
    once = [leaf.grad for leaf in leaves]
    backward(root)
    twice = [leaf.grad for leaf in leaves]
    assert twice == approx([2 * grad for grad in once]) or twice == approx(once)


@plain
@given(number, number)
def test_two_losses(value, other):
    leaves, tensors = both([value, other])
    shared = leaves[0] * leaves[1]
    losses = [shared * leaves[0], shared + leaves[1]]
    alone = []
    for loss in losses:
        loss.grad = 1.0
        start = [leaf.grad for leaf in leaves]
        backward(loss)
        alone.append([leaf.grad - before for leaf, before in zip(leaves, start, strict=True)])
    middle = tensors[0] * tensors[1]
    first, second = grads(middle * tensors[0], tensors), grads(middle + tensors[1], tensors)
    both_ = [x + y for x, y in zip(first, second, strict=True)]
    last = [leaf.grad for leaf in leaves]
    assert last == approx(both_) or last == approx(second)


def test_deep_chain():
    for length in (2_000, 50_000):
        leaf = Node(1.0)
        root = leaf
        for _ in range(length):
            root = root + Node(0.5)
        root.grad = 1.0
        backward(root)
        assert leaf.grad == root.grad
        unchain(root)


def test_linear_cost():
    leaf = Node(1.0)
    root = leaf
    for _ in range(40):
        root = root + root
    root.grad = 1.0
    backward(root)
    assert all(node.calls for node in reached(root) if node._prev)
    for layers, width in ((6, 50), (10, 40)):
        row = [Node(0.5)] * width
        for _ in range(layers):
            row = [row[i] + row[(i + 1) % width] for i in range(width)]
        root = row[0]
        for node in row[1:]:
            root = root + node
        root.grad = 1.0
        backward(root)
        assert all(node.calls for node in reached(root) if node._prev)


def unchain(root):
    """Take a long chain apart, so that Python does not do it in a recursion of its own."""
    for node in reached(root):
        node._prev, node._send = (), None
