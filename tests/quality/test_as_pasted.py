"""Wrong answers that the grader sees in another light than a paste does: the report shows what the paste shows."""

from __future__ import annotations

import pytest

from graders.report import Report
from tests.conftest import Grade
from tests.proof.pasting import cases, differences

EX03, EX05, EX09, EX10 = "ex03_backward", "ex05_losses", "ex09_sgd", "ex10_sgd_momentum"
EX12 = "ex12_training_loop"
Edit = tuple[str, str]

_EPOCHS = "    return [train_step(model, loss_fn, optimizer, x, y) for _ in range(epochs)]"
_APPENDED = """\
    for _ in range(epochs):
        losses.append(train_step(model, loss_fn, optimizer, x, y))
    return losses"""
_LISTED = ("self.params = list(params)", "self.params += list(params)")
_UPDATE = "p -= self.lr * p.grad"

KEPT: dict[str, tuple[str, str, tuple[Edit, ...]]] = {
    "a list as default argument": (
        EX12,
        "fit_history",
        (("epochs: int\n", "epochs: int, losses=[]\n"), (_EPOCHS, _APPENDED)),
    ),
    "a global list": (
        EX12,
        "fit_history",
        (("def fit(", "losses = []\n\n\ndef fit("), (_EPOCHS, _APPENDED)),
    ),
    "the order as default argument": (
        EX03,
        "order",
        (("(root: Node)", "(root: Node, order=[])"), ("    order: list[Node] = []\n", "")),
    ),
}
"""What is kept to the exercise, a concept whose case goes wrong when it runs once more, and the edits."""

NOT_STORED: dict[str, tuple[Edit, ...]] = {
    "with the wrong sign": ((_UPDATE, "p = p + self.lr * p.grad"),),
    "twice as far": ((_UPDATE, "p = p - 2 * self.lr * p.grad"),),
    "but in the list of the optimizer": (
        (
            "for p in self.params:\n                if p.grad",
            "for i, p in enumerate(self.params):\n                if p.grad",
        ),
        (_UPDATE, "self.params[i] = p - self.lr * p.grad"),
    ),
}
"""Edits after which a step computes new values and does not store them."""


@pytest.fixture
def graded(grade: Grade, solutions, tmp_path):
    """Return a function that grades an edited solution and asks that its cases print what the report shows."""

    def edited(exercise: str, edits: tuple[Edit, ...]) -> Report:
        source = solutions[f"{exercise}.py"].decode()
        for old, new in edits:
            assert old in source
            source = source.replace(old, new, 1)
        files = solutions | {f"{exercise}.py": source.encode()}
        report = grade(files, exercise)
        pasted = list(cases("edited", files, report))
        assert pasted
        assert not differences(pasted, tmp_path)
        return report

    return edited


def named(report: Report, concept: str) -> tuple[str, str]:
    """Return the message on a concept and the name of its wrong idea."""
    check = next(one for _, found in report.concepts() if found.id == concept for one in found.checks if one.failed)
    return check.message, check.misconception.id if check.misconception else ""


@pytest.mark.parametrize("what", KEPT)
def test_what_is_kept_from_call_to_call_is_shown_by_running_the_case_twice(graded, what):
    exercise, concept, edits = KEPT[what]
    report = graded(exercise, edits)
    assert named(report, concept)[1] == "keeps_between_calls"
    found = next(one for _, one in report.concepts() if one.id == concept)
    assert found.checks[0].counterexample.snippet.count("\nsmallest_case()\n") == 2
    assert not [signal for signal in report.signals if "not deterministic" in signal]


def test_no_case_is_shown_where_it_goes_wrong_only_after_others(graded):
    report = graded(EX09, (("class SGD:", "class SGD:\n    params = []\n"), _LISTED))
    assert named(report, "errors") == ("No error was raised; ValueError should be.", "keeps_between_calls")
    found = next(one for _, one in report.concepts() if one.id == "errors")
    assert not any(check.counterexample for check in found.checks if check.misconception)


def test_answers_by_chance_are_not_called_kept(grade, solutions):
    source = solutions["ex09_sgd.py"].decode().replace(_UPDATE, "p -= self.lr * p.grad * __import__('random').random()")
    report = grade(solutions | {"ex09_sgd.py": source.encode()}, EX09)
    assert named(report, "sign")[1] == ""
    assert any("not deterministic" in signal for signal in report.signals)


@pytest.mark.parametrize("how", NOT_STORED)
def test_a_value_that_is_not_stored_is_shown_as_the_parameter_holds_it(graded, how):
    report = graded(EX09, NOT_STORED[how])
    messages = [check.message for _, concept in report.concepts() for check in concept.checks if check.failed]
    assert any("without storing" in message for message in messages)


LOSS_FAULTS: dict[str, tuple[tuple[Edit, ...], set[str]]] = {
    "half the squared error": ((("(pred - target) ** 2,", "(pred - target) ** 2 / 2,"),), {"mse"}),
    "and the sum for the mean": (
        (("(pred - target) ** 2,", "(pred - target) ** 2 / 2,"), ("losses.mean()", "losses.sum()")),
        {"mse", "mean"},
    ),
    "and a target without gradient": (
        (
            ("(pred - target) ** 2,", "(pred - _numbers(target)) ** 2 / 2,"),
            ("def _reduce(", "def _numbers(x):\n    return x.data if isinstance(x, Tensor) else x\n\n\ndef _reduce("),
        ),
        {"mse", "target"},
    ),
    "a mean three times too large": ((("losses.mean()", "losses.mean() * 3"),), {"mean"}),
    "a mean of one sample alone that is wrong": (
        (("losses.mean()", "losses.mean() * (2 if losses.data.size == 1 else 1)"),),
        {"mean"},
    ),
}
"""Edits of the losses, and the concepts that lose points by them."""


@pytest.mark.parametrize("faults", LOSS_FAULTS)
def test_a_loss_is_shown_as_it_is_printed_and_each_fault_costs_its_own_concept(graded, faults):
    edits, lost = LOSS_FAULTS[faults]
    report = graded(EX05, edits)
    assert {concept.id for _, concept in report.concepts() if concept.score < concept.max_score} == lost
