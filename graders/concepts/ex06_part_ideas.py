"""Wrong ideas that ex06 can name: about nodes, edges, leaves, the text, and what a look may change."""

from __future__ import annotations

from collections.abc import Mapping

from graders.concepts.ex06_banks import FUNCTIONS

EVERYWHERE = ("", *FUNCTIONS)
"""Held in all functions at once, or in a single one."""

PARTS: Mapping[str, Mapping[str, tuple[str | tuple[str, ...], str]]] = {
    "unique_nodes": {
        "one_per_type": (
            "unique_nodes",
            "You kept one node of each kind. Every operation made a node of its own, even when the names are equal.",
        ),
        "without_leaves": (
            "unique_nodes",
            "AccumulateGrad is a node too: the last one of every path, where a leaf gets its gradient.",
        ),
        "without_root": (
            "unique_nodes",
            "The tensor's own node is missing; the walk begins with it.",
        ),
        "names_for_nodes": (
            "unique_nodes",
            "You returned names. Nodes with the same name are different nodes; return the objects.",
        ),
    },
    "edges": {
        "edges_once": (
            "edges",
            "Two slots of a node may lead to the same next node, as in `x * x`; that is two edges.",
        ),
        "edges_without_leaves": (
            "edges",
            "The edges to AccumulateGrad are missing. They are edges like the others, and the ones that end at a leaf.",
        ),
        "edges_backwards": (
            "edges",
            "Your edges point the other way. They go as backward does, from the result's node to its inputs' nodes.",
        ),
    },
    "output_index": {
        "slot_for_output": (
            "edges",
            "You gave the slot's position. The second item of the slot says which output of the next node went in: 1"
            " for the second of `unbind`.",
        ),
        "output_zero": (
            "edges",
            "The index is 0 only for the first output of a node. The slot itself holds it.",
        ),
        "no_output": (
            "edges",
            "An edge has three parts: the node, the next node, and the output index that stands in the slot.",
        ),
    },
    "leaves": {
        "only_parameters": (
            "leaves",
            "You kept only nn.Parameters. Any tensor made with requires_grad=True is a leaf, and backward fills its "
            ".grad as well.",
        ),
        "leaves_by_value": (
            "leaves",
            "You took leaves with equal numbers for the same leaf. They are different objects, and each has its own "
            ".grad.",
        ),
        "copies": (
            "leaves",
            "You returned copies. The node's `.variable` is the leaf itself, the object the optimizer holds.",
        ),
        "nodes_for_leaves": (
            "leaves",
            "You returned the AccumulateGrad nodes. The leaf itself is their attribute `variable`.",
        ),
    },
    "format_graph": {
        "no_shape": (
            "format_graph",
            "The shapes are missing: an AccumulateGrad line goes on with the shape of its leaf.",
        ),
        "four_spaces": (
            "format_graph",
            "You indented by four spaces for each depth; it should be two.",
        ),
        "torch_size": (
            "format_graph",
            "You printed torch.Size. Make a tuple of the shape first.",
        ),
    },
    "reads_only": {
        "remembers_calls": (
            EVERYWHERE,
            "Your second call still remembers the nodes of the first. A default argument such as `seen=set()` is "
            "made once, not for every call.",
        ),
        "runs_backward": (
            EVERYWHERE,
            "You called backward. The graph is there to be read before any backward, and running it fills .grad and "
            "frees what was saved.",
        ),
        "clears_grads": (
            EVERYWHERE,
            "You gave the leaves a gradient of zeros. Whoever looks at the graph leaves .grad as it is, None included.",
        ),
        "freezes_leaves": (
            EVERYWHERE,
            "You switched requires_grad off. Looking at the graph must not change who takes part in the next forward.",
        ),
    },
}
"""Concept to idea to (functions that may hold it, sentence for the student)."""
