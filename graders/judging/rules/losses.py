"""Rules of ex05: losses of several samples beside those of each sample alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.cases.tensor import LossCall
from graders.judging.compare import Tolerance, agree, as_numpy
from graders.judging.finding import Left

Fields = Mapping[str, Any]

FORMULA = {"l1_loss": "l1", "mse_loss": "mse", "cross_entropy": "cross_entropy"}
"""The concept that each loss has to itself."""


_OTHERS = ": sum, none"
"""Ends the labels of what the other reductions give for one sample."""


def value_of_one(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """The loss of one sample: right if it is so under some reduction, since all give the same; that one is not counts
    under its own concept."""
    return _of_one("loss.data", expected, actual)


def gradient_of_one(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """The gradient of one sample, in the same way."""
    return _of_one("pred.grad", expected, actual)


def value_of_special(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """The loss of one sample at a tie or at large scores: wrong under the mean alone is the mean's, if that lost."""
    return _of_one("loss.data", expected, actual) or _mean_alone("loss.data", expected, actual)


def gradient_of_special(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """The gradient of one sample there, in the same way."""
    return _of_one("pred.grad", expected, actual) or _mean_alone("pred.grad", expected, actual)


def _of_one(label: str, expected: Fields, actual: Fields) -> list[str]:
    right = agree(actual.get(label), expected[label], Tolerance())
    return [] if right or _right_otherwise(label, expected, actual) else [label]


def _mean_alone(label: str, expected: Fields, actual: Fields) -> list[str]:
    return [] if agree(actual.get(label), expected[label], Tolerance()) else [Left(label, "mean")]


def _right_otherwise(label: str, expected: Fields, actual: Fields) -> bool:
    """Return whether the answer under another reduction is torch's."""
    try:
        torchs, mine = as_numpy(expected[label + _OTHERS]), as_numpy(actual[label + _OTHERS])
    except (ValueError, TypeError, KeyError):
        return False
    near = Tolerance()
    return mine.shape == torchs.shape and any(
        bool((abs(own - right) <= near.atol + near.rtol * abs(right)).all())
        for own, right in zip(mine, torchs, strict=True)
    )


def reduced(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """How a loss relates to the single losses; where these are wrong, and the formula is too, that counts there."""
    wrong = [label for label in expected if not agree(actual.get(label), expected[label], Tolerance())]
    return [Left(label, FORMULA[case.loss]) if label.endswith(" alone") else label for label in wrong]


def rows_in_range(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """The loss of several rows and its gradient: finite; wrong numbers are those of one row alone, or of the mean."""
    wrong = [label for label in expected if not agree(actual.get(label), expected[label], Tolerance())]
    return [Left(label, "cross_entropy", "mean") if _finite(actual.get(label)) else label for label in wrong]


def _finite(value: Any) -> bool:
    try:
        numbers = as_numpy(value)
    except (ValueError, TypeError, KeyError):
        return False
    return not bool((abs(numbers) == float("inf")).any() or (numbers != numbers).any())
