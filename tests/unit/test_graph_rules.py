"""The rules of ex06 leave what is another concept's affair to that one, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from graders.cases.torch_graph import Graph, Step
from graders.concepts.ex06 import EXERCISE
from graders.judging.finding import Left
from graders.judging.rules import graph as rules

CASE = Graph((Step(("w",), "param", (0.5, 2)), Step(("v",), "leaf", (0.5, 2))), ("y",), ("walk",))
PAIRS = [(0, "Mul"), (1, "Exp"), (2, "AccumulateGrad"), (1, None)]
LINES = ["Mul", "  Exp", "    AccumulateGrad (2,)", "  Exp (again)"]
NODES = ["AccumulateGrad of w", "ExpBackward0", "ExpBackward0 of h", "MulBackward0 of y"]
EDGES = ["Mul of y -> Exp of h", "Exp of h -> AccumulateGrad of w", "Exp of h -> AccumulateGrad of w"]


def walk(*pairs: tuple) -> list:
    return [{"tuple": list(pair)} for pair in pairs]


def relative() -> list:
    return walk(*((depth + 1, name) for depth, name in PAIRS))


def output(name: str, *index: int) -> list:
    return [{"tuple": [name, *index]}]


def as_text(rule: str, lines: Any) -> Any:
    return "\n".join(lines) if rule.startswith("line_") and lines is not None else lines


WALK = walk(*PAIRS)


LEFT = [
    ("listed_items", WALK, WALK[::-1], "walk"),
    ("listed_items", WALK, relative(), "walk"),
    ("listed_order", WALK, WALK[:3], "none_slots"),
    ("listed_order", WALK, None, "none_slots"),
    ("listed_shared", WALK, relative(), "depth"),
    ("listed_shared", WALK, walk(*((0, name) for _, name in PAIRS)), "depth"),
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
    ("node_items", NODES, ["AccumulateGrad of w", "ExpBackward0", "MulBackward0 of y"], "unique_nodes"),
    ("node_items", NODES, ["str"] * 4, "unique_nodes"),
    ("edge_items", EDGES, ["Exp of h -> Mul of y", *EDGES[1:]], "edges"),
    ("edge_items", EDGES, EDGES[:2], "edges"),
    ("edge_items", EDGES, EDGES[:1], "edges"),
    ("leaf_items", ["w", "v"], ["w"], "leaves"),
    ("leaf_items", ["w", "v"], ["Tensor"] * 2, "leaves"),
    ("output_items", output("Unbind of v", 1), output("Mul of h", 1), "edges"),
    ("not_none", 1, 2, "shared_once"),
]
FAILS = [
    ("listed_names", WALK, [WALK[0], WALK[3], *WALK[1:3]]),
    ("listed_items", WALK, WALK[:3]),
    ("listed_items", WALK, None),
    ("listed_order", WALK, [WALK[0], WALK[3], *WALK[1:3]]),
    ("listed_shared", WALK, [*WALK[:2], *walk((1, "AccumulateGrad")), WALK[3]]),
    ("listed_depths", WALK, relative()),
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
    ("node_items", NODES, ["ExpBackward0", "MulBackward0 of y"]),
    ("node_items", NODES, None),
    ("edge_items", EDGES, [*EDGES, EDGES[0]]),
    ("edge_items", EDGES, [*EDGES, "Mul of y -> None"]),
    ("leaf_items", ["w", "v"], ["w", "w", "v"]),
    ("leaf_items", ["w", "v"], ["v"]),
    ("leaf_items", ["w", "v"], None),
    ("output_items", output("Unbind of v", 1), output("Unbind of v", 0)),
    ("not_none", 1, 0),
    ("same_count", 41, 81),
    ("output_items", output("Unbind of v", 1), output("Unbind of v")),
    ("not_none", 1, None),
]


@pytest.mark.parametrize(("rule", "expected", "actual", "to"), LEFT)
def test_leaves_what_others_judge(rule: str, expected: list, actual: list | None, to: str) -> None:
    expected, actual = (as_text(rule, one) for one in (expected, actual))
    left = getattr(rules, rule)(CASE, {"answer": expected}, {"answer": actual})
    assert left == ["answer"] and isinstance(left[0], Left) and to in left[0].to
    assert set(left[0].to) <= {concept.id for concept in EXERCISE.concepts}
    assert getattr(rules, rule)(CASE, {"answer": expected}, {"answer": expected}) == []


@pytest.mark.parametrize(("rule", "expected", "actual"), FAILS)
def test_fails_what_it_is_about(rule: str, expected: list, actual: list | None) -> None:
    expected, actual = (as_text(rule, one) for one in (expected, actual))
    wrong = getattr(rules, rule)(CASE, {"answer": expected}, {"answer": actual})
    assert wrong == ["answer"] and not isinstance(wrong[0], Left)


def test_the_first_tensor_is_left_to_others_where_the_ordinary_one_is_wrong() -> None:
    truth = {"walk(w)": ["AccumulateGrad"], "walk(y)": ["Neg", "AccumulateGrad"]}
    wrong = rules.like_the_other(CASE, truth, {**truth, "walk(w)": []})
    assert wrong == ["walk(w)"] and not isinstance(wrong[0], Left)
    left = rules.like_the_other(CASE, truth, {"walk(w)": [], "walk(y)": ["Neg"]})
    assert left == ["walk(w)"] and isinstance(left[0], Left) and left[0].to == ("walk",)
    assert rules.like_the_other(CASE, truth, truth) == []
