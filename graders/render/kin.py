"""Failures that have one cause: the same wrong idea, or the same exception at the same line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from graders.render.concept import shown_check
from graders.report import CheckResult, ConceptResult, Report

_AT = re.compile(r"(\w+): .*\(([^()]+\.(?:py|ipynb), line \d+)\)", re.DOTALL)


@dataclass
class Kin:
    """Which failure is shown in full, and which others are like an earlier one.

    Attributes:
        first: Exercise and concept of the failure that is shown in full, the first with a failing case; None when
            there is none.
        like: Exercise and concept to what they have in common with which other one.
    """

    first: tuple[str, str] | None = None
    like: dict[tuple[str, str], str] = field(default_factory=dict)


def kinship(report: Report) -> Kin:
    """Return what the failures of a report have in common."""
    kin = Kin()
    known: dict[tuple[str, str], tuple[str, str]] = {}
    for exercise, concept in report.concepts():
        check = shown_check(concept)
        if exercise.obstacle or check is None or concept.status in ("skipped", "not_started"):
            continue
        here = exercise.id, concept.id
        if kin.first is None and any(one.counterexample for one in concept.checks):
            kin.first = here
        key = _cause(concept, check)
        if key in known:
            there, name = known[key]
            kin.like[here] = f"same {key[0]} as {name if there == exercise.id else f'{there}.{name}'}"
        elif key[1]:
            known[key] = here
    return kin


def _cause(concept: ConceptResult, check: CheckResult) -> tuple[str, str]:
    named = next((one.misconception for one in concept.checks if one.misconception), None)
    if named:
        return "idea", named.sentence
    at = _AT.match(check.message)
    if at:
        return "cause", f"{at[1]} {at[2]}"
    numbers = check.status == "failed" and check.counterexample is not None  # equal ones are no common cause
    return "cause", "" if numbers else check.message
