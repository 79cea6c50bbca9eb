"""Straight-line programs over scalar values: the case behind ex02 and ex03."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graders.cases.notation import written

Step = tuple[Any, ...]
"""`(op, operand, ...)`: an int operand is the index of a node, leaves first; a float operand is a plain number."""


@dataclass(frozen=True, slots=True)
class Program:
    """Leaves, the steps computed from them, and the backward calls made on the result.

    Attributes:
        leaves: Value of each leaf.
        steps: One new node each, see `Step`.
        preload: What each leaf's `.grad` holds before the first pass; empty for zeros.
        passes: Backward calls in order, each the index of its root and the gradient given to it, None for a call
            without the argument.
        repeat: How often the steps are run. From the second round on the last round's result stands in slot 0, so
            that a chain of 50,000 nodes is a case of a few numbers. Only sums are repeated.
        worked: For each step its value and the slope of each slot that holds a node. A worker gets these with the case
            where it makes the nodes, and cannot compute them; elsewhere they are empty.
    """

    leaves: tuple[float, ...]
    steps: tuple[Step, ...]
    preload: tuple[float, ...] = ()
    passes: tuple[tuple[int, float | None], ...] = ()
    repeat: int = 1
    worked: tuple[tuple[float, ...], ...] = field(default=(), compare=False, repr=False)

    def wire(self) -> list[Any]:
        """Return the program as nested lists; floats stay floats, so that operands keep their meaning."""
        return [
            list(self.leaves),
            [list(step) for step in self.steps],
            list(self.preload),
            [list(each) for each in self.passes],
            self.repeat,
        ]

    def size(self) -> tuple[float, ...]:
        """Return the sort key: nodes, passes and leaves count first, then how plain and different the numbers are."""
        numbers = [*self.leaves, *(x for step in self.steps for x in step if isinstance(x, float))]
        extra = [x for x in self.preload if x] + [g for _, g in self.passes if g not in (None, 1.0)]
        return (
            len(self.steps) * self.repeat,
            len(self.passes),
            len(self.leaves),
            len(extra) + len(self.leaves) - len(set(self.leaves)),
            sum(_plainness(x) for x in [*numbers, *extra]),
        )

    def names(self) -> list[str]:
        """Return the name of each node: leaves `a`, `b`, ..., then `out` for a single step, else `n1`, `n2`, ..."""
        few = len(self.leaves) <= 26
        leaves = [chr(97 + i) if few else f"a{i + 1}" for i in range(len(self.leaves))]
        return leaves + (["out"] if len(self.steps) == 1 else [f"n{i + 1}" for i in range(len(self.steps))])

    def preloads(self) -> tuple[float, ...]:
        """Return the starting gradient of each leaf."""
        return self.preload or (0.0,) * len(self.leaves)


def expression(step: Step, names: list[str]) -> str:
    """Return one step as a Python expression, such as `a * 2` or `a.exp()`."""
    op, *operands = step
    words = [names[x] if isinstance(x, int) else number_text(x) for x in operands]
    if op == "pow" and words[0].startswith("-"):
        words[0] = f"({words[0]})"
    return written(op, *words)


def as_number(value: float) -> float:
    """Return a number operand as the student's operator gets it: a whole one as an int, as in `a * 2`."""
    return int(value) if value.is_integer() and abs(value) < 1e9 else value


def number_text(value: float) -> str:
    """Return a number operand as Python writes it."""
    return repr(as_number(value))


def _plainness(value: float) -> float:
    """Return a small number for small whole numbers (0, which hides much, is none), most for long fractions."""
    if value.is_integer() and value:
        return min(abs(value), 1e6) + (0.5 if value < 0 else 0.0)
    return 10.0 + min(len(repr(value)), 20)
