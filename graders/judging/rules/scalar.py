"""Rules of the scalar exercises: the other form of an operation, walks with another seed, orders of many kinds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeGuard

from graders.cases.program import Program
from graders.cases.scalar import noted
from graders.cases.slopes import worked
from graders.judging.compare import Tolerance, agree
from graders.judging.finding import Left

Fields = Mapping[str, Any]


def agrees_with_own(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Operations written in two forms, such as `2 - v` and `Value(2) - v`: torch's answer, or the student's other form.

    Where the other form is itself wrong, agreeing with it is right here: its fault is another concept's.
    """
    step = case.steps[0]
    own = ("pow", "value_exponent") if step[0] == "pow" and type(step[1]) is float else (step[0],)
    wrong = []
    for label, value in expected.items():
        if " of " in label or agree(actual.get(label), value, Tolerance()):
            continue
        other = next((name for name in expected if name.startswith(f"{label} of ")), "")
        faulty = other and not agree(actual.get(other), expected[other], Tolerance())
        same = agree(actual.get(label), actual.get(other), Tolerance())
        wrong.append(Left(label, *own) if faulty and same else label)
    return wrong


def finite_gradient(case: Any, expected: Fields, actual: Fields) -> list[str]:
    """Operations at large inputs: torch's values, and gradients that are finite; a wrong slope is the operation's."""
    return [
        Left(label, case.steps[0][0]) if label.endswith(".grad") and _finite(actual.get(label)) else label
        for label, value in expected.items()
        if label.endswith((".data", ".grad")) and not agree(actual.get(label), value, Tolerance())
    ]


def _finite(value: Any) -> bool:
    return type(value) in (float, int) and math.isfinite(value)


def whatever_the_seed(case: Program, expected: Fields, actual: Fields) -> list[str]:
    """Gradients of a backward walk, judged for the seed that is seen on its root: the seed is another concept.

    A root that ends at 0, or at no number at all, is judged by torch's seed.
    """
    seeds = _observed_seeds(case, expected, actual)
    wrong = _differing(expected, actual)
    if seeds is None:
        return wrong
    return _differing(_with_seeds(case, expected, seeds), actual) or [Left(label, *_seeds(case)) for label in wrong]


def _differing(expected: Fields, actual: Fields) -> list[str]:
    return [
        label
        for label, value in expected.items()
        if label.endswith(".grad") and not agree(actual.get(label), value, Tolerance())
    ]


def _seeds(case: Program) -> tuple[str, ...]:
    """Return the concepts that count a wrong seed: whether one is there, and whether it is added to an old one."""
    given = any(gradient is not None for _, gradient in case.passes)
    return ("gradient_argument" if given else "seed", "intermediates_fresh")


def each_pass_fresh(case: Program, expected: Fields, actual: Fields) -> list[str]:
    """Gradients of leaves after several passes: what each pass adds, whether or not the leaves keep what was there.

    A walk that erases the leaves is another concept's; so is the seed, as long as it is the same in each pass.
    """
    seeds = _observed_seeds(case, expected, actual)
    other_seed = _differing(expected, actual)
    roots = _roots(case)
    if seeds is not None and case.passes[0] == case.passes[-1] and len(set(seeds)) > 1:
        return other_seed[other_seed.index(roots[1]) :] if roots[1] in other_seed else roots[1:]
    followed = expected if seeds is None else _with_seeds(case, expected, seeds)
    before = dict.fromkeys(case.names()[: len(case.leaves)], 0.0)
    wrong: list[str] = []
    for label in followed:
        leaf = label.partition(": ")[2].removesuffix(".grad")
        if leaf not in before:  # what stands on an intermediate afterwards shows in the leaves, or does no harm
            wrong += [Left(label, *_seeds(case))] if label in roots and label in other_seed else []
            continue
        added = followed[label] - before[leaf]
        before[leaf] = followed[label]
        if agree(actual.get(label), followed[label], Tolerance()):
            wrong += [Left(label, *_seeds(case))] if label in other_seed else []
        elif agree(actual.get(label), added, Tolerance()):
            wrong.append(Left(label, "leaves_accumulate"))
        else:
            wrong.append(label)
    here = any(not isinstance(label, Left) for label in wrong)
    return _differing(followed, actual) if here else wrong


def grows_at_the_root(case: Program, expected: Fields, actual: Fields) -> list[str]:
    """Gradients of roots that are leaves: by how much each call lets them grow, from what it found there.

    Where all grow by the same, be it nothing, a wrong seed is added, which is another concept's; so is what calls from
    other roots sent.
    """
    names, roots = case.names(), _roots(case)
    held: dict[str, Any] = dict(zip(names, case.preloads(), strict=False))
    grown: dict[str, float] = {}
    for label, (root, _) in zip(roots, case.passes, strict=True):
        if root < len(case.leaves):
            before, mine = held[names[root]], actual.get(label)
            grown[label] = mine - before if _finite(mine) and _finite(before) else math.nan
        head = label.removesuffix(f"{names[root]}.grad")
        held |= {name: actual[f"{head}{name}.grad"] for name in names if f"{head}{name}.grad" in actual}
    wrong = [label for label, by in grown.items() if not agree(by, 1.0, Tolerance())]
    alike = len(grown) > 1 and all(agree(by, next(iter(grown.values())), Tolerance()) for by in grown.values())
    return [Left(label, "seed") for label in wrong] if alike else wrong


def _roots(case: Program) -> list[str]:
    """Return the label of the gradient of the root after each pass."""
    names = case.names()
    if len(case.passes) == 1:
        return [f"{names[case.passes[0][0]]}.grad"]
    return [f"pass {number}: {names[root]}.grad" for number, (root, _) in enumerate(case.passes, 1)]


def _observed_seeds(case: Program, expected: Fields, actual: Fields) -> list[float] | None:
    """Return what stood on the root after each pass, None when that is torch's seed or no seed at all."""
    roots = list(expected)[:1] if case.repeat > 1 else _roots(case)
    seeds = [actual.get(label) for label in roots]
    if not all(_finite(seed) and seed for seed in seeds) or seeds == [expected[label] for label in roots]:
        return None
    return [float(seed) for seed in seeds if seed is not None]


def _with_seeds(case: Program, expected: Fields, seeds: list[float]) -> dict[str, Any]:
    """Return the gradients that a right walk gives when it starts from `seeds`."""
    if case.repeat > 1:
        return {label: value * seeds[0] for label, value in expected.items()}
    fields = [grads[node] for grads, shown in zip(gradients(case, seeds), noted(case), strict=True) for node in shown]
    return dict(zip((label for label in expected if label.endswith(".grad")), fields, strict=True))


def topological(case: Program, expected: Fields, actual: Fields) -> list[str]:
    """Lists of nodes: any order will do in which each node that the root needs stands after its operands.

    The first place of each node counts; that one is listed more than once is another concept's.
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
    if late:
        return ["order"]
    return [] if len(listed) == len(place) else [Left("order", "each_node_once")]


def each_listed_once(case: Program, expected: Fields, actual: Fields) -> list[str]:
    """Lists of nodes: no node stands in them twice; which nodes there are, and in what order, is another concept's."""
    listed = actual.get("order")
    if not _all_names(listed) or len(listed) != len(set(listed)):
        return ["order"]
    return [Left("order", "order") for _ in topological(case, expected, actual)]


def _all_names(listed: Any) -> TypeGuard[list[str]]:
    return type(listed) is list and all(type(name) is str for name in listed)


def gradients(case: Program, seeds: list[float]) -> list[list[float]]:
    """Return, after each pass, the gradient of every node, when pass k puts `seeds[k]` on its root.

    A program is already in topological order, so no walk is needed. Only for programs without `repeat`.
    """
    count = len(case.leaves)
    slopes = [numbers[1:] for numbers in worked(case)]
    grads = [*case.preloads(), *(0.0 for _ in case.steps)]
    after = []
    for (root, _), seed in zip(case.passes, seeds, strict=True):
        grads[count:] = [0.0] * len(case.steps)
        grads[root] = seed
        for place in range(len(case.steps) - 1, -1, -1):
            operands = [x for x in case.steps[place][1:] if type(x) is int]
            for operand, slope in zip(operands, slopes[place], strict=True):
                grads[operand] += slope * grads[count + place]
        after.append(list(grads))
    return after
