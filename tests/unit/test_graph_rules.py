"""The rules of ex06 leave what is another concept's affair to that one, and nothing else."""

from __future__ import annotations

import pytest

from graders.cases.torch_graph import Graph, Step
from graders.concepts.ex06 import EXERCISE
from graders.judging.finding import Left
from graders.judging.rules import graph as rules

CASE = Graph((Step(("w",), "param", (0.5, 2)), Step(("v",), "leaf", (0.5, 2))), ("y",), ("walk",))
WALK = [[0, "Mul"], [1, "Exp"], [2, "AccumulateGrad"], [1, None]]
LINES = ["Mul", "  Exp", "    AccumulateGrad (2,)", "  Exp (again)"]
NODES = ["AccumulateGrad of w", "Exp #1", "Exp #2", "Mul #3"]
EDGES = ["Mul #3 -> Exp #1", "Exp #1 -> AccumulateGrad of w", "Exp #1 -> AccumulateGrad of w"]


def relative(answer: list) -> list:
    return [[depth + 1, name] for depth, name in answer]


LEFT = [
    ("listed_items", WALK, WALK[::-1], "walk"),
    ("listed_items", WALK, relative(WALK), "walk"),
    ("listed_order", WALK, WALK[:3], "none_slots"),
    ("listed_order", WALK, None, "none_slots"),
    ("listed_shared", WALK, relative(WALK), "depth"),
    ("listed_shared", WALK, [[0, name] for _, name in WALK], "depth"),
    ("listed_depths", WALK, WALK[::-1], "walk"),
    ("line_items", LINES, LINES[::-1], "walk"),
    ("line_items", LINES, [*LINES[:3], "  Exp"], "format_graph"),
    ("line_items", LINES, [*LINES[:3], "  Exp (seen)"], "format_graph"),
    ("line_marks", [*LINES, "  None"], [*LINES, "  None (again)"], "none_slots"),
    ("line_layout", [*LINES, "  None"], [*LINES, "  None (again)"], "none_slots"),
    ("line_order", LINES, LINES[:2], "none_slots"),
    ("line_layout", LINES, [f"  {line}" for line in LINES], "depth"),
    ("line_layout", LINES, LINES[::-1], "depth"),
    ("line_marks", LINES, [line.lstrip() for line in LINES], "depth"),
    ("line_start", LINES, None, "format_graph"),
    ("line_text", LINES, [f"  {line}" for line in LINES][::-1], "depth"),
    ("node_items", NODES, NODES[1:], "unique_nodes"),
    ("node_items", NODES, NODES[:3], "unique_nodes"),
    ("node_items", NODES, ["AccumulateGrad of w", "Exp #1", "Mul #3"], "unique_nodes"),
    ("node_items", NODES, ["(str)"] * 4, "unique_nodes"),
    ("edge_items", EDGES, ["Exp #1 -> Mul #3", *EDGES[1:]], "edges"),
    ("edge_items", EDGES, EDGES[:2], "edges"),
    ("edge_items", EDGES, EDGES[:1], "edges"),
    ("leaf_items", ["w", "v"], ["w"], "leaves"),
    ("leaf_items", ["w", "v"], ["another tensor"] * 2, "leaves"),
    ("output_items", ["output 1 of Unbind #1"], ["output 1 of Mul #0"], "edges"),
    ("not_empty", ["w"], ["x"], "shared_once"),
]
FAILS = [
    ("listed_names", WALK, [WALK[0], WALK[3], *WALK[1:3]]),
    ("listed_items", WALK, WALK[:3]),
    ("listed_items", WALK, None),
    ("listed_order", WALK, [WALK[0], WALK[3], *WALK[1:3]]),
    ("listed_shared", WALK, [*WALK[:2], [1, "AccumulateGrad"], WALK[3]]),
    ("listed_depths", WALK, relative(WALK)),
    ("line_items", LINES, LINES[:3]),
    ("line_items", LINES, [*LINES, LINES[1]]),
    ("line_items", [*LINES, "  None"], [*LINES, "  None (again)"]),
    ("line_marks", LINES, [*LINES[:3], "  Exp"]),
    ("line_marks", LINES, [*LINES[:3], "  Exp again"]),
    ("line_marks", LINES, [LINES[0], f"{LINES[1]} (again)", *LINES[2:]]),
    ("line_order", LINES, [LINES[0], LINES[2], LINES[1], LINES[3]]),
    ("line_start", LINES, [f"  {line}" for line in LINES]),
    ("line_layout", LINES, [line.replace("  ", "    ") for line in LINES]),
    ("line_marks", LINES, [line.replace(" (2,)", "") for line in LINES]),
    ("line_text", LINES, []),
    ("node_items", NODES, [*NODES, "None"]),
    ("node_items", NODES, [*NODES, NODES[1]]),
    ("node_items", NODES, ["Exp #1", "Mul #3"]),
    ("node_items", NODES, None),
    ("edge_items", EDGES, [*EDGES, EDGES[0]]),
    ("edge_items", EDGES, [*EDGES, "Mul #3 -> None"]),
    ("leaf_items", ["w", "v"], ["w", "w", "v"]),
    ("leaf_items", ["w", "v"], ["v"]),
    ("leaf_items", ["w", "v"], None),
    ("output_items", ["output 1 of Unbind #1"], ["output 0 of Unbind #1"]),
    ("not_empty", ["w"], []),
    ("not_empty", ["w"], None),
]


@pytest.mark.parametrize(("rule", "expected", "actual", "to"), LEFT)
def test_leaves_what_others_judge(rule: str, expected: list, actual: list | None, to: str) -> None:
    left = getattr(rules, rule)(CASE, {"answer": expected}, {"answer": actual})
    assert left == ["answer"] and isinstance(left[0], Left) and to in left[0].to
    assert set(left[0].to) <= {concept.id for concept in EXERCISE.concepts}
    assert getattr(rules, rule)(CASE, {"answer": expected}, {"answer": expected}) == []


@pytest.mark.parametrize(("rule", "expected", "actual"), FAILS)
def test_fails_what_it_is_about(rule: str, expected: list, actual: list | None) -> None:
    wrong = getattr(rules, rule)(CASE, {"answer": expected}, {"answer": actual})
    assert wrong == ["answer"] and not isinstance(wrong[0], Left)


def test_the_first_tensor_is_left_to_others_where_the_ordinary_one_is_wrong() -> None:
    truth = {"walk(w)": ["AccumulateGrad"], "walk(y)": ["Neg", "AccumulateGrad"]}
    wrong = rules.like_the_other(CASE, truth, {**truth, "walk(w)": []})
    assert wrong == ["walk(w)"] and not isinstance(wrong[0], Left)
    left = rules.like_the_other(CASE, truth, {"walk(w)": [], "walk(y)": ["Neg"]})
    assert left == ["walk(w)"] and isinstance(left[0], Left) and left[0].to == ("walk",)
    assert rules.like_the_other(CASE, truth, truth) == []
