"""Generators and frozensets of tensors, which hash by identity; leaves are told by having no next_functions."""

from types import SimpleNamespace

from torch.autograd.graph import get_gradient_edge


def reached_parameters(loss):
    todo = [get_gradient_edge(loss).node] if loss.requires_grad else []
    done = set()
    while todo:
        node = todo.pop(0)
        if node in done:
            continue
        done.add(node)
        if not node.next_functions and hasattr(node, "variable") and node.variable.requires_grad:
            yield node.variable
        todo.extend(pair[0] for pair in node.next_functions if pair[0] is not None)


def connection(loss, optimizer):
    reached = frozenset(reached_parameters(loss))
    held = frozenset(p for group in optimizer.param_groups for p in group["params"])
    return SimpleNamespace(
        updated=held & reached, held_not_reached=held - reached, reached_not_held=(p for p in reached - held)
    )


def stepped(loss, optimizer):
    reached = frozenset(reached_parameters(loss))
    for group in optimizer.param_groups:
        yield from (p for p in group["params"] if p in reached or p.grad is not None)


def isolated(loss_a, loss_b):
    return frozenset(reached_parameters(loss_a)).isdisjoint(reached_parameters(loss_b))
