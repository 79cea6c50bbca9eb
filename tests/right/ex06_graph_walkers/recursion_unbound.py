"""Recursive as most people write it first, on generators that a small loop runs, so that depth costs nothing."""

from torch import Tensor
from torch.autograd.graph import get_gradient_edge


def run(step):
    """Run a generator that yields the generators it wants to have run first."""
    stack = [step]
    while stack:
        try:
            stack.append(next(stack[-1]))
        except StopIteration:
            stack.pop()


def explore(tensor: Tensor, visit) -> None:
    seen = set()

    def node_step(node, depth):
        again = node in seen
        visit(node, depth, again)
        if node is None or again:
            return
        seen.add(node)
        for after, _ in node.next_functions:
            yield node_step(after, depth + 1)

    if tensor.requires_grad:
        run(node_step(get_gradient_edge(tensor).node, 0))


def walk(tensor):
    out = []

    def visit(node, depth, again):
        if not again:
            out.append((depth, None if node is None else type(node).__name__))

    explore(tensor, visit)
    return out


def unique_nodes(tensor):
    out = {}
    explore(tensor, lambda node, depth, again: node and out.setdefault(node, depth))
    return list(out)


def edges(tensor):
    out = []

    def visit(node, depth, again):
        if node and not again:
            out.extend([node, after, output] for after, output in node.next_functions if after)

    explore(tensor, visit)
    return out


def leaves(tensor):
    return {node.variable for node in unique_nodes(tensor) if hasattr(node, "variable")}


def format_graph(tensor):
    out = []

    def visit(node, depth, again):
        shape = f" {tuple(node.variable.shape)}" if hasattr(node, "variable") else ""
        mark = " (again)" if again else ""
        out.append(f"{'':{2 * depth}}{type(node).__name__ if node else None}{shape}{mark}")

    explore(tensor, visit)
    return "\n".join(out)
