"""Plots of the class page as SVG: distributions of points, and the strip of one student's concepts.

Colours are those of the style sheet, so that a plot follows light, dark and print.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from graders.report import ConceptResult, Status
from graders.text import plain

_WIDE, _HIGH, _BELOW, _ABOVE = 30, 90, 16, 14

CELL = 11
"""Width of a concept in a strip."""

_STRIP = 16
_LOW: dict[str, tuple[str, str]] = {"skipped": ("k", "12"), "not_started": ("n", "14.5")}
"""Class of a mark and the middle of its line; every other one that is not passed has the full height."""

_LONGEST = 200


_Tile = tuple[str, Status]
"""Id and status of a concept."""


def histogram_svg(counts: Sequence[int], label: str) -> Any:
    """Return bars over equal parts of the points, each with its number; `label` says whose points they are."""
    from markupsafe import Markup

    most = max(counts, default=0) or 1
    wide, ground, tenth = _WIDE * len(counts), _ABOVE + _HIGH, 100 // len(counts)
    parts = [f'<path class="axis" d="M0 {ground}H{wide}"/>']
    for number, count in enumerate(counts):
        high = max(_HIGH * count / most, 1.5)
        x, y = _WIDE * number, ground - high
        if count:
            parts.append(f'<rect x="{x + 2}" y="{y:.1f}" width="{_WIDE - 4}" height="{high:.1f}"/>')
            parts.append(f'<text x="{x + _WIDE / 2:g}" y="{y - 3:.1f}">{count}</text>')
    for percent, side in ((0, "start"), (50, "middle"), (100, "end")):
        place = f'x="{wide * percent // 100}" y="{ground + _BELOW - 3}" style="text-anchor:{side}"'
        parts.append(f"<text {place}>{percent}%</text>")
    told = ", ".join(f"{tenth * n} to {tenth * (n + 1)}%: {count}" for n, count in enumerate(counts) if count)
    said = f"{plain(label, limit=_LONGEST)}: {told or 'nobody'}"
    head = Markup('<svg class="plot" role="img" aria-label="{said}" viewBox="0 0 {wide} {high}">')
    return head.format(said=said, wide=wide, high=ground + _BELOW) + Markup("".join(parts) + "</svg>")


def strip_svg(concepts: Sequence[ConceptResult]) -> Any:
    """Return a tile for each concept: those that passed are the ground, the others are dashes on it.

    Wrong is full height, skipped is half, not started is a line at the bottom: colour is not the only difference.
    """
    return _strip(tuple([(concept.id, concept.status) for concept in concepts]))


@lru_cache(maxsize=4096)
def _strip(concepts: tuple[_Tile, ...]) -> Any:
    from markupsafe import Markup

    marks: dict[str, str] = {}
    place = 0
    for status, run in groupby(concepts, key=lambda one: "failed" if one[1] not in ("passed", *_LOW) else one[1]):
        count = len(list(run))
        if status != "passed":
            name, middle = _LOW.get(status, ("f", "8"))
            wide = CELL * count - 1
            if status in _LOW:
                marks["g"] = marks.get("g", "") + f"M{CELL * place} 8h{wide}"
            marks[name] = marks.get(name, "") + f"M{CELL * place} {middle}h{wide}"
        place += count
    paths = "".join(f"<path class={name} d='{marks[name]}'/>" for name in "gfkn" if name in marks)
    head = Markup('<svg role="img" aria-label="{said}" width="{wide}" height="{high}">')
    return head.format(said=_said(concepts), wide=CELL * len(concepts), high=_STRIP) + Markup(paths + "</svg>")


def _said(concepts: Sequence[_Tile]) -> str:
    """Return what a strip shows, in words."""
    states = {status for _, status in concepts}
    if len(states) == 1 and (alone := states.pop()) in ("passed", "not_started", "skipped"):
        return f"all {alone.replace('_', ' ')}"
    wrong = [name for name, status in concepts if status not in ("passed", *_LOW)]
    rest = sum(status in _LOW for _, status in concepts)
    names = ", ".join(plain(name, limit=_LONGEST) for name in wrong)
    return "; ".join([*([f"wrong: {names}"] if wrong else []), *([f"{rest} not judged"] if rest else [])])
