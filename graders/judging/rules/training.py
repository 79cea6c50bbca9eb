"""Rule of ex12: training on the student's own engine, whatever dtype that stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.cases import Case
from graders.judging.single import agree_in_float32, largest

Fields = Mapping[str, Any]


def to_float32(case: Case, expected: Fields, actual: Fields) -> list[str]:
    """Numbers are right as far as float32 goes: an engine that stores it loses its dtype elsewhere, and only there."""
    size = largest(expected.values(), case)
    return [label for label, truth in expected.items() if not agree_in_float32(actual.get(label), truth, size)]
