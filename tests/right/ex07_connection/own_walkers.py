"""Builds on the student's own ex06_graph_walkers, and answers with sets and a plain dict."""

from ex06_graph_walkers import leaves


def reached_parameters(loss):
    return {leaf for leaf in leaves(loss) if leaf.requires_grad}


def held(optimizer):
    return {parameter for group in optimizer.param_groups for parameter in group["params"]}


def connection(loss, optimizer):
    reached, own = reached_parameters(loss), held(optimizer)
    return {"updated": own & reached, "held_not_reached": own - reached, "reached_not_held": reached - own}


def stepped(loss, optimizer):
    return connection(loss, optimizer)["updated"] | {p for p in held(optimizer) if p.grad is not None}


def isolated(loss_a, loss_b):
    return not reached_parameters(loss_a) & reached_parameters(loss_b)
