"""Rules of ex05: which wrong answers count, and which are marked as another concept's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graders.cases.tensor import LossCall
from graders.exchange.tensor_losses import is_elsewhere
from graders.judging.compare import Tolerance, agree, as_numpy
from graders.judging.finding import Left

Fields = Mapping[str, Any]

FORMULA = {"l1_loss": "l1", "mse_loss": "mse", "cross_entropy": "cross_entropy"}
"""The concept that each loss has to itself."""


def value_of_one(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """The loss of one sample: right if it is so under some reduction, since all give the same; that one is not counts
    under its own concept."""
    return _here(["loss.data"], expected, actual)


def gradient_of_one(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """The gradient of one sample, in the same way."""
    return _here(["pred.grad"], expected, actual)


def value_of_special(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """The loss of one sample at a tie or at large scores: wrong under the mean alone is the mean's, if that lost."""
    return _left_to("mean", ["loss.data"], expected, actual)


def gradient_of_special(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """The gradient of one sample there, in the same way."""
    return _left_to("mean", ["pred.grad"], expected, actual)


def reduced(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """Several samples: where the losses of each alone are as wrong, and the formula is too, that counts there."""
    return _left_to(FORMULA[case.loss], expected, expected, actual)


def apart_from_formula(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """What a loss sends to a target, or adds to a gradient: right if it is what the student's own formula gives."""
    return _here(expected, expected, actual)


def rows_in_range(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """The loss of several rows and its gradient: finite; wrong numbers are those of one row alone, or of the mean."""
    wrong = _wrong(expected, expected, actual)
    return [Left(label, "cross_entropy", "mean") if _finite(actual.get(label)) else label for label in wrong]


def _here(labels: Iterable[str], expected: Fields, actual: Fields) -> list[str]:
    """Return the labels that are wrong for no reason that another concept counts."""
    return [label for label in _wrong(labels, expected, actual) if not is_elsewhere(actual.get(label))]


def _left_to(concept: str, labels: Iterable[str], expected: Fields, actual: Fields) -> list[str]:
    """Return the labels that are wrong, those left to a concept that it counts."""
    wrong = _wrong(labels, expected, actual)
    return [Left(label, concept) if is_elsewhere(actual.get(label)) else label for label in wrong]


def _wrong(labels: Iterable[str], expected: Fields, actual: Fields) -> list[str]:
    return [label for label in labels if not agree(actual.get(label), expected[label], Tolerance())]


def _finite(value: Any) -> bool:
    try:
        numbers = as_numpy(value)
    except (ValueError, TypeError, KeyError):
        return False
    return not bool((abs(numbers) == float("inf")).any() or (numbers != numbers).any())
