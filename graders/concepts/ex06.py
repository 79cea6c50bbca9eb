"""ex06_graph_walkers: walking torch's own graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graders.cases.torch_graph import FUNCTIONS as FUNCTION_OF
from graders.concepts.avoids import WALKERS
from graders.concepts.ex06_banks import (
    CHAINS,
    COUNTS,
    CUTS,
    DEEP,
    DEEPEST,
    EQUAL_LEAVES,
    FUNCTIONS,
    LADDERS,
    LEAF_ROOTS,
    NO_GRAPHS,
    ORDER_OF_CUTS,
    ORDER_OF_SHARED,
    OUTPUTS,
    SHARED,
    TREES,
    UNCHANGED,
)
from graders.judging.rules import graph
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec, Rule

_RECURSION = "Does a function call itself for every node?"
_SEARCHED = "`in` on a list looks at every element: keep the nodes that you have seen in a set."
_PATHS = (
    "A node that several slots lead to is opened again on every path, and 40 additions make 2**40 paths: "
    "open each node once."
)
_OWN = {name: (FUNCTION_OF.get(name, name),) for name in (*FUNCTIONS, *FUNCTION_OF)}
"""The concepts that a function has to itself: they count it when it is missing, and in them it must say something right
before what it leaves alone counts."""


def _judged_apart(
    banks: Mapping[str, BankSpec],
    says: Mapping[str, str],
    rules: Mapping[str, Rule] | None = None,
    hang: str = "",
    counts_only_with: Mapping[str, tuple[str, ...]] | None = None,
) -> Iterator[Check]:
    """Yield one check for each function, each with a bank of its own: a function not yet written costs only its own."""
    for ask, sentence in says.items():
        yield Check(
            ask,
            sentence,
            banks[ask],
            absent=_OWN[ask],
            rule=(rules or {}).get(ask),
            hang=hang,
            counts_only_with=(counts_only_with or {}).get(ask, ()),
        )


_ITEMS = {
    "walk": graph.listed_items,
    "unique_nodes": graph.node_items,
    "edges": graph.edge_items,
    "leaves": graph.leaf_items,
    "format_graph": graph.line_items,
}
_FINISHES = {
    "walk_count": graph.same_count,
    "node_count": graph.not_none,
    "edge_count": graph.not_none,
    "leaf_count": graph.not_none,
    "line_count": graph.same_count,
}

_CONCEPTS = (
    ConceptSpec(
        "walk",
        (
            Check(
                "tree",
                "A node comes before what is below it; the first slot is explored to its end before the next.",
                TREES["walk"],
                rule=graph.listed_names,
            ),
            Check(
                "empty",
                "An empty slot stands in its place among the slots.",
                ORDER_OF_CUTS["walk"],
                rule=graph.listed_order,
                counts_only_with=_OWN["walk"],
            ),
            Check(
                "shared",
                "A shared node stands where it is met first, with that depth.",
                ORDER_OF_SHARED["walk"],
                rule=graph.listed_shared,
                counts_only_with=_OWN["walk"],
            ),
            *(
                Check(
                    f"lines_{name}",
                    says,
                    bank["format_graph"],
                    absent=_OWN["format_graph"],
                    rule=graph.line_order,
                    counts_only_with=_OWN["format_graph"],
                )
                for name, says, bank in (
                    ("tree", "The lines of format_graph stand in the order of walk.", TREES),
                    ("empty", "The line of an empty slot stands in its place among the slots.", ORDER_OF_CUTS),
                    ("shared", "The line of a shared node stands where the node is met.", ORDER_OF_SHARED),
                )
            ),
        ),
    ),
    ConceptSpec(
        "depth",
        (
            Check(
                "chain",
                "The first node has depth 0; a slot is one deeper than its node.",
                CHAINS["walk"],
                absent=_OWN["walk"],
                rule=graph.same_items,
            ),
            *(
                Check(
                    name, says, bank["walk"], absent=_OWN["walk"], rule=graph.listed_depths, counts_only_with=("depth",)
                )
                for name, says, bank in (
                    ("tree", "Depth counts the slots on the way, not the nodes before.", TREES),
                    ("empty", "An empty slot is as deep as the other slots of its node.", ORDER_OF_CUTS),
                )
            ),
            Check(
                "lines",
                "The first line of format_graph has no indentation.",
                CHAINS["format_graph"],
                absent=_OWN["format_graph"],
                rule=graph.line_start,
                counts_only_with=_OWN["format_graph"],
            ),
        ),
    ),
    ConceptSpec(
        "none_slots",
        tuple(
            _judged_apart(
                CUTS,
                {
                    "walk": "Each empty slot is listed, as None.",
                    "unique_nodes": "Every node is there, and no None.",
                    "edges": "Every slot that holds a node gives an edge; an empty slot gives none.",
                    "leaves": "Empty slots are passed over: every leaf is there, and nothing else.",
                    "format_graph": "Each empty slot has its own line.",
                },
                _ITEMS,
            )
        ),
    ),
    ConceptSpec(
        "shared_once",
        tuple(
            _judged_apart(
                SHARED,
                {
                    "walk": "A node that several slots lead to is listed once.",
                    "unique_nodes": "Every node is there once.",
                    "edges": "The slots of a shared node give their edges once.",
                    "leaves": "A leaf that is used often is there once.",
                    "format_graph": "What is below a shared node is written once; each further slot has one line.",
                },
                _ITEMS,
            )
        ),
    ),
    ConceptSpec(
        "linear",
        tuple(
            _judged_apart(
                LADDERS,
                {
                    ask: f"{name} opens each of 41 nodes once, although 2**40 paths lead through them."
                    for ask, name in zip(COUNTS, FUNCTIONS, strict=True)
                },
                _FINISHES,
                hang=_PATHS,
            )
        ),
    ),
    ConceptSpec(
        "deep",
        (
            *_judged_apart(
                DEEP,
                {
                    ask: f"{name} comes to the end of more than 1,000 nodes in a row."
                    for ask, name in zip(COUNTS, FUNCTIONS, strict=True)
                },
                _FINISHES,
                hang=_RECURSION,
            ),
            Check(
                "deepest",
                "walk comes to the end of 50,000 nodes in a row.",
                DEEPEST,
                absent=_OWN["walk"],
                rule=graph.same_count,
                hang=_SEARCHED,
            ),
        ),
    ),
    ConceptSpec(
        "roots",
        tuple(
            Check(
                f"{kind}_{ask}",
                f"{says} ({FUNCTION_OF.get(ask, ask)}).",
                bank,
                absent=_OWN[ask],
                rule=graph.like_the_other,
                counts_only_with=_OWN[ask],
            )
            for kind, says, banks in (
                ("leaf", "The graph of a leaf is its AccumulateGrad node", LEAF_ROOTS),
                ("none", "A tensor that does not require grad has no graph", NO_GRAPHS),
            )
            for ask, bank in banks.items()
        ),
    ),
    ConceptSpec(
        "unique_nodes",
        (Check("all", "All nodes are there, the tensor's own and AccumulateGrad too.", TREES["unique_nodes"]),),
    ),
    ConceptSpec(
        "edges",
        (Check("ends", "Each slot gives one edge, from the node to the next; two slots give two.", TREES["edges"]),),
    ),
    ConceptSpec(
        "output_index",
        (
            Check(
                "index",
                "An edge says which output of the next node the input was.",
                OUTPUTS,
                absent=_OWN["edges"],
                rule=graph.output_items,
            ),
        ),
    ),
    ConceptSpec(
        "leaves",
        (
            Check("identity", "They are the very tensors that the program made, Parameters or not.", TREES["leaves"]),
            Check("equal", "Leaves with equal numbers are different leaves.", EQUAL_LEAVES),
        ),
    ),
    ConceptSpec(
        "format_graph",
        (
            Check(
                "lines",
                "Each line has two spaces for each depth, the name, and the shape of a leaf.",
                CHAINS["format_graph"],
                rule=graph.line_text,
            ),
            *(
                Check(name, says, bank["format_graph"], rule=rule, counts_only_with=("format_graph",))
                for name, says, bank, rule in (
                    ("tree", "Lines of several slots are laid out alike.", TREES, graph.line_layout),
                    (
                        "empty",
                        "The line of an empty slot is laid out like the others.",
                        ORDER_OF_CUTS,
                        graph.line_layout,
                    ),
                    (
                        "shared",
                        "The line of a node that is met again ends with (again), and no other line does.",
                        ORDER_OF_SHARED,
                        graph.line_marks,
                    ),
                )
            ),
        ),
    ),
    ConceptSpec(
        "reads_only",
        tuple(
            _judged_apart(
                UNCHANGED,
                {ask: f"{ask} changes nothing and returns the same at every call." for ask in FUNCTIONS},
                counts_only_with=_OWN,
            )
        ),
    ),
)

EXERCISE = ExerciseSpec("ex06_graph_walkers", _CONCEPTS, avoids=WALKERS)
