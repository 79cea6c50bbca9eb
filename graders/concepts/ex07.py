"""ex07_connection: what connects a loss to an optimizer."""

from __future__ import annotations

from collections.abc import Mapping

from graders.concepts.avoids import WALKERS
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
from graders.spec import BankSpec, Check, ConceptSpec, ExerciseSpec

_PATHS = "A node that several nodes lead to is opened again on every path: remember the nodes that you have seen."

_NOT_ISOLATED = ("shared_trunk", "second_loss", "together")
_ANSWERS = {
    "reached_parameters": ("reached", "cut", "frozen"),
    "connection": ("connection",),
    "stepped": ("stepped",),
    "isolated": _NOT_ISOLATED,
}
"""Concepts in which a function must say something right before it counts that it only reads."""

_OWN = {
    "reached_parameters": ("reached",),
    "connection": ("connection",),
    "stepped": ("stepped",),
    "isolated": ("isolated",),
}
"""The concepts that count it when a function is missing."""


def _checks(banks: Mapping[str, BankSpec], says: Mapping[str, str]) -> tuple[Check, ...]:
    return tuple(Check(ask, sentence, banks[ask], absent=_OWN[ask], hang=_PATHS) for ask, sentence in says.items())


_CONCEPTS = (
    ConceptSpec(
        "reached",
        (Check("leaves", "every leaf on a path from the loss is reached, Parameter or not, and no other", REACHED),),
    ),
    ConceptSpec(
        "cut",
        (
            Check(
                "cut",
                "nothing is reached through detach() or no_grad; a leaf reaches itself",
                CUT,
                absent=_OWN["reached_parameters"],
            ),
        ),
    ),
    ConceptSpec(
        "frozen",
        (
            Check(
                "frozen",
                "a frozen parameter gets no gradient, whether frozen before or after the forward",
                FROZEN,
                absent=_OWN["reached_parameters"],
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
        (
            Check(
                "own",
                "losses are isolated when no leaf is reached from both, whatever data they share",
                ISOLATED,
                counts_only_with=_NOT_ISOLATED,
            ),
        ),
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
                absent=_OWN[ask],
                counts_only_with=_ANSWERS[ask],
            )
            for ask, bank in UNCHANGED.items()
        ),
    ),
)


EXERCISE = ExerciseSpec("ex07_connection", _CONCEPTS, avoids=(*WALKERS, "torch.autograd.grad"))
