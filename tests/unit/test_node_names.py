"""Nodes of torch's graph are named in the worker, by their leaf or in the order of making, without a walk."""

from pathlib import Path

import pytest

import graders
from graders.cases.torch_graph import FUNCTIONS, Graph, Repeat, Step
from graders.oracles import torch_graph as oracle
from graders.players import torch_graph as player
from graders.players.seen import Seen
from graders.players.subject import Fixed
from graders.players.torch_build import Built

CHAIN = (
    Step(("w",), "param", (0.5, 2)),
    Step(("h",), "mul", ("w", 2.0)),
    Step(("other",), "exp", ("w",)),
    Step(("y",), "add", ("h", "w")),
)


def answered(ask: str, answer, steps=CHAIN, given=("y",), play="answer"):
    """Return what is noted when a function answers with `answer(root)`."""
    theirs = type("Theirs", (), {FUNCTIONS.get(ask, ask): staticmethod(answer)})
    seen = Seen()
    getattr(player, play)(Graph(steps, given, (ask,)), Fixed("ex06_graph_walkers", theirs), seen)
    return list(seen)


def test_nodes_are_named_by_their_leaf_or_in_the_order_of_making():
    def nodes(y):
        add = y.grad_fn
        mul, leaf = (node for node, _ in add.next_functions)
        return {leaf, add, mul}

    # the node of `other` is #2, though y does not lead to it
    assert answered("unique_nodes", nodes) == [["AccumulateGrad of w", "AddBackward0 #3", "MulBackward0 #1"]]


def test_nodes_of_elsewhere_are_told():
    import torch

    late = (torch.ones(1, requires_grad=True) * 2).grad_fn
    leaf = late.next_functions[0][0]
    strange = answered("unique_nodes", lambda y: [late, leaf, None, 3, y.grad_fn])
    elsewhere = ["AccumulateGrad of another graph", "AddBackward0 #3", "MulBackward0 of another graph"]
    assert strange == [["(int)", *elsewhere, "None"]]


def test_edges_and_their_outputs_are_named_and_sorted():
    def edges(y):
        add = y.grad_fn
        (mul, a), (leaf, b) = add.next_functions
        return [(mul, leaf, 0), (add, leaf, b), (add, mul, a), 5]

    assert answered("edges", edges) == [
        [
            "AddBackward0 #3 -> AccumulateGrad of w",
            "AddBackward0 #3 -> MulBackward0 #1",
            "MulBackward0 #1 -> AccumulateGrad of w",
            5,
        ]
    ]
    outputs = ["output 0 of AccumulateGrad of w", "output 0 of MulBackward0 #1"]
    assert answered("edge_outputs", lambda y: edges(y)[:3]) == [outputs]
    assert answered("edge_outputs", lambda y: [edges(y)[0][:2]]) == [["output None of AccumulateGrad of w"]]


def test_long_answers_are_noted_as_they_are_expected():
    deep = (Step(("w",), "param", (0.5,)), Step(("y",), "bind", ("w",)), Repeat(300, (Step(("y",), "neg", ("y",)),)))

    def nodes(y):
        found, rest = [], [y.grad_fn]
        while rest:
            found.append(rest.pop())
            rest += [node for node, _ in found[-1].next_functions if node is not None]
        return found

    case = Graph(deep, ("y",), ("unique_nodes",))
    assert answered("unique_nodes", nodes, deep) == list(oracle.answer(case).values())


@pytest.mark.parametrize("answer", [None, 3, [[]], [()], [(1, 2, 3, 4)], "text", {"a": 1}, [[None]], [(None, None)]])
@pytest.mark.parametrize("ask", ["walk", "walk_names", "unique_nodes", "edges", "edge_outputs", "leaves"])
def test_whatever_is_answered_is_noted_without_an_error(ask, answer):
    assert len(answered(ask, lambda y: answer)) == 1


def test_no_player_follows_the_slots_of_a_node():
    for path in (Path(graders.__file__).parent / "players").glob("*.py"):
        assert "next_functions" not in path.read_text(encoding="utf-8"), path.name
        assert "get_gradient_edge" not in path.read_text(encoding="utf-8"), path.name


def test_a_case_keeps_none_of_its_nodes():
    from torch.autograd.graph import Node

    built = Built(Graph(CHAIN, ("y",), ("unique_nodes",)))
    assert not [value for value in vars(built).values() if isinstance(value, Node)]
