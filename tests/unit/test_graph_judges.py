"""The judges of ex06 pass what is another concept's affair, and nothing else."""

from __future__ import annotations

import pytest

from graders import judges_graph as judges
from graders.cases.torch_graph import Graph, Step

CASE = Graph((Step(("w",), "param", (0.5, 2)), Step(("v",), "leaf", (0.5, 2))), ("y",), ("walk",))
WALK = [[0, "Mul"], [1, "Exp"], [2, "AccumulateGrad"], [1, None]]
LINES = ["Mul", "  Exp", "    AccumulateGrad (2,)", "  Exp (again)"]
NODES = ["Mul #0", "Exp #1", "Exp #2", "AccumulateGrad #3"]
EDGES = ["Mul #0 -> Exp #1", "Exp #1 -> AccumulateGrad #2", "Exp #1 -> AccumulateGrad #2"]


def relative(answer: list) -> list:
    return [[depth + 1, name] for depth, name in answer]


PASSES = [
    ("listed_items", WALK, WALK[::-1]),
    ("listed_items", WALK, relative(WALK)),
    ("listed_order", WALK, WALK[:3]),
    ("listed_order", WALK, None),
    ("listed_shared", WALK, relative(WALK)),
    ("listed_shared", WALK, [[0, name] for _, name in WALK]),
    ("listed_depths", WALK, WALK[::-1]),
    ("line_items", LINES, LINES[::-1]),
    ("line_order", LINES, LINES[:2]),
    ("line_layout", LINES, [f"  {line}" for line in LINES]),
    ("line_layout", LINES, LINES[::-1]),
    ("line_marks", LINES, [line.lstrip() for line in LINES]),
    ("line_start", LINES, None),
    ("line_text", LINES, [f"  {line}" for line in LINES][::-1]),
    ("node_items", NODES, NODES[1:]),
    ("node_items", NODES, NODES[:3]),
    ("node_items", NODES, ["Mul #0", "Exp #1", "AccumulateGrad #3"]),
    ("node_items", NODES, ["(str)"] * 4),
    ("edge_items", EDGES, ["Exp #1 -> Mul #0", *EDGES[1:]]),
    ("edge_items", EDGES, EDGES[:2]),
    ("edge_items", EDGES, EDGES[:1]),
    ("leaf_items", ["w", "v"], ["w"]),
    ("leaf_items", ["w", "v"], ["another tensor"] * 2),
    ("output_items", ["output 1 of Unbind #1"], ["output 1 of Mul #0"]),
    ("not_empty", ["w"], ["x"]),
]
FAILS = [
    ("listed_names", WALK, [WALK[0], WALK[3], *WALK[1:3]]),
    ("listed_items", WALK, WALK[:3]),
    ("listed_items", WALK, None),
    ("listed_order", WALK, [WALK[0], WALK[3], *WALK[1:3]]),
    ("listed_shared", WALK, [*WALK[:2], [1, "AccumulateGrad"], WALK[3]]),
    ("listed_depths", WALK, relative(WALK)),
    ("line_items", LINES, [*LINES[:3], "  Exp"]),
    ("line_order", LINES, [LINES[0], LINES[2], LINES[1], LINES[3]]),
    ("line_start", LINES, [f"  {line}" for line in LINES]),
    ("line_layout", LINES, [line.replace("  ", "    ") for line in LINES]),
    ("line_marks", LINES, [line.replace(" (2,)", "") for line in LINES]),
    ("line_text", LINES, []),
    ("node_items", NODES, [*NODES, "None"]),
    ("node_items", NODES, [*NODES, NODES[1]]),
    ("node_items", NODES, ["Mul #0", "Exp #1"]),
    ("node_items", NODES, None),
    ("edge_items", EDGES, [*EDGES, EDGES[0]]),
    ("edge_items", EDGES, [*EDGES, "Mul #0 -> None"]),
    ("leaf_items", ["w", "v"], ["w", "w", "v"]),
    ("leaf_items", ["w", "v"], ["v"]),
    ("leaf_items", ["w", "v"], None),
    ("output_items", ["output 1 of Unbind #1"], ["output 0 of Unbind #1"]),
    ("not_empty", ["w"], []),
    ("not_empty", ["w"], None),
]


@pytest.mark.parametrize(("judge", "expected", "actual"), PASSES)
def test_passes_what_others_judge(judge: str, expected: list, actual: list | None) -> None:
    assert getattr(judges, judge)(CASE, {"answer": expected}, {"answer": actual}) == []
    assert getattr(judges, judge)(CASE, {"answer": expected}, {"answer": expected}) == []


@pytest.mark.parametrize(("judge", "expected", "actual"), FAILS)
def test_fails_what_it_is_about(judge: str, expected: list, actual: list | None) -> None:
    assert getattr(judges, judge)(CASE, {"answer": expected}, {"answer": actual}) == ["answer"]


def test_the_first_tensor_counts_only_if_the_ordinary_one_is_right() -> None:
    truth = {"walk(w)": ["AccumulateGrad"], "walk(y)": ["Neg", "AccumulateGrad"]}
    assert judges.like_the_other(CASE, truth, {**truth, "walk(w)": []}) == ["walk(w)"]
    assert judges.like_the_other(CASE, truth, {"walk(w)": [], "walk(y)": ["Neg"]}) == []
