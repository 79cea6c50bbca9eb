"""What a wrong version of a solution costs: concepts and points, and how that is spread over many of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graders.report import Report

QUARTER = 0.25
"""Share of an exercise that one bug may cost."""


@dataclass(frozen=True)
class Cost:
    """What one wrong version loses of its exercise.

    Attributes:
        concepts: How many concepts did not pass, whether they failed or wait for one that did.
        points: How many points that took.
        of: Points of the exercise.
    """

    concepts: int
    points: float
    of: float

    @property
    def share(self) -> float:
        """The lost part of the exercise, 0 to 1."""
        return self.points / self.of

    @property
    def much(self) -> bool:
        """Whether it is more than a quarter of the exercise."""
        return self.share > QUARTER


@dataclass(frozen=True)
class Spread:
    """The middle of some numbers, what 95 % of them do not exceed, and the largest."""

    median: float
    most: float
    worst: float


def cost_of(report: Report) -> Cost:
    """Return what a report on one exercise takes off."""
    lost = [concept for _, concept in report.concepts() if concept.status != "passed"]
    points = math.fsum(concept.max_score - concept.score for concept in lost)
    return Cost(len(lost), round(points, 9), report.max_score)


def spread(numbers: Iterable[float]) -> Spread:
    """Return how some numbers, at least one, are spread; each of the three is one of them."""
    ranked = sorted(numbers)
    return Spread(_at(ranked, 0.5), _at(ranked, 0.95), ranked[-1])


def _at(ranked: Sequence[float], share: float) -> float:
    return ranked[math.ceil(share * len(ranked)) - 1]
