"""How torch programs are drawn for the graph walkers (ex06): one shape for each idea.

Leaves are vectors of two elements; every operation of these programs takes those and what they become.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from graders.cases.torch_graph import Atom, Graph, Step
from graders.strategies.torch_pairs import own_models, pairs, second_losses

__all__ = ["chains", "cut_trees", "dags", "own_models", "pairs", "second_losses", "splits", "trees"]

_UNARY = ("neg", "exp", "tanh", "abs", "relu", "sum", "mean")
_BINARY = ("add", "sub", "mul", "div", "pow")
_LETTERS = "abcdefgkmnpqrst"


class _Draft:
    """A program being written: draws values for it and names its results."""

    def __init__(self, draw: st.DrawFn, equal: bool = False) -> None:
        self.draw = draw
        self.equal = equal
        self.steps: list[Step] = []
        self._leaves = 0

    def leaf(self, kinds: Sequence[str] = ("leaf", "param")) -> str:
        """Make a leaf; every one has a value of its own unless all are to be equal."""
        name = _LETTERS[self._leaves]
        self._leaves += 1
        value = 0.5 if self.equal else 0.5 * self._leaves
        self.steps.append(Step((name,), self.draw(st.sampled_from(kinds)), (value, 2)))
        return name

    def step(self, op: str, *args: Atom) -> str:
        """Write an operation and return the name of its result."""
        name = f"h{sum(step.names[0].startswith('h') for step in self.steps if step.names)}"
        self.steps.append(Step((name,), op, args))
        return name

    def unary(self, arg: str) -> str:
        """Apply a function of one tensor."""
        return self.step(self.draw(st.sampled_from(_UNARY)), arg)

    def binary(self, left: Atom, right: Atom) -> str:
        """Apply an operator."""
        return self.step(self.draw(st.sampled_from(_BINARY)), left, right)

    def graph(self, ask: Sequence[str], root: str) -> Graph:
        """Return the program, its last line called y."""
        last = self.steps[-1]
        assert last.names == (root,), "the root is the last line"
        return Graph((*self.steps[:-1], Step(("y",), last.op, last.args)), ("y",), tuple(ask))


@st.composite
def trees(draw: st.DrawFn, ask: Sequence[str], most: int = 6, equal: bool = False, squares: bool = False) -> Graph:
    """Return programs in which every value is used once and nothing is constant.

    Args:
        draw: Hypothesis gives it.
        ask: What is asked.
        most: Most operations.
        equal: Whether all leaves hold the same numbers.
        squares: Whether a leaf, but nothing else, may fill both slots of an operation.
    """
    draft = _Draft(draw, equal)
    waiting = [draft.leaf()]
    for _ in range(draw(st.integers(1, most))):
        move = draw(st.sampled_from(("unary", "binary", "aside")))
        if move == "aside":
            leaf = draft.leaf()
            waiting.append(draft.binary(leaf, leaf) if squares else draft.unary(leaf))
        elif move == "unary":
            waiting.append(draft.unary(waiting.pop()))
        else:
            other = waiting.pop() if len(waiting) > 1 else draft.leaf()
            waiting.append(draft.binary(*draw(st.permutations((waiting.pop(), other)))))
    root = waiting.pop()
    while waiting:
        root = draft.binary(waiting.pop(), root)
    if draft.steps[-1].names != (root,) or root in _LETTERS:
        root = draft.unary(root)
    return draft.graph(ask, root)


@st.composite
def cut_trees(draw: st.DrawFn, ask: Sequence[str], most: int = 5) -> Graph:
    """Return trees in which some operands need no gradient: numbers, data, frozen, detached, made under no_grad."""
    draft = _Draft(draw)
    root = draft.leaf()
    for _ in range(draw(st.integers(1, most))):
        cut = draw(st.sampled_from(("number", "data", "frozen", "detach", "no_grad", "none")))
        other: Atom
        if cut == "number":
            other = draw(st.sampled_from((2.0, 3.0, 0.5)))
        elif cut == "none":
            other = draft.leaf()
        else:
            other = _no_gradient(draft, cut)
        root = draft.binary(*draw(st.permutations((root, other))))
    return draft.graph(ask, root)


def _no_gradient(draft: _Draft, cut: str) -> str:
    if cut == "data":
        return draft.leaf(("data",))
    if cut == "frozen":
        name = draft.leaf(("param",))
        draft.steps.append(Step((), "freeze", (name,)))
        return name
    if cut == "no_grad":
        return draft.step("mul_no_grad", draft.leaf(), 2.0)
    return draft.step("detach", draft.unary(draft.leaf()))


@st.composite
def chains(draw: st.DrawFn, ask: Sequence[str], most: int = 5) -> Graph:
    """Return functions of functions of one leaf, which has one of several shapes."""
    draft = _Draft(draw)
    shape = draw(st.sampled_from(((2,), (), (2, 3))))
    draft.steps.append(Step(("a",), draw(st.sampled_from(("leaf", "param"))), (0.5, *shape)))
    root = "a"
    for _ in range(draw(st.integers(1, most))):
        root = draft.unary(root)
    return draft.graph(ask, root)


@st.composite
def dags(draw: st.DrawFn, ask: Sequence[str], most: int = 6) -> Graph:
    """Return programs whose inner values are used again, by paths of unequal length, and that have no constants."""
    draft = _Draft(draw)
    pool = [draft.leaf() for _ in range(draw(st.integers(1, 2)))]
    pool.append(draft.unary(pool[-1]))
    for _ in range(draw(st.integers(0, most))):
        newest = st.sampled_from(pool[::-1][:3])
        if draw(st.booleans()):
            pool.append(draft.unary(draw(newest)))
        else:
            pool.append(draft.binary(draw(newest), draw(st.sampled_from(pool[::-1]))))
    # The newest value is used by two arms, one of them longer, so that every program has a shared inner node.
    arm = pool[-1]
    for _ in range(draw(st.integers(0, 2))):
        arm = draft.binary(arm, draft.leaf()) if draw(st.booleans()) else draft.unary(arm)
    return draft.graph(ask, draft.binary(*draw(st.permutations((arm, pool[-1])))))


@st.composite
def splits(draw: st.DrawFn, ask: Sequence[str], most: int = 3) -> Graph:
    """Return programs in which several outputs of one node are used, or only the second."""
    draft = _Draft(draw)
    root = draft.leaf()
    for number in range(draw(st.integers(1, most))):
        vector = draft.binary(root, draft.leaf())
        names = (f"u{number}", f"v{number}")
        draft.steps.append(Step(names, draw(st.sampled_from(("unbind", "split"))), (vector,)))
        first, second = draw(st.permutations(names))
        if draw(st.booleans()):
            first = draft.leaf()
        elif draw(st.booleans()):
            first = draft.unary(first)
        root = draft.binary(first, second)
    return draft.graph(ask, root)
