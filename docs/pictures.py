"""Draws the pictures of exercises/README.md: `python docs/pictures.py` writes exercises/pictures/.

Plain arithmetic, so that every machine draws the same bytes; a test holds the stored files against it. The colours are
dark on a light ground of their own, for pages of any colour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from graders.render.pictures import graph_svg

FOLDER = Path(__file__).parents[1] / "exercises" / "pictures"
_INK, _RED, _BLUE = "#57606a", "#cf222e", "#0969da"
_GROUND = '<rect width="100%" height="100%" rx="8" fill="#f6f8fa"/>'
_WIDE, _HIGH = 300, 180

Point = tuple[float, float]
Slopes = Callable[[Point], Point]
"""The gradient at a point."""


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(exist_ok=True)
    for name, svg in pictures().items():
        (FOLDER / name).write_text(svg, encoding="utf-8")


def pictures() -> dict[str, str]:
    """Return file name to picture."""
    return {
        "line.svg": _line(),
        "twice.svg": _twice(),
        "torch.svg": _torch(),
        "ravine.svg": _ravine(),
        "axes.svg": _axes(),
    }


def _line() -> str:
    """The graph of y = w * x + b, with the gradient of every node."""
    nodes = [("w", "4", ()), ("x", "3", ()), ("b", "5", ()), ("wx", "w * x", (0, 1)), ("y", "wx + b", (3, 2))]
    grads = {"w": "3", "x": "4", "b": "1", "wx": "1", "y": "1"}
    return _plain(graph_svg(nodes, set(), {name: (grad, grad) for name, grad in grads.items()}))


def _twice() -> str:
    """A node that is reached directly, and once more through another one."""
    nodes = [("a", "", ()), ("b", "3 * a", (0,)), ("c", "b + 1", (1,)), ("d", "b * c", (1, 2))]
    return _plain(graph_svg(nodes, {"b"}))


def _torch() -> str:
    """What torch records for the mean of |w * x + b - y|, in the words of `format_graph`."""
    nodes = [
        ("weight", "leaf", ()),
        ("bias", "leaf", ()),
        ("Mul", "", (0,)),
        ("Add", "", (2, 1)),
        ("Sub", "", (3,)),
        ("Abs", "", (4,)),
        ("Mean", "", (5,)),
    ]
    return _plain(graph_svg(nodes, set()))


def _ravine() -> str:
    """Gradient descent with and without momentum, in a ravine that is 20 times as steep as it is long."""
    slopes: Slopes = lambda at: (at[0], 20 * at[1])  # noqa: E731 (a formula)
    start, lr = (-2.6, 0.7), 0.09
    plain = list(islice(_sgd(slopes, start, lr, 0.0), 26))
    fast = list(islice(_sgd(slopes, start, lr, 0.7), 26))
    return _side_by_side((1.0, 20.0), [("SGD, 25 steps", plain), ("with momentum 0.7, 25 steps", fast)])


def _axes() -> str:
    """SGD and Adam on a loss whose slope along one axis is 50 times that along the other."""
    slopes: Slopes = lambda at: (at[0], 50 * at[1])  # noqa: E731 (a formula)
    start = (-2.4, 1.1)
    plain, adam = list(islice(_sgd(slopes, start, 0.02, 0.0), 26)), list(islice(_adam(slopes, start, 0.1), 26))
    return _side_by_side((1.0, 50.0), [("SGD, 25 steps", plain), ("Adam, 25 steps", adam)])


def _sgd(slopes: Slopes, at: Point, lr: float, momentum: float) -> Iterator[Point]:
    buffer = (0.0, 0.0)
    while True:
        yield at
        grad = slopes(at)
        buffer = (momentum * buffer[0] + grad[0], momentum * buffer[1] + grad[1])
        at = (at[0] - lr * buffer[0], at[1] - lr * buffer[1])


def _adam(slopes: Slopes, at: Point, lr: float) -> Iterator[Point]:
    means, squares, step = [0.0, 0.0], [0.0, 0.0], 0
    while True:
        yield at
        grad, step, moved = slopes(at), step + 1, [0.0, 0.0]
        for n in range(2):
            means[n] = 0.9 * means[n] + 0.1 * grad[n]
            squares[n] = 0.999 * squares[n] + 0.001 * grad[n] ** 2
            mean, square = means[n] / (1 - 0.9**step), squares[n] / (1 - 0.999**step)
            moved[n] = at[n] - lr * mean / (square**0.5 + 1e-8)
        at = (moved[0], moved[1])


def _side_by_side(steepness: Point, paths: Sequence[tuple[str, Sequence[Point]]]) -> str:
    parts = []
    for number, (title, path) in enumerate(paths):
        left = number * (_WIDE + 20)
        parts += [_contour(left, steepness, level) for level in (0.2, 0.8, 1.8, 3.2)]
        dots = [_place(left, at) for at in path]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
        colour = _BLUE if number else _RED
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{colour}"/>' for x, y in dots]
        x, y = _place(left, (0.0, 0.0))
        parts.append(f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0-8l-8 8" stroke="{_INK}" stroke-width="2"/>')
        parts.append(f'<text x="{left + 10}" y="18" font-size="13" fill="{colour}">{title}</text>')
    wide = len(paths) * (_WIDE + 20) - 20
    size = f'width="{wide}" height="{_HIGH}" viewBox="0 0 {wide} {_HIGH}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} style="font-family:system-ui,sans-serif">'
    return f"{head}{_GROUND}{''.join(parts)}</svg>\n"


def _contour(left: int, steepness: Point, level: float) -> str:
    """Return where the loss, half of the sum of steepness * distance**2, is as high as `level`."""
    x, y = _place(left, (0.0, 0.0))
    wide, high = (((2 * level / one) ** 0.5) * _SCALE[n] for n, one in enumerate(steepness))
    return (
        f'<ellipse cx="{x}" cy="{y}" rx="{wide:.1f}" ry="{high:.1f}" fill="none" stroke="{_INK}" stroke-opacity="0.5"/>'
    )


_SCALE = (52.0, 70.0)
"""Pixels for 1, along each axis."""


def _place(left: int, at: Point) -> Point:
    return left + _WIDE / 2 + _SCALE[0] * at[0], _HIGH / 2 + 10 - _SCALE[1] * at[1]


def _plain(svg: str) -> str:
    """Return a graph as a file of its own, which has no text colour and no ground to take over."""
    head, between, rest = svg.partition(">")
    return f"{head}{between}{_GROUND}{rest}\n".replace("currentColor", "#1f2328")


if __name__ == "__main__":
    main()
