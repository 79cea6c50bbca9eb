"""Pictures of our own making: the graph of a small case, the loss curves of a training run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any
from xml.sax.saxutils import escape

from graders.cases import KINDS
from graders.render.rows import value_text
from graders.report import Counterexample
from graders.text import plain

_BLOCKS = "▁▂▃▄▅▆▇█"
_MOST_NODES = 24
_LONGEST_NAME = 40
_MOST_POINTS = 1000
_WIDE, _HIGH, _ACROSS, _DOWN = 86, 34, 112, 62
_INK, _SOFT, _RED = "#7d8590", "#7d859018", "#d1453b"

_ROUND = 1.4
"""How far below an edge is pulled that goes round other nodes, in heights of a node."""

_LINE, _LONGEST_GRADIENT, _LETTER = 16, 14, 7
"""Height of a line in a node, characters of a gradient that is shown in one, and the width of a character."""

Drawing = Sequence[tuple[str, str, Sequence[int]]]
"""For each node its name, what it holds or does, and the positions of its operands, which stand before it."""


def case_picture(found: Counterexample) -> str:
    """Return the graph of a failing case as SVG, the node where yours and torch's part in red; empty if it has none."""
    module = import_module(f"graders.cases.{found.kind}") if found.kind in KINDS else None
    if not hasattr(module, "graph"):
        return ""
    words = (found.first_divergence or "").replace(":", " ").split()
    try:
        nodes: Drawing = module.graph(module.decode(found.case))  # type: ignore[union-attr]
        fits = 2 <= len(nodes) <= _MOST_NODES
        return graph_svg(nodes, {word.partition(".")[0] for word in words}, _gradients(found, nodes)) if fits else ""
    except Exception:  # a report may be of another version, whose cases are written otherwise
        return ""


def _gradients(found: Counterexample, nodes: Drawing) -> dict[str, tuple[str, str]]:
    """Return the gradient of each node, yours and the expected one, after the last pass in which either was noted."""
    shown = {}
    for name, _, _ in nodes:
        label = next((one for one in reversed(found.expected) if f" {one}".endswith(f" {name}.grad")), "")
        if label:
            mine = value_text(found.actual[label]) if label in found.actual else "–"
            shown[name] = _short(mine), _short(value_text(found.expected[label]))
    return shown


def graph_svg(nodes: Drawing, marked: set[str], gradients: Mapping[str, tuple[str, str]] | None = None) -> str:
    """Return a drawing with leaves at the left and the result at the right, an edge for each operand slot.

    Args:
        nodes: What is drawn.
        marked: Names of those that are drawn in red.
        gradients: Name to the gradient that it has and the one that it should have, of those that have one.
    """
    grads = gradients or {}
    wide, high = (_WIDE + 40, _HIGH + 2 * _LINE) if grads else (_WIDE, _HIGH)
    wide = max([wide, *(_LETTER * len(text) + 12 for told in grads.values() for text, _ in _gradient_lines(told))])
    depth: list[int] = []
    for _, _, operands in nodes:
        depth.append(1 + max((depth[operand] for operand in operands), default=-1))
    rows: dict[int, int] = {}
    at = []
    for column in depth:
        rows[column] = rows.get(column, -1) + 1
        at.append((8 + column * (_ACROSS - _WIDE + wide), 8 + rows[column] * (_DOWN - _HIGH + high)))
    bends = any(depth[i] > depth[operand] + 1 for i, (_, _, operands) in enumerate(nodes) for operand in operands)
    width, height = 8 + wide + max(x for x, _ in at), 8 + high * (1.6 if bends else 1) + max(y for _, y in at)
    lines = [_edges(nodes, at, (wide, high))]
    for (name, text, _), place in zip(nodes, at, strict=True):
        lines.append(_node(name, text, place, (wide, high), name in marked) + _told(grads.get(name), place, wide))
    return _svg(width, height, "the graph of this case", "".join(lines))


def _edges(nodes: Drawing, at: Sequence[tuple[int, int]], size: tuple[int, int]) -> str:
    paths = []
    for (_, _, operands), (x, y) in zip(nodes, at, strict=True):
        for slot, operand in enumerate(operands):
            bend = 10 * (slot - (len(operands) - 1) / 2)
            x0, y0 = at[operand][0] + size[0], at[operand][1] + size[1] / 2
            y1 = y + size[1] / 2 + bend
            below = _ROUND * size[1] if y0 - size[1] / 2 == y and x - x0 > size[0] else 0  # nodes stand between the two
            paths.append(f"M{x0} {y0 + bend} C{x0 + 24} {y0 + bend + below} {x - 24} {y1 + below} {x} {y1}")
    return f'<path d="{" ".join(paths)}" fill="none" stroke="{_INK}" stroke-width="1.3"/>'


def _node(name: str, text: str, at: tuple[int, int], size: tuple[int, int], marked: bool) -> str:
    (x, y), (wide, high) = at, size
    colour = _RED if marked else _INK
    return (
        f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="7" fill="{_SOFT}" stroke="{colour}"/>'
        f'<text x="{x + wide / 2}" y="{y + 21}" text-anchor="middle" font-size="12" fill="currentColor">'
        f'<tspan font-weight="bold">{escape(plain(name))}</tspan>  {escape(plain(text))}</text>'
    )


def _told(gradient: tuple[str, str] | None, at: tuple[int, int], wide: int) -> str:
    """Return the lines in a node that say its gradient; both where they differ."""
    if gradient is None:
        return ""
    return "".join(
        f'<text x="{at[0] + wide / 2}" y="{at[1] + 21 + _LINE * number}" text-anchor="middle" font-size="11"'
        f' font-weight="{weight}" fill="currentColor">{escape(plain(text))}</text>'
        for number, (text, weight) in enumerate(_gradient_lines(gradient), 1)
    )


def _gradient_lines(gradient: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the lines on a gradient, yours and the expected one where they differ, each with its weight."""
    mine, right = gradient
    if mine == right:
        return [(f"grad {mine}", "normal")]
    return [(f"yours {mine}", "bold"), (f"expected {right}", "normal")]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_GRADIENT else f"{text[: _LONGEST_GRADIENT - 1]}…"


def sparkline(values: Sequence[float], width: int = 32) -> str:
    """Return numbers as a row of at most `width` blocks, the largest full; not finite ones as `!`."""
    step = max(1, -(-len(values) // width))
    chosen = list(values[::step])
    finite = [value for value in chosen if value - value == 0]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    top = len(_BLOCKS) - 1
    return "".join(_BLOCKS[round(top * _share(v, low, high))] if v - v == 0 else "!" for v in chosen)


def _share(value: float, low: float, high: float) -> float:
    """Return how far from low to high a number lies, 0 to 1; in halves, since their difference may be no float."""
    span = high / 2 - low / 2
    return (value / 2 - low / 2) / span if span > 0 else 0.0


def curves_svg(curves: Mapping[str, Sequence[float]]) -> str:
    """Return loss curves over the steps in one drawing, torch's first and dashed, so that equal ones both show."""
    finite = [value for values in curves.values() for value in values if value - value == 0]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    lines = []
    for number, (name, values) in enumerate(curves.items()):
        points = " ".join(
            f"{40 + 400 * i / max(1, len(values) - 1):.1f},{150 - 135 * _share(values[i], low, high):.1f}"
            for i in range(0, len(values), 1 + len(values) // _MOST_POINTS)
            if values[i] - values[i] == 0
        )
        style = 'stroke-width="5" stroke-opacity="0.35"' if number == 0 else 'stroke-width="1.6"'
        colour = _INK if number == 0 else _RED
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" {style}/>')
        shown = escape(plain(name, limit=_LONGEST_NAME))
        lines.append(f'<path d="M445 {20 + 18 * number} h14" stroke="{colour}" {style}/>')
        lines.append(f'<text x="464" y="{24 + 18 * number}" font-size="12" fill="currentColor">{shown}</text>')
    axes = '<path d="M40 8 V150 H440" fill="none" stroke="currentColor" stroke-opacity="0.4"/>'
    ends = f'<text x="36" y="18" font-size="11" text-anchor="end" fill="currentColor">{high:.3g}</text>'
    ends += f'<text x="36" y="150" font-size="11" text-anchor="end" fill="currentColor">{low:.3g}</text>'
    ends += '<text x="440" y="166" font-size="11" text-anchor="end" fill="currentColor">steps</text>'
    return _svg(520, 172, "loss at each step", axes + ends + "".join(lines))


def _svg(width: float, height: float, label: str, body: Any) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" style="max-width:100%;font-family:ui-monospace,monospace">{body}</svg>'
    )
