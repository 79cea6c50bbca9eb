"""Judges of the scalar exercises: the other form of an operation, walks with another seed, orders of many kinds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from graders.cases.program import Program
from graders.compare import Tolerance, agree
from graders.players.nodes import gradients

Fields = Mapping[str, Any]


def agrees_with_own(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Operations written in two forms, such as `2 - v` and `Value(2) - v`: torch's answer, or the student's other form.

    Where the other form is itself wrong, agreeing with it is right here: its fault is another concept's.
    """
    wrong = []
    for label, value in expected.items():
        if " of " in label or agree(actual.get(label), value, Tolerance()):
            continue
        other = next((name for name in expected if name.startswith(f"{label} of ")), "")
        faulty = other and not agree(actual.get(other), expected[other], Tolerance())
        same = agree(actual.get(label), actual.get(other), Tolerance())
        if not (faulty and same):
            wrong.append(label)
    return wrong


def finite_gradient(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Operations at large inputs: torch's values, and gradients that are finite; the slope is judged elsewhere."""
    return [
        label
        for label, value in expected.items()
        if (label.endswith(".data") and not agree(actual.get(label), value, Tolerance()))
        or (label.endswith(".grad") and not _finite(actual.get(label)))
    ]


def _finite(value: Any) -> bool:
    return type(value) in (float, int) and math.isfinite(value)


def whatever_the_seed(case: Program, expected: Fields, actual: Fields) -> list[str]:
    """Gradients of a backward walk, judged for the seed that is seen on its root: the seed is another concept.

    A root that ends at 0, or at no number at all, is judged by torch's seed.
    """
    seeds = _observed_seeds(case, expected, actual)
    if seeds is not None:
        expected = _with_seeds(case, expected, seeds)
    return [
        label
        for label, value in expected.items()
        if label.endswith(".grad") and not agree(actual.get(label), value, Tolerance())
    ]


def each_pass_fresh(case: Program, expected: Fields, actual: Fields) -> list[str]:
    """Gradients of leaves after several passes: what each pass adds, whether or not the leaves keep what was there.

    A walk that erases the leaves is another concept's; so is the seed, as long as it is the same in each pass.
    """
    seeds = _observed_seeds(case, expected, actual)
    labels = list(expected)
    roots = [label for label in labels if label.endswith(".grad")][:: len(case.leaves) + 1]
    if seeds is not None:
        if case.passes[0] == case.passes[-1] and len(set(seeds)) > 1:
            return roots[1:]
        expected = _with_seeds(case, expected, seeds)
    wrong = []
    before: dict[str, float] = dict.fromkeys((label.partition(": ")[2] for label in labels), 0.0)
    for label in labels:
        if not label.endswith(".grad") or label in roots:
            continue
        leaf = label.partition(": ")[2]
        added = expected[label] - before[leaf]
        before[leaf] = expected[label]
        if not any(agree(actual.get(label), value, Tolerance()) for value in (expected[label], added)):
            wrong.append(label)
    return wrong


def _observed_seeds(case: Program, expected: Fields, actual: Fields) -> list[float] | None:
    """Return what stood on the root after each pass, None when that is torch's seed or no seed at all."""
    labels = [label for label in expected if label.endswith(".grad")]
    roots = labels[:: len(case.leaves) + 1] if len(case.passes) > 1 else labels[:1]
    if len(case.passes) == 1 and case.repeat == 1:
        roots = [f"{case.names()[case.passes[0][0]]}.grad"]
    seeds = [actual.get(label) for label in roots]
    if not all(_finite(seed) and seed for seed in seeds) or seeds == [expected[label] for label in roots]:
        return None
    return [float(seed) for seed in seeds if seed is not None]


def _with_seeds(case: Program, expected: Fields, seeds: list[float]) -> dict[str, Any]:
    """Return the gradients that a right walk gives when it starts from `seeds`."""
    if case.repeat > 1:
        return {label: value * seeds[0] for label, value in expected.items()}
    count = len(case.leaves)
    fields: list[float] = []
    for (root, _), grads in zip(case.passes, gradients(case, seeds), strict=True):
        fields += [*(grads[: count - 1 : -1] if len(case.passes) == 1 else [grads[root]]), *grads[:count]]
    return dict(zip((label for label in expected if label.endswith(".grad")), fields, strict=True))


def topological(case: Program, expected: Fields, actual: Fields) -> list[str]:
    """Lists of nodes: any order will do in which each node that the root needs stands after its operands.

    Whether a node is listed more than once is judged elsewhere, so the first place of each counts.
    """
    listed = actual.get("order")
    if not _all_names(listed) or set(listed) != set(expected["order"]):
        return ["order"]
    names = case.names()
    place = {name: listed.index(name) for name in set(listed)}
    late = any(
        place[names[operand]] > place[name]
        for name, (_, *operands) in zip(names[len(case.leaves) :], case.steps, strict=True)
        for operand in operands
        if name in place and isinstance(operand, int)
    )
    return ["order"] if late else []


def each_listed_once(case: Program, expected: Fields, actual: Fields) -> list[str]:
    """Lists of nodes: no node stands in them twice."""
    listed = actual.get("order")
    return [] if _all_names(listed) and len(listed) == len(set(listed)) else ["order"]


def _all_names(listed: Any) -> bool:
    return type(listed) is list and all(type(name) is str for name in listed)
