"""ex06_graph_walkers: walking torch's own graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graders.concepts.avoids import WALKERS
from graders.concepts.ex06_banks import (
    CHAINS,
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

_RECURSION = (
    "Keep what is still to visit in a list of your own, for a function that calls itself ends near 1,000 calls; "
    "and keep the nodes seen in a set, for a list is searched from the start each time."
)
_PATHS = (
    "A node that several nodes lead to is opened again on every path, and 40 additions make 2**40 paths: "
    "open each node once."
)
_OWN = {
    **{name: (name,) for name in ("walk", "unique_nodes", "edges", "leaves", "format_graph")},
    "walk_names": ("walk",),
    "format_names": ("format_graph",),
}
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
    "walk_names": graph.same_items,
    "unique_nodes": graph.not_empty,
    "edges": graph.not_empty,
    "leaves": graph.not_empty,
    "format_names": graph.same_items,
}

_CONCEPTS = (
    ConceptSpec(
        "walk",
        (
            Check(
                "tree", "the first slot is explored to its end before the next", TREES["walk"], rule=graph.listed_names
            ),
            Check(
                "empty",
                "an empty slot stands in its place among the slots",
                ORDER_OF_CUTS["walk"],
                rule=graph.listed_order,
                counts_only_with=_OWN["walk"],
            ),
            Check(
                "shared",
                "a shared node stands where it is met first, with that depth",
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
                    ("tree", "the lines of format_graph stand in the same order", TREES),
                    ("empty", "so do those of empty slots", ORDER_OF_CUTS),
                    ("shared", "so do those of shared nodes", ORDER_OF_SHARED),
                )
            ),
        ),
    ),
    ConceptSpec(
        "depth",
        (
            Check(
                "chain",
                "the first node has depth 0, each slot is one deeper",
                CHAINS["walk"],
                absent=_OWN["walk"],
                rule=graph.same_items,
            ),
            *(
                Check(
                    name, says, bank["walk"], absent=_OWN["walk"], rule=graph.listed_depths, counts_only_with=("depth",)
                )
                for name, says, bank in (
                    ("tree", "depth counts the slots on the way, not the nodes before", TREES),
                    ("empty", "an empty slot is as deep as the other slots of its node", ORDER_OF_CUTS),
                )
            ),
            Check(
                "lines",
                "the first line of format_graph has no indentation",
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
                    "walk": "each empty slot is listed, as None",
                    "unique_nodes": "None is not a node",
                    "edges": "an empty slot is not an edge",
                    "leaves": "what needs no gradient is not a leaf",
                    "format_graph": "each empty slot has its own line",
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
                    "walk": "a node that several nodes lead to is listed once",
                    "unique_nodes": "every node is there once",
                    "edges": "the slots of a shared node give their edges once",
                    "leaves": "a leaf that is used often is there once",
                    "format_graph": "what is below a shared node is written once; each further slot has one line",
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
                    "walk_names": "walk takes 41 steps for 41 nodes, although 2**40 paths lead through them",
                    "unique_nodes": "so does unique_nodes",
                    "edges": "so does edges",
                    "leaves": "so does leaves",
                    "format_names": "so does format_graph",
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
                    "walk_names": "walk comes to the end of 1,100 nodes in a row",
                    "unique_nodes": "so does unique_nodes",
                    "edges": "so does edges",
                    "leaves": "so does leaves",
                    "format_names": "so does format_graph",
                },
                _FINISHES,
                hang=_RECURSION,
            ),
            Check(
                "deepest",
                "walk comes to the end of 50,000 nodes in a row",
                DEEPEST,
                absent=_OWN["walk"],
                rule=graph.same_items,
                hang=_RECURSION,
            ),
        ),
    ),
    ConceptSpec(
        "roots",
        tuple(
            Check(
                f"{kind}_{ask}",
                f"{says} ({ask.split('_names')[0]})",
                bank,
                absent=_OWN[ask],
                rule=graph.like_the_other,
                counts_only_with=_OWN[ask],
            )
            for kind, says, banks in (
                ("leaf", "the graph of a leaf is its AccumulateGrad node", LEAF_ROOTS),
                ("none", "what does not require grad has no graph", NO_GRAPHS),
            )
            for ask, bank in banks.items()
        ),
    ),
    ConceptSpec(
        "unique_nodes",
        (Check("all", "all nodes are there, the tensor's own and AccumulateGrad too", TREES["unique_nodes"]),),
    ),
    ConceptSpec(
        "edges",
        (Check("ends", "each slot gives one edge, from the node to the next; two slots give two", TREES["edges"]),),
    ),
    ConceptSpec(
        "output_index",
        (
            Check(
                "index",
                "an edge says which output of the next node the input was",
                OUTPUTS,
                absent=_OWN["edges"],
                rule=graph.output_items,
            ),
        ),
    ),
    ConceptSpec(
        "leaves",
        (
            Check("identity", "they are the very tensors that the program made, Parameters or not", TREES["leaves"]),
            Check("equal", "leaves with equal numbers are different leaves", EQUAL_LEAVES),
        ),
    ),
    ConceptSpec(
        "format_graph",
        (
            Check(
                "lines",
                "each line has two spaces for each depth, the name, and the shape of a leaf",
                CHAINS["format_graph"],
                rule=graph.line_text,
            ),
            *(
                Check(name, says, bank["format_graph"], rule=rule, counts_only_with=("format_graph",))
                for name, says, bank, rule in (
                    ("tree", "lines of several slots are laid out alike", TREES, graph.line_layout),
                    ("empty", "the line of an empty slot is laid out alike", ORDER_OF_CUTS, graph.line_layout),
                    (
                        "shared",
                        "the line of a node met again ends with (again), and no other line",
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
                {ask: f"{ask} changes nothing and says the same whenever it is called" for ask in FUNCTIONS},
                counts_only_with=_OWN,
            )
        ),
    ),
)

EXERCISE = ExerciseSpec("ex06_graph_walkers", _CONCEPTS, avoids=WALKERS)
