"""The shapes that ex06 and ex07 depend on do occur in their banks; a case, its text and what is built from it agree."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import msgpack
import pytest
import torch

from graders.banks.generate import draw_cases
from graders.cases import decode
from graders.cases.torch_graph import Graph, Repeat, graph
from graders.cases.torch_ops import SILENT, TEXTS
from graders.oracles.torch_connection import reached
from graders.oracles.torch_graph import visits
from graders.players.torch_build import OPS, Built
from graders.snippets import snippet
from graders.snippets.torch_graph import program
from graders.spec import load_spec

SOLUTIONS = Path(__file__).parents[2] / "solutions"
EXERCISES = ("ex06_graph_walkers", "ex07_connection")
BANKS = {f"{exercise}.{bank.id}": bank for exercise in EXERCISES for bank in load_spec(exercise).banks()}
OFTEN = 3


@cache
def cases(bank: str) -> tuple[Graph, ...]:
    spec = BANKS[bank]
    return (*spec.fixed, *(draw_cases(spec, 20261, 40) if spec.draw else ()))


@pytest.fixture
def own_code(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Yield a function that imports a solution and gives its names."""
    monkeypatch.syspath_prepend(str(SOLUTIONS))

    def load(exercise: str) -> dict[str, Any]:
        return dict(vars(__import__(exercise)))

    yield load
    for exercise in EXERCISES:
        sys.modules.pop(exercise, None)


def slots(case: Graph) -> list[tuple[int, Any, bool]]:
    return list(visits(Built(case).given[0]))


def ops(case: Graph) -> set[str]:
    return {step.op for step in case.lines()}


def has_shared_inner_node(case: Graph) -> bool:
    return any(again and node.next_functions for _, node, again in slots(case) if node is not None)


def has_unequal_arms(case: Graph) -> bool:
    depths: dict[Any, set[int]] = {}
    for depth, node, _ in slots(case):
        depths.setdefault(node, set()).add(depth)
    return any(len(found) > 1 for node, found in depths.items() if node is not None and node.next_functions)


def fills_two_slots(case: Graph) -> bool:
    nodes = (node for _, node, again in slots(case) if node is not None and not again)
    return any(len({after for after, _ in node.next_functions}) < len(node.next_functions) for node in nodes)


def outputs(case: Graph) -> set[int]:
    return {output for _, node, _ in slots(case) if node is not None for _, output in node.next_functions}


def uses_only_the_second_output(case: Graph) -> bool:
    used: dict[Any, set[int]] = {}
    for _, node, _ in slots(case):
        for after, output in node.next_functions if node is not None else ():
            used.setdefault(after, set()).add(output)
    return {1} in used.values()


def is_plain_tree(case: Graph) -> bool:
    return not any(node is None or again for _, node, again in slots(case))


def same_types(case: Graph) -> bool:
    names = [type(node).__name__ for _, node, _ in slots(case)]
    return len(set(names)) < len(names)


def branches(case: Graph) -> bool:
    return any(depth < before for (before, *_), (depth, *_) in zip(slots(case), slots(case)[1:], strict=False))


def common(case: Graph) -> int:
    built = Built(case)
    a, b = ({id(leaf) for leaf in reached(built, loss)} for loss in built.given)
    return len(a & b)


def left_over(case: Graph) -> list[torch.Tensor]:
    built = Built(case)
    held = [parameter for group in built.given[1].param_groups for parameter in group["params"]]
    new = {id(leaf) for leaf in reached(built, built.given[0])}
    return [parameter for parameter in held if parameter.grad is not None and id(parameter) not in new]


def frozen_with_a_node(case: Graph) -> bool:
    return any(hasattr(node, "variable") and not node.variable.requires_grad for _, node, _ in slots(case) if node)


X6, X7 = "ex06_graph_walkers.", "ex07_connection."
SHAPES: dict[tuple[str, str], Callable[[Graph], bool]] = {
    (f"{X6}tree_walk", "several branches"): branches,
    (f"{X6}tree_unique_nodes", "two nodes of one type"): same_types,
    (f"{X6}tree_edges", "one node in two slots"): fills_two_slots,
    (f"{X6}tree_leaves", "Parameters and plain leaves"): lambda case: {"param", "leaf"} <= ops(case),
    (f"{X6}equal_leaves", "several leaves"): lambda case: (
        sum(step.op in ("param", "leaf") for step in case.lines()) > 1
    ),
    (f"{X6}cut_walk", "a number"): lambda case: any(isinstance(arg, float) for s in case.lines() for arg in s.args[1:]),
    (f"{X6}cut_walk", "data"): lambda case: "data" in ops(case),
    (f"{X6}cut_walk", "frozen"): lambda case: "freeze" in ops(case),
    (f"{X6}cut_walk", "detached"): lambda case: "detach" in ops(case),
    (f"{X6}cut_walk", "no_grad"): lambda case: "mul_no_grad" in ops(case),
    (f"{X6}shared_walk", "a shared inner node"): has_shared_inner_node,
    (f"{X6}shared_walk", "arms of unequal length"): has_unequal_arms,
    (f"{X6}shared_walk", "one node in two slots"): fills_two_slots,
    (f"{X6}split_edge_outputs", "the second output"): lambda case: 1 in outputs(case),
    (f"{X6}split_edge_outputs", "only the second output"): uses_only_the_second_output,
    (f"{X7}reached_reached_parameters", "a plain leaf"): lambda case: "leaf" in ops(case),
    (f"{X7}cut_reached_parameters", "no graph at all"): lambda case: not Built(case).given[0].requires_grad,
    (f"{X7}cut_reached_parameters", "cut, but not off"): lambda case: (
        Built(case).given[0].requires_grad and bool(ops(case) & {"detach", "call_no_grad"})
    ),
    (f"{X7}frozen_reached_parameters", "frozen after the forward"): frozen_with_a_node,
    (f"{X7}trunk_isolated", "some leaves in common"): lambda case: common(case) == 2,
    (f"{X7}second_isolated", "all leaves in common"): lambda case: common(case) == 2,
    (f"{X7}own_isolated", "no leaf in common"): lambda case: common(case) == 0,
    (f"{X7}groups_connection", "two groups"): lambda case: len(Built(case).given[1].param_groups) > 1,
    (f"{X7}groups_connection", "a group added later"): lambda case: "add_group" in ops(case),
    (f"{X7}edited_connection", "a parameter replaced"): lambda case: "replace" in ops(case),
    (f"{X7}edited_connection", "assign=True"): lambda case: "assign" in ops(case),
    (f"{X7}edited_connection", "parameters kept"): lambda case: bool({"reload", "double"} & ops(case)),
    (f"{X7}edited_isolated", "models with equal numbers"): lambda case: "deepcopy" in ops(case),
    (f"{X7}leftover_stepped", "a gradient left over"): lambda case: bool(left_over(case)),
    (f"{X7}leftover_stepped", "left over on a frozen one"): lambda case: any(
        not p.requires_grad for p in left_over(case)
    ),
    (f"{X7}together_connection", "a trunk, frozen and cut"): lambda case: (
        {"freeze"} < ops(case) and "trunk" in Built(case).env and bool(ops(case) & {"detach", "call_no_grad"})
    ),
}


@pytest.mark.parametrize(("bank", "shape"), SHAPES, ids=lambda part: str(part).replace(" ", "_"))
def test_the_shape_occurs_often(bank: str, shape: str) -> None:
    holds = SHAPES[bank, shape]
    assert sum(holds(case) for case in cases(bank)) >= OFTEN


@pytest.mark.parametrize("bank", [f"{X6}tree_walk", f"{X6}tree_unique_nodes", f"{X6}tree_leaves", f"{X6}chain_walk"])
def test_plain_trees_have_neither_empty_slots_nor_shared_nodes(bank: str) -> None:
    assert all(map(is_plain_tree, cases(bank)))


@pytest.mark.parametrize("bank", [f"{X6}shared_walk", f"{X6}split_edge_outputs"])
def test_shared_nodes_come_without_empty_slots(bank: str) -> None:
    assert all(node is not None for case in cases(bank) for _, node, _ in slots(case))


@pytest.mark.parametrize("bank", [f"{X6}cut_walk"])
def test_empty_slots_come_without_shared_nodes(bank: str) -> None:
    assert not any(again for case in cases(bank) for _, _, again in slots(case))


def test_every_operation_has_a_text_and_an_action() -> None:
    assert OPS.keys() == TEXTS.keys() | SILENT.keys()


@pytest.mark.parametrize("bank", BANKS)
def test_cases_survive_the_wire(bank: str) -> None:
    for case in cases(bank):
        assert decode("torch_graph", msgpack.unpackb(msgpack.packb(case.wire()))) == case


def small(bank: str) -> Iterator[Graph]:
    """Yield some cases of a bank that are quickly carried out."""
    for case in cases(bank)[:12]:
        if not any(isinstance(step, Repeat) and step.times > 100 for step in case.steps):
            yield case


@pytest.mark.parametrize("bank", BANKS)
def test_operands_are_drawn_before_what_is_made_of_them(bank: str) -> None:
    for case in cases(bank):
        assert all(operand < place for place, (*_, operands) in enumerate(graph(case)) for operand in operands)


@pytest.mark.parametrize("bank", BANKS)
def test_the_text_of_a_program_makes_the_same_graph(bank: str) -> None:
    for case in small(bank):
        names: dict[str, Any] = {}
        exec(program(case), names)
        for name, value in zip(case.given, Built(case).given, strict=True):
            if isinstance(value, torch.Tensor):
                mine, theirs = ([(d, type(n), a) for d, n, a in visits(root)] for root in (names[name], value))
                assert mine == theirs
            else:
                assert type(names[name]) is type(value)
                assert [len(group["params"]) for group in names[name].param_groups] == [
                    len(group["params"]) for group in value.param_groups
                ]


@pytest.mark.parametrize("bank", BANKS)
def test_the_snippet_runs_under_the_students_file(bank: str, own_code: Callable[[str], dict[str, Any]]) -> None:
    for case in small(bank):
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(snippet("torch_graph", case, BANKS[bank].play), own_code(bank.split(".")[0]))
        assert "format" in bank or printed.getvalue().strip()
