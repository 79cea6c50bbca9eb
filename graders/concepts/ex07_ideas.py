"""Wrong ideas that ex07 can name."""

from __future__ import annotations

from graders.spec import Misconception


def _idea(name: str, concepts: str, sentence: str) -> Misconception:
    return Misconception(name, sentence, tuple(concepts.split()), "finder", (name,))


def _twice(name: str, sentence: str) -> tuple[Misconception, ...]:
    """Return a wrong idea about identity held everywhere, and held in `connection` alone."""
    return tuple(_idea(held, "identity", sentence) for held in (name, f"{name}_in_connection"))


IDEAS = (
    _idea(
        "only_parameters",
        "reached",
        "You kept only nn.Parameters. A tensor made with requires_grad=True is a leaf as well, and gets its .grad.",
    ),
    _idea(
        "grad_fn_only",
        "cut",
        "A leaf has no grad_fn, yet a backward from it arrives: at the leaf itself. get_gradient_edge knows its node.",
    ),
    _idea(
        "grad_fn_unasked",
        "cut",
        "A loss that was cut off from everything has no grad_fn, and a backward from it raises. It reaches nothing.",
    ),
    _idea(
        "edge_unasked",
        "cut",
        "torch has no gradient edge for a loss that does not require grad. Such a loss reaches nothing.",
    ),
    _idea(
        "node_is_enough",
        "frozen",
        "You counted a parameter that was frozen after the forward. Its AccumulateGrad is still in the graph, but it "
        "asks requires_grad when the gradient arrives.",
    ),
    _idea(
        "one_frozen_spoils_all",
        "frozen",
        "You gave up the whole graph for one frozen leaf. The others on the way get their gradients all the same.",
    ),
    _idea(
        "leaf_per_path",
        "shared_trunk",
        "You listed a leaf once for every path that leads to it. Its AccumulateGrad is one node: remember it.",
    ),
    _idea(
        "common_trunk_overlooked",
        "shared_trunk",
        "You took losses over one trunk for isolated. They differ in their heads, but both write to the trunk's .grad, "
        "and one common parameter is enough.",
    ),
    _idea(
        "equal_is_isolated",
        "second_loss",
        "Two losses on one prediction reach the same parameters, and each backward adds to the same .grad. A new loss "
        "function is not tied to another model.",
    ),
    _idea(
        "counts_compared",
        "isolated",
        "You took losses that reach equally many parameters for connected. Look for a common one.",
    ),
    _idea(
        "swapped",
        "connection",
        "Two of your fields are exchanged: held_not_reached is what the optimizer has and the loss does not come to.",
    ),
    _idea(
        "all_held_updated",
        "connection",
        "You took all that the optimizer holds for updated. It skips whoever gets no gradient.",
    ),
    _idea(
        "all_reached_updated",
        "connection",
        "You took all that backward reaches for updated. A gradient that no optimizer reads moves nothing.",
    ),
    _idea(
        "flag_is_enough",
        "connection",
        "requires_grad says that a parameter could get a gradient. Whether it gets one from this loss, the graph says.",
    ),
    _idea(
        "first_group",
        "groups",
        "You looked at the first group only. An optimizer has a list of groups, each with its own 'params'.",
    ),
    _idea(
        "last_group",
        "groups",
        "You looked at the last group only. An optimizer has a list of groups, each with its own 'params'.",
    ),
    _idea(
        "equal_leaves_once",
        "identity",
        "You kept one of several leaves with equal numbers. They are different objects, and each has its own .grad.",
    ),
    *_twice(
        "by_value",
        "You took parameters with equal numbers for the same one. The optimizer holds objects, not numbers or names.",
    ),
    _idea(
        "by_value_in_isolated",
        "identity",
        "isolated takes parameters with equal numbers for the same one. Two losses meet in an object, not in a number.",
    ),
    _idea(
        "never_isolated",
        "isolated",
        "Your isolated denies it for losses that reach no parameter in common. Neither names nor shapes nor numbers "
        "connect two losses, only an object that both reach.",
    ),
    *_twice(
        "in_list",
        "`tensor in list` compares with ==, which for tensors compares all their numbers. Compare with `is`, or by id.",
    ),
    _idea(
        "all_held_stepped", "stepped", "step() skips a parameter whose .grad is None; it does not move all it holds."
    ),
    _idea(
        "grad_now",
        "stepped leftover_grad",
        "These are the ones that have a .grad now. Before step() comes loss.backward(), which fills it for whoever it "
        "reaches.",
    ),
    _idea(
        "all_reached_stepped",
        "stepped",
        "step() moves only what the optimizer holds; a gradient elsewhere is read by nobody.",
    ),
    _idea(
        "forgets_leftovers",
        "leftover_grad",
        "You asked who gets a new gradient. step() cannot tell new from old: a .grad that is left over moves its "
        "parameter too, until it is set to None.",
    ),
    _idea(
        "asks_requires_grad",
        "leftover_grad",
        "step() never looks at requires_grad, only at .grad. A frozen parameter with a gradient left over still moves.",
    ),
    _idea(
        "old_grad_is_new",
        "leftover_grad",
        "You took a .grad that lies there for one that comes from this loss. Only the graph tells whom a loss reaches.",
    ),
    _idea(
        "runs_backward",
        "reads_only",
        "You called backward to find out. That fills every .grad and frees the graph; read the graph instead.",
    ),
    _idea(
        "connection_counts_frozen",
        "together",
        "Your connection counts parameters that were frozen after the forward. They have a node, but get no gradient.",
    ),
    _idea(
        "isolated_counts_frozen",
        "together",
        "Your isolated takes a common node for a common parameter. Frozen after the forward, it gets nothing.",
    ),
    _idea(
        "no_graph_no_step",
        "together",
        "A loss without a graph reaches nobody, yet step() still moves whoever has a gradient left over.",
    ),
    _idea(
        "clears_grads",
        "reads_only",
        "You wrote into .grad. What lies there is for the next step() to read, and None means something too.",
    ),
    _idea(
        "freezes_held",
        "reads_only",
        "You switched requires_grad off. Looking must not change who takes part in the next forward.",
    ),
)
