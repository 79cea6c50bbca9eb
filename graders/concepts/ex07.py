"""ex07_connection: what connects a loss to an optimizer."""

from __future__ import annotations

from collections.abc import Mapping

from graders.concepts.ex07_banks import (
    CONNECTION,
    CUT,
    FROZEN,
    GROUPS,
    IDENTITY,
    ISOLATED,
    LEFT_OVER,
    REACHED,
    SECOND_LOSS,
    STEPPED,
    TOGETHER,
    TRUNK,
    UNCHANGED,
)
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec, Misconception

_PATHS = "A node that several nodes lead to is opened again on every path: remember the nodes that you have seen."


def _checks(banks: Mapping[str, BankSpec], says: Mapping[str, str]) -> tuple[Check, ...]:
    return tuple(Check(ask, sentence, banks[ask], absent="skip", hang=_PATHS) for ask, sentence in says.items())


_CONCEPTS = (
    ConceptSpec(
        "reached",
        (Check("leaves", "every leaf on a path from the loss is reached, Parameter or not, and no other", REACHED),),
    ),
    ConceptSpec(
        "cut",
        (Check("cut", "nothing is reached through detach() or no_grad; a leaf reaches itself", CUT, absent="skip"),),
    ),
    ConceptSpec(
        "frozen",
        (
            Check(
                "frozen",
                "a frozen parameter gets no gradient, whether frozen before or after the forward",
                FROZEN,
                absent="skip",
            ),
        ),
    ),
    ConceptSpec(
        "shared_trunk",
        _checks(
            TRUNK,
            {
                "reached_parameters": "a trunk under two heads is reached from both, and listed once",
                "isolated": "two losses over one trunk are not isolated",
            },
        ),
    ),
    ConceptSpec(
        "second_loss",
        _checks(
            SECOND_LOSS,
            {
                "reached_parameters": "a second loss reaches whatever the prediction was computed from",
                "isolated": "two losses on one prediction are not isolated",
            },
        ),
    ),
    ConceptSpec(
        "isolated",
        (Check("own", "losses are isolated when no leaf is reached from both, whatever data they share", ISOLATED),),
    ),
    ConceptSpec(
        "connection",
        tuple(
            Check(name, says, CONNECTION, (f"*.{name}",))
            for name, says in (
                ("updated", "updated are those that are reached and held"),
                ("held_not_reached", "held but not reached are those that wait in vain for a gradient"),
                ("reached_not_held", "reached but not held are those whose gradient nobody reads"),
            )
        ),
    ),
    ConceptSpec("stepped", (Check("held", "step() moves what it holds and finds a gradient in", STEPPED),)),
    ConceptSpec(
        "groups",
        _checks(
            GROUPS,
            {
                "connection": "all groups of an optimizer are looked at, later ones too",
                "stepped": "step() goes through all groups",
            },
        ),
    ),
    ConceptSpec(
        "identity",
        _checks(
            IDENTITY,
            {
                "connection": "the optimizer knows objects: a new Parameter in an old one's place is a stranger",
                "stepped": "step() moves the objects that were handed over, not those that came in their place",
                "isolated": "models with equal numbers are different models",
                "reached_parameters": "leaves with equal numbers are different leaves",
            },
        ),
    ),
    ConceptSpec(
        "leftover_grad",
        _checks(
            LEFT_OVER,
            {
                "stepped": "step() moves whoever has a .grad, be it old, be the parameter frozen",
                "connection": "an old .grad is not a new one",
            },
        ),
    ),
    ConceptSpec(
        "together",
        _checks(
            TOGETHER,
            {
                "reached_parameters": "whatever is combined, the leaves are those that torch.autograd.grad finds",
                "connection": "whatever is combined, those move that torch moves",
                "stepped": "the same with gradients left over",
                "isolated": "whatever is combined, losses are isolated when torch finds no common leaf",
            },
        ),
    ),
    ConceptSpec(
        "reads_only",
        tuple(
            Check(
                ask,
                f"{ask} changes nothing and says the same when it is called again",
                bank,
                ("*called again", "*as it was", "*as they were", "*still runs*"),
                absent="skip",
            )
            for ask, bank in UNCHANGED.items()
        ),
    ),
)


def _idea(name: str, concepts: str, sentence: str) -> Misconception:
    return Misconception(name, sentence, tuple(concepts.split()), "finder", (name,))


_MISCONCEPTIONS = (
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
        "by_value",
        "identity",
        "You took parameters with equal numbers for the same one. The optimizer holds objects, not numbers or names.",
    ),
    _idea(
        "in_list",
        "identity",
        "`tensor in list` compares with ==, which for tensors compares all their numbers. Compare with `is`, or by id.",
    ),
    _idea(
        "all_held_stepped", "stepped", "step() skips a parameter whose .grad is None; it does not move all it holds."
    ),
    _idea(
        "grad_now",
        "stepped leftover_grad",
        "You looked at .grad as it is now. Before step() comes loss.backward(), which fills it for whoever it reaches.",
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
)

EXERCISE = ExerciseSpec("ex07_connection", _CONCEPTS, _MISCONCEPTIONS)
