"""The capstone takes every right way to write its parts: walks that are methods, engines with other names, any SGD."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from graders.concepts.ex12_banks import CAPSTONE
from graders.judging.rules.training import to_float32
from graders.oracles.training import cubic as by_torch
from graders.players.seen import Seen
from graders.players.subject import Absent, Subject
from graders.players.training import cubic

ROOT = Path(__file__).parents[2]
PARTS = ("ex03_backward", "ex04_tensor_closures", "ex10_sgd_momentum", "ex12_training_loop")
STYLES = [
    path
    for part in PARTS
    for path in sorted((ROOT / "tests" / "right" / part).glob("*.py"))
    if path.stem != "asks_for_gradients"  # the fit_cubic of its author asks, the one here does not
]
WITH_MOMENTUM = CAPSTONE.fixed[1]


@pytest.fixture
def modules() -> Iterator[dict[str, ModuleType]]:
    """Modules of one submission, importable by each other while a test runs."""
    before = dict(sys.modules)
    yield {}
    for name in set(sys.modules) - set(before):
        if name.startswith("ex"):
            del sys.modules[name]


def subject(modules: dict[str, ModuleType], changed: Path | None = None, source: str = "") -> Subject:
    def load(stem: str) -> Any:
        if stem not in modules:
            path = changed if changed and changed.parent.name == stem else ROOT / "solutions" / f"{stem}.py"
            modules[stem] = sys.modules[stem] = ModuleType(stem)
            text = source if source and stem == "ex10_sgd_momentum" else path.read_text()
            exec(compile(text, path.name, "exec"), modules[stem].__dict__)
        return modules[stem]

    return Subject("ex12_training_loop", load)


@pytest.mark.parametrize("style", STYLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_right_part_in_another_style_follows_torch(style: Path, modules: dict[str, ModuleType]) -> None:
    seen = Seen()
    cubic(WITH_MOMENTUM, subject(modules, style), seen)
    expected = by_torch(WITH_MOMENTUM)
    assert not to_float32(WITH_MOMENTUM, expected, dict(zip(expected, seen, strict=True)))


def test_an_optimizer_that_replaces_the_memory_leaves_the_curve_flat(modules: dict[str, ModuleType]) -> None:
    source = (
        "class SGD:\n"
        "    def __init__(self, params, lr, momentum=0.0):\n"
        "        self.params, self.lr = list(params), lr\n"
        "    def zero_grad(self):\n"
        "        for p in self.params:\n"
        "            p.grad = None\n"
        "    def step(self):\n"
        "        for p in self.params:\n"
        "            p.data = p.data - self.lr * p.grad\n"
    )
    losses: list[float] = []
    fit_cubic = subject(modules).get("fit_cubic")
    parts = subject(modules, source=source)
    modules["ex12_training_loop"].__dict__["fit_cubic"] = lambda *arguments: noted(fit_cubic(*arguments), losses)
    cubic(WITH_MOMENTUM, parts, Seen())
    assert len(losses) == WITH_MOMENTUM.steps and len(set(losses)) == 1


def noted(result: tuple[list[float], list[float]], losses: list[float]) -> tuple[list[float], list[float]]:
    losses.extend(result[0])
    return result


def test_a_missing_part_is_absent_not_wrong(modules: dict[str, ModuleType]) -> None:
    with pytest.raises(Absent, match="no SGD found"):
        cubic(WITH_MOMENTUM, subject(modules, source="def step(): ...\n"), Seen())
