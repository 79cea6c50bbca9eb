"""Judges of checks whose answers are right in several forms: `(case, expected, actual) -> labels that are wrong`.

A wrong answer that is another concept's affair is a label of type `Left`, which names that concept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.cases import Case
from graders.cases.call import Call
from graders.judging.finding import Left
from graders.judging.rules_graph import edge_items as edge_items
from graders.judging.rules_graph import leaf_items as leaf_items
from graders.judging.rules_graph import like_the_other as like_the_other
from graders.judging.rules_graph import line_items as line_items
from graders.judging.rules_graph import line_layout as line_layout
from graders.judging.rules_graph import line_marks as line_marks
from graders.judging.rules_graph import line_order as line_order
from graders.judging.rules_graph import line_start as line_start
from graders.judging.rules_graph import line_text as line_text
from graders.judging.rules_graph import listed_depths as listed_depths
from graders.judging.rules_graph import listed_items as listed_items
from graders.judging.rules_graph import listed_names as listed_names
from graders.judging.rules_graph import listed_order as listed_order
from graders.judging.rules_graph import listed_shared as listed_shared
from graders.judging.rules_graph import node_items as node_items
from graders.judging.rules_graph import not_empty as not_empty
from graders.judging.rules_graph import output_items as output_items
from graders.judging.rules_graph import same_items as same_items
from graders.judging.rules_losses import reduced as reduced
from graders.judging.rules_losses import rows_in_range as rows_in_range
from graders.judging.rules_owners import operations_in_a_dtype as operations_in_a_dtype
from graders.judging.rules_owners import tensor_operations as tensor_operations
from graders.judging.rules_scalar import agrees_with_own as agrees_with_own
from graders.judging.rules_scalar import each_listed_once as each_listed_once
from graders.judging.rules_scalar import each_pass_fresh as each_pass_fresh
from graders.judging.rules_scalar import finite_gradient as finite_gradient
from graders.judging.rules_scalar import topological as topological
from graders.judging.rules_scalar import whatever_the_seed as whatever_the_seed
from graders.judging.rules_steps import gathered_once as gathered_once
from graders.judging.rules_steps import moves as moves
from graders.judging.rules_steps import new_values as new_values
from graders.judging.rules_steps import sizes as sizes
from graders.judging.single import agree_in_float32, largest

Fields = Mapping[str, Any]

_ULP = 2.0**-52


def to_float32(case: Case, expected: Fields, actual: Fields) -> list[str]:
    """Numbers are right as far as float32 goes: an engine that stores it loses its dtype elsewhere, and only there."""
    size = largest(expected.values(), case)
    return [label for label, truth in expected.items() if not agree_in_float32(actual.get(label), truth, size)]


def nudged(case: Call, expected: Fields, actual: Fields) -> list[str]:
    """Gradients and end points measured by nudging, by whatever distance and to whichever side: to one percent."""
    return [
        label
        for label in ("gradient", "end of the descent")
        if label in expected and not _near(actual.get(label), expected[label], rtol=1e-2)
    ]


def nudged_arguments(case: Call, expected: Fields, actual: Fields) -> list[str]:
    """Which arguments were moved; where none was, the slope is wrong as well."""
    return [
        Left(label, "slope", "agrees_with_torch") if actual.get(label) == [] else label
        for label, value in expected.items()
        if actual.get(label) != value
    ]


def order_of_error(case: Call, expected: Fields, actual: Fields) -> list[str]:
    """Slopes for a nudge, a tenth and a hundredth of it: the error must shrink about 100 times, not 10 times.

    Successive slopes are compared with each other, so that a wrong factor or sign does not matter here; slopes that do
    not depend on the nudge, or that do not come near torch's at all, are the affair of other concepts.
    """
    labels = list(expected)
    slopes = [slope for slope in actual.values() if isinstance(slope, float)]
    if len(slopes) < len(labels):
        return labels
    large, middle, small = slopes
    first, second = abs(large - middle), abs(middle - small)
    same = first <= 1e-7 * max(1.0, abs(large))
    astray = abs(small - expected[labels[2]]) > 0.1 * (1 + abs(expected[labels[2]]))
    if same or astray:
        return [Left(labels[0], "slope", "right_argument", "step_size", "agrees_with_torch")]
    return [] if first >= 30 * second else labels[:1]


def within_truncation(case: Call, expected: Fields, actual: Fields) -> list[str]:
    """Slopes of a curve: as close to torch as an honest centred difference with the default nudge can be.

    Its error is `eps**2 / 6` times the third derivative, seen here as the distance between an honest difference and
    torch, plus the rounding of the largest number on the way divided by `eps`.
    """
    h, arg = case.eps or 1e-5, case.arg or 0
    sides = []
    for moved in (case.at[arg] + h, case.at[arg] - h):
        sides.append(case.f.values([*case.at[:arg], moved, *case.at[arg + 1 :]]))
    honest = (sides[0][-1] - sides[1][-1]) / (2 * h)
    largest = max(abs(number) for number in sides[0] + sides[1])
    slope = expected["slope"]
    allowed = 4 * abs(honest - slope) + 64 * _ULP * (1 + largest) / h
    mine = actual.get("slope")
    return [] if type(mine) is float and abs(mine - slope) <= allowed else ["slope"]


def _near(actual: Any, expected: list[float], rtol: float) -> bool:
    if type(actual) is not list or len(actual) != len(expected):
        return False
    pairs = zip(actual, expected, strict=True)
    return all(type(mine) is float and abs(mine - torchs) <= rtol * (1 + abs(torchs)) for mine, torchs in pairs)
