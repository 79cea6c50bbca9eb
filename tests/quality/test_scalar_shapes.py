"""The shapes that ex02 and ex03 depend on do occur in their banks; their cases survive the wire and the snippet."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

import pytest

from graders.banks.generate import draw_cases
from graders.cases import decode
from graders.cases.ops import ARITHMETIC, SCALAR
from graders.cases.program import Program
from graders.cases.scalar import labels
from graders.snippets import snippet
from graders.spec import load_spec
from tests.proof.pasting import rows_of, same

SOLUTIONS = Path(__file__).parents[2] / "solutions"
BANKS = {
    bank.id: (exercise, bank) for exercise in ("ex02_closures", "ex03_backward") for bank in load_spec(exercise).banks()
}
OFTEN = 3

Shape = Callable[[Program], bool]


@cache
def cases(bank: str) -> tuple[Program, ...]:
    spec = BANKS[bank][1]
    return (*spec.fixed, *(draw_cases(spec, 20262, 60) if spec.draw else ()))


def users(case: Program) -> dict[int, list[int]]:
    """Return, for each node, the nodes that it is an operand of, once for each slot."""
    found: dict[int, list[int]] = {}
    for node, (_, *operands) in enumerate(case.steps, len(case.leaves)):
        for operand in operands:
            if isinstance(operand, int):
                found.setdefault(operand, []).append(node)
    return found


def distances(case: Program, root: int) -> dict[int, set[int]]:
    """Return, for each node below `root`, the lengths of the paths to it."""
    lengths: dict[int, set[int]] = {root: {0}}
    for node in range(root, len(case.leaves) - 1, -1):
        for operand in case.steps[node - len(case.leaves)][1:]:
            if isinstance(operand, int) and node in lengths:
                lengths.setdefault(operand, set()).update(length + 1 for length in lengths[node])
    return lengths


def shared_intermediate(case: Program) -> bool:
    return any(len(above) > 1 for node, above in users(case).items() if node >= len(case.leaves))


def unequal_arms(case: Program) -> bool:
    paths = distances(case, case.passes[0][0])
    return any(len(lengths) > 1 for node, lengths in paths.items() if node >= len(case.leaves))


def shared_leaf(case: Program) -> bool:
    return any(len(above) > 1 for node, above in users(case).items() if node < len(case.leaves))


def unreached(case: Program) -> bool:
    reached = distances(case, case.passes[0][0])
    return any(node not in reached for node in range(len(case.leaves), len(case.leaves) + len(case.steps)))


def below_root(case: Program) -> bool:
    return any(node >= len(case.leaves) for node in distances(case, case.passes[0][0]) if node != case.passes[0][0])


def losses_share(case: Program) -> bool:
    count = len(case.leaves)
    first, second = (set(distances(case, root)) for root, _ in case.passes)
    return any(node >= count for node in first & second)


def same_leaf(case: Program) -> bool:
    return case.steps[0][1:] == (0, 0)


def given(case: Program) -> float:
    return case.passes[0][1] or 0.0


SHAPES: dict[tuple[str, str], Shape] = {
    **{(op, "an upstream other than 1"): lambda case: given(case) not in (0.0, 1.0) for op in SCALAR},
    **{(op, "a negative upstream"): lambda case: given(case) < 0 for op in SCALAR},
    **{(op, "two different values"): lambda case: len(set(case.leaves)) == 2 for op in ARITHMETIC},
    **{(f"{op}_reused", "one leaf in both slots"): same_leaf for op in ARITHMETIC},
    **{(f"{op}_reused", "a gradient is there already"): lambda case: any(case.preload) for op in SCALAR},
    **{(f"{op}_reused", "two results share a leaf"): lambda case: len(case.passes) == 2 for op in SCALAR},
    **{(op, "a negative operand"): lambda case: min(case.leaves) < 0 for op in SCALAR if op != "log"},
    ("pow", "a fractional exponent"): lambda case: not float(case.steps[0][2]).is_integer(),
    ("pow", "a negative exponent"): lambda case: case.steps[0][2] < 0,
    ("sub_left", "the number is a whole one"): lambda case: float(case.steps[0][1]).is_integer(),
    ("sub_left", "the number is a fraction"): lambda case: not float(case.steps[0][1]).is_integer(),
    ("mul_right", "the number is a whole one"): lambda case: float(case.steps[0][2]).is_integer(),
    ("mul_right", "the number is a fraction"): lambda case: not float(case.steps[0][2]).is_integer(),
    ("value_exponent", "a negative exponent"): lambda case: case.leaves[1] < 0,
    ("diamonds", "a shared intermediate"): shared_intermediate,
    ("diamonds", "arms of unequal length"): unequal_arms,
    ("diamonds", "a shared leaf"): shared_leaf,
    ("diamonds", "a branch that the root does not reach"): unreached,
    ("orders", "arms of unequal length"): unequal_arms,
    ("trees", "a shared leaf"): shared_leaf,
    ("trees", "an intermediate below the root"): below_root,
    ("trees", "one leaf in both slots"): same_leaf,
    ("given", "a gradient of 0"): lambda case: case.passes[0][1] == 0.0,
    ("given", "a negative gradient"): lambda case: given(case) < 0,
    ("leaves", "a gradient is there already"): lambda case: any(case.preload),
    ("leaves", "two graphs on the same leaves"): lambda case: len(case.passes) == 2,
    ("again", "three passes"): lambda case: len(case.passes) == 3,
    ("again", "an intermediate below the root"): below_root,
    ("losses", "a shared intermediate"): losses_share,
}


@pytest.mark.parametrize(("bank", "shape"), SHAPES)
def test_shape_occurs_often(bank: str, shape: str) -> None:
    assert sum(SHAPES[bank, shape](case) for case in cases(bank)) >= OFTEN


@pytest.mark.parametrize("bank", ["trees", "seeds", "given", "leaves", "again"])
def test_order_cannot_matter_where_another_idea_is_judged(bank: str) -> None:
    assert not any(shared_intermediate(case) for case in cases(bank))


def test_each_loss_alone_is_a_tree() -> None:
    for case in cases("losses"):
        for root, _ in case.passes:
            below = set(distances(case, root))
            above = users(case)
            assert all(len(set(above.get(n, [])) & below) <= 1 for n in below if n >= len(case.leaves))


@pytest.mark.parametrize("bank", BANKS)
def test_cases_survive_the_wire(bank: str) -> None:
    spec = BANKS[bank][1]
    for case in cases(bank):
        assert decode(spec.kind, case.wire()) == case
        assert len(labels(case, spec.play)) == len(set(labels(case, spec.play)))


@pytest.mark.parametrize("bank", BANKS)
def test_the_smallest_snippets_run_and_print_the_truth(bank: str) -> None:
    exercise, spec = BANKS[bank]
    if bank in ("deep", "paths"):
        pytest.skip("the snippet is the case itself, too long to run here")
    oracle = spec.oracle()
    for case in sorted(cases(bank), key=lambda case: case.size())[:5]:
        expected = oracle(case)
        printed = run(exercise, snippet(spec.kind, case, spec.play))
        rows, rest = rows_of(list(expected), printed)
        assert not rest and all(same(rows[label], value) for label, value in expected.items()), printed


def run(exercise: str, text: str) -> str:
    """Return what a snippet prints under the solution."""
    source = (SOLUTIONS / f"{exercise}.py").read_text(encoding="utf-8")
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(f"{source}\n\n{text}", f"{exercise}.py", "exec"), {"__name__": exercise})
    return out.getvalue()
