"""ex03_backward: the student's walk over graphs of our own nodes."""

from __future__ import annotations

from graders.banks.references import walk
from graders.cases.program import Program
from graders.concepts.avoids import ARRAYS
from graders.judging.rules.scalar import (
    each_listed_once,
    each_pass_fresh,
    grows_at_the_root,
    topological,
    whatever_the_seed,
)
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec

_CUBES = Program((1.0, 2.0), (("pow", 0, 2.0), ("mul", 2, 3.0), ("pow", 1, 3.0), ("add", 3, 4)), (), ((5, None),))
"""z = 3x**2 + y**3 at (1, 2): gradients 6 and 12."""
_LINE = Program((4.0, 3.0, 5.0), (("mul", 0, 1), ("add", 3, 2)), (), ((4, None),))
"""y = w x + b at 4, 3, 5: the gradient of w is 3, that of b is 1."""
_TWO_PRODUCTS = Program((2.0, 3.0, 1.0, 4.0), (("mul", 0, 1), ("mul", 2, 3), ("add", 4, 5)), (), ((6, None),))
"""x1*x2 + x3*x4 at 2, 3, 1, 4: gradients 3, 2, 4, 1."""
_DOUBLE_SQUARED = Program((3.0,), (("add", 0, 0), ("mul", 1, 1)), (), ((2, None),))
"""c = b * b with b = a + a: the gradient of a is 8a."""
_UNEQUAL_ARMS = Program((2.0,), (("mul", 0, 3.0), ("add", 1, 1.0), ("mul", 1, 2)), (), ((3, None),))
_THREE_SQUARED = Program((1.0,), (("pow", 0, 2.0), ("mul", 1, 3.0)), (), ((2, None), (2, None)))
"""3x**2 at 1, walked twice: the gradient of x is 6, then 12; with old gradients sent again it is 18."""
_THREE_TIMES = Program((2.0, -1.5), (("add", 1, 1), ("mul", 2, 1)), (), ((3, None),) * 3)
"""2b**2 at -1.5, walked three times: the gradient of b is -6, then -12, then -18."""
_TWO_LOSSES = Program((2.0,), (("mul", 0, 3.0), ("add", 1, 1.0), ("mul", 1, 2.0)), (), ((2, None), (3, None)))
_WEIGHTED = Program((2.0, 6.0), (("pow", 0, 3.0), ("mul", 2, 3.0), ("pow", 1, 2.0), ("sub", 3, 4)), (), ((5, 0.5),))
"""Q = 3a**3 - b**2 at (2, 6): gradients 9a**2 = 36 and -2b = -12, times what is given."""

_GIVEN_ONES = tuple(Program((3.0,), (("mul", 0, 2.0),), (), ((1, gradient),)) for gradient in (-1.0, -0.5, 0.0))
"""Gradients for the root: the sign goes to the leaf, and 0 counts as well."""
_HELD_BY_ROOTS = (
    Program((1.0, 1.0), (), (5.0, -2.0), ((0, None), (1, None))),
    Program((1.0, 1.0), (), (0.5, 0.0), ((1, None), (0, None))),
    Program((1.0, 1.0), (("mul", 0, 1.0),), (5.0, 3.0), ((2, None), (0, None), (1, None))),
)
"""Roots that are leaves and hold a gradient: 5 becomes 6, -2 becomes -1; 5 becomes 6 by a product, then 7."""


def _ladder(length: int) -> Program:
    """Return doublings of doublings: `length + 1` nodes, `2**length` paths."""
    return Program((1.0,), (("add", 0, 0),), (), ((1, None),), length)


def _chain(length: int) -> Program:
    return Program((1.0,), (("add", 0, 0.5),), (), ((1, None),), length)


def _bank(id: str, play: str, draw: str = "", *fixed: Program, **more: object) -> BankSpec:
    return BankSpec(id, "scalar", play, draw, fixed=fixed, reference=walk, **more)  # type: ignore[arg-type]


_DIAMONDS = _bank("diamonds", "backward", "diamonds", _UNEQUAL_ARMS)
_ORDERS = _bank("orders", "order", "diamonds", _DOUBLE_SQUARED, _UNEQUAL_ARMS, predict=False)
_TREES = _bank("trees", "backward", "trees", _CUBES, _LINE, _TWO_PRODUCTS)
_SEEDS = _bank("seeds", "fresh_root", "lines", *(Program((leaf,), (), (), ((0, None),)) for leaf in (3.0, -2.0)))
_GIVEN = _bank("given", "fresh_root", "given_gradients", _WEIGHTED, *_GIVEN_ONES)
_LEAVES = _bank("leaves", "backward", "separate_graphs")
_LEAF_ROOTS = _bank("leaf_roots", "backward", "", *_HELD_BY_ROOTS)
_AGAIN = _bank("again", "backward", "same_graph_again", _THREE_SQUARED, _THREE_TIMES)
_LOSSES = _bank("losses", "backward", "two_losses", _TWO_LOSSES)
_DEEP = _bank("deep", "chain", "", _chain(2_000), _chain(50_000))
_PATHS = _bank("paths", "work", "", _ladder(40), _ladder(200), _ladder(400))

_HANG_PATHS = "Are shared nodes visited once for every path? Forty doublings are 41 nodes, but 2**40 paths."
_HANG_DEEP = "A deep graph is too much for searches of lists, and for nested calls, of which Python allows about 1,000."

EXERCISE = ExerciseSpec(
    "ex03_backward",
    (
        ConceptSpec(
            "order",
            (
                Check(
                    "list",
                    "topological_order lists every node after its operands.",
                    _ORDERS,
                    optional=True,
                    rule=topological,
                ),
                Check(
                    "diamonds",
                    "A closure runs only after all users of its node, also when they are at different distances.",
                    _DIAMONDS,
                    ("*.grad",),
                    weight=2.0,
                    rule=whatever_the_seed,
                ),
            ),
        ),
        ConceptSpec(
            "each_node_once",
            (
                Check(
                    "list",
                    "topological_order lists no node twice.",
                    _ORDERS,
                    optional=True,
                    rule=each_listed_once,
                    counts_only_with=("order", "each_node_once"),
                ),
                Check("closures", "Each closure runs once, however many users its node has.", _DIAMONDS, ("calls*",)),
            ),
        ),
        ConceptSpec(
            "fan_out",
            (
                Check(
                    "leaves",
                    "A leaf that is used several times gets the sum of all its shares.",
                    _TREES,
                    ("*.grad",),
                    rule=whatever_the_seed,
                ),
            ),
        ),
        ConceptSpec(
            "seed", (Check("one", "backward(root) starts with 1.0 on the root: d root / d root.", _SEEDS, ("*.grad",)),)
        ),
        ConceptSpec(
            "gradient_argument",
            (Check("given", "backward(root, g) starts with g on the root, also when g is 0.", _GIVEN, ("*.grad",)),),
        ),
        ConceptSpec(
            "leaves_accumulate",
            (
                Check(
                    "kept",
                    "Leaves keep the gradient that is there already; each call adds to it.",
                    _LEAVES,
                    ("*.grad",),
                    rule=whatever_the_seed,
                ),
                Check(
                    "leaf_roots",
                    "A root that is itself a leaf keeps its gradient too: 5 before backward(leaf) is 6 after it.",
                    _LEAF_ROOTS,
                    ("*.grad",),
                    rule=grows_at_the_root,
                    counts_only_with=("each_node_once", "leaves_accumulate"),
                ),
            ),
        ),
        ConceptSpec(
            "intermediates_fresh",
            (
                Check(
                    "again",
                    "A second backward on the same graph adds as much to the leaves as the first.",
                    _AGAIN,
                    ("*.grad",),
                    rule=each_pass_fresh,
                ),
            ),
        ),
        ConceptSpec(
            "two_losses",
            (
                Check(
                    "shared",
                    "Two losses that share an intermediate each add their own share to the leaves.",
                    _LOSSES,
                    ("*.grad",),
                    rule=each_pass_fresh,
                ),
            ),
        ),
        ConceptSpec(
            "deep_chain",
            (
                Check(
                    "chain",
                    "Chains of 2,000 and of 50,000 nodes are walked to their end.",
                    _DEEP,
                    ("*.grad",),
                    rule=whatever_the_seed,
                    hang=_HANG_DEEP,
                ),
            ),
        ),
        ConceptSpec(
            "linear_cost",
            (
                Check(
                    "paths",
                    "The walk costs what the nodes cost, not what the paths cost: 2**40 paths over 41 nodes are quick.",
                    _PATHS,
                    hang=_HANG_PATHS,
                ),
            ),
        ),
    ),
    avoids=ARRAYS,
)
