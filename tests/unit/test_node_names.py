"""Nodes of torch's graph are named in the worker, by their leaf or by the value that they made, without a walk."""

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


def test_nodes_are_named_by_their_leaf_or_by_the_value_that_they_made():
    def nodes(y):
        add = y.grad_fn
        mul, leaf = (node for node, _ in add.next_functions)
        return {leaf, add, mul}

    assert answered("unique_nodes", nodes) == [["AccumulateGrad of w", "AddBackward0 of y", "MulBackward0 of h"]]


def test_a_node_whose_value_has_no_name_is_called_by_its_type():
    steps = (Step(("w",), "param", (0.5,)), Step(("y",), "bind", ("w",)), Repeat(2, (Step(("y",), "neg", ("y",)),)))

    def nodes(y):
        return [y.grad_fn, y.grad_fn.next_functions[0][0]]

    assert answered("unique_nodes", nodes, steps) == [["NegBackward0", "NegBackward0 of y"]]


def test_nodes_of_elsewhere_are_told():
    import torch

    late = (torch.ones(1, requires_grad=True) * 2).grad_fn
    leaf = late.next_functions[0][0]
    strange = answered("unique_nodes", lambda y: [late, leaf, None, 3, y.grad_fn])
    elsewhere = ["AccumulateGrad of another graph", "AddBackward0 of y", "MulBackward0 of another graph"]
    assert strange == [[*elsewhere, "None", "int"]]


def test_edges_and_their_outputs_are_named_and_sorted():
    def edges(y):
        add = y.grad_fn
        (mul, a), (leaf, b) = add.next_functions
        return [(mul, leaf, 0), (add, leaf, b), (add, mul, a), 5]

    assert answered("edges", edges) == [
        [
            "AddBackward0 of y -> AccumulateGrad of w",
            "AddBackward0 of y -> MulBackward0 of h",
            "MulBackward0 of h -> AccumulateGrad of w",
            5,
        ]
    ]
    outputs = [{"tuple": ["AccumulateGrad of w", 0]}, {"tuple": ["MulBackward0 of h", 0]}]
    assert answered("edge_outputs", lambda y: edges(y)[:3]) == [outputs]
    assert answered("edge_outputs", lambda y: [edges(y)[0][:2]]) == [[{"tuple": ["AccumulateGrad of w"]}]]


def test_a_pair_of_a_walk_is_noted_as_a_tuple_whatever_is_in_it():
    odd = {"odd": "complex", "repr": "1j"}
    assert answered("walk", lambda y: [(0, "Mul"), [1, None], (1j, "Exp")]) == [
        [{"tuple": [0, "Mul"]}, {"tuple": [1, None]}, {"tuple": [odd, "Exp"]}]
    ]
    assert answered("walk", lambda y: 1j) == [odd]


def test_a_text_is_noted_without_the_spaces_at_the_ends_of_its_lines():
    assert answered("format_graph", lambda y: "Mul  \n    Exp \n\n") == ["Mul\n    Exp"]


@pytest.mark.parametrize("ask", ["walk_count", "node_count", "edge_count", "leaf_count", "line_count"])
def test_of_long_answers_the_length_is_noted(ask):
    deep = (Step(("w",), "param", (0.5,)), Step(("y",), "bind", ("w",)), Repeat(300, (Step(("y",), "neg", ("y",)),)))
    [count] = oracle.answer(Graph(deep, ("y",), (ask,))).values()
    assert count == {"edge_count": 300, "leaf_count": 1}.get(ask, 301)
    text = "\n".join(["line"] * count)
    assert answered(ask, lambda y: text if ask == "line_count" else range(count), deep) == [count]


@pytest.mark.parametrize("answer", [None, 3, [[]], [()], [(1, 2, 3, 4)], "text", {"a": 1}, [[None]], [(None, None)]])
@pytest.mark.parametrize("ask", ["walk", "walk_names", "unique_nodes", "edges", "edge_outputs", "leaves", "node_count"])
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
