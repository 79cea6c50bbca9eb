"""Numbers, parameters and learning rates of timelines: small ones from a grid first, random ones beside them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from graders.cases.timeline import Leaf

_GRID = (1.0, 2.0, -1.0, 0.5, -2.0, -0.5, 1.5, -1.5)
_LRS = (0.5, 0.1, 0.25, 0.01)
_SHAPES: dict[int, tuple[tuple[int, ...] | None, ...]] = {
    1: (None, ()),
    2: (None, (2, 1)),
    3: (None, (1, 3)),
    4: ((2, 2), None),
}

Values = tuple[float, ...]


def nonzero_number() -> SearchStrategy[float]:
    """Return numbers from -2 to 2 that are at least 0.05 away from 0."""
    thousandths = st.integers(50, 2000) | st.integers(-2000, -50)
    return st.sampled_from(_GRID) | thousandths.map(lambda count: count / 1000)


def number() -> SearchStrategy[float]:
    """Return numbers from -2 to 2, 0 among them."""
    return st.sampled_from((*_GRID, 0.0)) | st.integers(-2000, 2000).map(lambda count: count / 1000)


def nonzero(size: int) -> SearchStrategy[Values]:
    """Return `size` numbers, none of them 0."""
    return st.tuples(*[nonzero_number()] * size)


def values(size: int) -> SearchStrategy[Values]:
    """Return `size` numbers."""
    return st.tuples(*[number()] * size)


@st.composite
def leaves(draw: DrawFn, fewest: int, most: int, zeros: bool = True, several: bool = False) -> tuple[Leaf, ...]:
    """Return parameters of different shapes that require gradients.

    Args:
        fewest: Parameters at least.
        most: Parameters at most.
        zeros: Whether elements may be 0.
        several: Whether each has two elements or more.
    """
    count = draw(st.integers(fewest, most))
    chosen = draw(st.permutations([size for size in _SHAPES if size > 1 or not several]))[:count]
    row = values if zeros else nonzero
    return tuple(Leaf(draw(row(size)), draw(st.sampled_from(_SHAPES[size]))) for size in chosen)


def lrs() -> SearchStrategy[float]:
    """Return learning rates from 0.001 to 1."""
    return st.sampled_from(_LRS) | st.integers(1, 1000).map(lambda count: count / 1000)
