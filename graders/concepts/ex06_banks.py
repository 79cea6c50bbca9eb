"""The programs and banks of ex06_graph_walkers."""

from __future__ import annotations

from graders.cases.torch_graph import DEEPEST as DEEPEST_CHAIN
from graders.cases.torch_graph import Graph, Repeat, Step
from graders.spec import BankSpec

Program = tuple[Step | Repeat, ...]

FUNCTIONS = ("walk", "unique_nodes", "edges", "leaves", "format_graph")
SIDES = ("walk_names", "unique_nodes", "edges", "leaves", "format_names")
"""The same, depths and layout left aside."""
COUNTS = ("walk_count", "node_count", "edge_count", "leaf_count", "line_count")
"""The same, of which the length is asked alone."""


def _leaf(name: str, value: float = 0.5, *shape: int, kind: str = "leaf") -> Step:
    return Step((name,), kind, (value, *shape))


def _line(name: str, op: str, *args: str | float) -> Step:
    return Step((name,), op, args)


def _regression(kind: str) -> tuple[Step, ...]:
    return (
        _leaf("weight", 0.5, kind="param"),
        _leaf("bias", 0.25, kind="param"),
        _leaf("x", 1.5, 4, kind=kind),
        _leaf("y", 2.0, 4, kind="data"),
        _line("scaled", "mul", "weight", "x"),
        _line("prediction", "add", "scaled", "bias"),
        _line("loss", "l1_loss", "prediction", "y"),
    )


REGRESSION = _regression("data")
"""Linear regression under L1Loss: Mean, Abs, Sub, Add, then weight times data and the bias."""
REGRESSION_X = _regression("leaf")
"""The same where x requires grad: the empty slot becomes a leaf."""
LINEAR = (
    Step(("model",), "linear", (3, 1)),
    _leaf("x", 0.5, 4, 3, kind="data"),
    _leaf("target", 1.0, 4, 1, kind="data"),
    _line("prediction", "call", "model", "x"),
    _line("loss", "mse_loss", "prediction", "target"),
)
"""nn.Linear is one node, with slots for the bias, the input and the transposed weight."""
LINE = (
    _leaf("w", 4.0, kind="param"),
    _leaf("b", 5.0, kind="param"),
    _line("wx", "mul", "w", 3.0),
    _line("y", "add", "wx", "b"),
)
"""y = w x + b with x = 3."""
CUBIC = (
    _leaf("x", 1.0),
    _leaf("y", 2.0),
    _line("xx", "pow", "x", 2),
    _line("a", "mul", 3.0, "xx"),
    _line("b", "pow", "y", 3),
    _line("z", "add", "a", "b"),
)
"""z = 3x**2 + y**3."""
SUM = (_leaf("a", 0.5, 2), _line("h0", "neg", "a"), _leaf("b", 1.0, 2), _line("y", "add", "h0", "b"))
SQUARE = (_leaf("x", 0.5, 2), _line("y", "mul", "x", "x"))
DIAMOND = (_leaf("w", 0.5, 2), _line("h", "exp", "w"), _line("k", "tanh", "h"), _line("y", "mul", "h", "k"))
UNEQUAL_ARMS = (
    _leaf("a", 0.5, 2),
    _leaf("b", 1.5, 2),
    _line("h", "exp", "a"),
    _line("k", "sub", "h", "b"),
    _line("y", "mul", "k", "h"),
)
HALF_REUSED = (_leaf("a"), _line("b", "neg", "a"), _line("c", "mul", "a", "b"), _line("y", "add", "c", "b"))
SECOND_ONLY = (_leaf("x", 0.5, 2), _line("h", "exp", "x"), Step(("u", "v"), "unbind", ("h",)), _line("y", "neg", "v"))
THIRD_ONLY = (
    _leaf("x", 0.5, 3),
    _line("h", "exp", "x"),
    Step(("u", "v", "w"), "unbind", ("h",)),
    _line("y", "neg", "w"),
)
BOTH = (_leaf("x", 0.5, 2), _line("h", "exp", "x"), Step(("u", "v"), "unbind", ("h",)), _line("y", "mul", "v", "u"))
LEAF = (_leaf("w", 0.5, 2), _line("y", "neg", "w"))
PARAMETER = (_leaf("w", 0.5, 2, kind="param"), _line("y", "neg", "w"))
DATA = (_leaf("n", 0.5, 2, kind="data"), *LEAF)
DETACHED = (*LEAF, _line("n", "detach", "y"))
NO_GRAD = (*LEAF, _line("n", "mul_no_grad", "w", 2.0))
FROZEN = (_leaf("v", 0.5, 2, kind="param"), Step((), "freeze", ("v",)), _line("n", "mul", "v", 2.0), *LEAF)
PRODUCT = (_leaf("w", 0.5), _leaf("b", 1.5, kind="param"), _line("y", "mul", "w", "b"))
MEAN = (
    _leaf("w", 0.5, 2),
    _leaf("b", 0.5, 2),
    _line("h", "div", "w", "b"),
    _line("k", "tanh", "h"),
    _line("y", "mean", "k"),
)
SCALAR = (_leaf("w", 0.5, 2), _line("h", "exp", "w"), _line("k", "mul", "h", "h"), _line("y", "sum", "k"))


def _deep(times: int) -> tuple[Step | Repeat, ...]:
    return (_leaf("w", kind="param"), _line("y", "bind", "w"), Repeat(times, (_line("y", "neg", "y"),)))


LADDER = (_leaf("w", kind="param"), _line("y", "bind", "w"), Repeat(40, (_line("y", "add", "y", "y"),)))
"""41 nodes, 2**40 paths."""


def _ask(ask: str, *programs: Program) -> tuple[Graph, ...]:
    return tuple(Graph(steps, (_last(steps),), (ask,)) for steps in programs)


def _last(steps: Program) -> str:
    last = steps[-1]
    return last.steps[-1].names[0] if isinstance(last, Repeat) else last.names[0]


def _bank(name: str, ask: str, draw: str, *programs: Program, play: str = "answer", **params: object) -> BankSpec:
    """Return a bank in which one function is asked about programs of one shape."""
    if draw:
        params["ask"] = (ask,)
    return BankSpec(f"{name}_{ask}", "torch_graph", play, draw, params, _ask(ask, *programs))


def _heavy(name: str, ask: str, *programs: Program, wall: float, predict: bool) -> BankSpec:
    """Return a bank of a few heavy cases; wrong ideas that would never end are not asked for their answers."""
    return BankSpec(f"{name}_{ask}", "torch_graph", "answer", fixed=_ask(ask, *programs), wall=wall, predict=predict)


def _roots(name: str, ask: str, root: str, *programs: Program) -> BankSpec:
    """Return a bank of questions about `root` and, to compare with, about the ordinary tensor y."""
    fixed = tuple(Graph(steps, (root, "y"), (ask,)) for steps in programs)
    return BankSpec(f"{name}_{ask}", "torch_graph", "each", fixed=fixed)


TREES = {
    "walk": _bank("tree", "walk", "trees", SUM),
    "unique_nodes": _bank("tree", "unique_nodes", "trees"),
    "edges": _bank("tree", "edges", "trees", SQUARE, squares=True),
    "leaves": _bank("tree", "leaves", "trees"),
    "format_graph": _bank("tree", "format_graph", "trees", SUM),
}
CHAINS = {ask: _bank("chain", ask, "chains", LEAF) for ask in ("walk", "format_graph")}
EQUAL_LEAVES = _bank("equal", "leaves", "trees", equal=True)
CUTS = {ask: _bank("cut", ask, "cut_trees", LINE, REGRESSION, REGRESSION_X, LINEAR, CUBIC) for ask in FUNCTIONS}
SHARED = {ask: _bank("shared", ask, "dags", DIAMOND, UNEQUAL_ARMS, HALF_REUSED) for ask in FUNCTIONS}
ORDER_OF_CUTS, ORDER_OF_SHARED = (
    {ask: _bank(name, ask, draw, *programs, play="answer_if_any") for ask in ("walk", "format_graph")}
    for name, draw, programs in (
        ("order_cut", "cut_trees", (LINE, REGRESSION, REGRESSION_X, LINEAR, CUBIC)),
        ("order_shared", "dags", (DIAMOND, UNEQUAL_ARMS, HALF_REUSED)),
    )
)
"""The same shapes once more, for checks that pass a function which cannot answer there."""
OUTPUTS = _bank("split", "edge_outputs", "splits", SECOND_ONLY, BOTH, THIRD_ONLY)
LEAF_ROOTS = {ask: _roots("leaf_root", ask, "w", LEAF, PARAMETER) for ask in SIDES}
NO_GRAPHS = {ask: _roots("no_graph", ask, "n", DATA, DETACHED, NO_GRAD, FROZEN) for ask in SIDES}
DEEP = {ask: _heavy("deep", ask, _deep(1_050), _deep(1_100), wall=3.0, predict=True) for ask in COUNTS}
DEEPEST = _heavy("deepest", "walk_count", DEEPEST_CHAIN, wall=5.0, predict=False)
LADDERS = {ask: _heavy("ladder", ask, LADDER, wall=1.0, predict=False) for ask in COUNTS}
UNCHANGED = {
    ask: BankSpec(f"unchanged_{ask}", "torch_graph", "unchanged", fixed=_ask(ask, SCALAR, PRODUCT, MEAN))
    for ask in FUNCTIONS
}
