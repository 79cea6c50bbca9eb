"""ex06_graph_walkers: walking torch's own graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graders.concepts.ex06_banks import (
    CHAINS,
    CUTS,
    DEEP,
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
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec, Misconception

_RECURSION = (
    "A function that calls itself for every node ends near 1,000 calls: keep what is still to visit in a list. "
    "If yours does not, see how it finds out whether a node was seen: a set answers at once, a list searches."
)
_PATHS = (
    "A node that several nodes lead to is opened again on every path, and 40 additions make 2**40 paths: "
    "open each node once."
)
_ABSENT = "skip"


def _judged_apart(
    banks: Mapping[str, BankSpec], says: Mapping[str, str], judges: Mapping[str, str] | None = None, hang: str = ""
) -> Iterator[Check]:
    """Yield one check for each function, each with a bank of its own: a function not yet written costs only its own."""
    for ask, sentence in says.items():
        yield Check(ask, sentence, banks[ask], absent=_ABSENT, judge=(judges or {}).get(ask, ""), hang=hang)


_ITEMS = {
    "walk": "listed_items",
    "unique_nodes": "node_items",
    "edges": "edge_items",
    "leaves": "leaf_items",
    "format_graph": "line_items",
}
_FINISHES = {
    "walk_names": "same_items",
    "unique_nodes": "not_empty",
    "edges": "not_empty",
    "leaves": "not_empty",
    "format_names": "same_items",
}

_CONCEPTS = (
    ConceptSpec(
        "walk",
        (
            Check("tree", "the first slot is explored to its end before the next", TREES["walk"], judge="listed_names"),
            Check(
                "empty",
                "an empty slot stands in its place among the slots",
                ORDER_OF_CUTS["walk"],
                judge="listed_order",
            ),
            Check(
                "shared",
                "a shared node stands where it is met first, with that depth",
                ORDER_OF_SHARED["walk"],
                judge="listed_shared",
            ),
            *(
                Check(f"lines_{name}", says, bank["format_graph"], absent=_ABSENT, judge="line_order")
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
                absent=_ABSENT,
                judge="same_items",
            ),
            *(
                Check(name, says, bank["walk"], absent=_ABSENT, judge="listed_depths")
                for name, says, bank in (
                    ("tree", "depth counts the slots on the way, not the nodes before", TREES),
                    ("empty", "an empty slot is as deep as the other slots of its node", ORDER_OF_CUTS),
                )
            ),
            Check(
                "lines",
                "the first line of format_graph has no indentation",
                CHAINS["format_graph"],
                absent=_ABSENT,
                judge="line_start",
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
                    "format_graph": "what is below a shared node is written once, and its later lines say (again)",
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
        tuple(
            _judged_apart(
                DEEP,
                {
                    "walk_names": "walk comes to the end of 50,000 nodes in a row",
                    "unique_nodes": "unique_nodes comes to the end of 3,000",
                    "edges": "edges comes to the end of 3,000",
                    "leaves": "leaves comes to the end of 3,000",
                    "format_names": "format_graph comes to the end of 1,500",
                },
                _FINISHES,
                hang=_RECURSION,
            )
        ),
    ),
    ConceptSpec(
        "roots",
        tuple(
            Check(
                f"{kind}_{ask}",
                f"{says} ({ask.split('_names')[0]})",
                bank,
                absent=_ABSENT,
                judge="like_the_other",
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
                absent=_ABSENT,
                judge="output_items",
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
                judge="line_text",
            ),
            Check("tree", "lines of several slots are laid out alike", TREES["format_graph"], judge="line_layout"),
            Check(
                "empty",
                "the line of an empty slot is laid out alike",
                ORDER_OF_CUTS["format_graph"],
                judge="line_layout",
            ),
            Check(
                "shared",
                "the line of a node met again is laid out alike",
                ORDER_OF_SHARED["format_graph"],
                judge="line_marks",
            ),
        ),
    ),
    ConceptSpec(
        "reads_only",
        tuple(
            _judged_apart(
                UNCHANGED, {ask: f"{ask} changes nothing and says the same whenever it is called" for ask in FUNCTIONS}
            )
        ),
    ),
)

_EVERYWHERE = ("", *FUNCTIONS)


def _idea(name: str, concept: str, sentence: str, functions: tuple[str, ...] = ("",)) -> Iterator[Misconception]:
    """Yield the wrong idea, held in all functions that it concerns ("") or in a single one."""
    for only in functions:
        label = f"{name}_in_{only}" if only and len(functions) > 1 else name
        yield Misconception(label, sentence, (concept,), "walkers", (name, only))


_ORDER = ("", "walk", "format_graph")
_MISCONCEPTIONS = (
    *_idea(
        "level_order",
        "walk",
        "You went level by level. A reader follows the first slot to its end before turning to the second.",
        _ORDER,
    ),
    *_idea(
        "last_slot_first",
        "walk",
        (
            "You began with the last slot. What is put on a stack last comes off first, so the slots must go on in "
            "reverse."
        ),
        _ORDER,
    ),
    *_idea(
        "children_first",
        "walk",
        "A node is listed when you come to it, before what is below it; yours comes after.",
        _ORDER,
    ),
    *_idea(
        "prints_tree",
        "shared_once",
        (
            "You wrote down the tree of paths. The graph is not a tree: nodes that share a successor lead to the "
            "same object, so remember what you have seen."
        ),
        _EVERYWHERE,
    ),
    *_idea(
        "marked_when_pushed",
        "walk",
        (
            "You marked nodes as seen when you put them on the stack. They are seen when they come off it; before "
            "that, another path may get there first."
        ),
        _ORDER,
    ),
    *_idea(
        "no_again",
        "shared_once",
        "A node that has a line already needs ` (again)`, or its line looks like another node's.",
        ("format_graph",),
    ),
    *_idea(
        "lists_every_meeting",
        "shared_once",
        "You noted a node again each time a slot led to it. It is the same node however often it is used, "
        "as the AccumulateGrad of a leaf is.",
        ("", "walk", "unique_nodes", "leaves"),
    ),
    *_idea(
        "drops_none",
        "none_slots",
        (
            "You left the empty slots out. None says that this input needs no gradient, and its place in the slots "
            "tells which input that is."
        ),
        _ORDER,
    ),
    *_idea(
        "crashes_on_none",
        "none_slots",
        (
            "A slot may hold None instead of a node: an input that needs no gradient, such as a number. It has no "
            "attributes to ask for."
        ),
        _EVERYWHERE,
    ),
    *_idea(
        "first_none_ends",
        "none_slots",
        "Your walk ends at the first empty slot. Only that slot is empty: go on with the next.",
        _EVERYWHERE,
    ),
    *_idea(
        "none_type",
        "none_slots",
        "`type(None).__name__` is 'NoneType'. An empty slot is no node and has no type's name: ask for None first.",
        _ORDER,
    ),
    *_idea("none_text", "none_slots", "An empty slot is listed as None itself, not as the text 'None'.", ("walk",)),
    *_idea(
        "none_is_leaf",
        "none_slots",
        (
            "You took an empty slot for a parameter. A parameter has an AccumulateGrad node; None is an input that "
            "needs no gradient."
        ),
        ("walk",),
    ),
    *_idea("edge_to_none", "none_slots", "You listed an edge to None. An empty slot leads nowhere.", ("edges",)),
    *_idea(
        "edges_once",
        "edges",
        "Two slots of a node may lead to the same next node, as in `x * x`; that is two edges.",
        ("edges",),
    ),
    *_idea(
        "edges_without_leaves",
        "edges",
        "The edges to AccumulateGrad are missing. They are edges like the others, and the ones that end at a leaf.",
        ("edges",),
    ),
    *_idea(
        "edges_backwards",
        "edges",
        "Your edges point the other way. They go as backward does, from the result's node to its inputs' nodes.",
        ("edges",),
    ),
    *_idea(
        "slot_for_output",
        "output_index",
        (
            "You gave the slot's position. The second item of the slot says which output of the next node went in: "
            "1 for the second of `unbind`."
        ),
        ("edges",),
    ),
    *_idea(
        "output_zero",
        "output_index",
        "The index is 0 only for the first output of a node. The slot itself holds it.",
        ("edges",),
    ),
    *_idea(
        "no_output",
        "output_index",
        "An edge has three parts: the node, the next node, and the output index that stands in the slot.",
        ("edges",),
    ),
    *_idea(
        "one_per_type",
        "unique_nodes",
        "You kept one node of each kind. Every operation made a node of its own, even when the names are equal.",
        ("unique_nodes",),
    ),
    *_idea(
        "without_leaves",
        "unique_nodes",
        "AccumulateGrad is a node too: the last one of every path, where a leaf gets its gradient.",
        ("unique_nodes",),
    ),
    *_idea(
        "without_root", "unique_nodes", "The tensor's own node is missing; the walk begins with it.", ("unique_nodes",)
    ),
    *_idea(
        "only_parameters",
        "leaves",
        (
            "You kept only nn.Parameters. Any tensor made with requires_grad=True is a leaf, and backward fills its"
            " .grad as well."
        ),
        ("leaves",),
    ),
    *_idea(
        "leaves_by_value",
        "leaves",
        "You took leaves with equal numbers for the same leaf. They are different objects, and each has its own .grad.",
        ("leaves",),
    ),
    *_idea(
        "copies",
        "leaves",
        "You returned copies. The node's `.variable` is the leaf itself, the object the optimizer holds.",
        ("leaves",),
    ),
    *_idea(
        "depth_from_one",
        "depth",
        "Your depths begin at 1. Depth counts the slots on the way, and there is none before the first node.",
        ("", "walk"),
    ),
    *_idea(
        "none_beside_its_node",
        "depth",
        "An empty slot is as deep as any other slot: one deeper than the node it belongs to.",
        ("walk",),
    ),
    *_idea(
        "never_deeper",
        "depth",
        "All your depths are 0. What waits to be visited must carry its own depth.",
        ("walk",),
    ),
    *_idea(
        "root_none",
        "roots",
        "You listed None for a tensor without grad_fn. None stands for an empty slot; here there is no slot at all.",
        _ORDER,
    ),
    *_idea(
        "edge_unasked",
        "roots",
        "A tensor that does not require grad has no graph, and torch raises when it is asked for its gradient edge.",
        _EVERYWHERE,
    ),
    *_idea(
        "grad_fn_only",
        "roots",
        (
            "A leaf has no grad_fn, yet it has a node: its AccumulateGrad, where a backward from the leaf itself "
            "would begin and end."
        ),
        _EVERYWHERE,
    ),
    *_idea(
        "grad_fn_unasked",
        "roots",
        "`grad_fn` is None for a leaf and for everything that does not require grad. Ask before you go on from it.",
        _EVERYWHERE,
    ),
    *_idea(
        "remembers_calls",
        "reads_only",
        (
            "Your second call still remembers the nodes of the first. A default argument such as `seen=set()` is "
            "made once, not for every call."
        ),
        _EVERYWHERE,
    ),
    *_idea(
        "runs_backward",
        "reads_only",
        (
            "You called backward. The graph is there to be read before any backward, and running it fills .grad and"
            " frees what was saved."
        ),
        _EVERYWHERE,
    ),
)

EXERCISE = ExerciseSpec("ex06_graph_walkers", _CONCEPTS, _MISCONCEPTIONS)
