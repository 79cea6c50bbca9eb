"""Wrong ideas that ex06 can name: what they do to the graph as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graders.concepts.ex06_part_ideas import EVERYWHERE, PARTS
from graders.spec import Misconception

Functions = str | tuple[str, ...]
ORDER = ("", "walk", "format_graph")

_GRAPH: Mapping[str, Mapping[str, tuple[Functions, str]]] = {
    "walk": {
        "level_order": (
            ORDER,
            "You went level by level. A reader follows the first slot to its end before turning to the second.",
        ),
        "last_slot_first": (
            ORDER,
            "You began with the last slot. What is put on a stack last comes off first, so the slots must go on in "
            "reverse.",
        ),
        "children_first": (
            ORDER,
            "A node is listed when you come to it, before what is below it; yours comes after.",
        ),
        "marked_when_pushed": (
            ORDER,
            "You marked nodes as seen when you put them on the stack. They are seen when they come off it; before "
            "that, another path may get there first.",
        ),
        "sorted_by_depth": (
            "walk",
            "You sorted the walk by depth. The order of exploring goes down the first slot to its end before it "
            "turns to the second.",
        ),
        "empty_slots_last": (
            ORDER,
            "You put the empty slots behind the others. A slot's place tells which input it belongs to, so it has to"
            " stay.",
        ),
        "last_depth": (
            "walk",
            "A shared node got the depth at which you met it last. It is listed at its first visit, with the depth "
            "of that visit.",
        ),
    },
    "depth": {
        "depth_from_one": (
            ("", "walk"),
            "Your depths begin at 1. Depth counts the slots on the way, and there is none before the first node.",
        ),
        "none_beside_its_node": (
            "walk",
            "An empty slot is as deep as any other slot: one deeper than the node it belongs to.",
        ),
        "never_deeper": (
            "walk",
            "All your depths are 0. What waits to be visited must carry its own depth.",
        ),
        "counts_lines": (
            "walk",
            "You counted the lines before a node. Depth counts the slots on the way to it.",
        ),
    },
    "none_slots": {
        "drops_none": (
            ORDER,
            "You left the empty slots out. None says that this input needs no gradient, and its place in the slots "
            "tells which input that is.",
        ),
        "crashes_on_none": (
            EVERYWHERE,
            "A slot may hold None instead of a node: an input that needs no gradient, such as a number. It has no "
            "attributes to ask for.",
        ),
        "first_none_ends": (
            EVERYWHERE,
            "Your walk ends at the first empty slot. Only that slot is empty: go on with the next.",
        ),
        "none_type": (
            ORDER,
            "`type(None).__name__` is 'NoneType'. An empty slot is no node and has no type's name: ask for None first.",
        ),
        "none_text": (
            "walk",
            "An empty slot is listed as None itself, not as the text 'None'.",
        ),
        "none_is_leaf": (
            "walk",
            "You took an empty slot for a parameter. A parameter has an AccumulateGrad node; None is an input that "
            "needs no gradient.",
        ),
        "edge_to_none": (
            "edges",
            "You listed an edge to None. An empty slot leads nowhere.",
        ),
        "none_once": (
            EVERYWHERE,
            "You remember None as if it were a node. Every empty slot is a slot of its own, and each is listed.",
        ),
        "none_among_nodes": (
            "unique_nodes",
            "There is a None among your nodes. An empty slot has a place in the walk, but it is not a node.",
        ),
    },
    "shared_once": {
        "prints_tree": (
            EVERYWHERE,
            "You wrote down the tree of paths. The graph is not a tree: nodes that share a successor lead to the "
            "same object, so remember what you have seen.",
        ),
        "no_again": (
            "format_graph",
            "A node that has a line already needs ` (again)`, or its line looks like another node's.",
        ),
        "lists_every_meeting": (
            ("", "walk", "unique_nodes", "leaves"),
            "You noted a node again each time a slot led to it. It is the same node however often it is used, as the"
            " AccumulateGrad of a leaf is.",
        ),
    },
    "deep": {
        "recursive": (
            EVERYWHERE,
            "Your function calls itself for every node, and Python ends that near 1,000 calls. Keep the nodes still "
            "to visit in a list of your own.",
        ),
    },
    "roots": {
        "root_none": (
            ORDER,
            "You listed None for a tensor without grad_fn. None stands for an empty slot; here there is no slot at "
            "all.",
        ),
        "edge_unasked": (
            EVERYWHERE,
            "A tensor that does not require grad has no graph, and torch raises when it is asked for its gradient "
            "edge.",
        ),
        "grad_fn_only": (
            EVERYWHERE,
            "A leaf has no grad_fn, yet it has a node: its AccumulateGrad, where a backward from the leaf itself "
            "would begin and end.",
        ),
        "grad_fn_unasked": (
            EVERYWHERE,
            "`grad_fn` is None for a leaf and for everything that does not require grad. Ask before you go on from it.",
        ),
    },
}
"""Concept to idea to (functions that may hold it, sentence for the student)."""


def _declared(table: Mapping[str, Mapping[str, tuple[Functions, str]]]) -> Iterator[Misconception]:
    for concept, ideas in table.items():
        for idea, (functions, sentence) in ideas.items():
            for only in (functions,) if isinstance(functions, str) else functions:
                label = f"{idea}_in_{only}" if only and not isinstance(functions, str) else idea
                yield Misconception(label, sentence, (concept,), "walkers", (idea, only))


IDEAS = (*_declared(_GRAPH), *_declared(PARTS))
