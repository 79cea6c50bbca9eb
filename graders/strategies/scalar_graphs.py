"""How graphs are drawn for the backward walk of ex03, one function for each named shape."""

from __future__ import annotations

import math
from collections.abc import Callable

from hypothesis import strategies as st

from graders.cases.program import Program, Step
from graders.cases.slopes import values as values_of
from graders.strategies.scalar_ops import upstreams, values

_NUMBERS = (2.0, 3.0, -1.0, 0.5, -2.0)
_LARGEST = 1e6
_SMALLEST = 1e-3
_STEEPEST = 4.0


class Sketch:
    """A program while it is being drawn.

    Args:
        draw: Hypothesis' draw.
        leaves: Largest number of leaves.
    """

    def __init__(self, draw: st.DrawFn, leaves: int = 3) -> None:
        self.draw = draw
        self.leaves = tuple(draw(st.lists(values(zero=False), min_size=1, max_size=leaves)))
        self.steps: list[Step] = []

    def leaf(self) -> int:
        """Return the index of some leaf."""
        return self.draw(st.integers(0, len(self.leaves) - 1))

    def add(self, op: str, *operands: float) -> int:
        """Append a step and return the index of its node."""
        self.steps.append((op, *operands))
        return len(self.leaves) + len(self.steps) - 1

    def grow(self, node: int, leaf: bool = True) -> int:
        """Append one step on `node`: with a number, of one operand, or, where `leaf` allows it, with a leaf."""
        kind = self.draw(st.sampled_from(["number", "unary", "leaf"][: 3 if leaf else 2]))
        if kind == "unary":
            return self.add(self.draw(st.sampled_from(["neg", "tanh"])), node)
        op = self.draw(st.sampled_from(["mul", "add", "sub"]))
        if kind == "number":
            return self.add(op, node, self.draw(st.sampled_from(_NUMBERS)))
        return self.add(op, *self.draw(st.permutations([node, self.leaf()])))

    def join(self, left: int, right: int) -> int:
        """Append a step with two operands, in either order."""
        op = self.draw(st.sampled_from(["add", "mul", "sub"]))
        return self.add(op, *self.draw(st.permutations([left, right])))

    def root(self) -> int:
        """Return the index of the last node."""
        return len(self.leaves) + len(self.steps) - 1

    def done(self, *passes: tuple[int, float | None], preload: tuple[float, ...] = ()) -> Program:
        """Return the program, with one backward call on the last node unless passes are given."""
        return Program(self.leaves, tuple(self.steps), preload, passes or ((self.root(), None),))


def tame(case: Program) -> bool:
    """Return whether all values are finite, of moderate size and away from where rounding decides, and no root is 0.

    The value of a root has no part in its gradient; where it is not 0, code that takes it for the seed shows.
    """
    nodes = values_of(case)
    if any(abs(nodes[root]) < _SMALLEST for root, _ in case.passes):
        return False
    if not all(math.isfinite(value) and abs(value) <= _LARGEST for value in nodes):
        return False
    return all(not (op == "tanh" and abs(nodes[operand]) > _STEEPEST) for op, operand, *_ in case.steps)


def _tamed(graph: Callable[[Sketch], Program]) -> st.SearchStrategy[Program]:
    return st.composite(lambda draw: graph(Sketch(draw)))().filter(tame)


def lines() -> st.SearchStrategy[Program]:
    """Return chains without any sharing, from one to four steps."""
    return _tamed(_line)


def _line(sketch: Sketch) -> Program:
    node = 0
    for _ in range(sketch.draw(st.integers(1, 4))):
        node = sketch.grow(node, leaf=False)
    return sketch.done()


def trees(shortest: int = 1) -> st.SearchStrategy[Program]:
    """Return graphs in which leaves are shared and every other node has one user: any order from the root is right."""
    return _tamed(lambda sketch: _tree(sketch, shortest).done())


def _tree(sketch: Sketch, shortest: int = 1) -> Sketch:
    """Append steps that end in one node, each intermediate with one user, one leaf with several."""
    shared = sketch.leaf()
    node = sketch.add(sketch.draw(st.sampled_from(["add", "mul"])), shared, shared)
    for _ in range(sketch.draw(st.integers(max(0, shortest - 1), 4))):
        if sketch.draw(st.booleans()):
            node = sketch.join(node, sketch.add(sketch.draw(st.sampled_from(["mul", "add"])), shared, sketch.leaf()))
        else:
            node = sketch.grow(node)
    return sketch


def diamonds() -> st.SearchStrategy[Program]:
    """Return graphs with a shared intermediate that is reached over arms of unequal length."""
    return _tamed(_diamonds)


def _diamonds(sketch: Sketch) -> Program:
    node = sketch.grow(sketch.leaf())
    for _ in range(sketch.draw(st.integers(1, 2))):
        long = sketch.grow(node)
        short = node
        for _ in range(sketch.draw(st.integers(0, 2))):
            long = sketch.grow(long)
            if short == node and sketch.draw(st.booleans()):
                short = sketch.grow(node)
                long = sketch.grow(long)
        node = sketch.join(short, long)
    if sketch.draw(st.booleans()):
        node = sketch.grow(node)
    if sketch.draw(st.booleans()):
        sketch.grow(node)  # a branch that the root does not reach
    return sketch.done((node, None))


def given_gradients() -> st.SearchStrategy[Program]:
    """Return chains whose backward call is given a gradient, 0.0 among them."""

    def graph(sketch: Sketch) -> Program:
        root = _line(sketch).passes[0][0]
        return sketch.done((root, sketch.draw(upstreams() | st.just(0.0))))

    return _tamed(graph)


def separate_graphs() -> st.SearchStrategy[Program]:
    """Return leaves that hold a gradient already, and one or two graphs on them with no intermediate in common."""

    def graph(sketch: Sketch) -> Program:
        roots = [_tree(sketch).root() for _ in range(sketch.draw(st.integers(1, 2)))]
        preload = tuple(sketch.draw(upstreams()) for _ in sketch.leaves)
        return sketch.done(*((root, None) for root in roots), preload=preload)

    return _tamed(graph)


def same_graph_again() -> st.SearchStrategy[Program]:
    """Return trees with an intermediate below the root, walked two or three times."""

    def graph(sketch: Sketch) -> Program:
        root = _tree(sketch, shortest=2).root()
        return sketch.done(*((root, None) for _ in range(sketch.draw(st.integers(2, 3)))))

    return _tamed(graph)


def two_losses() -> st.SearchStrategy[Program]:
    """Return two losses that share an intermediate, each walked once."""

    def graph(sketch: Sketch) -> Program:
        shared = _tree(sketch).root()
        losses = []
        for _ in range(2):
            node = sketch.grow(shared)
            losses.append(sketch.grow(node) if sketch.draw(st.booleans()) else node)
        return sketch.done(*((loss, None) for loss in losses))

    return _tamed(graph)
