"""The shapes that ex04 and ex05 depend on do occur in their banks, and each mutant is caught by many cases."""

from __future__ import annotations

import io
import sys
import types
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.banks.generate import draw_cases, replay_in_process
from graders.cases import decode
from graders.cases.tensor import LossCall, TensorProgram, Unbroadcast
from graders.course.course import load_course
from graders.course.selftest import Mutant, load_mutants
from graders.judging.compare import Tolerance
from graders.judging.finding import NO_FAILURE, find
from graders.players import tensor_reference
from graders.players.subject import Fixed
from graders.snippets import snippet
from graders.spec import BankSpec, load_spec
from tests.conftest import some

ROOT = Path(__file__).parents[2]
EXERCISES = ("ex04_tensor_closures", "ex05_losses")
BANKS = {bank.id: (exercise, bank) for exercise in EXERCISES for bank in load_spec(exercise).banks()}
OFTEN = 5
CAUGHT = 0.1
"""Share of a bank's drawn cases that catch a mutant."""

Shape = Callable[[Any], bool]


@cache
def drawn(bank: str) -> tuple[Any, ...]:
    spec = BANKS[bank][1]
    return tuple(draw_cases(spec, 20264, 100)) if spec.draw else ()


def shape_of(case: TensorProgram, leaf: int = 0) -> tuple[int, ...]:
    return case.leaves[leaf].array.shape


def stretched(case: TensorProgram, leaf: int) -> tuple[str, ...]:
    """Return where an operand was stretched: "leading", or along the "first", a "middle" or the "last" axis."""
    own, wide = shape_of(case, leaf), case.upstream.shape
    lead = len(wide) - len(own)
    found = ["leading"] if lead else []
    for axis, side in enumerate(own, lead):
        if side == 1 and wide[axis] > 1:
            found.append("first" if axis == 0 else "last" if axis == len(wide) - 1 else "middle")
    return tuple(found)


def either(where: str) -> Shape:
    return lambda case: any(where in stretched(case, leaf) for leaf in (0, 1))


def dim_of(case: TensorProgram) -> int:
    return dict(case.steps[0].params)["dim"] % len(shape_of(case))


def tied(case: TensorProgram) -> bool:
    values = case.leaves[0].array.data
    return values.count(max(values)) > 1


def batches(*dims: int) -> Shape:
    return lambda case: tuple(len(shape_of(case, leaf)) for leaf in (0, 1)) == dims


def inner_uses(case: TensorProgram) -> list[int]:
    first = len(case.leaves)
    used = [operand for step in case.steps for operand in step.operands]
    return [used.count(node) for node in range(first, first + len(case.steps) - 1)]


def index_of(case: TensorProgram) -> tuple[Any, ...]:
    return tuple(dict(case.steps[0].params)["key"])


def has_key(kind: str) -> Shape:
    return lambda case: any(isinstance(item, tuple) and item[0] == kind for item in index_of(case))


def varied(case: Any) -> bool:
    return len(set(case.upstream.data)) > 1


SHAPES: dict[tuple[str, str], Shape] = {
    **{
        (f"{op}_broadcast", f"stretched along: {where}"): either(where)
        for op in ("add", "sub", "mul", "div")
        for where in ("leading", "first", "middle", "last")
    },
    **{
        (f"{op}_broadcast", "a single number"): lambda case: () in (shape_of(case, 0), shape_of(case, 1))
        for op in ("add", "mul")
    },
    **{
        (op, "one tensor on both sides"): lambda case: case.steps[0].operands == (0, 0)
        for op in ("add", "sub", "mul", "div")
    },
    **{
        (op, "an upstream that is not constant"): varied for op in ("add", "mul", "relu", "sum_dim", "reshape", "index")
    },
    **{
        (op, "something in .grad already"): lambda case: bool(case.leaves[0].preload)
        for op in ("add", "exp", "matmul_batch")
    },
    ("unbroadcast", "a middle axis"): lambda case: len(case.shape) == 3 and case.shape[1] == 1 < case.grad.shape[1],
    ("unbroadcast", "nothing to do"): lambda case: case.shape == case.grad.shape,
    ("unbroadcast", "down to one number"): lambda case: case.shape == () != case.grad.shape,
    ("unbroadcast", "a kept 1 beside a new dimension"): lambda case: (
        1 in case.shape and len(case.shape) < len(case.grad.shape)
    ),
    ("pow_zero", "a base of 0"): lambda case: 0.0 in case.leaves[0].array.data,
    ("pow", "a negative base"): lambda case: min(case.leaves[0].array.data) < 0,
    ("sum_dim", "a middle dimension"): lambda case: len(shape_of(case)) == 3 and dim_of(case) == 1,
    ("sum_dim", "a square"): lambda case: len(shape_of(case)) > 1 and 1 < shape_of(case)[0] == shape_of(case)[1],
    ("mean_dim", "counted from the end"): lambda case: dict(case.steps[0].params)["dim"] < 0,
    ("sum_keepdim", "not the last dimension"): lambda case: dim_of(case) < len(shape_of(case)) - 1,
    ("matmul_matrices", "squares"): lambda case: 1 < shape_of(case)[0] == shape_of(case)[1] == shape_of(case, 1)[1],
    ("matmul_vectors", "vector, vector"): batches(1, 1),
    ("matmul_vectors", "matrix, vector"): batches(2, 1),
    ("matmul_vectors", "vector, matrix"): batches(1, 2),
    ("matmul_batch", "two batches"): batches(3, 3),
    ("matmul_batch", "a batch and one matrix"): batches(3, 2),
    ("matmul_batch", "one matrix and a batch"): batches(2, 3),
    ("matmul_batch", "a batch of batches"): batches(4, 3),
    ("max_all", "no tie"): lambda case: not tied(case),
    ("max_ties", "a tie"): tied,
    ("max_dim_ties", "a tie along the dimension"): lambda case: tied(case) and shape_of(case)[dim_of(case)] > 1,
    ("relu_kink", "an element at 0"): lambda case: 0.0 in case.leaves[0].array.data,
    ("abs_kink", "an element at 0"): lambda case: 0.0 in case.leaves[0].array.data,
    ("reshape", "a side left open"): lambda case: -1 in dict(case.steps[0].params)["shape"],
    ("transpose", "not the last two of three"): lambda case: (
        len(shape_of(case)) == 3 and {axis % 3 for axis in dict(case.steps[0].params)["dims"]} in ({0, 1}, {0, 2})
    ),
    ("index", "a slice"): has_key("slice"),
    ("index", "an integer array"): has_key("array"),
    ("index", "an integer"): lambda case: any(type(item) is int for item in index_of(case)),
    ("index_duplicates", "two index arrays"): lambda case: len(index_of(case)) == 2,
    ("index_duplicates", "an index array of two dimensions"): lambda case: isinstance(index_of(case)[0][1][0], tuple),
    ("expressions", "an inner node with two uses"): lambda case: max(inner_uses(case)) > 1,
    ("expressions", "summed"): lambda case: case.steps[-1].op == "sum",
    ("expressions", "a leaf that is used twice"): lambda case: any(
        sum(step.operands.count(leaf) for step in case.steps) > 1
        for leaf, made in enumerate(case.leaves)
        if made.role == "tensor"
    ),
    ("l1_loss", "a negative error"): lambda case: case.pred.data[0] < case.target.data[0],
    ("l1_tie", "a hit"): lambda case: case.pred.data == case.target.data,
    ("cross_entropy", "not the first class"): lambda case: case.target.data[0] > 0,
    ("cross_entropy_large", "the right class far below"): lambda case: (
        max(case.pred.data) - case.pred.data[int(case.target.data[0])] > 745
    ),
    ("l1_loss_mean", "two dimensions"): lambda case: len(case.pred.shape) == 2,
    ("mse_loss_mean", "the default"): lambda case: case.reduction is None,
    ("cross_entropy_none", "an upstream that is not constant"): varied,
}


@pytest.mark.parametrize(("bank", "name"), SHAPES)
def test_named_shape_occurs_often(bank: str, name: str) -> None:
    hits = sum(SHAPES[bank, name](case) for case in drawn(bank))
    assert hits >= OFTEN, f"{hits} of {len(drawn(bank))} cases of {bank} have: {name}"


@pytest.mark.parametrize("bank", BANKS)
def test_no_drawn_case_is_thrown_away_and_all_survive_the_wire(bank: str) -> None:
    spec = BANKS[bank][1]
    cases = (*spec.fixed, *drawn(bank))
    assert len(set(cases)) >= 0.9 * len(cases)
    for case in cases:
        assert decode("tensor", case.wire()) == case


def solution(exercise: str) -> str:
    return (ROOT / "solutions" / f"{exercise}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("bank", BANKS)
def test_snippets_run_under_the_solution(bank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exercise, spec = BANKS[bank]
    monkeypatch.syspath_prepend(str(ROOT / "exercises"))  # for given_tensor
    monkeypatch.setitem(sys.modules, "ex04_tensor_closures", tensor_reference)
    for case in (*spec.fixed[:2], *drawn(bank)[:3]):
        source = f"{solution(exercise)}\n\n{snippet('tensor', case, spec.play)}"
        with redirect_stdout(io.StringIO()) as printed, np.errstate(all="ignore"):
            try:
                exec(compile(source, "pasted.py", "exec"), {"__name__": "pasted"})
            except ValueError:
                assert spec.play == "unknown"
        assert printed.getvalue() or spec.play == "unknown"


def module(exercise: str, source: bytes) -> types.ModuleType:
    made = types.ModuleType(exercise)
    exec(compile(source, f"{exercise}.py", "exec"), made.__dict__)
    return made


@cache
def truths(bank: str) -> tuple[list[tuple[Any, Any]], list[tuple[Any, Any]]]:
    """Return the fixed and the drawn cases of a bank, each with what torch gives."""
    spec = BANKS[bank][1]
    compute = spec.oracle()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pairs = [[(case, compute(case)) for case in cases] for cases in (spec.fixed, drawn(bank))]
    fixed, random = ([(case, truth) for case, truth in found if truth is not None] for found in pairs)
    return fixed, random


def failing(spec: BankSpec, checks: list[Any], mutant: Mutant, made: Any, pairs: list[tuple[Any, Any]]) -> int:
    count = 0
    for case, truth in pairs:
        seen = replay_in_process(spec, case, Fixed(mutant.exercise, made))
        found = [
            find(check, lambda case=case: case, truth, seen, Tolerance()).here(mutant.costs.__contains__)
            for check in checks
        ]
        count += any(one.status not in NO_FAILURE for one in found)
    return count


MUTANTS = [mutant for exercise in EXERCISES for mutant in load_mutants(load_course(ROOT), exercise)]


@pytest.mark.parametrize("mutant", some(MUTANTS, 4), ids=lambda mutant: f"{mutant.exercise[:4]}-{mutant.id}")
def test_mutant_is_caught_by_many_cases(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a tenth of the drawn cases of one of its concept's banks, or by a hand-picked case."""
    monkeypatch.setitem(sys.modules, "ex04_tensor_closures", tensor_reference)
    made = module(mutant.exercise, mutant.source)
    spec = load_spec(mutant.exercise)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for concept in mutant.named or mutant.costs:  # what else it costs may be seen seldom
            checks = spec.concept(concept).checks
            shares = []
            for bank in {check.bank.id: check.bank for check in checks}.values():
                mine = [check for check in checks if check.bank is bank]
                fixed, random = truths(bank.id)
                by_hand = failing(bank, mine, mutant, made, fixed)
                by_chance = failing(bank, mine, mutant, made, random)
                shares.append(1.0 if by_hand else by_chance / max(1, len(random)))
            assert max(shares) >= CAUGHT, f"{concept}: {max(shares):.0%} of the cases"


def test_every_kind_of_case_is_used() -> None:
    kinds = {type(case) for _, spec in BANKS.values() for case in spec.fixed}
    assert kinds == {TensorProgram, Unbroadcast, LossCall}
