"""Torch programs as data: the lines that make some tensors, modules and optimizers, and what is asked about them.

    Graph(steps=(Step(("x",), "leaf", (0.5, 2)), Step(("y",), "mul", ("x", 3.0))), given=("y",), ask=("walk",))

Every value has a name; a name may be bound again, as in a loop. `cases/torch_ops.py` has the text of each operation and
`players/torch_build.py` carries it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

DEEP = 5_000
"""Loops longer than this leave a graph that must not be freed while the process lives."""
FUNCTIONS = {
    "walk_names": "walk",
    "format_names": "format_graph",
    "edge_outputs": "edges",
    "walk_count": "walk",
    "node_count": "unique_nodes",
    "edge_count": "edges",
    "leaf_count": "leaves",
    "line_count": "format_graph",
}
"""Questions that look at one side of a function's answer, and that function."""

CONNECTION = ("updated", "held_not_reached", "reached_not_held")
"""The fields of what `connection` returns."""

_UNDRAWN = frozenset({"sgd", "adam", "plain_list"})

Atom = str | float | int | None
"""An argument: the name of an earlier value, perhaps dotted, or a number. A str is never anything but a name."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line.

    Attributes:
        names: What its results are called; empty when it only has an effect.
        op: A key of `torch_ops.TEXTS`.
        args: Its arguments.
    """

    names: tuple[str, ...]
    op: str
    args: tuple[Atom, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """Some lines, carried out many times: how 50,000 nodes or 2**40 paths fit into a case.

    Attributes:
        times: How often.
        steps: The body of the loop.
    """

    times: int
    steps: tuple[Step, ...]


DEEPEST: tuple[Step | Repeat, ...] = (
    Step(("w",), "param", (0.5,)),
    Step(("y",), "bind", ("w",)),
    Repeat(50_000, (Step(("y",), "neg", ("y",)),)),
)
"""50,000 nodes in a row. To make them takes as long as hundreds of cases, so the fork server has them ready."""

READY: dict[tuple[Step | Repeat, ...], dict[str, Any]] = {}
"""Programs that were carried out before the fork to what they made. Each serves once: a student's code has it then."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A torch program and the questions about it.

    Attributes:
        steps: The program.
        given: Names of what the student's functions are called with, in the order of their parameters.
        ask: Names of the functions that are called, each on `given`.
    """

    steps: tuple[Step | Repeat, ...]
    given: tuple[str, ...]
    ask: tuple[str, ...]

    def wire(self) -> list[Any]:
        """Return the case as nested lists."""
        return [[_wire(step) for step in self.steps], list(self.given), list(self.ask)]

    def size(self) -> tuple[float, ...]:
        """Fewer operations first, repeats counted in full, then fewer different ones, then fewer arguments."""
        flat = list(self.lines())
        total = sum(step.times * len(step.steps) if isinstance(step, Repeat) else 1 for step in self.steps)
        return (total, len({step.op for step in flat}), sum(len(step.args) for step in flat))

    def lines(self) -> Iterator[Step]:
        """Yield every step, those inside a repeat once."""
        for step in self.steps:
            yield from step.steps if isinstance(step, Repeat) else (step,)


def decode(wire: Sequence[Any]) -> Graph:
    """Return the case that `Graph.wire` described."""
    steps, given, ask = wire
    return Graph(tuple(_step(step) for step in steps), tuple(given), tuple(ask))


def graph(case: Graph) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return (name, operation, operands) of each value, for a picture; nothing for a program with a loop."""
    if any(isinstance(step, Repeat) for step in case.steps):
        return []
    places: dict[str, int] = {}
    drawn: list[tuple[str, str, tuple[int, ...]]] = []
    for step in case.lines():
        operands = tuple(places[arg] for arg in step.args if isinstance(arg, str) and arg in places)
        for name in step.names:
            if "." not in name and step.op not in _UNDRAWN:
                places[name] = len(drawn)
                drawn.append((name, step.op.replace("_", " "), operands))
    return drawn


def _wire(step: Step | Repeat) -> list[Any]:
    if isinstance(step, Repeat):
        return [step.times, [_wire(inner) for inner in step.steps]]
    return [list(step.names), step.op, list(step.args)]


def _step(wire: Sequence[Any]) -> Step | Repeat:
    if isinstance(wire[0], int):
        times, steps = wire
        return Repeat(times, tuple(Step(tuple(names), op, tuple(args)) for names, op, args in steps))
    names, op, args = wire
    return Step(tuple(names), op, tuple(args))
