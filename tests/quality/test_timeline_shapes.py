"""The shapes that ex08 to ex11 depend on do occur in their banks, and what the players assume of them holds."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgpack
import pytest
import torch

from graders.banks.generate import draw_cases
from graders.cases import decode
from graders.cases.timeline import Accumulate, Backward, EditGrad, Leaf, Put, SetGrad, SetLr, Step, Timeline, ZeroGrad
from graders.concepts import ex08, ex09, ex10_banks, ex11_banks
from graders.players import timeline as players
from graders.players.seen import Seen
from graders.players.subject import Absent, Fixed
from graders.snippets import snippet
from graders.spec import BankSpec, load_spec
from tests.conftest import wrong_subject

SOLUTIONS = Path(__file__).parents[2] / "solutions"
EXERCISES = ("ex08_zero_grad", "ex09_sgd", "ex10_sgd_momentum", "ex11_adaptive")
BANKS = {(exercise, bank.id): bank for exercise in EXERCISES for bank in load_spec(exercise).banks()}
OFTEN = 3


@cache
def cases(exercise: str, bank: str) -> tuple[Timeline, ...]:
    spec = BANKS[exercise, bank]
    return (*spec.fixed, *(draw_cases(spec, 20261, 60) if spec.draw else ()))


@cache
def solution(exercise: str) -> str:
    return (
        (SOLUTIONS / f"{exercise}.py").read_text(encoding="utf-8").replace("from __future__ import annotations\n", "")
    )


def events(case: Timeline, kind: type[Any]) -> list[Any]:
    return [event for event in case.events if type(event) is kind]


def steps(case: Timeline) -> int:
    return len(events(case, Step))


def used(case: Timeline) -> list[bool]:
    places = {event.param for event in events(case, SetGrad)} | {
        term.param for event in events(case, Backward) for term in event.terms
    }
    return [place in places for place in range(len(case.params))]


def option(case: Timeline, name: str) -> Any:
    return dict(case.options).get(name)


def on(*names: str) -> Callable[[Timeline], bool]:
    return lambda case: all(option(case, name) for name in names)


def none_then_grad(case: Timeline) -> bool:
    row = used(case)
    return any(not row[place] and any(row[place:]) for place in range(len(row)))


def losses(case: Timeline) -> Accumulate:
    return events(case, Accumulate)[0]


SHAPES: dict[tuple[str, str, str], Callable[[Timeline], bool]] = {
    ("ex08_zero_grad", "some_none", "a gradient after None"): none_then_grad,
    ("ex08_zero_grad", "some_none", "no gradient at all"): lambda case: not any(used(case)),
    ("ex08_zero_grad", "some_none", "zeros mode"): lambda case: events(case, ZeroGrad)[0].set_to_none is False,
    ("ex08_zero_grad", "given", "a frozen one is given"): lambda case: any(
        not case.params[place].requires_grad for place in case.handed()
    ),
    ("ex08_zero_grad", "given", "one is left out"): lambda case: len(case.handed()) < len(case.params),
    ("ex08_zero_grad", "history", "a gradient with grad_fn"): lambda case: bool(events(case, Backward)),
    ("ex08_zero_grad", "history", "a gradient that is a leaf"): lambda case: bool(events(case, SetGrad)),
    ("ex08_zero_grad", "shared", "three losses"): lambda case: len(losses(case).weights) == 3,
    ("ex08_zero_grad", "reached", "reached but not given"): lambda case: bool(
        {term.param for terms in losses(case).losses for term in terms} - set(case.handed())
    ),
    ("ex08_zero_grad", "reached", "given but not reached"): lambda case: bool(
        set(case.handed()) - {term.param for terms in losses(case).losses for term in terms}
    ),
    ("ex09_sgd", "rule", "by backward"): lambda case: bool(events(case, Backward)),
    ("ex09_sgd", "rule", "several elements"): lambda case: len(case.params[0].values) > 1,
    ("ex09_sgd", "unused", "a gradient after None"): none_then_grad,
    ("ex09_sgd", "unused", "no gradient at all"): lambda case: not any(used(case)),
    ("ex09_sgd", "new_lr", "before the first step"): lambda case: steps(case) == 1,
    ("ex09_sgd", "new_lr", "between two steps"): lambda case: steps(case) == 2,
    ("ex09_sgd", "new_lr", "grows"): lambda case: events(case, SetLr)[0].lr > option(case, "lr"),
    ("ex09_sgd", "frozen", "another one after the frozen one"): lambda case: (
        len(case.params) > 1 and not case.params[0].requires_grad
    ),
    ("ex09_sgd", "leaf_errors", "a computed tensor"): lambda case: not all(leaf.is_leaf for leaf in case.params),
    ("ex09_sgd", "leaf_errors", "leaves only, one frozen"): lambda case: (
        all(leaf.is_leaf for leaf in case.params) and not all(leaf.requires_grad for leaf in case.params)
    ),
    ("ex10_sgd_momentum", "missing", "decay without a gradient"): on("weight_decay"),
    ("ex10_sgd_momentum", "missing", "a gradient after None"): none_then_grad,
    ("ex10_sgd_momentum", "zeros", "with momentum"): on("momentum"),
    ("ex10_sgd_momentum", "zeros", "with decay"): on("weight_decay"),
    ("ex10_sgd_momentum", "late", "after two steps"): lambda case: steps(case) == 3,
    ("ex10_sgd_momentum", "nesterov", "more than one step"): lambda case: steps(case) > 1,
    ("ex10_sgd_momentum", "read_only", "decay, not maximize"): lambda case: (
        on("weight_decay")(case) and not option(case, "maximize")
    ),
    ("ex10_sgd_momentum", "read_only", "maximize"): on("maximize"),
    ("ex10_sgd_momentum", "edited", "written twice"): lambda case: len(events(case, EditGrad)) == 2,
    ("ex10_sgd_momentum", "together", "nesterov with decay"): on("nesterov", "weight_decay"),
    ("ex10_sgd_momentum", "together", "dampening with maximize"): on("dampening", "maximize"),
    ("ex10_sgd_momentum", "together", "two parameters"): lambda case: len(case.params) == 2,
    ("ex10_sgd_momentum", "group_options", "only the second sets options"): lambda case: not case.groups[0].options,
    ("ex11_adaptive", "rmsprop_square", "more than one step"): lambda case: steps(case) > 1,
    ("ex11_adaptive", "rmsprop_together", "centered with momentum"): on("centered", "momentum"),
    ("ex11_adaptive", "adam_together", "with decay"): on("weight_decay"),
    ("ex11_adaptive", "adam_late", "after two steps"): lambda case: steps(case) == 3,
    ("ex11_adaptive", "adam_moments", "three steps"): lambda case: steps(case) == 3,
    ("ex11_adaptive", "adam_decay", "put back"): lambda case: bool(events(case, Put)),
}


@pytest.mark.parametrize(("exercise", "bank", "shape"), SHAPES)
def test_shape_occurs(exercise: str, bank: str, shape: str) -> None:
    found = sum(SHAPES[exercise, bank, shape](case) for case in cases(exercise, bank))
    assert found >= OFTEN, f"{exercise}/{bank}: {shape!r} occurs in {found} of {len(cases(exercise, bank))} cases"


@pytest.mark.parametrize(("exercise", "bank"), BANKS)
def test_cases_survive_the_wire(exercise: str, bank: str) -> None:
    for case in cases(exercise, bank):
        wire = msgpack.unpackb(msgpack.packb(case.wire()), strict_map_key=False)
        assert decode("timeline", wire) == case


@pytest.mark.parametrize(("exercise", "bank"), BANKS)
def test_truth_is_finite(exercise: str, bank: str) -> None:
    def finite(value: Any) -> bool:
        if isinstance(value, list):
            return all(map(finite, value))
        return not isinstance(value, float) or abs(value) < 1e6

    spec = BANKS[exercise, bank]
    for case in cases(exercise, bank):
        truth = spec.oracle()(case)
        assert truth and all(map(finite, truth.values())), case


@pytest.mark.parametrize(("exercise", "bank"), BANKS)
@pytest.mark.filterwarnings("ignore")
def test_snippets_run_under_the_solution(exercise: str, bank: str) -> None:
    spec = BANKS[exercise, bank]
    for case in cases(exercise, bank)[:8]:
        names: dict[str, Any] = {}
        exec(compile(solution(exercise), exercise, "exec"), names)
        code = compile(snippet("timeline", case, spec.play), "snippet", "exec")
        with redirect_stdout(io.StringIO()) as printed:
            exec(code, names)
        if spec.play == "construct" and (error := spec.oracle()(case)["error raised"]):
            assert error in printed.getvalue()
        assert printed.getvalue()


@pytest.mark.parametrize(("exercise", "bank"), [key for key, spec in BANKS.items() if spec.play == "update"])
def test_spied_steps_have_different_shapes_and_no_zero_gradient(exercise: str, bank: str) -> None:
    for case in cases(exercise, bank):
        shapes = [(len(leaf.values),) if leaf.shape is None else leaf.shape for leaf in case.params]
        assert len(set(shapes)) == len(shapes)
        assert all(all(event.values) for event in events(case, SetGrad))
        assert all(all(term.coefficients) for event in events(case, Backward) for term in event.terms)


def value(bank: BankSpec, case: Timeline, label: str) -> Any:
    return bank.oracle()(case)[label]


def test_scenarios_have_their_numbers() -> None:
    assert value(ex09.RULE, ex09.HUNDRED_X, "p0 after step 1") == pytest.approx([0.9, 1.9])
    assert value(ex09.RULE, ex09.Z, "p0 after step 1") == pytest.approx(0.4)
    assert value(ex09.RULE, ex09.Z, "p1 after step 1") == pytest.approx([0.8])
    assert value(ex09.RULE, ex09.LEFT_OVER, "p0 after step 1") == pytest.approx([0.8])
    assert value(ex09.REPLACED, ex09.SWAPPED, "step 1 moves p1") is False
    assert value(ex10_banks.ZEROS, ex10_banks.ZEROS_WITH_MOMENTUM, "p0 after step 2") == pytest.approx([0.81])
    assert value(ex10_banks.ZEROS, ex10_banks.ZEROS_WITH_DECAY, "p0 after step 1") == pytest.approx([0.95])
    assert value(ex10_banks.MISSING, ex10_banks.NONE_WITH_BOTH, "p0 after step 1") == [1.0]
    assert value(ex10_banks.ZEROS, ex10_banks.FROZEN, "p0 after step 2") == pytest.approx([0.42])
    assert value(ex08.SUM, ex08.LINE_TWICE, "p0.grad after accumulate") == [6.0]
    assert value(ex11_banks.SQUARE, ex11_banks.SQUARE.fixed[0], "p0 after step 1") == pytest.approx([0.8])
    assert value(ex11_banks.FIRST, ex11_banks.FIRST.fixed[0], "p0 after step 1") == pytest.approx([0.9])


def test_a_lost_update_still_shows_its_rule() -> None:
    case = ex09.HUNDRED_X
    truth = ex09.RULE.oracle()(case)
    seen = Seen()
    players.update(case, wrong_subject("ex09_sgd", "rebinds"), seen)
    assert dict(zip(truth, seen, strict=True)) == {**truth, "p0 holds the new values after step 1": False}
    strict = Seen()
    players.in_place(case, wrong_subject("ex09_sgd", "rebinds"), strict)
    assert strict[0] is False


def test_a_step_that_does_nothing_moves_nothing() -> None:
    class SGD:
        def __init__(self, params: Any, lr: float) -> None:
            self.params = list(params)

        def step(self) -> None:
            [p.grad for p in self.params]

    seen = Seen()
    players.update(ex09.HUNDRED_X, Fixed("ex09_sgd", SimpleNamespace(SGD=SGD)), seen)
    assert seen[:3] == [[1.0, 2.0], True, False]


def test_torch_optimizers_do_not_pass_for_the_students() -> None:
    class Borrowed(torch.optim.SGD):
        pass

    for borrowed in (torch.optim.SGD, Borrowed, lambda params, lr: torch.optim.SGD(params, lr)):
        with pytest.raises(Absent, match="torch's own"):
            players.update(ex09.HUNDRED_X, Fixed("ex09_sgd", SimpleNamespace(SGD=borrowed)), Seen())


def test_grad_mode_is_restored() -> None:
    case = Timeline((Leaf((1.0,)),), (SetGrad(0, (1.0,)), Step()), options=(("lr", 0.5),))
    players.outside(case, wrong_subject("ex09_sgd", "grad_mode_left_off"), Seen())
    assert torch.is_grad_enabled()
