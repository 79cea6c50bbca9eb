"""Small arrays for tensor cases: shapes of a few sides, values from a small grid so that ties, zeros and repeats occur.

Hypothesis examines each new strategy object before its first draw, which costs more than the draw itself; so the
functions give the same object for the same arguments.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product

from hypothesis import strategies as st

from graders.cases.tensor import Array, Leaf

GRID = (1.0, 2.0, -1.0, -2.0, 0.5, 1.5, -0.5, -1.5, 0.0)
POSITIVE = (1.0, 2.0, 0.5, 1.5)
UPSTREAM = (1.0, 2.0, 3.0, -1.0, -2.0, 0.5, 1.5, -0.5)


Pool = tuple[float, ...]
"""Numbers to choose from, the simplest first."""


@lru_cache(maxsize=512)
def numbers(grid: Pool = GRID, low: float = -2.0, high: float = 2.0) -> Pool:
    """Return the numbers of a grid and as many others between `low` and `high`, with three decimals, none of them 0."""
    first, last = math.ceil(low * 1000), math.floor(high * 1000)
    others = [n / 1000 for n in range(first, last, max(1, (last - first) // 90)) if n]
    return (*grid, *others, *grid * (len(others) // len(grid) - 1))


@lru_cache(maxsize=512)
def divisors() -> Pool:
    """Return numbers of both signs that are not near zero."""
    positive = numbers(POSITIVE, 0.1, 2.0)
    return tuple(value for number in positive for value in (number, -number))[:256]


@lru_cache(maxsize=512)
def arrays(shape: tuple[int, ...], pool: Pool, dtype: str = "float64") -> st.SearchStrategy[Array]:
    """Arrays of one shape with values from a pool. One draw gives all of them: a byte chooses each."""
    size, count = math.prod(shape), len(pool)
    chosen = st.binary(min_size=size, max_size=size)
    return chosen.map(lambda picks: Array(shape, tuple(pool[pick % count] for pick in picks), dtype))


@lru_cache(maxsize=512)
def distinct(shape: tuple[int, ...], pool: Pool) -> st.SearchStrategy[Array]:
    """Arrays of one shape whose values are all different."""
    values = tuple(dict.fromkeys(pool))
    size = math.prod(shape)

    def chosen(picks: bytes) -> Array:
        rest = list(values)
        return Array(shape, tuple(rest.pop(pick % len(rest)) for pick in picks))

    return st.binary(min_size=size, max_size=size).map(chosen)


@lru_cache(maxsize=512)
def upstreams(shape: tuple[int, ...], dtype: str = "float64") -> st.SearchStrategy[Array]:
    """Upstream gradients: never zero, and never the same everywhere when there is more than one element."""
    return arrays(shape, numbers(UPSTREAM, 0.25, 3.0), dtype).map(_uneven)


@lru_cache(maxsize=512)
def shapes(least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes of `least` to `most` dimensions, short ones first, with sides of 1 to 3 and at most twelve elements."""
    every = [shape for dims in range(least, most + 1) for shape in product((1, 2, 3), repeat=dims)]
    return st.sampled_from([shape for shape in every if math.prod(shape) <= 12])


_WITH_A_MIDDLE = ((2, 2, 2), (2, 3, 2), (3, 2, 2), (2, 2, 3))
"""Drawn twice as often: the middle axis is the one that wrong code gets right by chance the least."""


@st.composite
def stretched(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Two shapes, at least one of which is stretched when they meet, and the shape of the result.

    One of them is a single number, or along each dimension either operand may have side 1, and leading ones of these
    may be missing altogether. (The library's own strategy for broadcastable shapes gives mostly trivial stretches, and
    draws much longer.)
    """
    wide = draw(st.sampled_from(((2,), (3,), (2, 2), (2, 3), (3, 2), *_WITH_A_MIDDLE, *_WITH_A_MIDDLE)))
    if not draw(st.integers(0, 4)):
        return ((), wide, wide) if draw(st.booleans()) else (wide, (), wide)
    short = [draw(st.sampled_from("ab-")) for _ in wide]
    short[draw(st.integers(0, len(wide) - 1))] = draw(st.sampled_from("ab"))
    pair = []
    for name in "ab":
        shape = tuple(1 if who == name else side for who, side in zip(short, wide, strict=True))
        leading = next((n for n, side in enumerate(shape) if side > 1), len(shape))
        pair.append(shape[draw(st.integers(0, leading)) :])
    return pair[0], pair[1], wide


def reduced(shape: tuple[int, ...], dim: int | None, keepdim: bool) -> tuple[int, ...]:
    """Return the shape that a reduction along `dim`, or over everything, leaves."""
    if dim is None:
        return (1,) * len(shape) if keepdim else ()
    dim %= len(shape)
    return (*shape[:dim], *((1,) if keepdim else ()), *shape[dim + 1 :])


@lru_cache(maxsize=512)
def preloads(shape: tuple[int, ...]) -> st.SearchStrategy[tuple[float, ...]]:
    """What a gradient of that shape may hold beforehand: one number, not zero, in every place."""
    values = st.sampled_from((1.0, 2.0, -1.0, 0.5, 0.125, -1.75))
    return values.map(lambda value: (value,) * math.prod(shape))


@lru_cache(maxsize=512)
def fresh_leaf(shape: tuple[int, ...], pool: Pool, role: str = "tensor") -> st.SearchStrategy[Leaf]:
    """Operands whose gradient, if they have one, is as the constructor made it."""
    return arrays(shape, pool).map(lambda array: Leaf(array, role))


@lru_cache(maxsize=512)
def leaf_of(shape: tuple[int, ...], pool: Pool) -> st.SearchStrategy[Leaf]:
    """Tensors with something in their gradient already."""
    return st.builds(Leaf, arrays(shape, pool), st.just("tensor"), preloads(shape))


def _uneven(array: Array) -> Array:
    if len(array.data) > 1 and len(set(array.data)) == 1:
        return Array(array.shape, (*array.data[:-1], array.data[-1] * 2), array.dtype)
    return array
