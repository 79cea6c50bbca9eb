"""One row for each operation: what derives from the rows, and what lies in another room under the same names."""

from __future__ import annotations

import math

import pytest
import torch

from graders.cases import tensor_ops
from graders.cases.ops import DOMAINS, SCALAR
from graders.cases.program import expression
from graders.cases.slopes import worked
from graders.concepts import ex02, ex04
from graders.course.course import Course
from graders.oracles.scalar import operation
from graders.players.tensor_reference import Tensor
from graders.players.tensor_rules import RULES
from tests.quality.test_scalar_shapes import cases

TEXTS = {"add": "a + b", "div": "a / b", "pow": "a ** b", "neg": "-a", "abs": "abs(a)", "tanh": "a.tanh()"}


def test_an_operation_is_written_as_python_writes_it():
    assert {name: SCALAR[name].text for name in TEXTS} == TEXTS
    assert expression(("pow", -2.0, 0), ["b"]) == "(-2) ** b"
    assert tensor_ops.text("pow", ["a"], {"exponent": 2}) == "a ** 2"
    assert tensor_ops.text("abs", ["a"], {}) == "a.abs()"


@pytest.mark.parametrize("op", SCALAR)
def test_value_and_slopes_of_a_row_are_those_of_torch_on_its_bank(op):
    row = SCALAR[op]
    assert len(row.domain) == len(row.slopes) and set(row.domain) <= set(DOMAINS)
    for case in cases(op):
        ((value, *slopes),) = worked(case)
        truth = operation(case)
        assert truth
        upstream = case.passes[0][1] or 0.0
        expected = [truth["out.data"], *(truth[f"{name}.grad"] for name in case.names()[: len(case.leaves)])]
        assert [value, *(slope * upstream for slope in slopes)] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_ex02_has_a_concept_for_each_row_in_this_order(course: Course):
    concepts = [concept.id for concept in ex02.EXERCISE.concepts]
    assert concepts[: len(SCALAR)] == list(SCALAR)
    assert [concept.id for concept in course.exercise("ex02_closures").concepts] == concepts


def test_every_row_on_arrays_has_a_rule_a_method_and_a_concept():
    assert tensor_ops.TENSOR.keys() == RULES.keys()
    assert all(hasattr(Tensor, op.method) for op in tensor_ops.TENSOR.values())
    concepts = {concept.id for concept in ex04.EXERCISE.concepts}
    assert all(set(op.concepts or (op.name,)) <= concepts for op in tensor_ops.TENSOR.values())


@pytest.mark.parametrize("op", [op for op in SCALAR if SCALAR[op].both == "smooth"])
def test_a_kink_is_where_the_slope_jumps(op):
    left, right = (SCALAR[op].slopes[0](x, 0.0, SCALAR[op].forward(x)) for x in (-1e-9, 1e-9))
    assert left != right
    assert math.isclose(SCALAR[op].slopes[0](0.0, 0.0, 0.0), _torch_slope(op))


def _torch_slope(op: str) -> float:
    leaf = torch.zeros((), dtype=torch.float64, requires_grad=True)
    getattr(torch, op)(leaf).backward()
    assert leaf.grad is not None
    return float(leaf.grad)
