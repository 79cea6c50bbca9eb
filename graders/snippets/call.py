"""Calls as Python that runs under the student's own definitions."""

from __future__ import annotations

from graders.cases.call import Apply, Call, labels, nudges


def snippet(case: Call | Apply, play: str) -> str:
    """Return Python that runs under the student's definitions and prints what `play` compares."""
    if isinstance(case, Apply):
        point = ", ".join(map(repr, case.at))
        return f'print("{labels(case, play)[0]}", {case.function}({point}))'
    lines = case.f.source().split("\n")
    if play in _WATCHED and (play != "inputs_kept" or len(case.at) > 1):
        head = next(place for place, line in enumerate(lines) if line.startswith("def f("))
        point = "".join(f"{name}, " for name in case.f.names).removesuffix(" " if len(case.f.names) == 1 else ", ")
        lines[head : head + 1] = ["points = []", "", lines[head], f"    points.append(({point}))"]
    return "\n".join([*lines, "", *_SNIPPETS[play](case)])


def _arguments(case: Call, **changed: float) -> str:
    options = {**case.options(), **changed}
    return ", ".join(["f", *map(repr, case.at), *(f"{name}={value!r}" for name, value in options.items())])


def _slope(case: Call) -> list[str]:
    shown = 'print("slope", slope if slope is None else round(slope, 6))'
    return [f"slope = central_difference({_arguments(case)})", shown]


def _curve_slope(case: Call) -> list[str]:
    return [f'print("slope", central_difference({_arguments(case)}))']


def _shrinking(case: Call) -> list[str]:
    return [f'print("slope, eps={h:g}", central_difference({_arguments(case, eps=h)}))' for h in nudges(case)]


def _nudge(case: Call) -> list[str]:
    arg = case.arg or 0
    return [
        f"central_difference({_arguments(case)})",
        "distances = []",
        "for point in points:",
        f"    distances.append(abs(point[{arg}] {_minus(case.at[arg])}))",
        'print("distance of the nudge", max(distances))',
    ]


def _minus(number: float) -> str:
    return f"+ {-number!r}" if number < 0 else f"- {number!r}"


def _nudged_arguments(case: Call) -> list[str]:
    return [
        f"central_difference({_arguments(case)})",
        'assert points, "f was never called"',
        "moved = set()",
        "for point in points:",
        f"    for i, at in enumerate({case.at!r}):",
        "        if abs(point[i] - at) > 1e-14:",
        "            moved.add(i)",
        'print("list of moved arguments", sorted(moved))',
    ]


def _gradient(case: Call) -> list[str]:
    return [
        f"slopes = numerical_gradient(f, {case.point()!r})",
        "if isinstance(slopes, (list, tuple)):",
        "    slopes = [round(slope, 6) for slope in slopes]",
        'print("gradient", slopes)',
        "moved = []",
        "for point in points:",
        f"    distances = [abs(x - at) for x, at in zip(point, {case.at!r})]",
        "    moved.append(sum(distance > 1e-14 for distance in distances))",
        'print("moved at once", max(moved, default=0))',
    ]


def _kept(case: Call) -> list[str]:
    called = ['assert points, "f was never called"'] if len(case.at) > 1 else []
    return [
        f"xs = {case.point()!r}",
        "slopes = numerical_gradient(f, xs)",
        *called,
        f'print("xs unchanged", xs == {case.point()!r})',
        'print("result is a new list", slopes is not xs and slopes is not None)',
    ]


def _descent(case: Call) -> list[str]:
    return [
        f"xs = {case.point()!r}",
        f"end = descend(f, xs, lr={case.lr!r}, steps={case.steps!r})",
        'print("end of the descent", end and [round(x, 6) for x in end])',
        f'print("xs unchanged", xs == {case.point()!r})',
        'print("end is not xs", end is not xs)',
    ]


_SNIPPETS = {
    "slope": _slope,
    "curve_slope": _curve_slope,
    "shrinking_error": _shrinking,
    "nudge": _nudge,
    "nudged_arguments": _nudged_arguments,
    "gradient": _gradient,
    "inputs_kept": _kept,
    "descent": _descent,
}

_WATCHED = frozenset({"nudge", "nudged_arguments", "gradient", "inputs_kept"})
"""Plays that note where the function was called."""
