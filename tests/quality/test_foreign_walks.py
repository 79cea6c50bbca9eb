"""ex03: engines of other designs earn what their walk deserves, whatever their constructor sets or their names are."""

from __future__ import annotations

import pytest

from tests.conftest import Grade, lost

EX = "ex03_backward.py"

ENGINE = """
import heapq, itertools

COUNT = itertools.count()

class Scalar:
    def __init__(self, data, children=(), op=""):
        self.data = data
        self.grad = 0.0
        self._prev = tuple(children)
        self._op = op
        self._backward = lambda: None
        {extra}

    def __add__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        out = Scalar(self.data + other.data, (self, other), "+")
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out

    def __mul__(self, other):
        {mul}
        other = other if isinstance(other, Scalar) else Scalar(other)
        return Scalar(self.data * other.data, (self, other), "*")

    {methods}

    def backward(self, gradient=1.0):
        order = self.ordered()
        for node in order:
            if node._prev:
                node.grad = 0.0
        self.grad += gradient
        for node in order:
            node._backward()
"""

STACK = """
    def ordered(self):
        {start}
        order, stack, seen = [], [(self, iter(self._prev))], {{{key_self}}}
        while stack:
            node, rest = stack[-1]
            for child in rest:
                if {unseen}:
                    {mark}
                    stack.append((child, iter(child._prev)))
                    break
            else:
                order.append(stack.pop()[0])
        {end}
        return order[::-1]
"""

GENERATIONS = """
    def ordered(self):
        seen, order, heap, tie = {id(self)}, [], [(-self.generation, 0, self)], itertools.count(1)
        while heap:
            node = heapq.heappop(heap)[2]
            order.append(node)
            for child in node._prev:
                if id(child) not in seen:
                    seen.add(id(child))
                    heapq.heappush(heap, (-child.generation, next(tie), child))
        return order
"""


def stack(key: str = "id({})", start: str = "pass", end: str = "pass") -> str:
    unseen = f"{key.format('child')} not in seen"
    return STACK.format(
        key_self=key.format("self"), unseen=unseen, mark=f"seen.add({key.format('child')})", start=start, end=end
    )


VISITED = STACK.format(
    key_self="0", unseen="not child.visited", mark="child.visited = True", start="self.visited = True",
    end="[setattr(node, 'visited', False) for node in order]",
)  # fmt: skip
_GENERATION = "self.generation = 1 + max((c.generation for c in children), default=-1)"


def engine(extra: str = "pass", methods: str = "", mul: str = "pass", **names: str) -> dict[str, str]:
    text = ENGINE.format(extra=extra, methods=methods or stack(), mul=mul)
    for old, new in names.items():
        text = text.replace({"prev": "_prev", "closure": "_backward"}[old], new)
    return {EX: text}


RIGHT = {
    "plain": engine(),
    "visited": engine("self.visited = False", VISITED),
    "requires_grad": engine("self.requires_grad = True", stack(start="assert self.requires_grad")),
    "own ids": engine("self.id = next(COUNT)", stack("{}.id")),
    "hooks": engine("self._hooks = []", stack(end="[hook() for node in order for hook in node._hooks]")),
    "generations": engine(_GENERATION, GENERATIONS),
    "generations, product raises": engine(_GENERATION, GENERATIONS, "raise ValueError('not yet')"),
    "generations, product gives a number": engine(_GENERATION, GENERATIONS, "return 0.0"),
    "a name of its own for each node": engine("self.name = f'v{next(COUNT)}'", stack("{}.name")),
    "operands called parents_of": engine(prev="parents_of"),
    "closure called send_back": engine(closure="send_back"),
    "both renamed, and visited": engine("self.visited = False", VISITED, prev="came_from", closure="_backward_fn"),
    "slots": engine("pass").copy(),
}
RIGHT["slots"][EX] = RIGHT["slots"][EX].replace(
    "    def __init__", "    __slots__ = ('data', 'grad', '_prev', '_op', '_backward')\n\n    def __init__", 1
)


@pytest.mark.parametrize("files", RIGHT.values(), ids=RIGHT)
def test_a_right_walk_keeps_its_points(grade: Grade, files: dict[str, str]) -> None:
    report = grade(files, "ex03", search=False)
    assert report.score == report.max_score, lost(report)


SEEDS = {
    "set on every root": ("self.grad = gradient", True),
    "added after the root was cleared": ("self.grad = 0.0\n        self.grad += gradient", True),
    "set unless the root holds nothing": ("self.grad = gradient if self.grad else self.grad + gradient", True),
    "a walk of leaves does nothing but set": ("self.grad = gradient if not self._prev else self.grad + gradient", True),
    "set where there are operands": ("self.grad = gradient if self._prev else self.grad + gradient", False),
    "added before or after": ("self.grad = self.grad + gradient", False),
}


@pytest.mark.parametrize(("seed", "lost_there"), SEEDS.values(), ids=SEEDS)
def test_a_root_that_is_a_leaf_keeps_what_it_holds(grade: Grade, seed: str, lost_there: bool) -> None:
    report = grade({EX: engine()[EX].replace("self.grad += gradient", seed)}, "ex03", search=False)
    assert lost(report) == ({"ex03_backward.leaves_accumulate"} if lost_there else set()), lost(report)
    assert report.score == report.max_score - lost_there
    if lost_there:
        kept = next(concept for _, concept in report.concepts() if concept.id == "leaves_accumulate")
        assert [check.id for check in kept.checks if check.failed] == ["leaf_roots"]
        assert [check.misconception.id for check in kept.checks if check.misconception] == ["leaf_root_overwritten"]


@pytest.mark.parametrize("seed", ["2.0", "-1.0", "0.5"])
def test_a_wrong_seed_that_is_added_costs_the_seed_alone(grade: Grade, seed: str) -> None:
    text = engine()[EX].replace("gradient=1.0", f"gradient={seed}")
    assert lost(grade({EX: text}, "ex03", search=False)) == {"ex03_backward.seed"}


def test_a_function_may_read_what_the_class_sets(grade: Grade) -> None:
    text = engine("self.visited = False", VISITED)[EX]
    function = "def backward(root, gradient=1.0):\n    Scalar.run(root, gradient)\n"
    report = grade({EX: text.replace("def backward(self", "def run(self") + function}, "ex03", search=False)
    assert report.score >= 0.9 * report.max_score


def test_a_hash_that_walks_the_graph_costs_linear_cost(grade: Grade) -> None:
    walking = stack("{}") + "\n    def __hash__(self):\n        return hash((self.data, self._prev))\n"
    walking += "\n    def __eq__(self, other):\n        return self is other\n"
    assert "ex03_backward.linear_cost" in lost(grade(engine(methods=walking), "ex03", search=False))


def test_an_equality_that_walks_the_graph_costs_linear_cost(grade: Grade) -> None:
    equal = "\n    def __eq__(self, other):\n        return self.data == other.data and self._prev == other._prev\n"
    walking = stack("{}").replace("{self}", "[self]").replace("seen.add(child)", "seen.append(child)") + equal
    assert "ex03_backward.linear_cost" in lost(grade(engine(methods=walking), "ex03", search=False))


def test_a_cheap_hash_of_its_own_costs_nothing(grade: Grade) -> None:
    cheap = stack("{}") + "\n    def __hash__(self):\n        return id(self)\n"
    cheap += "\n    def __eq__(self, other):\n        return self is other\n"
    assert "ex03_backward.linear_cost" not in lost(grade(engine(methods=cheap), "ex03", search=False))


def test_what_no_node_here_has_is_said_in_words(grade: Grade) -> None:
    report = grade(engine(methods=stack(start="self._creator")), "ex03", search=False)
    message = report.exercises[0].concepts[0].checks[-1].message
    assert "The walk reads ._creator of a node; the nodes here have data, grad, _prev and _backward" in message
    assert "AttributeError" not in message
