"""Numbers the nodes once into a table; every function reads the table."""

from dataclasses import dataclass, field

import torch
from torch.autograd.graph import get_gradient_edge


@dataclass
class Table:
    nodes: list = field(default_factory=list)
    visits: list = field(default_factory=list)

    @classmethod
    def of(cls, tensor: torch.Tensor) -> "Table":
        table, place = cls(), {}
        waiting = [(0, get_gradient_edge(tensor).node)] if tensor.requires_grad else []
        while waiting:
            depth, node = waiting.pop()
            if node is None:
                table.visits.append((depth, None, False))
                continue
            again = id(node) in place
            table.visits.append((depth, node, again))
            if not again:
                place[id(node)] = len(table.nodes)
                table.nodes.append(node)
                for slot in range(len(node.next_functions) - 1, -1, -1):
                    waiting.append((depth + 1, node.next_functions[slot][0]))
        return table


def walk(tensor):
    return [[depth, node and type(node).__name__] for depth, node, again in Table.of(tensor).visits if not again]


def unique_nodes(tensor):
    return tuple(Table.of(tensor).nodes)


def edges(tensor):
    return [(node, *slot) for node in Table.of(tensor).nodes for slot in node.next_functions if slot[0] is not None]


def leaves(tensor):
    return [node.variable for node in Table.of(tensor).nodes if hasattr(node, "variable")]


def format_graph(tensor):
    def line(depth, node, again):
        words = [type(node).__name__ if node else "None"]
        if hasattr(node, "variable"):
            words.append(repr(tuple(node.variable.shape)))
        if again:
            words.append("(again)")
        return "  " * depth + " ".join(words)

    return "\n".join(line(*visit) for visit in Table.of(tensor).visits)
