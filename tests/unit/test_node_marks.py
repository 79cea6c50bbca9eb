"""Nodes of torch's graph: marked in the worker, named in the grader."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graders
from graders import exchange, observation
from graders.cases.torch_graph import Graph, Repeat, Step, decode
from graders.exchange.torch_graph import KEPT, RECEIVED
from graders.observation import Observation
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
    """Return what the grader reads when a function answers with `answer(Built)`."""
    case = Graph(steps, given, (ask,))
    seen, made = Seen(), []
    sent = decode(exchange.sent("torch_graph", play, case))

    class Theirs:
        pass

    name = {"edge_outputs": "edges"}.get(ask, ask)
    setattr(Theirs, name, staticmethod(lambda *args: made.append(args) or answer(*args)))
    getattr(player, play)(sent, Fixed("ex06_graph_walkers", Theirs), seen)
    kept = decode(KEPT[play](case))
    [read] = exchange.received("torch_graph", play, lambda _: kept, [Observation(observation.OK, list(seen))])
    return read.fields


def test_nodes_get_the_names_of_the_walk_in_its_order():
    def nodes(y):
        add = y.grad_fn
        mul, leaf = (node for node, _ in add.next_functions)
        return {leaf, add, mul}

    assert answered("unique_nodes", nodes) == [["AddBackward0 #0", "MulBackward0 #1", "AccumulateGrad #2"]]


def test_nodes_of_elsewhere_are_told():
    import torch

    late = (torch.ones(1, requires_grad=True) * 2).grad_fn
    leaf = late.next_functions[0][0]
    strange = answered("unique_nodes", lambda y: [late, leaf, None, 3, y.grad_fn])
    assert strange == [
        ["AddBackward0 #0", "MulBackward0 of another graph", "AccumulateGrad of another graph", "None", "(int)"]
    ]


def test_a_node_of_the_case_that_the_tensor_does_not_reach_is_of_another_graph():
    both = answered("unique_nodes", lambda root: [root.grad_fn], given=("h", "other"), play="each")
    assert both == [["MulBackward0 #0"], ["ExpBackward0 #0"]]
    kept = {}

    def first(root):
        return [kept.setdefault("node", root.grad_fn)]

    assert answered("unique_nodes", first, given=("h", "other"), play="each")[1] == ["MulBackward0 of another graph"]


def test_edges_and_their_outputs_are_named_and_sorted():
    def edges(y):
        add = y.grad_fn
        (mul, a), (leaf, b) = add.next_functions
        return [(mul, leaf, 0), (add, leaf, b), (add, mul, a), 5]

    assert answered("edges", edges) == [
        [
            "AddBackward0 #0 -> MulBackward0 #1",
            "AddBackward0 #0 -> AccumulateGrad #2",
            "MulBackward0 #1 -> AccumulateGrad #2",
            5,
        ]
    ]
    triples = answered("edge_outputs", lambda y: edges(y)[:3])
    assert triples == [["output 0 of MulBackward0 #1", "output 0 of AccumulateGrad #2"]]


def test_a_long_answer_is_shortened_in_the_grader():
    deep = (Step(("y",), "param", (0.5,)), Repeat(300, (Step(("y",), "neg", ("y",)),)))
    case = Graph(deep, ("y",), ("unique_nodes",))

    def nodes(y):
        found, rest = [], [y.grad_fn]
        while rest:
            found.append(rest.pop())
            rest += [node for node, _ in found[-1].next_functions if node is not None]
        return found

    assert answered("unique_nodes", nodes, deep) == list(oracle.answer(case).values())


def test_what_a_worker_gets_and_what_a_report_shows_hold_no_walk():
    kept = decode(KEPT["answer"](Graph(CHAIN, ("y",), ("edges",))))
    assert kept.walks == (("AddBackward0@2", "MulBackward0@0", "AccumulateGrad@leaf0"),)
    assert decode(exchange.sent("torch_graph", "answer", kept)).walks == ()
    assert len(kept.wire()) == 3
    assert "walks" not in repr(kept)


@pytest.mark.parametrize("ask", ["unique_nodes", "edges", "edge_outputs", "leaves"])
@pytest.mark.parametrize("play", sorted(RECEIVED))
@settings(max_examples=150, deadline=None)
@given(
    fields=st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just("a@0"),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
        ),
        max_size=4,
    )
)
def test_whatever_a_worker_sends_is_read_without_an_error(ask, play, fields):
    case = replace(Graph(CHAIN, ("y",), (ask,)), walks=(("AddBackward0@1",),))
    read = RECEIVED[play](case, fields)
    assert len(read) == len(fields)


def test_no_player_follows_the_slots_of_a_node():
    for path in (Path(graders.__file__).parent / "players").glob("*.py"):
        assert "next_functions" not in path.read_text(encoding="utf-8"), path.name
        assert "get_gradient_edge" not in path.read_text(encoding="utf-8"), path.name


def test_a_case_keeps_none_of_its_nodes():
    from torch.autograd.graph import Node

    built = Built(Graph(CHAIN, ("y",), ("unique_nodes",)))
    assert not [value for value in vars(built).values() if isinstance(value, Node)]
