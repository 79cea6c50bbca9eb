"""The shapes that ex01 and ex12 depend on do occur in their banks, and their cases survive the wire and the snippet."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch

from graders.banks.generate import draw_cases
from graders.cases import decode
from graders.cases.call import Call
from graders.cases.formula import FLOAT_OPS, formula
from graders.snippets import snippet
from graders.spec import load_spec

SOLUTIONS = Path(__file__).parents[2] / "solutions"
EXERCISES = ("ex01_finite_differences", "ex12_training_loop")
BANKS = {bank.id: (exercise, bank) for exercise in EXERCISES for bank in load_spec(exercise).banks()}
OFTEN = 3


@cache
def cases(bank: str) -> tuple[Any, ...]:
    spec = BANKS[bank][1]
    return (*spec.fixed, *(draw_cases(spec, 20261, 60) if spec.draw else ()))


def one_sided(case: Call, h: float) -> float:
    moved = list(case.at)
    moved[case.arg or 0] += h
    return (case.f(*moved) - case.f(*case.at)) / h


def slopes(case: Call) -> list[float]:
    return [one_sided(Call(case.f, case.at, arg=i), 0.125) for i in range(len(case.at))]


def centred(case: Call, h: float) -> float:
    return (one_sided(case, h) + one_sided(case, -h)) / 2


def is_tied(case: Call) -> bool:
    """Whether the slope along the first argument depends on the second."""
    if len(case.at) < 2:
        return False
    moved = Call(case.f, (case.at[0], case.at[1] + 1.0, *case.at[2:]))
    return abs(centred(case, 0.5) - centred(moved, 0.5)) > 0.1


CALL_SHAPES: dict[tuple[str, str], Callable[[Call], bool]] = {
    ("lines", "falls"): lambda case: one_sided(case, 0.5) < 0,
    ("lines", "eps is given"): lambda case: case.eps is not None,
    ("bottoms", "not at zero"): lambda case: case.at[0] != 0,
    ("bottoms", "upside down"): lambda case: one_sided(case, 0.5) < 0,
    ("curves", "one-sided error is ten times as large"): lambda case: (
        abs(one_sided(case, 0.01) - centred(case, 1e-4)) > 10 * abs(centred(case, 0.01) - centred(case, 1e-4))
    ),
    ("arguments", "neither the first nor the last"): lambda case: 0 < (case.arg or 0) < len(case.at) - 1,
    ("arguments", "the last"): lambda case: case.arg == len(case.at) - 1,
    ("nudges", "default eps"): lambda case: case.eps is None,
    ("smooth", "a point off the grid"): lambda case: any(number * 2 != int(number * 2) for number in case.at),
    ("gradients", "slopes differ"): lambda case: len(case.at) > 1 and len(set(slopes(case))) == len(case.at),
    ("gradients", "slopes depend on other arguments"): is_tied,
    ("inputs", "a tuple"): lambda case: case.tuples,
    ("inputs", "a nudge does not come off again"): lambda case: any(x + 1e-5 - 2e-5 + 1e-5 != x for x in case.at),
    ("descents", "several steps on tied arguments"): lambda case: case.steps > 1 and is_tied(case),
    ("descents", "no step at all"): lambda case: case.steps == 0,
}

TRAINING_SHAPES: dict[tuple[str, str], Callable[[Any], bool]] = {
    ("steps", "gradients left from before"): lambda case: case.stale is not None,
    ("steps", "several steps"): lambda case: case.steps > 1,
    ("steps", "momentum or a square average"): lambda case: (
        case.learner.optimizer != "SGD" or len(case.learner.options) > 1
    ),
    ("calls", "an asymmetric loss"): lambda case: case.learner.loss == "pinball",
    ("cut_off", "detached"): lambda case: case.cut == "detach",
    ("cut_off", "frozen"): lambda case: case.cut == "frozen",
    ("chunk_timeline", "a shorter last chunk"): lambda case: len(case.x) % case.chunk_size != 0,
    ("chunk_timeline", "equal chunks"): lambda case: len(case.x) % case.chunk_size == 0,
    ("chunked", "a shorter last chunk"): lambda case: (
        len(case.x) > case.chunk_size > 1 and len(case.x) % case.chunk_size != 0
    ),
    ("chunked", "equal chunks"): lambda case: len(case.x) > case.chunk_size and len(case.x) % case.chunk_size == 0,
    ("turns", "the other's loss function"): lambda case: any(turn in ("aba", "bab") for turn in case.turns),
    ("turns", "the other's optimizer"): lambda case: any(turn[0] != turn[2] for turn in case.turns),
    ("memories", "not in C order"): lambda case: case.transposed,
    ("memories", "single precision"): lambda case: case.dtype == "float32",
    ("engine", "gradients left from before, or several steps"): lambda case: case.stale is not None or case.steps > 1,
    ("cubic", "not plain SGD"): lambda case: case.optimizer != "SGD" or len(case.options) > 1,
}


@pytest.mark.parametrize(("bank", "shape"), CALL_SHAPES)
def test_shape_of_calls_occurs(bank: str, shape: str) -> None:
    assert sum(map(CALL_SHAPES[bank, shape], cases(bank))) >= OFTEN


@pytest.mark.parametrize(("bank", "shape"), TRAINING_SHAPES)
def test_shape_of_training_occurs(bank: str, shape: str) -> None:
    assert sum(map(TRAINING_SHAPES[bank, shape], cases(bank))) >= OFTEN


@pytest.mark.parametrize("op", [*FLOAT_OPS, "pow"])
def test_smooth_functions_use_every_operation(op: str) -> None:
    assert sum(any(step[0] == op for step in case.f.steps) for case in cases("smooth")) >= OFTEN


@pytest.mark.parametrize("bank", BANKS)
def test_cases_are_equal_after_the_wire(bank: str) -> None:
    kind = BANKS[bank][1].kind
    assert all(decode(kind, unfrozen(case.wire())) == case for case in cases(bank))


def unfrozen(wire: Any) -> Any:
    """Return what msgpack gives back: lists for tuples."""
    return [unfrozen(item) for item in wire] if isinstance(wire, (list, tuple)) else wire


@pytest.fixture
def importable_solutions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before, dtype = set(sys.modules), torch.get_default_dtype()
    monkeypatch.syspath_prepend(str(SOLUTIONS.parent / "exercises"))  # for given_tensor
    monkeypatch.syspath_prepend(str(SOLUTIONS))
    yield
    torch.set_default_dtype(dtype)
    for name in set(sys.modules) - before:
        if name.startswith("ex"):
            del sys.modules[name]


@pytest.mark.usefixtures("importable_solutions")
@pytest.mark.parametrize("bank", BANKS)
def test_snippets_run_under_the_solution(bank: str) -> None:
    exercise, spec = BANKS[bank]
    source = (SOLUTIONS / f"{exercise}.py").read_text()
    for case in cases(bank)[:: max(1, len(cases(bank)) // 6)]:
        code = f"{source}\n\n{snippet(spec.kind, case, spec.play)}"
        shown = io.StringIO()
        with redirect_stdout(shown):
            exec(compile(code, exercise, "exec"), {"__name__": exercise})
        assert shown.getvalue().strip()


def test_a_formula_reads_as_it_was_written() -> None:
    f = formula("x y", "-(x + 2)**2 / (y - 3) + exp(x * y)")
    namespace: dict[str, Any] = {}
    exec(f.source(), namespace)
    assert namespace["f"](0.5, 1.25) == f(0.5, 1.25)


def test_a_formula_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="not part of a formula"):
        formula("x", "__import__('os').getcwd()")


def test_sizes_put_the_simple_first() -> None:
    for bank in BANKS:
        sizes = [case.size() for case in cases(bank)]
        assert len({len(size) for size in sizes}) == 1 and min(sizes) <= sizes[-1]


def test_the_order_of_a_sum_decides_no_chunked_case() -> None:
    for case in cases("chunked"):
        assert (case.learner.optimizer, dict(case.learner.options).keys()) == ("SGD", {"lr"})
        assert case.steps == 1 or case.learner.loss == "mse"
