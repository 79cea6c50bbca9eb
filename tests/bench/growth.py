"""Part 6: deep and wide graphs: what they cost must grow with the number of nodes, and no faster."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graders.cases.program import Program
from graders.cases.torch_graph import Graph, Repeat, Step
from graders.judging.replay import setup_of
from graders.sandbox.client import Limits, Worker, pack_cases
from graders.sandbox.pool import SandboxPool
from graders.spec import load_spec
from tests.bench.fixture import Ground
from tests.bench.measure import Row, exponent, row, seconds

_STEPS = (8, 4, 2, 1)
_RUNS = 3
_PATIENCE = 60.0


@dataclass(frozen=True)
class Shape:
    """A family of graphs: how a graph of `n` nodes is made, and who walks it."""

    what: str
    exercise: str
    kind: str
    play: str
    make: Callable[[int], Any]


SHAPES = (
    Shape(
        "chain, student's backward",
        "ex03_backward",
        "scalar",
        "chain",
        lambda n: Program((1.0,), (("add", 0, 0.5),), (), ((1, None),), n),
    ),
    Shape(
        "ladder, student's backward",
        "ex03_backward",
        "scalar",
        "work",
        lambda n: Program((0.0,), tuple(("add", i, i) for i in range(n // 10)), (), ((n // 10, None),)),
    ),
    Shape(
        "torch graph, student's walker",
        "ex06_graph_walkers",
        "torch_graph",
        "answer",
        lambda n: Graph(
            (Step(("y",), "param", (0.5,)), Repeat(n, (Step(("y",), "neg", ("y",)),))), ("y",), ("walk_names",)
        ),
    ),
)


def run(ground: Ground) -> Iterator[Row]:
    """Yield the cost of the largest graph of each shape and the exponent with which cost grows."""
    with SandboxPool(ground.course) as sandboxes:
        for shape in SHAPES:
            yield from _shape(ground, sandboxes, shape)


def _shape(ground: Ground, sandboxes: SandboxPool, shape: Shape) -> Iterator[Row]:
    spec = load_spec(shape.exercise)
    limits = Limits(wall=_PATIENCE, memory=2048)
    worker = Worker(sandboxes.get(ground.course.exercise(shape.exercise).flavour).channel(), limits)
    sources = {name.removesuffix(".py"): source for name, source in ground.solutions.items()}
    worker.load(shape.exercise, sources, setup_of(spec))
    sizes = [ground.size.nodes // step for step in _STEPS]
    taken: list[list[float]] = []
    for size in sizes:
        block = pack_cases([shape.make(size).wire()])
        taken.append([seconds(lambda: _replay(worker, shape, block)) for _ in range(_RUNS)])  # noqa: B023
    worker.kill()
    middle = [statistics.median(values) for values in taken]
    grows = exponent(sizes, middle)
    fewest = f"{sizes[0]:,} nodes"
    yield row(
        6,
        f"{shape.what}: {sizes[-1]:,} nodes",
        taken[-1],
        ratio=middle[-1] / middle[0],
        against=fewest,
        note=f"{_STEPS[0]} is linear",
    )
    yield row(6, f"{shape.what}: exponent of growth", [grows], 1.0, "", note="1 is linear")


def _replay(worker: Worker, shape: Shape, block: bytes) -> None:
    seen = worker.replay(shape.kind, shape.play, block, 1)[0]
    if seen.status != "ok":
        raise RuntimeError(f"{shape.what}: {seen.says() or seen.status}")
