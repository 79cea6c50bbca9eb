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


def reduced(case: LossCall, expected: Fields, actual: Fields) -> list[str]:
    """How a loss relates to the single losses; that these change with the reduction is a fault of the formula."""
    wrong = [label for label in expected if not agree(actual.get(label), expected[label], Tolerance())]
    return [Left(label, FORMULA[case.loss]) if isinstance(expected[label], bool) else label for label in wrong]


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
