"""Compares with `is` all through, recursion with a memory, a result object of its own."""

from torch.autograd import graph


class Connection:
    def __init__(self, updated, held_not_reached, reached_not_held):
        self.updated = updated
        self.held_not_reached = held_not_reached
        self.reached_not_held = reached_not_held


def is_in(tensor, tensors):
    return any(other is tensor for other in tensors)


def collect(node, seen, out):
    if node is None or node in seen:
        return
    seen.add(node)
    variable = getattr(node, "variable", None)
    if variable is not None and variable.requires_grad:
        out.append(variable)
    for after, _ in node.next_functions:
        collect(after, seen, out)


def reached_parameters(loss):
    out = []
    if loss.requires_grad:
        collect(graph.get_gradient_edge(loss).node, set(), out)
    return out


def held_by(optimizer):
    out = []
    for group in optimizer.param_groups:
        out += group["params"]
    return out


def connection(loss, optimizer):
    reached, held = reached_parameters(loss), held_by(optimizer)
    return Connection(
        [p for p in held if is_in(p, reached)],
        [p for p in held if not is_in(p, reached)],
        [p for p in reached if not is_in(p, held)],
    )


def stepped(loss, optimizer):
    reached, moving = reached_parameters(loss), []
    for p in held_by(optimizer):
        if p.grad is not None or is_in(p, reached):
            moving.append(p)
    return moving


def isolated(loss_a, loss_b):
    b = reached_parameters(loss_b)
    shared = [leaf for leaf in reached_parameters(loss_a) if is_in(leaf, b)]
    return len(shared) == 0
