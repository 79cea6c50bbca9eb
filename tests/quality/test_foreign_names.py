"""What engines of other designs are told: names that are true of them, or in words how they keep their graph."""

from __future__ import annotations

import pytest

from graders.report import Report
from tests.conftest import Grade
from tests.quality.engines.designs import DESIGNS

Told = tuple[dict[str, str], str]
"""Concept to the idea that is named, and a phrase of some message; "" where there is no more to say."""

_RECURSION = {"deep_chain": "recursion"}
_LEAF_ROOT = {"leaves_accumulate": "leaf_root_overwritten"}
_MICROGRAD = {
    "gradient_argument": "no_argument",
    "leaves_accumulate": "leaf_root_overwritten",
    "intermediates_fresh": "keeps_intermediates",
    "two_losses": "keeps_intermediates",
} | _RECURSION
_WRITTEN = ("add", "sub", "mul", "neg", "abs")
_TAPE = "Your engine keeps a tape, `{}`; this exercise reads _prev"

WALKS: dict[str, tuple[Told, str]] = {
    "TAPE_GLOBAL": (({}, _TAPE.format("TAPE")), "nodes remember operands, but the walk goes along a list"),
    "TAPE_CLOSURES": (({}, _TAPE.format("tape")), "closures are kept in a list alone"),
    "TAPE_CLASS": (({}, _TAPE.format("Value.graph")), "the list belongs to the class"),
    "TAPE_OBJECT": (({}, _TAPE.format("the_tape.ops")), "the list belongs to an object, which walks"),
    "PAIRS": (({}, "Your engine keeps pairs in _prev"), "operands with slopes, no closures"),
    "PAIRS_CLOSURE": (({}, "Your engine keeps pairs in _prev"), "operands with something else, and closures"),
    "PAIRS_REVERSED": (({}, "Your engine keeps pairs in _prev"), "the slope stands first"),
    "SWITCH_AND_PAIRS": (({}, "Your engine keeps pairs in _prev"), "pairs count more than the argument"),
    "CREATOR": (({}, "keeps its operands in creator.inputs"), "a function object holds the operands"),
    "LEFT_RIGHT": (({}, "keeps its operands in left and right"), "an attribute for each operand"),
    "IDS_PREV": (({}, "no nodes in _prev but objects of type int"), "ids, looked up in a dict"),
    "WEAK_PREV": (({}, "no nodes in _prev but objects of type ReferenceType"), "weak references"),
    "DICT_PREV": ((_MICROGRAD, ""), "a dict of operands will do; the walk is micrograd's"),
    "MICROGRAD": ((_MICROGRAD, ""), "it takes no gradient, sends old ones again and recurses"),
    "BACK_TAKES_GRAD": ((_RECURSION, "The walk hands _backward an argument"), "closures get the gradient handed over"),
    "RETURNS_GRADS": (
        (
            dict.fromkeys(("order", "fan_out"), "without_root")
            | dict.fromkeys(("intermediates_fresh", "two_losses"), "without_root")
            | dict.fromkeys(("seed", "gradient_argument"), "no_seed"),
            "",
        ),
        "it does nothing to the graph: no closure runs, no gradient is put on the root, the leaves stay as they are",
    ),
    "RECURSIVE_BACK": (({}, ""), "it runs the closure of the root alone, which no idea is about"),
    "ZERO_GRAD": (
        (_LEAF_ROOT | _RECURSION, "The second argument of backward is zero_grad, a switch"),
        "no gradient is taken",
    ),
    "RETAIN_GRAPH": (
        (_LEAF_ROOT | _RECURSION, "The second argument of backward is retain_graph, a switch"),
        "the same",
    ),
    "VERBOSE": ((_LEAF_ROOT | _RECURSION, "The second argument of backward is verbose, a switch"), "the same"),
    "RETAIN_GRAPH_NONE": (
        ({"gradient_argument": "gradient_ignored"} | _LEAF_ROOT | _LEAF_ROOT | _RECURSION, ""),
        "it starts with 1 always",
    ),
    "GRADIENT_IGNORED": (
        ({"gradient_argument": "gradient_ignored"} | _LEAF_ROOT | _LEAF_ROOT | _RECURSION, ""),
        "it starts with 1 always",
    ),
    "GRADIENT_BY_NAME": ((_LEAF_ROOT | _RECURSION, ""), "a gradient given by name is taken: full there"),
    "GRADIENT_LAST": ((_LEAF_ROOT | _RECURSION, ""), "a gradient after other arguments is taken: full there"),
}
"""Design to what its walk is told in ex03, and why."""

OPERATORS: dict[str, tuple[Told, str]] = {
    "TAPE_CLOSURES": (({}, "Your engine keeps a tape, `tape`"), "a result holds nothing"),
    "PAIRS": (({}, "Your engine keeps pairs in _prev"), "nor is there a closure, so no idea explains all"),
    "PAIRS_REVERSED": (({}, "out._prev is ['(..., a)', '(..., b)']"), "the slope stands first"),
    "PAIRS_CLOSURE": ((dict.fromkeys(_WRITTEN, "keeps_pairs"), "['(a, ...)', '(b, ...)']"), "operands are remembered"),
    "CREATOR": (({}, "Your engine keeps its operands in creator.inputs"), "a function object holds them"),
    "LEFT_RIGHT": (({}, "Your engine keeps its operands in left and right"), "an attribute for each"),
    "NUMBERS_PREV": (
        (dict.fromkeys(("add", "mul", "abs"), "keeps_numbers"), "'float, not a node'"),
        "operands are remembered by their numbers, which does not help a walk",
    ),
    "IDS_PREV": (({}, "'int, not a node'"), "operands are remembered by id"),
    "WEAK_PREV": (({}, "'ReferenceType, not a node'"), "operands are remembered weakly"),
    "BACK_TAKES_GRAD": (({}, "_backward asks for an argument"), "closures get the gradient handed over"),
    "INPLACE_ABS": (
        ({"abs": "changes_operand"}, "The operand a of abs(a) has changed: a.data was -2.0, now it is 2.0"),
        "a bug",
    ),
    "TAPE_GLOBAL": (({}, ""), "nodes remember operands besides: full for what is written"),
    "DICT_PREV": (({}, ""), "a dict of operands will do"),
}
"""Design to what its operators are told in ex02, and why; operations that it does not have are left out."""


def told(report: Report) -> dict[str, str]:
    return {c.id: check.misconception.id for _, c in report.concepts() for check in c.checks if check.misconception}


def messages(report: Report) -> str:
    return "\n".join(check.message or "" for _, concept in report.concepts() for check in concept.checks)


@pytest.mark.parametrize("design", WALKS)
def test_a_walk_is_told_what_is_true_of_it(grade: Grade, design: str) -> None:
    (names, phrase), _ = WALKS[design]
    report = grade({"ex03_backward.py": DESIGNS[design]}, "ex03", search=False)
    assert told(report) == names
    assert phrase in messages(report)


@pytest.mark.parametrize("design", OPERATORS)
def test_operators_are_told_what_is_true_of_them(grade: Grade, design: str) -> None:
    (names, phrase), _ = OPERATORS[design]
    report = grade({"ex02_closures.py": DESIGNS[design]}, "ex02", search=False)
    assert told(report) == names
    assert phrase in messages(report)


def test_every_design_is_in_a_table() -> None:
    assert set(DESIGNS) == set(WALKS) | set(OPERATORS) and len(DESIGNS) >= 20


def test_a_design_that_takes_the_gradient_by_name_loses_nothing_for_it(grade: Grade) -> None:
    for design in ("GRADIENT_BY_NAME", "GRADIENT_LAST"):
        report = grade({"ex03_backward.py": DESIGNS[design]}, "ex03.gradient_argument", search=False)
        assert report.score == report.max_score
